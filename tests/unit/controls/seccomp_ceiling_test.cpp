#include "controls/seccomp_ceiling.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/doc/yaml.h"
#include "profiles/capability_names.h"
#include "profiles/seccomp/engines.h"
#include "profiles/seccomp/exact.h"
#include "profiles/seccomp/lint.h"
#include "tests/support/seccomp_model.h"

namespace hardened::controls {
namespace {

using seccomp::Action;
using seccomp::Architecture;
using seccomp::Profile;
using Faults = std::vector<std::string>;

constexpr seccomp::Machine kMachine{Architecture::x86_64, {6, 1}};
constexpr std::uint64_t kTiocsti = 0x5412;
constexpr std::uint64_t kTioclinux = 0x541c;

struct Parsed {
  Seccomp::Ceiling ceiling;
  Faults faults;
};

Parsed parsed(const std::string& rule) {
  const auto document = doc::read_yaml("rule", rule);
  EXPECT_TRUE(document.ok()) << rule;
  if (!document) return {};
  doc::Diagnostics wrong;
  Parsed out{Seccomp::parse(Rule(doc::Cursor(*document, document->root), std::nullopt), wrong), {}};
  for (const Error& error : wrong.errors()) out.faults.push_back(error.what.substr(0, error.what.find('\n')));
  return out;
}

Profile bound(const std::string& rule, Flags bounding = kDockerDefaultCapabilities) {
  const Parsed rule_read = parsed(rule);
  EXPECT_EQ(rule_read.faults, Faults{});
  Seccomp::Facts facts;
  facts.machine = kMachine;
  facts.carries = true;
  CapabilitySets granted;
  granted.sets[0] = bounding;
  return Seccomp::bound(rule_read.ceiling, facts, {granted, Required(true)}).profile;
}

bool allows(const Profile& profile, const std::string& call, std::uint64_t first = 0,
            std::uint64_t second = 0) {
  return test::evaluate(profile, Architecture::x86_64, {Architecture::x86_64, call, {first, second}})
             .mildest.action == Action::allow;
}

const std::string kDefault = "{profile: default, architectures: requested}";
const std::string kStrict = "{profile: strict, architectures: requested}";

TEST(SeccompCeiling, StrictIsTheDefaultWithoutAFewCalls) {
  const Profile standard = bound(kDefault);
  const Profile strict = bound(kStrict);
  EXPECT_TRUE(leq(strict, standard));
  EXPECT_FALSE(leq(standard, strict));
  for (const std::string call : {"read", "socket", "execve", "arch_prctl"})
    EXPECT_TRUE(allows(strict, call)) << call;
  EXPECT_TRUE(allows(standard, "modify_ldt"));
  EXPECT_FALSE(allows(strict, "modify_ldt"));
}

// What an engine's own default has of them is no user's wish.
TEST(SeccompCeiling, WhatStrictTakesIsKnownAsTheEnginesOwn) {
  const Profile standard = bound(kDefault);  // what is named is named in it
  const Profile strict = bound(kStrict);
  const seccomp::Excess excess = seccomp::excess(standard, strict);
  std::vector<std::string_view> calls = excess.calls;
  std::sort(calls.begin(), calls.end());
  EXPECT_EQ(calls, std::vector<std::string_view>(seccomp::kNotStrict.begin(), seccomp::kNotStrict.end()));
}

TEST(SeccompCeiling, StrictTypesIntoNoTerminal) {
  const Profile standard = bound(kDefault);
  const Profile strict = bound(kStrict);
  // The kernel reads 32 bits of the command: what is above them changes nothing (CVE-2019-10063).
  for (const std::uint64_t high : {std::uint64_t{0}, std::uint64_t{1} << 32U, ~std::uint64_t{0} << 32U}) {
    EXPECT_TRUE(allows(standard, "ioctl", 0, high | kTiocsti));
    EXPECT_FALSE(allows(strict, "ioctl", 0, high | kTiocsti)) << high;
    EXPECT_FALSE(allows(strict, "ioctl", 0, high | kTioclinux)) << high;
    for (std::uint64_t command = kTiocsti - 20; command < kTioclinux + 20; ++command) {
      if (command == kTiocsti || command == kTioclinux) continue;
      EXPECT_TRUE(allows(strict, "ioctl", 0, high | command)) << std::hex << command;
    }
    for (const std::uint64_t command : {0x0U, 0x5401U, 0x80045430U, 0xffffffffU}) {
      EXPECT_TRUE(allows(strict, "ioctl", 0, high | command)) << std::hex << command;
    }
  }
}

TEST(SeccompCeiling, ContainersStartUnderStrict) {
  EXPECT_TRUE(above_floor(shipped_profile(Seccomp::Shipped::strict), kMachine).ok());
  EXPECT_TRUE(seccomp::below_floor(bound(kStrict, Flags{}), true).empty());
}

// A rule whose filter does not say what it says would be rewritten at each create.
TEST(SeccompCeiling, StrictIsSmallEnoughForAFilter) {
  const Profile strict = bound(kStrict);
  EXPECT_TRUE(identical(seccomp::exact_in_width(strict), strict));
}

TEST(SeccompCeiling, AlsoAllowsCallsWhateverTheirArguments) {
  constexpr std::uint64_t kNewUser = 0x10000000;
  const Profile standard = bound(kDefault);
  const Profile more = bound("{profile: default, architectures: requested, also: [clone, unshare, mount]}");
  EXPECT_TRUE(leq(standard, more));
  EXPECT_FALSE(allows(standard, "clone", kNewUser));
  EXPECT_TRUE(allows(more, "clone", kNewUser));
  EXPECT_TRUE(allows(more, "unshare"));
  EXPECT_TRUE(allows(more, "mount"));
  EXPECT_FALSE(allows(more, "bpf"));
  EXPECT_FALSE(allows(more, "clone3")) << "its own rule stands";
  EXPECT_FALSE(allows(bound("{profile: strict, architectures: native, also: [keyctl]}"), "modify_ldt"));
}

TEST(SeccompCeiling, WhatARuleMayNotSay) {
  EXPECT_EQ(
      parsed("{profile: strickt, architectures: nativ, also: [unshar, 4, nothing_like_it]}").faults,
      (Faults{
          "rule:1:11: expected default, strict or the absolute path of a profile in Docker's format, found "
          "'strickt', did you mean strict?",
          "rule:1:35: expected requested or native, found 'nativ', did you mean native?",
          "rule:1:49: unknown system call 'unshar', did you mean unshare?",
          "rule:1:57: expected a string, found a number",
          "rule:1:60: unknown system call 'nothing_like_it'"}));
  EXPECT_EQ(parsed("{profile: default, architectures: native, also: unshare}").faults,
            (Faults{"rule:1:49: expected a list, found a string"}));
  EXPECT_EQ(parsed("{profile: seccomp.json, architectures: native}").faults.size(), 1U);
}

TEST(SeccompCeiling, TheZeroValueIsTheStrictest) {
  EXPECT_EQ(Seccomp::Ceiling{}.shipped, Seccomp::Shipped::strict);
  EXPECT_EQ(name_of(Seccomp::Ceiling{}), "strict");
  EXPECT_EQ(name_of(parsed("{profile: default, architectures: native, also: [mount, unshare]}").ceiling),
            "default with mount and unshare");
}

}  // namespace
}  // namespace hardened::controls
