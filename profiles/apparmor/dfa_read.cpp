// Reading what apparmor_parser prints. Its form (libapparmor_re/hfa.cc, DFA::dump):
//
//   {1} <== (allow/deny/audit/quiet)        the state that it begins in, and
//   {2} (0x 9fc27f/0/0/0)                   all that allow something
//
//   {1} perms: none                         then for each state where its bytes lead
//       / 0x2f -> {2}  (0x 9fc27f/0/0/0)      a byte, as itself (if it can be shown) and as a number
//       0x0 -> {4}
//       [^\x0/\t] ->  {3}                     every other byte, but those, which lead nowhere
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "profiles/apparmor/dfa.h"

namespace hardened::apparmor {
namespace {

constexpr std::string_view kArrow = " -> {";
constexpr std::size_t kMostStates = 200'000;
constexpr int kDecimal = 10;
constexpr int kHexadecimal = 16;
constexpr std::uint32_t kBytes = 256;

using States = std::map<std::uint32_t, Automaton::State>;

Error cannot(std::string_view line) {
  return Error{Fault::syntax, "no line of apparmor_parser's states: '" + printable(line) + "'"};
}

std::optional<std::uint32_t> number(std::string_view& text, int base) {
  std::uint32_t value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (wrong != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool skip(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

// "{17}"
std::optional<std::uint32_t> state_number(std::string_view& text) {
  if (!skip(text, "{")) return std::nullopt;
  const auto value = number(text, kDecimal);
  if (!value || !skip(text, "}")) return std::nullopt;
  return value;
}

// What "(0x 9fc27f/0/0/0)" allows.
std::optional<std::uint32_t> allowed(std::string_view text) {
  if (!skip(text, "(0x ")) return std::nullopt;
  return number(text, kHexadecimal);
}

std::optional<char> unescaped(char c) {
  switch (c) {
    case 'a': return '\a';
    case 'e': return '\033';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: break;
  }
  if (std::string_view("|*+[](). ").find(c) != std::string_view::npos) return c;
  return std::nullopt;
}

// One byte of a list in brackets: as itself, escaped, or as \x and its number.
std::optional<std::uint8_t> listed(std::string_view& list) {
  const char first = list.front();
  list.remove_prefix(1);
  if (first != '\\') return static_cast<std::uint8_t>(first);
  if (skip(list, "x")) {
    const auto value = number(list, kHexadecimal);
    if (!value || *value >= kBytes) return std::nullopt;
    return static_cast<std::uint8_t>(*value);
  }
  if (list.empty()) return std::nullopt;
  const auto byte = unescaped(list.front());
  list.remove_prefix(1);
  if (!byte) return std::nullopt;
  return static_cast<std::uint8_t>(*byte);
}

// "[^/] -> {8} …" or "[] -> {3} …"
Done read_otherwise(std::string_view line, Automaton::State& state) {
  const std::size_t arrow = line.rfind(']', line.find(kArrow));
  if (arrow == std::string_view::npos) return cannot(line);
  std::string_view list = line.substr(1, arrow - 1);
  std::string_view target = line.substr(arrow + 1 + kArrow.size() - 1);
  const auto to = state_number(target);
  if (!to) return cannot(line);
  state.otherwise = *to;
  if (list.empty()) return done();
  if (!skip(list, "^")) return cannot(line);
  while (!list.empty()) {
    const auto byte = listed(list);
    if (!byte) return cannot(line);
    state.next[*byte] = 0;
  }
  return done();
}

// "/ 0x2f -> {2} …", "0x0 -> {4}"; the number is the last word before the arrow.
Done read_step(std::string_view line, Automaton::State& state) {
  const std::size_t arrow = line.rfind(kArrow);
  if (arrow == std::string_view::npos) return cannot(line);
  const std::string_view left = line.substr(0, arrow);
  const std::size_t blank = left.rfind(' ');
  std::string_view word = blank == std::string_view::npos ? left : left.substr(blank + 1);
  std::string_view target = line.substr(arrow + kArrow.size() - 1);
  const auto to = state_number(target);
  if (!to || !skip(word, "0x")) {
    // What no byte is: the parser's way out of an attachment's conditions ("-1", before a NUL).
    return to ? done() : Done(cannot(line));
  }
  const auto byte = number(word, kHexadecimal);
  if (!byte) return cannot(line);
  if (*byte < kBytes) state.next[static_cast<std::uint8_t>(*byte)] = *to;
  return done();
}

struct Reading {
  States states;
  std::uint32_t start = 0;
  std::uint32_t current = 0;
};

Done read_line(std::string_view line, Reading& now) {
  std::string_view rest = line;
  if (skip(rest, "    ")) {
    Automaton::State& state = now.states[now.current];
    return rest.starts_with('[') ? read_otherwise(rest, state) : read_step(rest, state);
  }
  const auto state = state_number(rest);
  if (!state) return cannot(line);
  if (skip(rest, " <== ")) {
    now.start = *state;
    if (rest.starts_with("(allow/deny")) {
      const std::size_t second = rest.find(")(");
      rest = second == std::string_view::npos ? std::string_view{} : rest.substr(second + 1);
    }
  } else if (skip(rest, " perms: ")) {
    now.current = *state;
    if (skip(rest, "none")) return done();
    skip(rest, " ");
  } else {
    skip(rest, " ");
  }
  const auto allow = allowed(rest);
  if (allow) now.states[*state].allow = *allow;
  if (now.states.size() > kMostStates) return Error{Fault::syntax, "an automaton of too many states"};
  return done();
}

}  // namespace

Result<Policy> read_policy(std::string_view dump) {
  std::vector<Automaton> all;
  std::optional<Reading> now;
  while (!dump.empty()) {
    const std::size_t end = std::min(dump.find('\n'), dump.size());
    const std::string_view line = dump.substr(0, end);
    dump.remove_prefix(std::min(end + 1, dump.size()));
    if (line.find("} <== ") != std::string_view::npos) {
      if (now) all.emplace_back(std::move(now->states), now->start);
      now.emplace();
    }
    if (!now || line.empty()) continue;
    TRY(read_line(line, *now));
  }
  if (now) all.emplace_back(std::move(now->states), now->start);
  if (all.size() != 2) {
    return Error{Fault::syntax, "apparmor_parser printed " + std::to_string(all.size()) +
                                    " automata, where one for files and one for the rest are expected"};
  }
  return Policy{std::move(all[0]), std::move(all[1])};
}

}  // namespace hardened::apparmor
