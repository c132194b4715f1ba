#include "controls/capabilities.h"

#include <gtest/gtest.h>

#include "controls/capability_set.h"
#include "harden.h"

namespace hardened::controls {
namespace {

constexpr const char* kDefaultRule = "ceiling: [docker-default]";

Hardened<Capabilities> create(const std::string& capabilities, const std::string& rule = kDefaultRule) {
  return harden<Capabilities>(Scope::bundle, "{\"process\":{\"capabilities\":" + capabilities + "}}", rule);
}
std::string created(const std::string& capabilities) {
  return "{\"process\":{\"capabilities\":" + capabilities + "}}";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The ceiling.

Flags most(const std::string& list) { return ceiling_of<Capabilities>("ceiling: " + list).most; }

TEST(CapabilitiesCeiling, DockersDefaultIsItsFourteen) {
  const Flags set = most("[docker-default]");
  EXPECT_EQ(set.bits(), 0xa80425fbU);
  for (const char* name :
       {"CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP",
        "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"}) {
    EXPECT_TRUE(set.has(*capability_number("CAP_" + std::string(name)))) << name;
  }
}

TEST(CapabilitiesCeiling, EntriesCountInTheirOrder) {
  EXPECT_EQ(most("[docker-default, -MKNOD, NET_ADMIN]").bits(), (0xa80425fbU & ~(1U << 27)) | (1U << 12));
  EXPECT_EQ(most("[CAP_BPF, PERFMON, -CAP_BPF]"), Flags{}.with(38));
}

TEST(CapabilitiesCeiling, SetsAreTakenOutAsWell) {
  EXPECT_EQ(most("[all, -docker-default]").bits(),
            ((std::uint64_t{1} << 41) - 1) & ~std::uint64_t{0xa80425fb});
}

TEST(CapabilitiesCeiling, NoneAndTheEmptyListAreNone) {
  EXPECT_EQ(most("[none]"), Flags{});
  EXPECT_EQ(most("[]"), Flags{});
}

struct WrongCeiling {
  const char* list;
  const char* says;
};
class CapabilitiesCeilingIsWrong : public testing::TestWithParam<WrongCeiling> {};
TEST_P(CapabilitiesCeilingIsWrong, AtItsPlace) {
  const std::string wrong = wrong_with<Capabilities>(std::string("ceiling: ") + GetParam().list);
  EXPECT_TRUE(contains(wrong, GetParam().says)) << wrong;
  EXPECT_TRUE(contains(wrong, "policy.yaml:1:")) << wrong;
}
INSTANTIATE_TEST_SUITE_P(
    All, CapabilitiesCeilingIsWrong,
    testing::Values(
        WrongCeiling{"[CAP_SYS_ADMN]", "unknown capability 'CAP_SYS_ADMN', did you mean CAP_SYS_ADMIN?"},
        WrongCeiling{"[sys_admin]", "did you mean CAP_SYS_ADMIN?"},
        WrongCeiling{"[Docker-Default]", "unknown capability 'Docker-Default'"},
        WrongCeiling{"[CAP_CAP_CHOWN]", "unknown capability"},
        WrongCeiling{"[\"\"]", "unknown capability ''"}, WrongCeiling{"[-]", "unknown capability"},
        WrongCeiling{"[7]", "expected a string"}, WrongCeiling{"all", "expected a list"},
        WrongCeiling{"[docker-default, none]", "'none' adds nothing"},
        WrongCeiling{"[-MKNOD, docker-default]", "takes away what no entry before it has added"}));

TEST(CapabilitiesCeiling, EveryFaultIsToldAndNothingIsGranted) {
  const doc::Document rule = yaml_of("ceiling: [all, FOO, -BAR]");
  doc::Diagnostics wrong;
  EXPECT_EQ(Capabilities::parse(Rule(doc::Cursor(rule, rule.root), std::nullopt), wrong).most, Flags{});
  EXPECT_EQ(wrong.errors().size(), 2U);
}

TEST(CapabilitiesCeiling, MustBeThere) {
  EXPECT_TRUE(contains(wrong_with<Capabilities>("{}"), "'ceiling' is missing"));
}

// Create.

TEST(Capabilities, WhatDockerAsksForByDefaultKeepsItsBytes) {
  const std::string asked =
      R"({"bounding":["CAP_CHOWN", "CAP_KILL"],"effective":["CAP_KILL"],"permitted":["CAP_KILL"]})";
  const auto hardened = create(asked);
  EXPECT_EQ(hardened.text, created(asked));
  EXPECT_EQ(hardened.outcome.verdict, Verdict::unchanged);
}

TEST(Capabilities, WhatIsAboveTheCeilingGoesFromAllFive) {
  const auto hardened = create(
      R"({"bounding":["CAP_SYS_ADMIN","CAP_KILL" , "CAP_CHOWN"],"effective":["CAP_KILL","CAP_SYS_ADMIN"],)"
      R"("permitted":["CAP_SYS_ADMIN"],"inheritable":["CAP_CHOWN","CAP_BPF"],"ambient":["CAP_BPF","CAP_BPF"]})");
  EXPECT_EQ(hardened.text, created(R"({"bounding":["CAP_KILL" , "CAP_CHOWN"],"effective":["CAP_KILL"],)"
                                   R"("permitted":[],"inheritable":["CAP_CHOWN"],"ambient":[]})"));
  ASSERT_EQ(hardened.outcome.changes.size(), 1U);
  const Change& change = hardened.outcome.changes[0];
  EXPECT_EQ(change.pointer, "/process/capabilities");
  EXPECT_EQ(change.before, "CAP_SYS_ADMIN, CAP_BPF");
  EXPECT_EQ(change.after, "");
  EXPECT_TRUE(contains(change.reason, "the ceiling is docker-default;")) << change.reason;
  EXPECT_FALSE(change.by_default);
}

TEST(Capabilities, AnUnprivilegedUsersBoundingSetAloneIsNarrowedToo) {
  EXPECT_EQ(create(R"({"bounding":["CAP_SYS_PTRACE"]})").text, created(R"({"bounding":[]})"));
}

TEST(Capabilities, EachSetIsBoundedByTheCeilingAloneNotByAnother) {
  const std::string asked =
      R"({"bounding":["CAP_KILL"],"permitted":["CAP_CHOWN"],"inheritable":["CAP_MKNOD"]})";
  EXPECT_EQ(create(asked).text, created(asked));
}

TEST(Capabilities, ManyLostNamesAreCounted) {
  std::string all;
  for (const std::string_view name : kCapabilityNames)
    all += (all.empty() ? "\"" : ",\"") + std::string(name) + "\"";
  const auto hardened = create("{\"bounding\":[" + all + "]}");
  EXPECT_EQ(hardened.outcome.changes[0].before,
            "CAP_SYS_ADMIN, CAP_DAC_READ_SEARCH, CAP_LINUX_IMMUTABLE, CAP_NET_BROADCAST, CAP_NET_ADMIN, "
            "CAP_IPC_LOCK, "
            "CAP_IPC_OWNER, CAP_SYS_MODULE and 19 more");
}

TEST(Capabilities, AbsentAtCreateBecomesTheEmptyObject) {
  // Every runtime reads {} as none; runc from 1.3 on reads absence as all that it has itself.
  for (const char* asked : {R"({"process":{"cwd":"/"}})", R"({"process":{"cwd":"/","capabilities":null}})"}) {
    const auto hardened = harden<Capabilities>(Scope::bundle, asked, "ceiling: [all]");
    EXPECT_EQ(hardened.text, R"({"process":{"cwd":"/","capabilities":{}}})");
    EXPECT_EQ(hardened.outcome.verdict, Verdict::unchanged);
  }
}

TEST(Capabilities, TheEmptyObjectStaysAsItIs) {
  EXPECT_EQ(create("{ }").text, created("{ }"));
  EXPECT_EQ(create(R"({"bounding":null})").text, created(R"({"bounding":null})"));
}

// Exec.

TEST(Capabilities, AbsentInAnExecIsKept) {
  for (const char* asked : {R"({"cwd":"/"})", R"({"capabilities": null})"}) {
    EXPECT_EQ(harden<Capabilities>(Scope::process, asked, "ceiling: [none]").text, asked);
  }
}

TEST(Capabilities, AnExecIsNarrowedLikeACreate) {
  const auto hardened =
      harden<Capabilities>(Scope::process, R"({"capabilities":{"ambient":["CAP_BPF"]}})", kDefaultRule);
  EXPECT_EQ(hardened.text, R"({"capabilities":{"ambient":[]}})");
}

// What readers could take differently.

struct WrongRequest {
  const char* capabilities;
  const char* says;
};
class CapabilitiesRequestIsWrong : public testing::TestWithParam<WrongRequest> {};
TEST_P(CapabilitiesRequestIsWrong, AtItsPlace) {
  const std::string fault = create(GetParam().capabilities).fault;
  EXPECT_TRUE(contains(fault, GetParam().says)) << fault;
  EXPECT_TRUE(contains(fault, "config.json:1:")) << fault;
}
INSTANTIATE_TEST_SUITE_P(
    All, CapabilitiesRequestIsWrong,
    testing::Values(WrongRequest{R"({"bounding":["cap_sys_admin"]})", "did you mean CAP_SYS_ADMIN?"},
                    WrongRequest{R"({"bounding":["SYS_ADMIN"]})", "did you mean CAP_SYS_ADMIN?"},
                    WrongRequest{R"({"ambient":["CAP_NOTHING_OF_THE_KIND"]})", "unknown capability"},
                    WrongRequest{R"({"bounding":["all"]})", "unknown capability 'all'"},
                    WrongRequest{R"({"bounding":["CAP_KILL\u001b[0m"]})", "\\x1b"},
                    WrongRequest{R"({"bounding":[21]})", "expected a string, found a number"},
                    WrongRequest{R"({"bounding":[null]})", "expected a string"},
                    WrongRequest{R"({"bounding":"CAP_KILL"})", "expected a list"},
                    WrongRequest{R"(["CAP_KILL"])", "expected an object"},
                    WrongRequest{"true", "expected an object"}));

TEST(Capabilities, AProcessThatIsNoObjectIsNotTakenForAbsence) {
  const auto hardened = harden<Capabilities>(Scope::bundle, R"({"process":[]})", kDefaultRule);
  EXPECT_TRUE(contains(hardened.fault, "expected an object")) << hardened.fault;
}

// In words.

TEST(CapabilitySet, IsDescribedNearToThePolicysWords) {
  EXPECT_EQ(describe(Flags{}), "none");
  EXPECT_EQ(describe(kAllCapabilities), "all");
  EXPECT_EQ(describe(kDockerDefaultCapabilities), "docker-default");
  EXPECT_EQ(describe(kDockerDefaultCapabilities.without(27).with(12)),
            "docker-default without CAP_MKNOD with CAP_NET_ADMIN");
  EXPECT_EQ(describe(Flags{}.with(0).with(21)), "CAP_SYS_ADMIN, CAP_CHOWN");
}

}  // namespace
}  // namespace hardened::controls
