#include "runtime/exec_flags.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/ids.h"
#include "core/base/text.h"

namespace hardened::runtime {
namespace {

using doc::Kind;
using doc::Member;
using doc::Value;

// A member set or added; every other one stays as it was recorded.
void set(std::vector<Member>& members, std::string_view key, Value value) {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const Member& member) { return member.key == key; });
  if (found != members.end()) {
    found->value = std::move(value);
  } else {
    members.push_back({std::string(key), std::move(value), {}});
  }
}

// The member of an object that the document makes, empty where it is absent or null, as Go's zero value is.
Result<std::vector<Member>> object_at(const std::vector<Member>& members, std::string_view key) {
  for (const Member& member : members) {
    if (member.key != key || member.value.is(Kind::null)) continue;
    if (member.value.is(Kind::object)) return member.value.members();
    return Error{Fault::syntax, "the container's process: " + std::string(key) + " is no object"};
  }
  return std::vector<Member>{};
}

Result<std::vector<Value>> array_at(const std::vector<Member>& members, std::string_view key) {
  for (const Member& member : members) {
    if (member.key != key || member.value.is(Kind::null)) continue;
    if (member.value.is(Kind::array)) return member.value.items();
    return Error{Fault::syntax, "the container's process: " + std::string(key) + " is no list"};
  }
  return std::vector<Value>{};
}

// Appends strings to a list; no edit where there is nothing to append.
Done append(std::vector<Member>& members, std::string_view key, const std::vector<std::string>& more) {
  if (more.empty()) return done();
  std::vector<Value> items = TRY(array_at(members, key));
  for (const std::string& word : more) items.push_back(Value::string(word));
  set(members, key, Value::array(std::move(items)));
  return done();
}

Error no_id(std::string_view flag, std::string_view text) {
  return {Fault::usage, "exec: flag --" + std::string(flag) + ": " + printable(text, 40) +
                            " is no number from 0 to " + std::to_string(kLastUser)};
}

// runc cuts a number down to 32 bits without a word: -1 and 4294967296 would be two other ids. And crun leaves whoever is
// 4294967295 root.
Result<Value> id_of(std::string_view flag, std::string_view text) {
  unsigned long long number = 0;
  if (!parse_decimal(text, number) || number > kLastUser) return no_id(flag, text);
  return Value::number(std::uint64_t{number});
}

// As additional-gids: runc reads 010 as eight there.
Result<Value> group_of(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return no_id("additional-gids", text);
  return id_of("additional-gids", text);
}

Done lay_user(const Invocation& call, std::vector<Member>& process) {
  const Given* given = last_given(call, "user");
  const std::vector<std::string> groups = values(call, "additional-gids");
  const bool named = given != nullptr && !given->value.empty();
  if (!named && groups.empty()) return done();
  std::vector<Member> user = TRY(object_at(process, "user"));
  if (named) {
    const std::string_view text = given->value;
    const std::size_t colon = text.find(':');
    Value uid = TRY(id_of("user", text.substr(0, colon)));
    set(user, "uid", std::move(uid));
    if (colon != std::string_view::npos) {
      Value gid = TRY(id_of("user", text.substr(colon + 1)));
      set(user, "gid", std::move(gid));
    }
  }
  if (!groups.empty()) {
    std::vector<Value> all = TRY(array_at(user, "additionalGids"));
    for (const std::string& text : groups) {
      Value group = TRY(group_of(text));
      all.push_back(std::move(group));
    }
    set(user, "additionalGids", Value::array(std::move(all)));
  }
  set(process, "user", Value::object(std::move(user)));
  return done();
}

Done lay_capabilities(const Invocation& call, std::vector<Member>& process) {
  const std::vector<std::string> more = values(call, "cap");
  if (more.empty()) return done();
  std::vector<Member> sets = TRY(object_at(process, "capabilities"));
  for (std::string_view set_name : {"bounding", "effective", "permitted", "inheritable", "ambient"}) {
    TRY(append(sets, set_name, more));
  }
  set(process, "capabilities", Value::object(std::move(sets)));
  return done();
}

void lay_text(const Invocation& call, std::string_view flag, std::string_view key,
              std::vector<Member>& process) {
  const Given* given = last_given(call, flag);
  if (given != nullptr && !given->value.empty()) set(process, key, Value::string(given->value));
}

void lay_command(const Invocation& call, std::vector<Member>& process) {
  std::vector<Value> words;
  for (std::size_t i = 1; i < call.positionals.size(); ++i)
    words.push_back(Value::string(call.positionals[i]));
  set(process, "args", Value::array(std::move(words)));
  const Given* tty = last_given(call, "tty");
  set(process, "terminal", Value::boolean(tty != nullptr && tty->value == "true"));
}

}  // namespace

Result<std::string> process_of_flags(const Invocation& call, const doc::Value& recorded) {
  if (!recorded.is(Kind::object))
    return Error{Fault::syntax, "the container has no process that exec's flags could change"};
  std::vector<Member> process = recorded.members();
  lay_command(call, process);
  lay_text(call, "cwd", "cwd", process);
  lay_text(call, "apparmor", "apparmorProfile", process);
  lay_text(call, "process-label", "selinuxLabel", process);
  TRY(append(process, "env", values(call, "env")));
  TRY(lay_capabilities(call, process));
  TRY(lay_user(call, process));
  const Given* bound = last_given(call, "no-new-privs");
  if (bound != nullptr) set(process, "noNewPrivileges", Value::boolean(bound->value == "true"));
  return doc::print(Value::object(std::move(process)));
}

}  // namespace hardened::runtime
