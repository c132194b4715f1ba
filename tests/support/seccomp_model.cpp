#include "tests/support/seccomp_model.h"

#include <algorithm>

namespace hardened::test {
namespace {

using seccomp::Action;
using seccomp::Answer;
using seccomp::Architecture;
using seccomp::Compare;
using seccomp::Condition;
using seccomp::Rule;

std::uint64_t seen_bits(Architecture architecture) {
  return is_narrow(architecture) ? 0xffffffffU : ~std::uint64_t{0};
}

// libseccomp makes no code of an empty mask: a rule of nothing else is one without conditions.
bool is_unconditional(const std::vector<Condition>& conditions, Architecture architecture) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& c) {
    return c.op == Compare::masked_equal && (c.value & seen_bits(architecture)) == 0;
  });
}

// Where runc sees one argument twice, each condition is a rule of its own (matchCall).
std::vector<std::vector<Condition>> as_runc_splits(const Rule& rule) {
  if (!has_twice(rule)) return {rule.conditions};
  std::vector<std::vector<Condition>> out;
  for (const Condition& c : rule.conditions) out.push_back({c});
  return out;
}

// include/uapi/linux/net.h, SYS_SOCKET and so on, and include/uapi/linux/ipc.h, SEMOP and so on.
const std::map<std::string_view, std::map<std::string_view, unsigned>> kMultiplexed{
    {"socketcall",
     {{"socket", 1},      {"bind", 2},        {"connect", 3},    {"listen", 4},      {"accept", 5},
      {"getsockname", 6}, {"getpeername", 7}, {"socketpair", 8}, {"send", 9},        {"recv", 10},
      {"sendto", 11},     {"recvfrom", 12},   {"shutdown", 13},  {"setsockopt", 14}, {"getsockopt", 15},
      {"sendmsg", 16},    {"recvmsg", 17},    {"accept4", 18},   {"recvmmsg", 19},   {"sendmmsg", 20}}},
    {"ipc",
     {{"semop", 1},
      {"semget", 2},
      {"semctl", 3},
      {"semtimedop", 4},
      {"msgsnd", 11},
      {"msgrcv", 12},
      {"msgget", 13},
      {"msgctl", 14},
      {"shmat", 21},
      {"shmdt", 22},
      {"shmget", 23},
      {"shmctl", 24}}}};

// The numbers that x86 gave later to calls of socketcall and ipc (arch/x86/entry/syscalls/syscall_32.tbl);
// by their names libseccomp tells the place in socketcall.
const std::map<std::string_view, int> kDirectOnX86{
    {"recvmmsg", 337},    {"sendmmsg", 345},    {"socket", 359},  {"socketpair", 360}, {"bind", 361},
    {"connect", 362},     {"listen", 363},      {"accept4", 364}, {"getsockopt", 365}, {"setsockopt", 366},
    {"getsockname", 367}, {"getpeername", 368}, {"sendto", 369},  {"sendmsg", 370},    {"recvfrom", 371},
    {"recvmsg", 372},     {"shutdown", 373},    {"semget", 393},  {"semctl", 394},     {"shmget", 395},
    {"shmctl", 396},      {"shmat", 397},       {"shmdt", 398},   {"msgget", 399},     {"msgsnd", 400},
    {"msgrcv", 401},      {"msgctl", 402}};

void add(std::optional<Verdicts>& found, const Answer& answer) {
  if (!found) {
    found = Verdicts{answer, answer, false, false, true};
    return;
  }
  if (!(answer == found->strictest) || !(answer == found->mildest)) found->many_codes = true;
  if (answer.action < found->strictest.action) found->strictest = answer;
  if (answer.action > found->mildest.action) found->mildest = answer;
}

}  // namespace

bool holds(const Condition& c, const Call& call) {
  const std::uint64_t width = seen_bits(call.architecture);
  const std::uint64_t x = call.arguments.at(c.index) & width;
  const std::uint64_t v = c.value & width;
  switch (c.op) {
    case Compare::not_equal: return x != v;
    case Compare::less: return x < v;
    case Compare::less_or_equal: return x <= v;
    case Compare::equal: return x == v;
    case Compare::greater_or_equal: return x >= v;
    case Compare::greater: return x > v;
    case Compare::masked_equal: return (x & v) == (c.value_two & v);
  }
  return false;
}

bool is_narrow(Architecture a) {
  using A = Architecture;
  return a == A::x86 || a == A::x32 || a == A::arm || a == A::s390 || a == A::mips || a == A::mipsel ||
         a == A::ppc || a == A::mips64n32 || a == A::mipsel64n32;
}

bool has_twice(const Rule& rule) {
  std::array<int, 6> seen{};
  for (const Condition& c : rule.conditions) ++seen.at(c.index);
  return std::any_of(seen.begin(), seen.end(), [](int n) { return n > 1; });
}

std::optional<int> number_of(std::string_view name, Architecture architecture) {
  const std::optional<int> number = seccomp::call_number(name, architecture);
  if (number && *number >= 0) return number;
  if (architecture != Architecture::x86) return std::nullopt;
  const auto at = kDirectOnX86.find(name);
  if (at == kDirectOnX86.end()) return std::nullopt;
  return at->second;
}

std::optional<unsigned> multiplexed_number(std::string_view multiplexer, std::string_view inside) {
  const auto at = kMultiplexed.find(multiplexer);
  if (at == kMultiplexed.end()) return std::nullopt;
  const auto call = at->second.find(inside);
  if (call == at->second.end()) return std::nullopt;
  return call->second;
}

Words::Words(const seccomp::Profile& profile, Architecture own) : profile_(&profile), own_(own) {
  for (const Rule& rule : profile.rules) {
    for (const std::string& name : rule.names) {
      std::vector<Counted>& rules = rules_[name];
      if (rule.answer == profile.fallback) continue;  // dropped by runc (matchCall)
      for (std::vector<Condition>& conditions : as_runc_splits(rule))
        rules.push_back({rule.answer, std::move(conditions)});
    }
  }
  if (profile.own_listed) index_names(own);
  for (const Architecture architecture : profile.foreign) index_names(architecture);
}

void Words::index_names(Architecture architecture) {
  int newest = 0;
  for (const auto& [name, rules] : rules_)
    newest = std::max(newest, seccomp::call_number(name, architecture).value_or(0));
  if (newest > 0) newest_[architecture] = newest;
}

bool Words::mentions(std::string_view name) const { return rules_.find(name) != rules_.end(); }

bool Words::has(Architecture architecture) const {
  return !profile_->confined || architecture == own_ ||
         std::find(profile_->foreign.begin(), profile_->foreign.end(), architecture) !=
             profile_->foreign.end();
}

std::optional<int> Words::newest(Architecture architecture) const {
  const auto at = newest_.find(architecture);
  if (!profile_->confined || profile_->fallback.action >= Action::trace || at == newest_.end())
    return std::nullopt;
  return at->second;
}

std::vector<Words::Counted> Words::rules_for(const Call& call) const {
  std::vector<Counted> out;
  if (const auto at = rules_.find(call.name); at != rules_.end()) out = at->second;
  const auto multiplexer = kMultiplexed.find(call.name);
  if (call.architecture != Architecture::x86 || multiplexer == kMultiplexed.end()) return out;
  for (const auto& [inside, number] : multiplexer->second) {
    const auto at = rules_.find(inside);
    if (at == rules_.end()) continue;
    for (Counted counted : at->second) {
      std::vector<Condition>& all = counted.conditions;
      all.erase(std::remove_if(all.begin(), all.end(), [](const Condition& c) { return c.index == 0; }),
                all.end());
      all.push_back({0, Compare::equal, number, 0});
      out.push_back(std::move(counted));
    }
  }
  return out;
}

bool Words::is_newer(const Call& call) const {
  const int number = call.number.value_or(number_of(call.name, call.architecture).value_or(0));
  // The stub tells x32 from x86_64 by bit 30 alone: -1 is x32 to it.
  const bool as_x32 = call.architecture == Architecture::x86_64 && (number & 0x40000000) != 0;
  const std::optional<int> last = newest(as_x32 ? Architecture::x32 : call.architecture);
  return last && static_cast<unsigned>(number) > static_cast<unsigned>(*last);
}

Verdicts Words::of(const Call& call) const {
  if (!profile_->confined) return {{Action::allow, 0}, {Action::allow, 0}};
  if (!has(call.architecture)) return {{Action::kill_thread, 0}, {Action::kill_thread, 0}};
  const Verdicts filtered = by_filter(call);
  if (!is_newer(call)) return filtered;
  // A call of socketcall has a number on x86 that its name does not tell libseccomp: the stub may answer before a
  // rule that names it. Rule and stub contradict each other, so either is meant. (socketcall itself has its number.)
  const Answer stub{Action::error, seccomp::kEnosys};
  const bool hidden = seccomp::call_number(call.name, call.architecture).value_or(0) < 0;
  return {stub, hidden && filtered.by_rule && stub.action < filtered.mildest.action ? filtered.mildest : stub,
          true};
}

Verdicts Words::by_filter(const Call& call) const {
  std::optional<Verdicts> found;
  for (const Counted& rule : rules_for(call)) {
    if (is_unconditional(rule.conditions, call.architecture))
      return {rule.answer, rule.answer, false, false, true};
    const auto holds_here = [&](const Condition& c) { return holds(c, call); };
    if (std::all_of(rule.conditions.begin(), rule.conditions.end(), holds_here)) add(found, rule.answer);
  }
  return found.value_or(Verdicts{profile_->fallback, profile_->fallback});
}

}  // namespace hardened::test
