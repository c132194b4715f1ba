// crun's parser: glibc's argp, which is getopt_long in order.
#pragma once

#include "tests/support/readers_runc.h"

namespace hardened::test::readers {

enum class Ended { arguments, rejected, printed };

inline const Option* by_getopt_name(const Table& options, const std::string& name) {
  const Option* found = nullptr;
  for (const Option& option : options) {
    if (option.name == name) return &option;
  }
  for (const Option& option : options) {
    if (option.name.compare(0, name.size(), name) != 0 || option.name.empty()) continue;
    if (found != nullptr) return nullptr;  // ambiguous
    found = &option;
  }
  return found;
}

inline bool prints(const Option& option) {
  return option.name == "help" || option.name == "usage" || option.name == "version" || option.letter == 'V';
}

inline Ended argp_letters(const Table& options, const Words& words, std::size_t& at, Flags& flags) {
  const std::string& word = words[at];
  for (std::size_t i = 1; i < word.size(); ++i) {
    const Option* option = nullptr;
    for (const Option& candidate : options) {
      if (candidate.letter == word[i]) option = &candidate;
    }
    if (option == nullptr) return Ended::rejected;
    if (prints(*option)) return Ended::printed;
    if (option->takes == 0) {
      note(flags, *option, "true");
      continue;
    }
    if (i + 1 < word.size()) {
      note(flags, *option, word.substr(i + 1));
    } else if (option->takes == '*') {
      note(flags, *option, "true");
    } else if (at + 1 < words.size()) {
      note(flags, *option, words[++at]);
    } else {
      return Ended::rejected;
    }
    return Ended::arguments;
  }
  return Ended::arguments;
}

inline Ended argp_long(const Table& options, const Words& words, std::size_t& at, Flags& flags) {
  std::string name = words[at].substr(2);
  std::optional<std::string> value;
  if (const std::size_t equals = name.find('='); equals != std::string::npos) {
    value = name.substr(equals + 1);
    name.resize(equals);
  }
  const Option* option = name.empty() ? nullptr : by_getopt_name(options, name);
  if (option == nullptr || (option->takes == 0 && value)) return Ended::rejected;
  if (prints(*option)) return Ended::printed;
  if (option->takes == ':' && !value) {
    if (at + 1 == words.size()) return Ended::rejected;
    value = words[++at];
  }
  note(flags, *option, value.value_or("true"));
  return Ended::arguments;
}

inline Ended argp_parse(const Table& options, const Words& words, std::size_t& at, Flags& flags) {
  for (; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word.size() < 2 || word[0] != '-') return Ended::arguments;
    if (word == "--") return ++at, Ended::arguments;
    const Ended ended =
        word[1] == '-' ? argp_long(options, words, at, flags) : argp_letters(options, words, at, flags);
    if (ended != Ended::arguments) return ended;
  }
  return Ended::arguments;
}

inline Read crun(const Words& argv) {
  Flags flags;
  std::size_t at = 1;
  if (argv.empty() || argp_parse(table(kCrunGlobals), argv, at, flags) != Ended::arguments)
    return std::nullopt;
  const auto command = at < argv.size() ? kCrun.find(argv[at]) : kCrun.end();
  if (command == kCrun.end()) return std::nullopt;
  const std::string call = argv[at++];
  if (argp_parse(table(command->second), argv, at, flags) != Ended::arguments) return std::nullopt;
  const Words arguments(argv.begin() + static_cast<std::ptrdiff_t>(std::min(at, argv.size())), argv.end());
  flags.erase("program-name");
  flags.erase("HANG");
  if (const auto tty = flags.find("tty"); tty != flags.end()) {
    const std::string& value = tty->second.back();
    tty->second = {value == "false" || value == "no" ? "false" : "true"};
  }
  // crun takes an empty --process for a file, runc for none.
  const bool file = flags.count("process") != 0;
  if (call == "exec" && file && !arguments.empty()) return Reading{call, arguments[0], {}, std::move(flags)};
  // A restore may have a second argument, which nobody reads.
  if (call == "restore" && arguments.size() == 2) return Reading{call, arguments[0], {}, std::move(flags)};
  return with_arguments(call, arguments, std::move(flags));
}

}  // namespace hardened::test::readers
