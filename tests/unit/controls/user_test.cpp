#include "controls/user.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/running.h"
#include "tests/unit/controls/hardening.h"

namespace hardened::controls {
namespace {

const std::string kDefault = "run_as: any\nprotected_groups: [disk, docker, 42]";
constexpr const char* kGroups = "root:x:0:\ndisk:x:6:\nsudo:x:27:ann\nshadow:*:42:\ndocker:x:998:ann,bob\n";

std::string process(const std::string& user) { return R"({"process":{"user":)" + user + "}}"; }
std::string groups(const std::string& uid, const std::string& gid, const std::string& additional) {
  return R"({"uid":)" + uid + R"(,"gid":)" + gid + R"(,"additionalGids":[)" + additional + "]}";
}

class UserTest : public testing::Test {
 protected:
  UserTest() { host.file("/etc/group", kGroups); }

  Hardened<User> hardened(const std::string& json, const std::string& rule = kDefault,
                          Scope scope = Scope::bundle) {
    auto result = harden<User>(host, json, rule, scope, {"web", std::nullopt, "/run/runc"});
    EXPECT_TRUE(result.ok()) << (result ? "" : result.error().what);
    return result ? *result : Hardened<User>{};
  }
  void expect_untouched(const std::string& json, const std::string& rule = kDefault,
                        Scope scope = Scope::bundle) {
    const auto result = hardened(json, rule, scope);
    EXPECT_EQ(result.outcome.verdict, Verdict::unchanged) << json;
    EXPECT_EQ(result.text, json);
  }

  test::FakeHost host;
};

TEST_F(UserTest, WhoeverItIsPasses) {
  expect_untouched("{}");
  expect_untouched(process("{}"));
  expect_untouched(process(R"({"uid":1000,"gid":998,"umask":18})"));
  expect_untouched(process(groups("0", "0", "0")));
  expect_untouched(process(groups("0", "0", "0,1,2,3,4,10,20,26,27")));
  expect_untouched(process(groups("2147483647", "2147483647", "2147483647")));
}

// Alpine's root is in disk: the group goes, and nobody is blamed for it.
TEST_F(UserTest, RootsProtectedGroupsAreDroppedAsTheImages) {
  const auto result = hardened(process(groups("0", "0", "0,1,2,3,4,6,10,11,20,26,27")));
  EXPECT_EQ(result.outcome.verdict, Verdict::narrowed);
  EXPECT_EQ(result.text, process(groups("0", "0", "0,1,2,3,4,10,11,20,26,27")));
  ASSERT_EQ(result.outcome.changes.size(), 1U);
  EXPECT_EQ(result.outcome.changes[0].pointer, "/process/user/additionalGids");
  EXPECT_EQ(result.outcome.changes[0].before, "group 6 (disk)");
  EXPECT_TRUE(result.outcome.changes[0].by_default);
}

TEST_F(UserTest, ProtectedGroupsOfOthersWereAskedFor) {
  const auto result = hardened(process(groups("1000", "1000", "1000,42,6,42,998")));
  EXPECT_EQ(result.text, process(groups("1000", "1000", "1000")));
  ASSERT_EQ(result.outcome.changes.size(), 1U);
  EXPECT_EQ(result.outcome.changes[0].before, "group 6 (disk), 42 and 998 (docker)");
  EXPECT_FALSE(result.outcome.changes[0].by_default);
  EXPECT_EQ(hardened(process(groups("1000", "1000", "6"))).text, process(groups("1000", "1000", "")));
}

// redis is 999 in its image, and docker may be on the host.
TEST_F(UserTest, TheFirstGroupIsTheImagesOwn) {
  expect_untouched(process(groups("998", "998", "998")));
  EXPECT_EQ(hardened(process(groups("998", "998", "998,6"))).text, process(groups("998", "998", "998")));
}

TEST_F(UserTest, NamesAreTheHosts) {
  const std::string asked = process(groups("1000", "1000", "6,998"));
  host.file("/etc/group", "disk:x:7:\n:x:6:\ndocker\ndocker:x:a:\ndocker:x:4294967296:\n");
  expect_untouched(asked);
  EXPECT_TRUE(host.remove("/etc/group").ok());
  expect_untouched(asked);
  EXPECT_EQ(hardened(asked, "run_as: any\nprotected_groups: [\"6\", 900-1000]").text,
            process(groups("1000", "1000", "")));
  host.fail(test::Operation::read, "/etc/group", {Fault::io, "no such luck"});
  EXPECT_FALSE(harden<User>(host, asked, kDefault).ok());
}

TEST_F(UserTest, InAUserNamespaceAGroupIsTheOneThatItIsMappedTo) {
  const std::string map =
      R"([{"containerID":0,"hostID":100000,"size":65536},{"containerID":70000,"hostID":6,"size":1}])";
  const auto remapped = [&](const std::string& additional) {
    return R"({"process":{"user":)" + groups("1000", "1000", additional) +
           R"(},"linux":{"namespaces":[{"type":"user"}],"uidMappings":)" + map + R"(,"gidMappings":)" + map +
           "}}";
  };
  expect_untouched(remapped("6,42,998"));
  const auto result = hardened(remapped("6,70000"));
  EXPECT_EQ(result.text, remapped("6"));
  EXPECT_EQ(result.outcome.changes.at(0).before, "group 70000 (disk)");
}

TEST_F(UserTest, AnExecKnowsTheContainersUserNamespace) {
  const std::string asked = R"({"user":)" + groups("0", "0", "6") + "}";
  const std::string bounded = R"({"user":)" + groups("0", "0", "") + "}";
  EXPECT_EQ(hardened(asked, kDefault, Scope::process).text, bounded);
  host.file("/run/runc/web/state.json", R"({"init_process_pid":4711,"init_process_start":1})");
  EXPECT_EQ(hardened(asked, kDefault, Scope::process).text, bounded);
  host.file("/proc/4711/gid_map", "         0          0 4294967295\n");
  EXPECT_EQ(hardened(asked, kDefault, Scope::process).text, bounded);
  host.file("/proc/4711/gid_map", "         0     100000      65536\n");
  expect_untouched(asked, kDefault, Scope::process);
}

TEST_F(UserTest, AUserAboveTheCeilingIsRefused) {
  const std::string rule = "run_as: non-root\nprotected_groups: []";
  for (const std::string& user : {std::string("{}"), groups("0", "1000", ""), std::string(R"({"gid":5})")}) {
    const auto result = hardened(process(user), rule);
    EXPECT_EQ(result.outcome.verdict, Verdict::refused) << user;
    ASSERT_EQ(result.outcome.changes.size(), 1U);
    EXPECT_EQ(result.outcome.changes[0].pointer, "/process/user/uid");
    EXPECT_EQ(result.outcome.changes[0].before, "user 0");
    EXPECT_EQ(result.outcome.changes[0].reason,
              "the ceiling is non-root; ask with --user, or let the operator change user.run_as");
  }
  expect_untouched(process(R"({"uid":1})"), rule);
  // No process.json says that it is the container's own user.
  EXPECT_EQ(hardened("{}", rule, Scope::process).outcome.verdict, Verdict::refused);
  const std::string ranges = "run_as: [1000-1999, 65534]\nprotected_groups: []";
  expect_untouched(process(R"({"uid":1999})"), ranges);
  expect_untouched(process(R"({"uid":65534})"), ranges);
  const auto result = hardened(process(R"({"uid":2000})"), ranges);
  EXPECT_EQ(result.outcome.verdict, Verdict::refused);
  EXPECT_NE(result.outcome.changes.at(0).reason.find("the ceiling is 1000-1999 and 65534;"),
            std::string::npos);
}

TEST_F(UserTest, MalformedOnesAreErrors) {
  for (const std::string user :
       {"[]", R"({"uid":-1})", R"({"uid":"0"})", R"({"gid":4294967296})", R"({"additionalGids":{}})",
        R"({"additionalGids":[-1]})", R"({"additionalGids":["6"]})"}) {
    EXPECT_FALSE(harden<User>(host, process(user), kDefault).ok()) << user;
  }
}

// To crun 4294967295 is -1, with which setresuid(2) leaves the process what it is: root.
TEST_F(UserTest, NobodyIsANumberThatLeavesRootAsItIs) {
  const std::string rule = "run_as: non-root\nprotected_groups: []";
  expect_untouched(process(groups("2147483647", "0", "")), rule);
  for (const std::string id : {"2147483648", "4294967294", "4294967295"}) {
    EXPECT_FALSE(harden<User>(host, process(groups(id, "1", "")), rule).ok()) << id;
    EXPECT_FALSE(harden<User>(host, process(groups("1", id, "")), rule).ok()) << id;
    EXPECT_FALSE(harden<User>(host, process(groups("1", "1", "2," + id)), rule).ok()) << id;
  }
}

TEST(UserRule, SaysAllThatIsWrongAndIsTheStrictest) {
  const doc::Document policy =
      *doc::read_yaml("policy.yaml", "run_as: root\nprotected_groups: [\"\", {a: b}, 5-1, disk]");
  doc::Diagnostics wrong;
  const auto ceiling = User::parse(Rule(doc::Cursor(policy, policy.root), std::nullopt), wrong);
  EXPECT_EQ(ceiling.run_as, IdSet());
  EXPECT_EQ(ceiling.protected_groups, IdSet::all());
  EXPECT_EQ(wrong.errors().size(), 4U);
  for (const char* run_as : {"[a]", "[5-1]", "[-1]", "[1-4294967296]", "{}", "[1-2-3]"}) {
    EXPECT_FALSE(ceiling_of<User>("protected_groups: []\nrun_as: " + std::string(run_as)).ok()) << run_as;
  }
  EXPECT_FALSE(ceiling_of<User>("run_as: any").ok());
}

}  // namespace
}  // namespace hardened::controls
