// What is asked of a command line before, after and beside reading it whole.
#include <algorithm>

#include "runtime/argv.h"
#include "runtime/invocation.h"

namespace hardened::runtime {
namespace {

constexpr std::string_view kDefaultPolicy = "policy";

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_policy_name(std::string_view name) {
  constexpr std::size_t kLongestName = 64;
  if (name.empty() || name.size() > kLongestName || name.front() == '-') return false;
  if (name == "runtime" || name == "hook") return false;  // our own programs
  return std::all_of(name.begin(), name.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

void note_log(const std::vector<Given>& flags, LogTarget& log) {
  for (const Given& given : flags) {
    if (given.flag->name == "log") log.file = given.value;
    if (given.flag->name == "log-format") log.format = given.value;
  }
}

}  // namespace

// After the subcommand only where there is one reading of what stands before it: the words of an exec's
// command are a user's, and must not become a file that root writes to.
LogTarget find_log_target(const std::vector<std::string>& argv) {
  const Globals globals = read_globals(argv);
  LogTarget log;
  note_log(globals.flags, log);
  if (globals.unknown || globals.call_word >= argv.size()) return log;
  const Command* command = find_command(argv[globals.call_word]);
  if (command != nullptr) note_log(read_arguments(argv, globals.call_word, *command).flags, log);
  return log;
}

const Given* last_given(const Invocation& call, std::string_view flag) {
  const auto found = std::find_if(call.flags.rbegin(), call.flags.rend(),
                                  [&](const Given& given) { return given.flag->name == flag; });
  return found == call.flags.rend() ? nullptr : &*found;
}

std::vector<std::string> values(const Invocation& call, std::string_view flag) {
  std::vector<std::string> all;
  for (const Given& given : call.flags) {
    if (given.flag->name == flag) all.push_back(given.value);
  }
  return all;
}

std::vector<std::string> with_flag(const Invocation& call, std::string_view flag, const std::string& value) {
  std::vector<std::string> arguments = call.arguments;
  const Given* given = last_given(call, flag);
  if (given == nullptr) {
    const auto behind = arguments.begin() + static_cast<std::ptrdiff_t>(call.call_word) + 1;
    arguments.insert(behind, {"--" + std::string(flag), value});
  } else if (given->joined) {
    std::string& word = arguments[given->word];
    word = word.substr(0, word.find('=') + 1) + value;
  } else {
    arguments[given->word + 1] = value;
  }
  return arguments;
}

std::string policy_of(std::string_view argv0) {
  constexpr std::string_view kPrefix = "hardened-";
  std::string_view name = argv0.substr(argv0.rfind('/') + 1);  // npos + 1 is 0: no directory
  const bool named = name.substr(0, kPrefix.size()) == kPrefix && is_policy_name(name.substr(kPrefix.size()));
  name = named ? name.substr(kPrefix.size()) : kDefaultPolicy;
  return std::string(kPolicyDirectory) + "/" + std::string(name) + ".yaml";
}

bool valid_id(std::string_view id) {
  if (id.empty() || id.size() > kLongestId || id == "." || id == ".." || id.front() == '-') return false;
  return std::all_of(id.begin(), id.end(), [](char c) {  // runc's ^[\w+-\.]+$, in which +-\. is a range
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '+' && c <= '.');
  });
}

}  // namespace hardened::runtime
