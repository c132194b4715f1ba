#include "profiles/seccomp/lint.h"

#include <gtest/gtest.h>

#include "core/doc/json.h"
#include "profiles/embedded.h"

namespace hardened::seccomp {
namespace {

constexpr Machine kPc{Architecture::x86_64, {6, 1}};
constexpr unsigned kSysAdmin = 21;
using Names = std::vector<std::string_view>;

constexpr Answer kAllow{Action::allow, 0};
constexpr Answer kEpermAnswer{Action::error, kEperm};
constexpr Answer kEnosysAnswer{Action::error, kEnosys};
constexpr Answer kKill{Action::kill_process, 0};

Condition when(unsigned index, Compare op, std::uint64_t value, std::uint64_t second = 0) {
  return {index, op, value, second};
}

DockerRule rule(const Answer& answer, std::vector<std::string> names, std::vector<Condition> conditions = {},
                Filter includes = {}, Filter excludes = {}) {
  return {{std::move(names), answer, std::move(conditions)}, std::move(includes), std::move(excludes)};
}

// Everything runc needs is allowed at the end, so that the rules alone are looked at.
DockerProfile denying(std::vector<DockerRule> rules, const Answer& fallback = kEpermAnswer) {
  DockerProfile file;
  file.confined = true;
  file.fallback = fallback;
  file.rules = std::move(rules);
  if (fallback == kAllow) return file;
  std::vector<std::string> floor(kRuncNeedsEarly.begin(), kRuncNeedsEarly.end());
  floor.insert(floor.end(), kRuncTriesEarly.begin(), kRuncTriesEarly.end());
  file.rules.push_back(rule(kAllow, std::move(floor)));
  return file;
}

std::vector<std::string> said(const DockerProfile& file) {
  std::vector<std::string> out;
  for (const Finding& one : lint(file, kPc)) {
    constexpr std::array<std::string_view, 3> kWords{"note: ", "warning: ", "error: "};
    out.push_back(std::string(kWords[static_cast<std::size_t>(one.severity)]) + one.message);
  }
  return out;
}

#define EXPECT_ONE(file, severity, words)                           \
  do {                                                              \
    const std::vector<std::string> found = said(file);              \
    ASSERT_EQ(found.size(), 1U) << testing::PrintToString(found);   \
    EXPECT_EQ(found[0].rfind(severity ": ", 0), 0U) << found[0];    \
    EXPECT_NE(found[0].find(words), std::string::npos) << found[0]; \
  } while (false)

TEST(LintWidths, AnAllowThatHighBitsWidenIsAWarning) {
  const auto file =
      denying({rule(kAllow, {"getpid"}), rule(kAllow, {"socket"}, {when(0, Compare::not_equal, 40)})});
  EXPECT_ONE(
      file, "warning",
      "rule 2 (socket): argument 0 of socket is an int, of which the kernel reads 32 bits, but SCMP_CMP_NE "
      "looks at 64: a caller that sets the others gets past it; write it as rules");
  EXPECT_ONE(denying({rule(kAllow, {"socket"}, {when(0, Compare::greater, 40)})}), "warning", "SCMP_CMP_GT");
}

TEST(LintWidths, ADenyThatHighBitsEvadeIsAWarning) {
  const auto file = denying({rule(kEpermAnswer, {"ioctl"}, {when(1, Compare::equal, 0x5412)})}, kAllow);
  EXPECT_ONE(file, "warning", "write SCMP_CMP_MASKED_EQ with value 4294967295 and valueTwo 21522");
}

TEST(LintWidths, WhatIsOnlyTooStrictIsANote) {
  EXPECT_ONE(
      denying({rule(kAllow, {"personality"}, {when(0, Compare::equal, 8)})}), "note",
      "personality is an unsigned int, of which the kernel reads 32 bits, but SCMP_CMP_EQ looks at 64: a "
      "caller "
      "that sets the others gets the stricter answer; write SCMP_CMP_MASKED_EQ with value 4294967295 and "
      "valueTwo 8");
  EXPECT_ONE(denying({rule(kAllow, {"socket"}, {when(0, Compare::masked_equal, ~std::uint64_t{1}, 42)})}),
             "note", "with value 4294967294 and valueTwo 42");
}

TEST(LintWidths, ANegativeIntHasTwoSpellings) {
  for (const std::uint64_t minus_one : {std::uint64_t{0xffffffff}, ~std::uint64_t{0}}) {
    EXPECT_ONE(denying({rule(kAllow, {"kill"}, {when(0, Compare::equal, minus_one)})}), "warning",
               "with value 4294967295 and valueTwo 4294967295");
  }
}

TEST(LintWidths, SixteenBits) {
  EXPECT_ONE(denying({rule(kAllow, {"chmod"}, {when(1, Compare::masked_equal, 0xffffffff, 0644)})}), "note",
             "argument 1 of chmod is an unsigned 16-bit number, of which the kernel reads 16 bits, but "
             "SCMP_CMP_MASKED_EQ looks at 64: a caller that sets the others gets the stricter answer; write "
             "SCMP_CMP_MASKED_EQ with value 65535 and valueTwo 420");
}

TEST(LintWidths, NamesOnlyTheCallsThatItIsTrueOf) {
  const auto file = denying(
      {rule(kAllow, {"clone", "socket", "socketpair", "unknown"}, {when(0, Compare::not_equal, 40)})});
  EXPECT_ONE(file, "warning",
             "rule 1 (clone, socket, socketpair and 1 more): argument 0 of socket and socketpair is an int");
}

TEST(LintWidths, NothingIsSaidOfConfinedConditionsAndOfLongs) {
  EXPECT_EQ(said(denying({rule(kAllow, {"socket"}, {when(0, Compare::masked_equal, 0xffffffff, 40)}),
                          rule(kAllow, {"clone"}, {when(0, Compare::masked_equal, 0x7e020000)}),
                          rule(kAllow, {"unshare"}, {when(0, Compare::greater, 5)}),
                          rule(kAllow, {"getppid_of_tomorrow"}, {when(0, Compare::greater, 5)}),
                          rule(kAllow, {"socket"}, {when(5, Compare::masked_equal, 0, 0)})})),
            std::vector<std::string>{});
}

const Condition kSmall = when(0, Compare::less, 10);
const Condition kLarge = when(0, Compare::greater_or_equal, 10);

TEST(LintOverlaps, RulesThatMayBothMatchAreContested) {
  const auto file =
      denying({rule(kAllow, {"unshare"}, {when(0, Compare::less, 11)}), rule(kKill, {"unshare"}, {kLarge})});
  EXPECT_ONE(file, "warning",
             "rule 2 (unshare): for unshare it may match together with rule 1, which has another answer");
  const auto other_argument =
      denying({rule(kAllow, {"mmap"}, {kSmall}), rule(kKill, {"mmap"}, {when(1, Compare::greater, 10)})});
  EXPECT_ONE(other_argument, "warning", "rule 2 (mmap): for mmap it may match together with rule 1");
  const auto errnos = denying({rule(kEnosysAnswer, {"unshare"}, {when(0, Compare::less, 11)}),
                               rule({Action::error, 13}, {"unshare"}, {kLarge})});
  EXPECT_ONE(errnos, "note", "may match together");
}

TEST(LintOverlaps, RulesThatExcludeEachOtherAreNot) {
  const std::vector<std::pair<Condition, Condition>> apart{
      {kSmall, kLarge},
      {when(0, Compare::equal, 3), when(0, Compare::equal, 4)},
      {when(0, Compare::equal, 3), when(0, Compare::not_equal, 3)},
      {when(0, Compare::less_or_equal, 3), when(0, Compare::greater, 3)},
      {when(0, Compare::masked_equal, 0xf0, 0x10), when(0, Compare::masked_equal, 0x30, 0x20)},
      {when(0, Compare::masked_equal, 0xf0, 0x10), when(0, Compare::equal, 0x25)},
      {when(0, Compare::less, 0), when(0, Compare::not_equal, 7)},
      {when(0, Compare::greater, ~std::uint64_t{0}), when(0, Compare::not_equal, 7)}};
  for (const auto& [one, other] : apart) {
    const auto file = denying({rule(kAllow, {"unshare"}, {one}), rule(kKill, {"unshare"}, {other})});
    EXPECT_EQ(said(file), std::vector<std::string>{}) << name(one.op) << " " << name(other.op);
  }
}

TEST(LintOverlaps, AnUnconditionalRuleBesideAConditionalOne) {
  EXPECT_ONE(denying({rule(kKill, {"unshare"}, {kSmall}), rule(kAllow, {"unshare"})}), "warning",
             "rule 1 (unshare): for unshare it is lost beside rule 2");
  EXPECT_ONE(denying({rule(kEnosysAnswer, {"unshare"}), rule(kAllow, {"unshare"}, {kSmall})}), "note",
             "rule 2 (unshare): for unshare it is lost beside rule 1");
  EXPECT_ONE(denying({rule(kAllow, {"unshare"}), rule(kAllow, {"unshare"}, {kSmall})}), "note",
             "rule 2 (unshare): for unshare its conditions do not matter beside rule 1");
  EXPECT_ONE(denying({rule(kAllow, {"unshare"}), rule(kKill, {"unshare"})}), "warning",
             "rule 2 (unshare): for unshare it is lost beside rule 1");
  EXPECT_EQ(said(denying({rule(kAllow, {"unshare"}), rule(kAllow, {"unshare"})})),
            std::vector<std::string>{});
}

TEST(LintOverlaps, RulesThatNeverCountTogetherDoNotMeet) {
  const Filter admin{Flags().with(kSysAdmin), {}, std::nullopt};
  const Filter arm{{}, {Architecture::aarch64}, std::nullopt};
  const Filter pc{{}, {Architecture::x86_64}, std::nullopt};
  const Filter later{{}, {}, KernelVersion{6, 1}};
  const Filter since{{}, {}, KernelVersion{5, 0}};
  const auto pair = [](const Filter& in, const Filter& out, const Filter& other_in) {
    return denying({rule(kAllow, {"unshare"}, {}, in), rule(kKill, {"unshare"}, {kSmall}, other_in, out)});
  };
  EXPECT_EQ(said(pair(admin, admin, {})).size(), 0U);
  EXPECT_EQ(
      said(denying({rule(kAllow, {"unshare"}, {}, {}, admin), rule(kKill, {"unshare"}, {kSmall}, admin)}))
          .size(),
      0U);
  EXPECT_EQ(said(pair(arm, {}, pc)).size(), 0U);
  EXPECT_EQ(said(pair(arm, arm, {})).size(), 0U);
  EXPECT_EQ(said(pair(later, since, {})).size(), 0U);
  EXPECT_EQ(said(pair(since, later, {})).size(), 1U) << "between 5.0 and 6.1";
  EXPECT_EQ(said(pair(admin, {}, {})).size(), 1U);
  EXPECT_EQ(said(pair(pc, arm, {})).size(), 1U);
}

TEST(LintOverlaps, TwoConditionsOnOneArgumentAreTwoRules) {
  const auto file =
      denying({rule(kAllow, {"unshare"}, {when(0, Compare::greater, 3), when(0, Compare::less, 9)})});
  EXPECT_ONE(file, "warning",
             "rule 1 (unshare): two conditions on argument 0, so that runc makes each condition");
  // Read as one rule, they would leave 20 alone.
  const auto beside =
      denying({rule(kAllow, {"unshare"}, {when(0, Compare::greater, 3), when(0, Compare::less, 9)}),
               rule(kKill, {"unshare"}, {when(0, Compare::equal, 20)})});
  EXPECT_EQ(said(beside).size(), 2U);
}

TEST(LintOverlaps, ARuleThatEqualsTheDefaultIsDropped) {
  EXPECT_ONE(denying({rule(kEpermAnswer, {"keyctl"})}), "note",
             "rule 1 (keyctl): its answer is the default action, so that runc drops it");
  EXPECT_ONE(denying({rule(kEpermAnswer, {"socket"}, {when(0, Compare::equal, 40)})}), "note",
             "runc drops it");
  EXPECT_ONE(denying({rule(kEpermAnswer, {"unshare"}, {kSmall}), rule(kAllow, {"unshare"})}), "warning",
             "rule 1 (unshare): for unshare its answer is the default action, so that runc drops it and rule "
             "2 holds");
  EXPECT_ONE(denying({rule(kEpermAnswer, {"unshare"}), rule(kAllow, {"unshare"}, {kSmall})}), "note",
             "rule 1 (unshare)");
  EXPECT_ONE(denying({rule(kAllow, {"unshare"}, {kSmall}), rule(kKill, {"unshare"})}, kAllow), "note",
             "so that runc drops it and rule 2 holds");
}

TEST(LintOverlaps, CallsOfOnePairAreToldTogether) {
  EXPECT_ONE(denying({rule(kAllow, {"unshare", "mmap", "brk"}), rule(kKill, {"brk", "unshare"}, {kSmall})}),
             "warning", "rule 2 (brk and unshare): for unshare and brk it is lost beside rule 1");
}

Profile allowing(std::vector<std::string> names, const Answer& fallback = kEpermAnswer) {
  Profile out;
  out.fallback = fallback;
  out.rules.push_back({std::move(names), kAllow, {}});
  return out;
}

TEST(LintFloor, WithNoNewPrivileges) {
  EXPECT_EQ(below_floor(allowing({"close", "execve", "openat"}), true),
            (Names{"fstatfs", "getdents64", "write"}));
  EXPECT_EQ(below_floor(allowing({"close", "execve", "fstatfs", "getdents64", "openat", "write"}), true),
            Names{});
  EXPECT_EQ(
      below_floor(allowing({"close", "execve", "fstatfs", "getdents64", "openat", "write"}, kKill), true),
      (Names{"epoll_ctl", "getpid"}))
      << "to be killed at a call is more than to be refused it";
}

TEST(LintFloor, WithoutItIsHigherAndOneOfTwoIsEnough) {
  std::vector<std::string> names(kRuncNeedsEarly.begin(), kRuncNeedsEarly.end());
  EXPECT_EQ(below_floor(allowing(names), false), (Names{"faccessat", "faccessat2"}));
  names.emplace_back("faccessat");
  EXPECT_EQ(below_floor(allowing(names), false), Names{});
  EXPECT_EQ(below_floor(allowing(names), kCrunFloorEarly),
            (Names{"rt_sigaction", "rt_sigprocmask", "setresgid", "setresuid"}));
}

TEST(LintFloor, AskedOfWhatTheRulesSay) {
  Profile profile = Profile{};
  profile.fallback = kAllow;
  const auto with = [&](const Answer& answer, std::vector<Condition> conditions = {}) {
    profile.rules = {{{"execve"}, answer, std::move(conditions)}};
    return below_floor(profile, true);
  };
  EXPECT_EQ(with(kEpermAnswer), Names{"execve"});
  EXPECT_EQ(with({Action::trace, 0}), Names{"execve"}) << "nobody traces runc's init";
  EXPECT_EQ(with({Action::log, 0}), Names{});
  EXPECT_EQ(with({Action::notify, 0}), Names{}) << "we do not know what a listener says";
  EXPECT_EQ(with(kEpermAnswer, {kSmall}), Names{}) << "some arguments are allowed";
  profile.rules.push_back({{"execve"}, kKill, {}});
  EXPECT_EQ(below_floor(profile, true), Names{"execve"}) << "the first without conditions decides";
  profile.rules.insert(profile.rules.begin(), {{"execve"}, kAllow, {}});
  EXPECT_EQ(below_floor(profile, true), Names{"execve"}) << "a rule of the default action is dropped";
  EXPECT_EQ(below_floor(Profile::unconfined(), true), Names{});
}

TEST(LintFloor, IsAskedForNoCapabilitiesAndForAll) {
  const Filter admin{Flags().with(kSysAdmin), {}, std::nullopt};
  DockerProfile file = denying({rule(kEnosysAnswer, {"write"}, {}, admin)});
  const std::vector<std::string> found = said(file);
  ASSERT_EQ(found.size(), 3U) << testing::PrintToString(found);
  EXPECT_NE(found[0].find("rule 2 ("), std::string::npos) << found[0];
  EXPECT_EQ(found[1],
            "error: below what runc needs to start a container that has all capabilities: write; allow them");
  EXPECT_EQ(found[2],
            "error: below what runc needs to start a container that has all capabilities without "
            "no_new_privileges: write; allow them");
  file.rules.pop_back();
  EXPECT_NE(said(file).back().find("a container without no_new_privileges: capget, capset"),
            std::string::npos);
}

TEST(Lint, AnUnconfinedProfileHasNothingToTell) { EXPECT_TRUE(lint(DockerProfile{}, kPc).empty()); }

TEST(Lint, TheShippedProfileHasNoWarnings) {
  const auto document = doc::read_json("default.json", std::string(embedded::default_json));
  ASSERT_TRUE(document);
  const auto file = parse_docker(doc::Cursor(*document, document->root));
  ASSERT_TRUE(file);
  for (const Finding& one : lint(*file, kPc)) EXPECT_EQ(one.severity, Severity::note) << one.message;
}

}  // namespace
}  // namespace hardened::seccomp
