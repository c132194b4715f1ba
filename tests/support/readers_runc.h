// runc's parsers: urfave/cli v1, which moves flags before arguments and hands them to Go's package flag, and
// v3.
#pragma once

#include <array>

#include "tests/support/readers_table.h"

namespace hardened::test::readers {

inline bool go_boolean(const std::string& text, bool& value) {
  constexpr std::array yes{"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::array no{"0", "f", "F", "false", "FALSE", "False"};
  for (const char* word : yes) {
    if (text == word) return value = true;
  }
  for (const char* word : no) {
    if (text == word) return !(value = false);
  }
  return false;
}

inline const Option* by_go_name(const Table& options, std::string_view name) {
  for (const Option& option : options) {
    if (!option.name.empty() && option.name == name) return &option;
    if (name.size() == 1 && option.letter == name[0]) return &option;
  }
  return nullptr;
}

inline bool truth(const Flags& flags, const std::string& name) {
  const auto found = flags.find(name);
  return found != flags.end() && found->second.back() == "true";
}

// Go's package flag, to which v1 hands everything; false: an error. `rest` is what it did not take.
inline bool go_parse(const Table& options, const Words& words, Flags& flags, Words& rest) {
  std::map<std::string, std::string> spelling;  // v1: two forms of one flag are an error
  std::size_t at = 0;
  for (; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word.size() < 2 || word[0] != '-') break;
    if (word == "--") {
      ++at;
      break;
    }
    std::string name = word.substr(word[1] == '-' ? 2 : 1);
    if (name.empty() || name[0] == '-' || name[0] == '=') return false;
    const std::size_t equals = name.find('=');
    std::optional<std::string> value;
    if (equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    const Option* option = by_go_name(options, name);
    if (option == nullptr) return false;
    if (spelling.try_emplace(option->name, name).first->second != name) return false;
    if (option->takes == 0) {
      bool on = true;
      if (value && !go_boolean(*value, on)) return false;
      note(flags, *option, on ? "true" : "false");
      continue;
    }
    if (!value) {
      if (at + 1 == words.size()) return false;
      value = words[++at];
    }
    note(flags, *option, *value);
  }
  rest.assign(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  return true;
}

inline Words reorder_naively(const Words& words) {
  Words flags;
  Words others;
  bool value_next = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool dashed = !word.empty() && word[0] == '-';
    if (word == "--") {
      others.insert(others.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
      break;
    }
    if (value_next && !dashed) {
      value_next = false;
      flags.push_back(word);
      continue;
    }
    value_next = false;
    if (word != "-" && dashed) {
      flags.push_back(word);
      value_next = word.find('=') == std::string::npos;
    } else {
      others.push_back(word);
    }
  }
  flags.insert(flags.end(), others.begin(), others.end());
  return flags;
}

inline const Option* flag_of(const Table& options, std::string word) {
  if (word.empty() || word[0] != '-' || word == "-" || word == "--") return nullptr;
  for (int i = 0; i < 3 && !word.empty() && word[0] == '-'; ++i) word.erase(0, 1);
  return by_go_name(options, word.substr(0, word.find('=')));
}

// `moving`: a -- is moved like a flag, and what follows it is moved on.
inline Words reorder_knowingly(const Table& options, const Words& words, bool moving) {
  Words flags;
  Words others;
  bool value_next = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const Option* flag = flag_of(options, word);
    if (value_next && flag == nullptr) {
      value_next = false;
      flags.push_back(word);
    } else if (word == "--" && moving) {
      flags.push_back(word);
    } else if (word == "--") {
      others.insert(others.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
      break;
    } else if (flag != nullptr) {
      flags.push_back(word);
      value_next = word.find('=') == std::string::npos && flag->takes != 0;
    } else {
      others.push_back(word);
    }
  }
  flags.insert(flags.end(), others.begin(), others.end());
  return flags;
}

// What runc checks when its flags are read.
inline Read with_arguments(const std::string& call, const Words& arguments, Flags flags) {
  const bool from_file = flags.count("process") != 0 && !flags["process"].back().empty();
  const std::size_t least = call == "exec" && !from_file ? 2 : 1;
  if (arguments.size() < least || (call != "exec" && arguments.size() != 1)) return std::nullopt;
  Reading reading{call, arguments[0], {}, std::move(flags)};
  if (call == "exec" && !from_file) reading.command.assign(arguments.begin() + 1, arguments.end());
  return reading;
}

enum class Reorder { naive, moving, knowing };

inline Read runc_v1(const Words& argv, Reorder reorder) {
  Flags flags;
  Words rest;
  if (argv.empty()) return std::nullopt;
  if (!go_parse(table(kRuncGlobals), Words(argv.begin() + 1, argv.end()), flags, rest)) return std::nullopt;
  if (truth(flags, "help") || truth(flags, "version") || rest.empty()) return std::nullopt;
  const auto command = kRunc.find(rest[0]);
  if (command == kRunc.end()) return std::nullopt;
  const std::string call = rest[0];
  const Table& options = table(command->second);
  Words words(rest.begin() + 1, rest.end());
  if (call != "exec") {
    words = reorder == Reorder::naive ? reorder_naively(words)
                                      : reorder_knowingly(options, words, reorder == Reorder::moving);
  }
  flags.erase("help");
  Words arguments;
  if (!go_parse(options, words, flags, arguments) || truth(flags, "help")) return std::nullopt;
  return with_arguments(call, arguments, std::move(flags));
}

inline std::string trimmed(const std::string& word) {
  constexpr std::array<std::string_view, 25> kBlanks{" ",
                                                     "\t",
                                                     "\n",
                                                     "\v",
                                                     "\f",
                                                     "\r",
                                                     "\xc2\x85",
                                                     "\xc2\xa0",
                                                     "\xe1\x9a\x80",
                                                     "\xe2\x80\x80",
                                                     "\xe2\x80\x81",
                                                     "\xe2\x80\x82",
                                                     "\xe2\x80\x83",
                                                     "\xe2\x80\x84",
                                                     "\xe2\x80\x85",
                                                     "\xe2\x80\x86",
                                                     "\xe2\x80\x87",
                                                     "\xe2\x80\x88",
                                                     "\xe2\x80\x89",
                                                     "\xe2\x80\x8a",
                                                     "\xe2\x80\xa8",
                                                     "\xe2\x80\xa9",
                                                     "\xe2\x80\xaf",
                                                     "\xe2\x81\x9f",
                                                     "\xe3\x80\x80"};
  std::string_view text = word;
  for (bool again = true; again;) {
    again = false;
    for (std::string_view blank : kBlanks) {
      const std::size_t size = blank.size();
      if (text.size() >= size && text.substr(0, size) == blank) again = (text.remove_prefix(size), true);
      if (text.size() >= size && text.substr(text.size() - size) == blank)
        again = (text.remove_suffix(size), true);
    }
  }
  return std::string(text);
}

// v3's parseFlags; false: an error.
inline bool next_parse(const Table& options, const Words& words, std::size_t stop, bool root, Flags& flags,
                       Words& arguments) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string word = trimmed(words[at]);
    const Words remaining(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
    const auto take_all = [&](const Words& more) {
      arguments.insert(arguments.end(), more.begin(), more.end());
    };
    if (word.empty()) {
      arguments.push_back(words[at]);
      continue;
    }
    if (word == "--") return take_all(Words(remaining.begin() + 1, remaining.end())), true;
    if (arguments.size() == stop) return take_all(remaining), true;
    if (word[0] != '-') {
      if (root && kRunc.count(word) != 0) return take_all(remaining), true;
      arguments.push_back(word);
      continue;
    }
    if (word.size() == 1) return arguments.push_back(word), true;
    const bool letter = (word[1] >= 'a' && word[1] <= 'z') || (word[1] >= 'A' && word[1] <= 'Z');
    if (word[1] != '-' && !letter) return take_all(remaining), true;
    std::string name = word.substr(word[1] == '-' ? 2 : 1);
    std::optional<std::string> value;
    if (const std::size_t equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    const Option* option = by_go_name(options, name);
    if (option == nullptr) return false;
    if (option->takes == 0) {
      bool on = true;
      if (value && !value->empty() && !go_boolean(*value, on)) return false;
      note(flags, *option, on ? "true" : "false");
      continue;
    }
    if (!value) {
      if (at + 1 == words.size()) return false;
      value = words[++at];
    }
    note(flags, *option, *value);
  }
  return true;
}

inline Read runc_v3(const Words& argv) {
  constexpr std::size_t kNever = static_cast<std::size_t>(-1);
  Flags flags;
  Words rest;
  if (argv.empty()) return std::nullopt;
  const Table& globals = table("debug log: log-format: root: systemd-cgroup rootless: help,h version,v");
  if (!next_parse(globals, Words(argv.begin() + 1, argv.end()), kNever, true, flags, rest))
    return std::nullopt;
  if (truth(flags, "help") || truth(flags, "version") || rest.empty()) return std::nullopt;
  const auto command = kRunc.find(rest[0]);
  if (command == kRunc.end()) return std::nullopt;
  const std::string call = rest[0];
  // Its own flags come first; help and version are not inherited.
  const Table& options = table(command->second + " debug log: log-format: root: systemd-cgroup rootless:");
  flags.erase("help");
  Words arguments;
  const Words words(rest.begin() + 1, rest.end());
  if (!next_parse(options, words, call == "exec" ? 1 : kNever, false, flags, arguments)) return std::nullopt;
  if (truth(flags, "help")) return std::nullopt;
  return with_arguments(call, arguments, std::move(flags));
}

}  // namespace hardened::test::readers
