#include "profiles/seccomp/profile.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace hardened::seccomp {
namespace {

constexpr std::array<std::string_view, 8> kActions{
    "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO",
    "SCMP_ACT_NOTIFY",       "SCMP_ACT_TRACE",       "SCMP_ACT_LOG",  "SCMP_ACT_ALLOW"};

constexpr std::array<std::string_view, 7> kCompares{"SCMP_CMP_NE",       "SCMP_CMP_LT", "SCMP_CMP_LE",
                                                    "SCMP_CMP_EQ",       "SCMP_CMP_GE", "SCMP_CMP_GT",
                                                    "SCMP_CMP_MASKED_EQ"};

struct Names {
  std::string_view token;
  std::string_view shorter;
  std::string_view machine;  // "" where uname(2) has no word of its own
};

// In the order of Architecture.
constexpr std::array<Names, 18> kArchitectures{{
    {"SCMP_ARCH_X86_64", "amd64", "x86_64"},
    {"SCMP_ARCH_X86", "x86", "i686"},
    {"SCMP_ARCH_X32", "x32", ""},
    {"SCMP_ARCH_AARCH64", "arm64", "aarch64"},
    {"SCMP_ARCH_ARM", "arm", ""},
    {"SCMP_ARCH_MIPS", "mips", ""},
    {"SCMP_ARCH_MIPS64", "mips64", ""},
    {"SCMP_ARCH_MIPS64N32", "mips64n32", ""},
    {"SCMP_ARCH_MIPSEL", "mipsel", ""},
    {"SCMP_ARCH_MIPSEL64", "mipsel64", ""},
    {"SCMP_ARCH_MIPSEL64N32", "mipsel64n32", ""},
    {"SCMP_ARCH_PPC", "ppc", "ppc"},
    {"SCMP_ARCH_PPC64", "ppc64", "ppc64"},
    {"SCMP_ARCH_PPC64LE", "ppc64le", "ppc64le"},
    {"SCMP_ARCH_RISCV64", "riscv64", "riscv64"},
    {"SCMP_ARCH_S390", "s390", "s390"},
    {"SCMP_ARCH_S390X", "s390x", "s390x"},
    {"SCMP_ARCH_LOONGARCH64", "loongarch64", "loongarch64"},
}};
static_assert(kArchitectures[static_cast<std::size_t>(Architecture::loongarch64)].shorter == "loongarch64");
static_assert(kArchitectures[static_cast<std::size_t>(Architecture::ppc64le)].shorter == "ppc64le");

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

bool takes_code(Action action) { return action == Action::error || action == Action::trace; }

// EPERM is what runc and crun answer where no number is given, so it is not written.
bool writes_code(const Answer& answer) { return takes_code(answer.action) && answer.code != kEperm; }

doc::Value text(std::string_view value) { return doc::Value::string(std::string(value)); }

doc::Value number(std::uint64_t value) { return doc::Value::number(value); }

doc::Value list(const std::vector<std::string>& words) {
  std::vector<doc::Value> items;
  for (const std::string& word : words) items.push_back(text(word));
  return doc::Value::array(std::move(items));
}

doc::Value write_condition(const Condition& condition) {
  std::vector<doc::Member> members;
  members.push_back({"index", number(condition.index), {}});
  members.push_back({"value", number(condition.value), {}});
  if (condition.value_two != 0) members.push_back({"valueTwo", number(condition.value_two), {}});
  members.push_back({"op", text(name(condition.op)), {}});
  return doc::Value::object(std::move(members));
}

doc::Value write_rule(const Rule& rule) {
  std::vector<doc::Member> members;
  members.push_back({"names", list(rule.names), {}});
  members.push_back({"action", text(name(rule.answer.action)), {}});
  if (writes_code(rule.answer)) members.push_back({"errnoRet", number(rule.answer.code), {}});
  if (!rule.conditions.empty()) {
    std::vector<doc::Value> conditions;
    for (const Condition& condition : rule.conditions) conditions.push_back(write_condition(condition));
    members.push_back({"args", doc::Value::array(std::move(conditions)), {}});
  }
  return doc::Value::object(std::move(members));
}

}  // namespace

std::string_view name(Action action) { return kActions[static_cast<std::size_t>(action)]; }

std::optional<Action> action_named(std::string_view name) {
  if (name == "SCMP_ACT_KILL") return Action::kill_thread;
  return find_name<Action>(kActions, name);
}

Answer answer(Action action, std::optional<std::uint16_t> code) {
  return {action, takes_code(action) ? code.value_or(kEperm) : std::uint16_t{0}};
}

std::string_view name(Compare op) { return kCompares[static_cast<std::size_t>(op)]; }

std::optional<Compare> compare_named(std::string_view name) { return find_name<Compare>(kCompares, name); }

std::string_view name(Architecture architecture) {
  return kArchitectures[static_cast<std::size_t>(architecture)].token;
}

std::optional<Architecture> architecture_named(std::string_view name) {
  for (std::size_t i = 0; i < kArchitectures.size(); ++i) {
    if (kArchitectures[i].token == name) return static_cast<Architecture>(i);
  }
  return std::nullopt;
}

std::string_view short_name(Architecture architecture) {
  return kArchitectures[static_cast<std::size_t>(architecture)].shorter;
}

std::optional<Architecture> architecture_of_machine(std::string_view machine) {
  constexpr bool kLittle = std::endian::native == std::endian::little;
  if (machine == "mips64") return kLittle ? Architecture::mipsel64 : Architecture::mips64;
  if (machine == "mips") return kLittle ? Architecture::mipsel : Architecture::mips;
  if (machine.substr(0, 4) == "armv") return Architecture::arm;
  if (machine == "i386" || machine == "i486" || machine == "i586") return Architecture::x86;
  if (machine.empty()) return std::nullopt;
  for (std::size_t i = 0; i < kArchitectures.size(); ++i) {
    if (kArchitectures[i].machine == machine) return static_cast<Architecture>(i);
  }
  return std::nullopt;
}

Profile Profile::unconfined() {
  Profile profile;
  profile.confined = false;
  return profile;
}

bool allows_speculation(const Profile& profile) {
  if (!profile.confined || !profile.flags) return true;
  return std::find(profile.flags->begin(), profile.flags->end(), "SECCOMP_FILTER_FLAG_SPEC_ALLOW") !=
         profile.flags->end();
}

bool notifies(const Profile& profile) {
  if (!profile.listener_path.empty() || profile.fallback.action == Action::notify) return true;
  return std::any_of(profile.rules.begin(), profile.rules.end(),
                     [](const Rule& rule) { return rule.answer.action == Action::notify; });
}

bool identical(const Profile& a, const Profile& b) {
  return a.confined == b.confined && a.fallback == b.fallback && a.foreign == b.foreign &&
         a.own_listed == b.own_listed && a.flags == b.flags && a.listener_path == b.listener_path &&
         a.listener_metadata == b.listener_metadata && a.rules == b.rules;
}

doc::Value write(const Profile& profile, Architecture own) {
  if (!profile.confined) return {};
  std::vector<doc::Member> members;
  members.push_back({"defaultAction", text(name(profile.fallback.action)), {}});
  if (writes_code(profile.fallback)) {
    members.push_back({"defaultErrnoRet", number(profile.fallback.code), {}});
  }
  std::vector<std::string> architectures;
  if (profile.own_listed) architectures.emplace_back(name(own));
  for (const Architecture architecture : profile.foreign) architectures.emplace_back(name(architecture));
  if (!architectures.empty()) members.push_back({"architectures", list(architectures), {}});
  if (profile.flags) members.push_back({"flags", list(*profile.flags), {}});
  if (!profile.listener_path.empty()) members.push_back({"listenerPath", text(profile.listener_path), {}});
  if (!profile.listener_metadata.empty()) {
    members.push_back({"listenerMetadata", text(profile.listener_metadata), {}});
  }
  std::vector<doc::Value> rules;
  for (const Rule& rule : profile.rules) rules.push_back(write_rule(rule));
  if (!rules.empty()) members.push_back({"syscalls", doc::Value::array(std::move(rules)), {}});
  return doc::Value::object(std::move(members));
}

}  // namespace hardened::seccomp
