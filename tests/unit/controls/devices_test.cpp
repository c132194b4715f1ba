#include "controls/devices.h"

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include <string>

#include "tests/unit/controls/hardening.h"

namespace hardened::controls {
namespace {

const std::string kDocker =
    R"({"access":"rwm","allow":false},)"
    R"({"access":"rwm","allow":true,"major":1,"minor":5,"type":"c"},{"access":"rwm","allow":true,"major":1,"minor":3,"type":"c"},)"
    R"({"access":"rwm","allow":true,"major":1,"minor":9,"type":"c"},{"access":"rwm","allow":true,"major":1,"minor":8,"type":"c"},)"
    R"({"access":"rwm","allow":true,"major":5,"minor":0,"type":"c"},{"access":"rwm","allow":true,"major":5,"minor":1,"type":"c"},)"
    R"({"access":"rwm","allow":false,"major":10,"minor":229,"type":"c"})";
const std::string kAll = R"({"access":"rwm","allow":true})";
const std::string kDefault = "allow: [docker-default]";
// What is written for a request for everything.
const std::string kNarrowed =
    R"([{"allow":false,"access":"rwm"},{"allow":true,"type":"c","access":"m"},)"
    R"({"allow":true,"type":"c","major":1,"minor":3,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":5,"access":"rwm"},)"
    R"({"allow":true,"type":"c","major":1,"minor":7,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":8,"access":"rwm"},)"
    R"({"allow":true,"type":"c","major":1,"minor":9,"access":"rwm"},{"allow":true,"type":"c","major":5,"minor":0,"access":"rwm"},)"
    R"({"allow":true,"type":"c","major":5,"minor":1,"access":"rwm"},{"allow":true,"type":"c","major":5,"minor":2,"access":"rwm"},)"
    R"({"allow":true,"type":"c","major":10,"minor":200,"access":"rwm"},{"allow":true,"type":"c","major":136,"access":"rwm"},)"
    R"({"allow":true,"type":"b","access":"m"}])";

std::string rules(const std::string& list) { return R"({"linux":{"resources":{"devices":[)" + list + "]}}}"; }
std::string nodes(const std::string& list, const std::string& more = "") {
  return R"({"linux":{"devices":[)" + list + R"(],"resources":{"devices":[)" + kDocker + "]}" + more + "}}";
}

Hardened<Devices> hardened(Host& host, const std::string& json, const std::string& rule = kDefault,
                           Scope scope = Scope::bundle) {
  auto result = harden<Devices>(host, json, rule, scope);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().what);
  return result ? *result : Hardened<Devices>{};
}

void expect_untouched(const std::string& json, const std::string& rule = kDefault) {
  test::FakeHost host;
  const auto result = hardened(host, json, rule);
  EXPECT_EQ(result.outcome.verdict, Verdict::unchanged) << json;
  EXPECT_EQ(result.text, json);
}

TEST(Devices, DockersOwnListsPassByteForByte) {
  expect_untouched(rules(kDocker));
  expect_untouched(rules(kDocker + ", " + kDocker));
  // --device /dev/null:/dev/xnull
  expect_untouched(rules(kDocker + R"(,{"access":"rw","allow":true,"major":1,"minor":3,"type":"c"})"));
}

TEST(Devices, WhatEveryRuntimeAllowsAnywayIsNotAboveTheCeiling) {
  expect_untouched(rules(
      kDocker +
      R"(,{"allow":true,"type":"b","access":"m"},{"allow":true,"type":"c","major":10,"minor":200,"access":"rw"})"));
  expect_untouched(
      rules(R"({"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":136,"access":"rwm"})"),
      "allow: []");
}

TEST(Devices, APrivilegedListIsNarrowedToDefaultDenyAndAllows) {
  for (const std::string& list :
       {kAll, kDocker + "," + kAll, kDocker + "," + kDocker + "," + kAll,
        kDocker + R"(,{"access":"rmw","allow":true,"major":-1,"minor":-1,"type":"a"})"}) {
    test::FakeHost host;
    const auto result = hardened(host, rules(list));
    EXPECT_EQ(result.outcome.verdict, Verdict::narrowed);
    EXPECT_EQ(result.text, R"({"linux":{"resources":{"devices":)" + kNarrowed + "}}}");
    ASSERT_EQ(result.outcome.changes.size(), 1U);
    EXPECT_EQ(result.outcome.changes[0].before, "a *:* rwm");
    EXPECT_FALSE(result.outcome.changes[0].by_default);
  }
}

TEST(Devices, ADeviceRuleOfTheUserIsTakenOutAndNamed) {
  test::FakeHost host;
  const auto result =
      hardened(host, rules(kDocker + R"(,{"access":"rmw","allow":true,"major":42,"minor":-1,"type":"c"})"));
  EXPECT_EQ(result.outcome.verdict, Verdict::narrowed);
  ASSERT_EQ(result.outcome.changes.size(), 1U);
  const Change& change = result.outcome.changes[0];
  EXPECT_EQ(change.pointer, "/linux/resources/devices");
  EXPECT_EQ(change.before, "c 42:* rwm");
  EXPECT_EQ(change.after, "c 42:* m");  // mknod is open to all
  EXPECT_NE(change.reason.find("docker-default"), std::string::npos);
  EXPECT_NE(change.reason.find("controls.devices.allow"), std::string::npos);
  EXPECT_EQ(result.text.find("42,\"access\":\"rwm\""), std::string::npos);
}

TEST(Devices, TheOperatorsDevicesAreGranted) {
  const std::string fuse = kDocker + R"(,{"access":"rwm","allow":true,"major":10,"minor":229,"type":"c"})";
  expect_untouched(rules(fuse), R"(allow: [docker-default, "c 10:229 rwm"])");
  expect_untouched(rules(kAll), R"(allow: ["a *:* rwm"])");
  test::FakeHost host;
  const auto result = hardened(host, rules(kDocker + R"(,{"access":"rw","allow":true,"type":"b","major":8})"),
                               R"(allow: [docker-default, "b 8:1 r"])");
  EXPECT_NE(result.text.find(R"({"allow":true,"type":"b","major":8,"minor":1,"access":"r"})"),
            std::string::npos)
      << result.text;
}

TEST(Devices, ARangeThatADenyPiercesIsDroppedWholeAndSaid) {
  test::FakeHost host;
  const auto result = hardened(
      host,
      rules(
          R"({"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":10,"access":"rw"},)"
          R"({"allow":false,"type":"c","major":10,"minor":229,"access":"rw"},{"allow":true,"type":"b","major":8,"access":"r"})"),
      R"(allow: ["c 10:* rw"])");
  EXPECT_EQ(result.outcome.verdict, Verdict::narrowed);
  EXPECT_EQ(print(result.outcome.granted.most), "");
  ASSERT_EQ(result.outcome.changes.size(), 2U);
  EXPECT_EQ(result.outcome.changes[0].before, "c 10:* rw");
  EXPECT_NE(result.outcome.changes[0].reason.find("a deny stands inside of it"), std::string::npos);
  EXPECT_EQ(result.text, rules(R"({"allow":false,"access":"rwm"})"));
}

TEST(Devices, NoListAtCreateIsEverythingToCrunAndIsWritten) {
  for (const std::string json : {R"({})", R"({"linux":{}})", R"({"linux":{"resources":null}})",
                                 R"({"linux":{"resources":{"devices":[]}}})"}) {
    test::FakeHost host;
    const auto result = hardened(host, json);
    EXPECT_EQ(result.outcome.verdict, Verdict::narrowed) << json;
    EXPECT_EQ(result.text, rules(R"({"allow":false,"access":"rwm"})")) << json;
    ASSERT_EQ(result.outcome.changes.size(), 1U);
    EXPECT_TRUE(result.outcome.changes[0].by_default);
  }
}

TEST(Devices, AnUpdateKeepsWhatItDoesNotName) {
  test::FakeHost host;
  for (const std::string json :
       {R"({})", R"({"devices":null})", R"({"devices":[]})", R"({"pids":{"limit":5}})"}) {
    const auto result = hardened(host, json, kDefault, Scope::resources);
    EXPECT_EQ(result.outcome.verdict, Verdict::unchanged);
    EXPECT_EQ(result.text, json);
  }
  const auto all = hardened(host, R"({"devices":[)" + kAll + "]}", kDefault, Scope::resources);
  EXPECT_EQ(all.outcome.verdict, Verdict::narrowed);
  EXPECT_EQ(all.text, R"({"devices":)" + kNarrowed + "}");
}

TEST(Devices, AnExecHasNone) { EXPECT_FALSE(takes_part<Devices>(Scope::process)); }

TEST(Devices, NodesAboveTheCeilingGoOneByOne) {
  test::FakeHost host;
  const std::string json = nodes(
      R"({"path":"/dev/sda","type":"b","major":8,"minor":0}, {"fileMode":438,"path":"/dev/xnull","type":"c", "major":1,"minor":3},)"
      R"({"path":"/dev/mem","type":"u","major":1,"minor":1},{"path":"/run/pipe","type":"p"})");
  const auto result = hardened(host, json);
  EXPECT_EQ(result.outcome.verdict, Verdict::narrowed);
  EXPECT_NE(result.text.find(R"({"fileMode":438,"path":"/dev/xnull","type":"c", "major":1,"minor":3})"),
            std::string::npos);
  EXPECT_NE(result.text.find("/run/pipe"), std::string::npos);
  EXPECT_EQ(result.text.find("/dev/sda"), std::string::npos);
  EXPECT_EQ(result.text.find("/dev/mem"), std::string::npos);
  EXPECT_NE(result.text.find(kDocker), std::string::npos);  // the modest list of rules stays
  ASSERT_EQ(result.outcome.changes.size(), 1U);
  EXPECT_EQ(result.outcome.changes[0].pointer, "/linux/devices");
  EXPECT_EQ(result.outcome.changes[0].before, "/dev/mem (c 1:1) and /dev/sda (b 8:0)");
}

TEST(Devices, ANodeThatMayOnlyBeMadeIsNotGranted) {
  test::FakeHost host;
  const auto result = hardened(host, nodes(R"({"path":"/dev/sda","type":"b","major":8,"minor":0})"),
                               R"(allow: [docker-default, "b 8:0 m"])");
  EXPECT_EQ(result.outcome.verdict, Verdict::narrowed);
  expect_untouched(nodes(R"({"path":"/dev/sda","type":"b","major":8,"minor":0})"),
                   R"(allow: [docker-default, "b 8:* r"])");
}

const std::string kUserNamespace = R"(,"namespaces":[{"type":"user"}])";

TEST(Devices, InAUserNamespaceANodeMustBeThatDeviceOnTheHost) {
  test::FakeHost host;
  host.node("/dev/null", Stat::Type::character, makedev(1, 3));
  host.node("/dev/zero", Stat::Type::character, makedev(1, 5));
  host.file("/etc/shadow", "root:*::");
  host.node("/tmp/null", Stat::Type::character, makedev(1, 3));  // where a user could swap it
  host.node("/dev/shm/null", Stat::Type::character, makedev(1, 3));
  host.node("/dev/disk", Stat::Type::block, makedev(1, 3));
  const auto node = [](const std::string& path) {
    return R"({"path":")" + path + R"(","type":"c","major":1,"minor":3})";
  };
  for (const std::string path : {"/etc/shadow", "/dev/zero", "/tmp/null", "/dev/shm/null", "/dev/disk",
                                 "/dev/absent", "/dev/../etc/shadow", "dev/null", "/dev"}) {
    const auto result = hardened(host, nodes(node(path), kUserNamespace));
    EXPECT_EQ(result.outcome.verdict, Verdict::narrowed) << path;
    EXPECT_EQ(result.text, nodes("", kUserNamespace)) << path;
  }
  for (const std::string path : {"/dev/null", "/dev//null", "/dev/ptmx", ""}) {
    const auto result = hardened(host, nodes(node(path), kUserNamespace));
    EXPECT_EQ(result.outcome.verdict, Verdict::unchanged) << path;
  }
  // Without one it is only a node, wherever it stands, unless that is a file of the host.
  for (const std::string path : {"/tmp/null", "/dev/zero", "/dev/absent", "/x"}) {
    const auto result = hardened(host, nodes(node(path)));
    EXPECT_EQ(result.outcome.verdict, Verdict::unchanged) << path;
  }
  const auto shadow = hardened(host, nodes(node("/etc/shadow")));
  EXPECT_EQ(shadow.outcome.verdict, Verdict::narrowed);
  ASSERT_EQ(shadow.outcome.changes.size(), 1U);
  EXPECT_EQ(shadow.outcome.changes[0].before, "/etc/shadow (c 1:3)");
}

TEST(Devices, AFifoThatWouldBeAHostFileIsNoFifo) {
  test::FakeHost host;
  host.node("/dev/initctl", Stat::Type::fifo);
  host.node("/run/docker.sock", Stat::Type::socket);
  const auto socket = hardened(host, nodes(R"({"path":"/run/docker.sock","type":"p"})", kUserNamespace));
  EXPECT_EQ(socket.text, nodes("", kUserNamespace));
  const auto fifo = hardened(host, nodes(R"({"path":"/dev/initctl","type":"p"})", kUserNamespace));
  EXPECT_EQ(fifo.outcome.verdict, Verdict::unchanged);
}

TEST(Devices, ASymbolicLinkOfTheHostIsFollowed) {
  test::FakeHost host;
  host.node("/dev/sr0", Stat::Type::block, makedev(11, 0));
  host.symlink("/dev/cdrom", "sr0");
  const auto result =
      hardened(host, nodes(R"({"path":"/dev/cdrom","type":"b","major":11,"minor":0})", kUserNamespace),
               R"(allow: [docker-default, "b 11:0 r"])");
  EXPECT_EQ(result.outcome.verdict, Verdict::unchanged);
}

TEST(Devices, MalformedFieldsAreErrors) {
  test::FakeHost host;
  for (const std::string json : {R"({"linux":{"devices":{}}})", R"({"linux":{"devices":[1]}})",
                                 R"({"linux":{"resources":{"devices":"a"}}})",
                                 R"({"linux":{"resources":{"devices":[{"allow":true}]}}})"}) {
    EXPECT_FALSE(harden<Devices>(host, json, kDefault).ok()) << json;
  }
}

TEST(DevicesRule, SaysAllThatIsWrongAndGrantsNothing) {
  const doc::Document policy =
      *doc::read_yaml("policy.yaml", "allow: [docker-defualt, \"c 1:3 x\", 5, /dev/fuse, \"c 10:229 rwm\"]");
  doc::Diagnostics wrong;
  const auto ceiling = Devices::parse(Rule(doc::Cursor(policy, policy.root), std::nullopt), wrong);
  EXPECT_TRUE(ceiling.allowed.empty());
  ASSERT_EQ(wrong.errors().size(), 4U);
  EXPECT_NE(wrong.errors()[0].what.find("did you mean docker-default?"), std::string::npos);
  EXPECT_NE(wrong.errors()[0].what.find("policy.yaml:1:9"), std::string::npos);
  EXPECT_NE(wrong.errors()[1].what.find("'c 10:229 rwm'"), std::string::npos);
  EXPECT_FALSE(ceiling_of<Devices>("{}").ok());
  EXPECT_FALSE(ceiling_of<Devices>("allow: docker-default").ok());
}

TEST(Devices, AHundredNodesMakeOneShortChange) {
  test::FakeHost host;
  std::string list;
  for (int minor = 0; minor < 100; ++minor) {
    list += (minor == 0 ? "" : ",") +
            (R"({"path":"/dev/\u0001)" + std::string(200, 'x') + R"(","type":"b","major":8,"minor":)") +
            std::to_string(minor) + "}";
  }
  const auto result = hardened(host, nodes(list));
  ASSERT_EQ(result.outcome.changes.size(), 1U);
  EXPECT_LT(result.outcome.changes[0].before.size(), 2000U);
  EXPECT_NE(result.outcome.changes[0].before.find("and 88 more"), std::string::npos);
  EXPECT_EQ(result.text, nodes(""));
}

}  // namespace
}  // namespace hardened::controls
