// The shipped profile, by facts about it, and against Docker's own where that is at hand.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "core/doc/json.h"
#include "profiles/capability_names.h"
#include "profiles/embedded.h"
#include "profiles/seccomp/parse.h"
#include "profiles/seccomp/resolve.h"
#include "tests/support/seccomp_model.h"

namespace hardened::seccomp {
namespace {

constexpr Flags kDockerDefault{0xa80425fb};
constexpr Machine kPc{Architecture::x86_64, {6, 1}};

DockerProfile parsed(std::string text) {
  const auto document = doc::read_json("default.json", std::move(text));
  if (!document) throw std::runtime_error(document.error().what);
  auto profile = parse_docker(doc::Cursor(*document, document->root));
  if (!profile) throw std::runtime_error(profile.error().what);
  return *profile;
}

const DockerProfile& shipped() {
  static const DockerProfile profile = parsed(std::string(embedded::default_json));
  return profile;
}

Flags with(std::initializer_list<std::string_view> names) {
  Flags out = kDockerDefault;
  for (const std::string_view name : names) out = out.with(*capability_number(name));
  return out;
}

Answer answer_to(const Profile& profile, const std::string& name, std::uint64_t first = 0,
                 std::uint64_t second = 0, Architecture own = Architecture::x86_64) {
  const test::Verdicts out = test::evaluate(profile, own, {own, name, {first, second}});
  EXPECT_EQ(out.strictest, out.mildest) << name;
  return out.strictest;
}

constexpr Answer kAllowed{Action::allow, 0};
constexpr Answer kDenied{Action::error, kEperm};
constexpr Answer kUnknown{Action::error, kEnosys};

TEST(DefaultProfile, DeniesWithEpermWhatItDoesNotName) {
  const Profile profile = resolve(shipped(), kDockerDefault, kPc);
  EXPECT_EQ(profile.fallback, kDenied);
  for (const char* name : {"keyctl", "add_key", "userfaultfd", "kexec_load", "pivot_root", "io_uring_setup",
                           "io_uring_enter", "io_uring_register", "nfsservctl", "swapon"}) {
    EXPECT_EQ(answer_to(profile, name), kDenied) << name;
  }
  for (const char* name : {"read", "openat2", "mknod", "seccomp", "landlock_restrict_self", "socketcall"}) {
    EXPECT_EQ(answer_to(profile, name), kAllowed) << name;
  }
}

TEST(DefaultProfile, ListsTheCompatibleArchitectures) {
  const Profile pc = resolve(shipped(), kDockerDefault, kPc);
  EXPECT_TRUE(pc.own_listed);
  EXPECT_EQ(pc.foreign, (std::vector{Architecture::x86, Architecture::x32}));
  const Profile arm = resolve(shipped(), kDockerDefault, {Architecture::aarch64, {6, 1}});
  EXPECT_EQ(arm.foreign, (std::vector{Architecture::arm}));
  const Profile power = resolve(shipped(), kDockerDefault, {Architecture::ppc64le, {6, 1}});
  EXPECT_FALSE(power.own_listed);
  EXPECT_TRUE(power.foreign.empty());
}

TEST(DefaultProfile, KeepsNamespacesForSysAdmin) {
  const Profile without = resolve(shipped(), kDockerDefault, kPc);
  EXPECT_EQ(answer_to(without, "clone3"), kUnknown);
  EXPECT_EQ(answer_to(without, "clone", 0x11), kAllowed);
  EXPECT_EQ(answer_to(without, "clone", 0x10000000), kDenied);  // CLONE_NEWUSER
  EXPECT_EQ(answer_to(without, "unshare"), kDenied);
  EXPECT_EQ(answer_to(without, "mount"), kDenied);
  const Profile admin = resolve(shipped(), with({"CAP_SYS_ADMIN"}), kPc);
  for (const char* name : {"clone3", "unshare", "mount", "setns", "bpf", "lsm_list_modules"}) {
    EXPECT_EQ(answer_to(admin, name), kAllowed) << name;
  }
  EXPECT_EQ(answer_to(admin, "clone", 0x10000000), kAllowed);
  EXPECT_EQ(answer_to(admin, "reboot"), kDenied);
}

TEST(DefaultProfile, LooksAtTheSecondArgumentOfCloneOnS390) {
  constexpr Architecture kMainframe = Architecture::s390x;
  const Profile profile = resolve(shipped(), kDockerDefault, {kMainframe, {6, 1}});
  EXPECT_EQ(answer_to(profile, "clone", 0x10000000, 0, kMainframe), kAllowed);
  EXPECT_EQ(answer_to(profile, "clone", 0, 0x10000000, kMainframe), kDenied);
  EXPECT_EQ(answer_to(profile, "s390_runtime_instr", 0, 0, kMainframe), kAllowed);
}

TEST(DefaultProfile, BlocksTwoSocketFamiliesInTheWidthOfAnInt) {
  const Profile profile = resolve(shipped(), kDockerDefault, kPc);
  for (std::uint64_t family = 0; family < 46; ++family) {
    const bool blocked = family == 38 || family == 40;  // AF_ALG, AF_VSOCK
    EXPECT_EQ(answer_to(profile, "socket", family), blocked ? kDenied : kAllowed) << family;
    EXPECT_EQ(answer_to(profile, "socket", family | 0x100000000U), kDenied) << family;
  }
  EXPECT_EQ(answer_to(profile, "socket", 64), kDenied);
}

TEST(DefaultProfile, AllowsFivePersonalities) {
  const Profile profile = resolve(shipped(), kDockerDefault, kPc);
  for (const std::uint64_t persona : {0U, 8U, 0x20000U, 0x20008U, 0xffffffffU}) {
    EXPECT_EQ(answer_to(profile, "personality", persona), kAllowed) << persona;
  }
  EXPECT_EQ(answer_to(profile, "personality", 0x40000), kDenied);  // ADDR_NO_RANDOMIZE
}

TEST(DefaultProfile, AllowsTracingFromLinux48) {
  EXPECT_EQ(answer_to(resolve(shipped(), kDockerDefault, {Architecture::x86_64, {4, 7}}), "ptrace"), kDenied);
  EXPECT_EQ(answer_to(resolve(shipped(), kDockerDefault, {Architecture::x86_64, {4, 8}}), "ptrace"),
            kAllowed);
  EXPECT_EQ(
      answer_to(resolve(shipped(), with({"CAP_SYS_PTRACE"}), {Architecture::x86_64, {3, 10}}), "ptrace"),
      kAllowed);
}

TEST(DefaultProfile, NamesNoCallTwiceWithoutAReason) {
  std::set<std::string> plain;
  for (const DockerRule& rule : shipped().rules) {
    const bool filtered = !rule.includes.capabilities.empty() || !rule.includes.architectures.empty() ||
                          !rule.excludes.capabilities.empty() || rule.includes.least_kernel.has_value();
    if (filtered || !rule.rule.conditions.empty()) continue;
    for (const std::string& name : rule.rule.names) EXPECT_TRUE(plain.insert(name).second) << name;
  }
  EXPECT_EQ(plain.size(), 361U);
}

// --- against Docker's ---

std::optional<std::string> dockers_text() {
  const char* given = std::getenv("HARDENED_MOBY_PROFILE");
  const std::filesystem::path beside =
      std::filesystem::path(HARDENED_SOURCE_DIR) / "../shared/fixtures/moby/seccomp-default.json";
  std::ifstream file(given != nullptr ? std::filesystem::path(given) : beside);
  if (!file) return std::nullopt;
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

struct Sides {
  DockerProfile ours;
  DockerProfile theirs;
};

// The rules of one call alone: what a call means depends on no others.
DockerProfile only(const DockerProfile& profile, const std::string& name) {
  DockerProfile out = profile;
  out.rules.clear();
  for (const DockerRule& rule : profile.rules) {
    if (std::find(rule.rule.names.begin(), rule.rule.names.end(), name) != rule.rule.names.end()) {
      out.rules.push_back(rule);
    }
  }
  return out;
}

std::vector<Flags> subsets(Flags all) {
  std::vector<Flags> out;
  for (std::uint64_t bits = all.bits();; bits = (bits - 1) & all.bits()) {
    out.emplace_back(bits);
    if (bits == 0) return out;
  }
}

Flags capabilities_in(const DockerProfile& profile) {
  std::uint64_t bits = 0;
  for (const DockerRule& rule : profile.rules) {
    bits |= rule.includes.capabilities.bits() | rule.excludes.capabilities.bits();
  }
  return Flags(bits);
}

std::set<KernelVersion> kernels_in(const DockerProfile& profile) {
  std::set<KernelVersion> out{{2, 6}, {255, 255}};
  for (const DockerRule& rule : profile.rules) {
    for (const auto& least : {rule.includes.least_kernel, rule.excludes.least_kernel}) {
      if (!least) continue;
      out.insert(*least);
      out.insert({least->major, least->minor - 1});
    }
  }
  return out;
}

// All families that the kernel has and room for more, and the values of the other conditions, with their
// neighbours. Above 63, and with high bits, our sockets are stricter on purpose: a domain is an int.
std::vector<std::uint64_t> interesting(const std::string& name, const Sides& sides) {
  const auto conditional = [](const DockerProfile& profile) {
    return std::any_of(profile.rules.begin(), profile.rules.end(),
                       [](const DockerRule& rule) { return !rule.rule.conditions.empty(); });
  };
  if (!conditional(sides.ours) && !conditional(sides.theirs)) return {0};
  std::vector<std::uint64_t> out;
  for (std::uint64_t value = 0; value < 64; ++value) out.push_back(value);
  if (name == "socket") return out;
  for (unsigned bit = 6; bit < 64; ++bit) out.push_back(std::uint64_t{1} << bit);
  for (const std::uint64_t value : {0x20000ULL, 0x20008ULL, 0xffffffffULL, 0x7e020000ULL, ~0ULL}) {
    for (const std::uint64_t near : {value - 1, value, value + 1}) out.push_back(near);
  }
  return out;
}

void compare_call(const Sides& all, const std::string& name, std::size_t& compared) {
  const Sides sides{only(all.ours, name), only(all.theirs, name)};
  const Flags mentioned(capabilities_in(sides.ours).bits() | capabilities_in(sides.theirs).bits());
  std::set<KernelVersion> kernels = kernels_in(sides.ours);
  kernels.merge(kernels_in(sides.theirs));
  for (const Flags bounding : subsets(mentioned)) {
    for (const KernelVersion& kernel : kernels) {
      for (unsigned i = 0; i <= static_cast<unsigned>(Architecture::loongarch64); ++i) {
        const Machine machine{static_cast<Architecture>(i), kernel};
        const Profile ours = resolve(sides.ours, bounding, machine);
        const Profile theirs = resolve(sides.theirs, bounding, machine);
        for (const std::uint64_t value : interesting(name, sides)) {
          for (const auto& [first, second] :
               {std::pair(value, std::uint64_t{0}), std::pair(std::uint64_t{0}, value)}) {
            ++compared;
            ASSERT_EQ(answer_to(ours, name, first, second, machine.architecture),
                      answer_to(theirs, name, first, second, machine.architecture))
                << name << " " << value << " on " << seccomp::name(machine.architecture) << ", bounding "
                << bounding.bits();
          }
        }
      }
    }
  }
}

TEST(DefaultProfile, MeansWhatDockersMeans) {
  const std::optional<std::string> text = dockers_text();
  if (!text)
    GTEST_SKIP() << "Docker's profile is not here: name its file in HARDENED_MOBY_PROFILE to compare";
  const Sides sides{shipped(), parsed(*text)};
  std::set<std::string> names;
  for (const DockerProfile* profile : {&sides.ours, &sides.theirs}) {
    for (const DockerRule& rule : profile->rules)
      names.insert(rule.rule.names.begin(), rule.rule.names.end());
  }
  std::size_t compared = 0;
  for (const std::string& name : names) compare_call(sides, name, compared);
  EXPECT_GT(compared, 40'000U);
  for (unsigned i = 0; i <= static_cast<unsigned>(Architecture::loongarch64); ++i) {
    const Machine machine{static_cast<Architecture>(i), {6, 1}};
    const Profile ours = resolve(sides.ours, kDockerDefault, machine);
    const Profile theirs = resolve(sides.theirs, kDockerDefault, machine);
    EXPECT_EQ(ours.foreign, theirs.foreign);
    EXPECT_EQ(ours.own_listed, theirs.own_listed);
    EXPECT_EQ(ours.fallback, theirs.fallback);
    EXPECT_EQ(ours.flags, theirs.flags);
  }
}

}  // namespace
}  // namespace hardened::seccomp
