#include "runtime/argv.h"

#include <algorithm>

#include "core/base/text.h"

namespace hardened::runtime {
namespace {

constexpr std::string_view kOwnFlag = "--hardened-policy";

bool is_own(std::string_view word) {
  return word == kOwnFlag || (word.substr(0, kOwnFlag.size()) == kOwnFlag && word[kOwnFlag.size()] == '=');
}

// Our own flag at argv[at]; returns the place behind it.
std::size_t take_own(const Words& argv, std::size_t at, Globals& globals) {
  globals.own.push_back(at);
  if (argv[at].size() > kOwnFlag.size()) {
    globals.policy = argv[at].substr(kOwnFlag.size() + 1);
    return at + 1;
  }
  if (at + 1 == argv.size()) {
    globals.policy = "";
    return at + 1;
  }
  globals.own.push_back(at + 1);
  globals.policy = argv[at + 1];
  return at + 2;
}

// runc's next minor trims the word behind exec's id: it goes on reading flags behind a blank one, and drops a --.
bool is_unclear(std::string_view word) {
  return trimmed(word).empty() || (trimmed(word) == "--" && word != "--");
}

Error misplaced(std::string_view flag, std::string_view where) {
  return {Fault::usage, "flag " + printable(flag, 60) + ": " + std::string(where)};
}

}  // namespace

std::string_view trimmed(std::string_view word) {
  const auto is_printable = [](char c) { return c > ' ' && c < '\x7f'; };
  const auto first = std::find_if(word.begin(), word.end(), is_printable);
  const auto last = std::find_if(word.rbegin(), std::make_reverse_iterator(first), is_printable).base();
  return word.substr(static_cast<std::size_t>(first - word.begin()), static_cast<std::size_t>(last - first));
}

bool is_dashed(std::string_view word) { return trimmed(word).substr(0, 1) == "-"; }

Globals read_globals(const Words& argv) {
  Globals globals;
  std::size_t at = std::min<std::size_t>(1, argv.size());
  while (at < argv.size() && is_flag(argv[at])) {
    if (is_own(argv[at])) {
      at = take_own(argv, at, globals);
      continue;
    }
    Taken taken = take_flag(argv, at, Known::globals(), false);
    at = taken.next;
    if (taken.given.flag == nullptr) globals.unknown = true;
    if (taken.given.flag != nullptr && taken.complete) globals.flags.push_back(std::move(taken.given));
    if (!globals.wrong) globals.wrong = std::move(taken.wrong);
  }
  if (at < argv.size() && argv[at] == "--") ++at;
  globals.call_word = at;
  return globals;
}

std::vector<std::size_t> possible_calls(const Words& argv) {
  std::vector<std::size_t> calls;
  std::vector<char> reached(argv.size() + 2, 0);  // each place once: n unknown flags are no 2^n readings
  reached[std::min<std::size_t>(1, argv.size())] = 1;
  for (std::size_t at = 0; at <= argv.size(); ++at) {
    if (reached[at] == 0) continue;
    if (at == argv.size()) {
      calls.push_back(at);
    } else if (argv[at] == "--") {
      calls.push_back(at + 1);
    } else if (!is_flag(argv[at])) {
      calls.push_back(at);
    } else {
      const Taken taken = take_flag(argv, at, Known::globals(), false);
      reached[taken.next] = 1;
      if (taken.given.flag == nullptr && !taken.given.joined) reached[std::min(at + 2, argv.size())] = 1;
    }
  }
  return calls;
}

Arguments read_arguments(const Words& argv, std::size_t call_word, const Command& command) {
  Arguments arguments;
  const Known known = Known::of(command);
  std::size_t at = call_word + 1;
  bool dash = false;
  const auto behind = [&](Behind what) { return command.behind == what && !arguments.positionals.empty(); };
  while (at < argv.size() && argv[at] != "--" && !behind(Behind::words)) {
    if (!is_flag(argv[at])) {
      arguments.positionals.push_back(argv[at++]);
      if (!is_dashed(arguments.positionals.back())) continue;
      // runc's next minor reads nothing behind a lone dash: `create - --help` would create.
      arguments.wrong =
          Error{Fault::usage, "a lone -, or blanks before one, is neither a flag nor a container id"};
      return arguments;
    }
    Taken taken = take_flag(argv, at, known, !arguments.positionals.empty());
    // urfave/cli 1.22.1 again: `update --resources - --memory=1 web` would read the resources
    // "--memory=1".
    if (dash && !taken.wrong) taken.wrong = misplaced(argv[at], "put it before the flag whose value is -");
    if (behind(Behind::nothing)) taken.wrong = misplaced(argv[at], "put it before the container's id");
    at = taken.next;
    dash = taken.given.value == "-" && !taken.given.joined;
    if (taken.given.flag != nullptr && taken.complete) arguments.flags.push_back(std::move(taken.given));
    if (taken.wrong) {
      arguments.wrong = std::move(taken.wrong);
      return arguments;
    }
  }
  if (at < argv.size() && behind(Behind::words) && is_unclear(argv[at])) {
    arguments.wrong =
        Error{Fault::usage, "the word behind the container's id is blank, or has blanks around a --"};
  }
  if (at < argv.size() && !behind(Behind::words)) ++at;  // the --
  arguments.positionals.insert(arguments.positionals.end(), argv.begin() + static_cast<std::ptrdiff_t>(at),
                               argv.end());
  return arguments;
}

}  // namespace hardened::runtime
