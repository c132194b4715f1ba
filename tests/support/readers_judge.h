// Does what we read of a command line agree with all who would act on it?
#pragma once

#include <string>

#include "runtime/invocation.h"
#include "tests/support/readers.h"

namespace hardened::test::readers {

inline Flags flags_of(const runtime::Invocation& call) {
  Flags flags;
  for (const runtime::Given& given : call.flags) {
    if (given.flag->name.empty() || given.flag->name == "help" || given.flag->name == "version") continue;
    Words& values = flags[std::string(given.flag->name)];
    if (!given.flag->repeats) values.clear();
    values.push_back(given.value);
  }
  return flags;
}

// Of a flag that does not repeat the last value wins, in all five.
inline Flags last_of(Flags flags, const Flags& repeating) {
  flags.erase("help");
  flags.erase("version");
  for (auto& [name, values] : flags) {
    const auto found = repeating.find(name);
    if (found == repeating.end() || found->second.empty()) values = {values.back()};
  }
  return flags;
}

inline Flags repeating() {
  Flags flags;
  for (const char* name : {"env", "cap", "additional-gids", "cgroup", "empty-ns"}) flags[name] = {"yes"};
  return flags;
}

// "" when the two say the same, or what they differ in.
inline std::string difference(const runtime::Invocation& ours, const Reading& theirs) {
  const bool unknown = !ours.call.empty() && runtime::find_command(ours.call) == nullptr;
  if (unknown && ours.what == runtime::Class::guarded)
    return "";  // guarded under a name that no policy would allow
  if (ours.what == runtime::Class::none) return "it would act, and we would hand it on unread";
  if (ours.call != theirs.call) return "it calls " + theirs.call + ", we " + ours.call;
  if (ours.id != theirs.id) return "it takes the container " + theirs.id + ", we " + ours.id;
  if (last_of(flags_of(ours), repeating()) != last_of(theirs.flags, repeating()))
    return "its flags are not ours";
  const bool command = ours.call == "exec" && !ours.process;
  const Words words(ours.positionals.begin() + (ours.positionals.empty() ? 0 : 1), ours.positionals.end());
  if (command && words != theirs.command) return "its command is not ours";
  return "";
}

// What it makes of the arguments once a narrowed document was put in.
inline std::string after_hand_over(const runtime::Invocation& ours, const Reading& before,
                                   std::size_t reader) {
  const std::string flag = ours.what == runtime::Class::process ? "process" : "resources";
  if (ours.what != runtime::Class::process && ours.what != runtime::Class::resources) return "";
  const std::string path = "/proc/self/fd/9";
  const Read after = read_all(with_flag(ours, flag, path))[reader].read;
  if (!after) return "it rejects what we hand over";
  if (after->id != before.id || after->call != before.call)
    return "it takes what we hand over for another container";
  const auto found = after->flags.find(flag);
  return found == after->flags.end() || found->second.back() != path ? "it does not read what we hand over"
                                                                     : "";
}

// "" or what is wrong: for fuzzers and for tables. We may refuse what others accept, never differ from them.
inline std::string judge(const Words& argv) {
  const Result<runtime::Invocation> ours = runtime::parse_invocation(argv);
  static_cast<void>(runtime::find_log_target(argv));
  if (!ours) return "";
  const std::vector<Named> all = read_all(ours->arguments);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].read) continue;
    std::string wrong = difference(*ours, *all[i].read);
    if (wrong.empty()) wrong = after_hand_over(*ours, *all[i].read, i);
    if (!wrong.empty()) return all[i].name + ": " + wrong;
  }
  return "";
}

}  // namespace hardened::test::readers
