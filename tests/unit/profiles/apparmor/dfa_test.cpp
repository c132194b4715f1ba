#include "profiles/apparmor/dfa.h"

#include <gtest/gtest.h>

#include "tests/support/apparmor_parser.h"

namespace hardened::apparmor {
namespace {

constexpr std::uint8_t kTerm = 15;

Policy policy_of(const std::string& rules) {
  return test::compiled_policy("abi <abi/3.0>,\nprofile \"mine\" {\n  /only r,\n" + rules + "}\n");
}

TEST(AppArmorDfa, PathsAreWalkedByteByByte) {
  const Policy policy =
      policy_of("  /a/b r,\n  /a/** w,\n  deny /a/no* w,\n  /c[^x]d rw,\n  \"/e f\" r,\n  /\\(g l,\n");
  EXPECT_EQ(policy.files.path("/a/b"), file::kRead | file::kWrite | file::kAppend);
  EXPECT_EQ(policy.files.path("/a/b/c"), file::kWrite | file::kAppend);
  EXPECT_EQ(policy.files.path("/a/nono"), 0U);
  EXPECT_EQ(policy.files.path("/a/no/no"), file::kWrite | file::kAppend);
  EXPECT_EQ(policy.files.path("/cxd"), 0U);
  EXPECT_EQ(policy.files.path("/c\xC3"
                              "d"),
            file::kRead | file::kWrite | file::kAppend);
  EXPECT_EQ(policy.files.path("/e f"), file::kRead);
  EXPECT_EQ(policy.files.path("/a"), 0U);
  EXPECT_EQ(policy.files.path(""), 0U);
}

TEST(AppArmorDfa, OwnersRightsAreNotEverybodys) {
  const Policy policy = policy_of("  owner /a rw,\n  /a r,\n");
  EXPECT_EQ(policy.files.path("/a"), file::kRead);
}

TEST(AppArmorDfa, SignalsByNumberAndPeer) {
  const Policy policy = policy_of("  signal (send) set=(term) peer=one,\n  signal (receive) peer=two,\n");
  EXPECT_EQ(policy.rest.signal(kTerm, "one"), rest::kSend);
  EXPECT_EQ(policy.rest.signal(9, "one"), 0U);
  EXPECT_EQ(policy.rest.signal(9, "two"), rest::kReceive);
  EXPECT_EQ(policy.rest.signal(9, "three"), 0U);
}

TEST(AppArmorDfa, AStackIsMatchedAsAWholeOrPartByPart) {
  const Policy parts = policy_of("  signal (send) peer=one,\n  signal (send) peer=two,\n");
  EXPECT_EQ(parts.rest.signal(kTerm, "one//&two"), rest::kSend);
  EXPECT_EQ(parts.rest.signal(kTerm, "one//&three"), 0U);
  const Policy whole = policy_of("  signal (send) peer=\"one//&three\",\n");
  EXPECT_EQ(whole.rest.signal(kTerm, "one//&three"), rest::kSend);
  EXPECT_EQ(whole.rest.signal(kTerm, "one"), 0U);
}

TEST(AppArmorDfa, TracingAndSockets) {
  const Policy policy = policy_of("  ptrace (read, tracedby) peer=one,\n  network inet stream,\n");
  EXPECT_EQ(policy.rest.ptrace("one"), rest::kReadProcess | rest::kTraced);
  EXPECT_EQ(policy.rest.ptrace("two"), 0U);
  EXPECT_NE(policy.rest.socket(2, 1), 0U);
  EXPECT_EQ(policy.rest.socket(2, 2), 0U);
  EXPECT_EQ(policy.rest.socket(10, 1), 0U);
}

TEST(AppArmorDfa, ExcessIsFoundWithTheInputThatShowsIt) {
  const Policy wide = policy_of("  /a/** rw,\n");
  const Policy narrow = policy_of("  /a/** rw,\n  deny /a/secret/** w,\n");
  EXPECT_FALSE(first_excess(narrow.files, wide.files, Inputs::paths).found);
  EXPECT_FALSE(first_excess(wide.files, wide.files, Inputs::paths).found);
  const Excess excess = first_excess(wide.files, narrow.files, Inputs::paths);
  ASSERT_TRUE(excess.found);
  EXPECT_TRUE(excess.input.starts_with("/a/secret/")) << excess.input;
  EXPECT_NE(excess.bits & file::kWrite, 0U);
}

TEST(AppArmorDfa, WhatIsNoDumpIsAnError) {
  EXPECT_FALSE(read_policy("").ok());
  EXPECT_FALSE(read_policy("AppArmor parser error").ok());
  const std::string one =
      "{1} <== (allow/deny/audit/quiet)\n{2} (0x 4/0/0/0)\n\n{1} perms: none\n    a 0x61 -> {2}  (0x "
      "4/0/0/0)\n";
  EXPECT_FALSE(read_policy(one).ok());
  const auto two = read_policy(one + "\n" + one);
  ASSERT_TRUE(two.ok()) << two.error().what;
  EXPECT_EQ(two->files.at("a"), 4U);
  for (const char* wrong : {"    a 0x61\n", "    [^a -> {2}\n", "    a 0xzz -> {2}\n", "    [^\\q] -> {2}\n",
                            "what\n", "    a 0x61 -> 2\n", "    [a] -> {2}\n"}) {
    EXPECT_FALSE(read_policy(one + wrong + one).ok()) << wrong;
  }
}

}  // namespace
}  // namespace hardened::apparmor
