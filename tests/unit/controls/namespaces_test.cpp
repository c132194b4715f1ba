#include "controls/namespaces.h"

#include <gtest/gtest.h>
#include <linux/sched.h>

#include <string>

#include "tests/support/running.h"
#include "tests/unit/controls/hardening.h"

namespace hardened::controls {
namespace {

const std::string kDefault =
    "mount: own\npid: own\nnetwork: joined\nipc: joined\nuts: joined\ncgroup: any\nuser: any\ntime: any\n"
    "time_offsets: any";
const std::string kRoot = "/run/docker/runtime-runc/moby";

std::string changed(const std::string& key, const std::string& value) {
  std::string rule = "\n" + kDefault;
  const std::size_t at = rule.find("\n" + key + ":") + 1;
  return rule.replace(at, rule.find('\n', at) - at, key + ": " + value);
}

// The five that every container of Docker's has, but for one that is as given.
std::string bundle(const std::string& kind = "", const std::string& entry = "",
                   const std::string& more = "") {
  std::string list;
  for (const std::string one : {"mount", "network", "uts", "pid", "ipc"}) {
    const std::string own = "{\"type\":\"" + one + "\"}";
    const std::string& item = one == kind ? entry : own;
    if (!item.empty()) list += (list.empty() ? "" : ",") + item;
  }
  return R"({"linux":{"namespaces":[)" + list + "]" + more + "}}";
}
std::string joining(const std::string& kind, const std::string& path) {
  return bundle(kind, R"({"type":")" + kind + R"(","path":")" + path + "\"}");
}

class NamespacesTest : public testing::Test {
 protected:
  NamespacesTest() {
    test::put_hosts_name_spaces(host);
    // Container `db` of the same engine, and a process that is of none.
    put_process(700, 41000);
    host.file(kRoot + "/db/state.json",
              R"({"id":"db","init_process_pid":700,"init_process_start":41000,"x":1})");
    put_process(900, 52000);
  }
  void put_process(std::uint32_t process, std::uint64_t start_time) {
    test::Running one;
    one.process = process;
    one.start_time = start_time;
    for (auto& [file, inode] : one.name_spaces) inode += process;
    one.put(host);
  }
  Hardened<Namespaces> hardened(const std::string& json, const std::string& rule = kDefault) {
    auto result = harden<Namespaces>(host, json, rule, Scope::bundle, {"web", std::nullopt, kRoot});
    EXPECT_TRUE(result.ok()) << (result ? "" : result.error().what);
    return result ? *result : Hardened<Namespaces>{};
  }
  void expect_untouched(const std::string& json, const std::string& rule = kDefault) {
    const auto result = hardened(json, rule);
    EXPECT_EQ(result.outcome.verdict, Verdict::unchanged) << json << told(result);
    EXPECT_EQ(result.text, json);
  }
  // The one change's pointer and what was asked.
  std::string refused(const std::string& json, const std::string& rule = kDefault) {
    const auto result = hardened(json, rule);
    EXPECT_EQ(result.outcome.verdict, Verdict::refused) << json;
    EXPECT_EQ(result.text, json);
    return told(result);
  }
  static std::string told(const Hardened<Namespaces>& result) {
    std::string text;
    for (const Change& change : result.outcome.changes) {
      text += (text.empty() ? "" : "; ") + change.pointer + ": " + change.before;
    }
    return text;
  }

  test::FakeHost host;
};

TEST_F(NamespacesTest, DockersOwnPass) {
  expect_untouched(bundle());
  expect_untouched(bundle("pid", R"({"type":"pid"},{"type":"cgroup"},{"type":"time"})",
                          R"(,"timeOffsets":{"boottime":{"secs":5}})"));
}

TEST_F(NamespacesTest, TheHostsAreRefused) {
  for (const std::string kind : {"mount", "network", "uts", "pid", "ipc"}) {
    EXPECT_EQ(refused(bundle(kind)), "/linux/namespaces: no " + kind + " namespace of its own");
  }
  EXPECT_EQ(
      refused("{}"),
      "/linux/namespaces: no mount namespace of its own; /linux/namespaces: no pid namespace of its own; "
      "/linux/namespaces: no network namespace of its own; /linux/namespaces: no ipc namespace of its own; "
      "/linux/namespaces: no uts namespace of its own");
  const auto result = hardened(bundle("network"));
  EXPECT_EQ(result.outcome.changes.at(0).aspect, "network");
  EXPECT_EQ(
      result.outcome.changes.at(0).reason,
      "the ceiling is joined; ask without --network host, or let the operator change namespaces.network");
}

TEST_F(NamespacesTest, WhatTheCeilingAllowsPasses) {
  for (const std::string kind : {"mount", "network", "uts", "pid", "ipc"}) {
    expect_untouched(bundle(kind), changed(kind, "any"));
    EXPECT_NE(refused(bundle(kind), changed(kind, "foreign")), "");
  }
}

TEST_F(NamespacesTest, WhatTheCeilingDemandsMustBeThere) {
  for (const std::string kind : {"cgroup", "user", "time"}) {
    EXPECT_EQ(refused(bundle(), changed(kind, "own")),
              "/linux/namespaces: no " + kind + " namespace of its own");
  }
  expect_untouched(bundle("pid", R"({"type":"pid"},{"type":"cgroup"})"), changed("cgroup", "own"));
}

// --network container:db, --ipc container:db, and a pod's host name.
TEST_F(NamespacesTest, ThoseOfAContainerOfTheSameEngineAreJoined) {
  expect_untouched(joining("network", "/proc/700/ns/net"));
  expect_untouched(joining("ipc", "/proc/700/ns/ipc"));
  expect_untouched(joining("uts", "/proc/700/ns/uts"));
  EXPECT_EQ(refused(joining("pid", "/proc/700/ns/pid")),
            "/linux/namespaces/3: the pid namespace /proc/700/ns/pid (of a container of this engine)");
  EXPECT_EQ(refused(joining("network", "/proc/700/ns/net"), changed("network", "own")),
            "/linux/namespaces/1: the network namespace /proc/700/ns/net (of a container of this engine)");
}

TEST_F(NamespacesTest, CrunsStateTellsAsWell) {
  host.file(kRoot + "/api/status", R"({"pid":900,"process-start-time":52000,"bundle":"/b"})");
  expect_untouched(joining("network", "/proc/900/ns/net"));
}

// dockerd gives each runtime that it knows a root of its own: --network container:X, where X was started with another.
TEST_F(NamespacesTest, ThoseOfAnotherRuntimeOfTheSameEngineAreJoined) {
  const std::string docker = "/run/docker/";
  const auto asked = [&](const std::string& root) {
    const auto result = harden<Namespaces>(host, joining("network", "/proc/900/ns/net"), kDefault,
                                           Scope::bundle, {"web", std::nullopt, root});
    return result ? result->outcome.verdict : Verdict::refused;
  };
  host.file(docker + "runtime-runc/moby/api/state.json",
            R"({"id":"api","init_process_pid":900,"init_process_start":52000,"x":1})");
  EXPECT_EQ(asked(docker + "runtime-hardened/moby"), Verdict::unchanged);
  EXPECT_EQ(asked(docker + "runtime-runc/moby"), Verdict::unchanged);
  EXPECT_EQ(asked(docker + "runtime-hardened/plugins.moby"), Verdict::refused);
  EXPECT_EQ(asked(docker + "others/moby"), Verdict::refused);
  EXPECT_EQ(asked("moby"), Verdict::refused);
}

TEST_F(NamespacesTest, ThoseOfOthersAreForeign) {
  const std::string of_nobody =
      "/linux/namespaces/1: the network namespace /proc/900/ns/net (of no container of this engine)";
  EXPECT_EQ(refused(joining("network", "/proc/900/ns/net")), of_nobody);
  expect_untouched(joining("network", "/proc/900/ns/net"), changed("network", "foreign"));
  // The number is another process's by now.
  host.file(kRoot + "/old/state.json", R"({"init_process_pid":900,"init_process_start":51999})");
  EXPECT_EQ(refused(joining("network", "/proc/900/ns/net")), of_nobody);
  // Not root's own word.
  host.file(kRoot + "/forged/state.json", R"({"init_process_pid":900,"init_process_start":52000})",
            {.uid = 1000});
  EXPECT_EQ(refused(joining("network", "/proc/900/ns/net")), of_nobody);
}

TEST_F(NamespacesTest, TheHostsOwnByItsPathIsTheHosts) {
  host.machine.name_spaces["/proc/900/ns/net"] = host.machine.name_spaces["/proc/self/ns/net"];
  host.file(kRoot + "/host/state.json", R"({"init_process_pid":900,"init_process_start":52000})");
  const std::string hosts = " (it is the host's)";
  EXPECT_EQ(refused(joining("network", "/proc/900/ns/net"), changed("network", "foreign")),
            "/linux/namespaces/1: the network namespace /proc/900/ns/net" + hosts);
  EXPECT_NE(refused(joining("network", "/proc/self/ns/net")).find(hosts), std::string::npos);
  expect_untouched(joining("network", "/proc/900/ns/net"), changed("network", "any"));
  // An engine in a namespace of its own: process 1 is in the host's.
  host.machine.name_spaces["/proc/1/ns/ipc"] = host.machine.name_spaces["/proc/900/ns/ipc"];
  EXPECT_NE(refused(joining("ipc", "/proc/900/ns/ipc"), changed("ipc", "foreign")).find(hosts),
            std::string::npos);
  // Where nothing is known of our own, everything may be the host's.
  host.machine.name_spaces.erase("/proc/self/ns/uts");
  EXPECT_NE(refused(joining("uts", "/proc/700/ns/uts")).find(hosts), std::string::npos);
}

TEST_F(NamespacesTest, WhatIsNoNamespaceOfItsKindIsTheHosts) {
  EXPECT_NE(refused(joining("network", "/proc/700/ns/pid"), changed("network", "foreign"))
                .find("(no namespace of that kind is there)"),
            std::string::npos);
  host.file("/run/netns/plain", "text");
  EXPECT_NE(refused(joining("network", "/run/netns/plain")).find("(no namespace of that kind is there)"),
            std::string::npos);
  EXPECT_NE(refused(joining("network", "/proc/4/ns/net")).find("(nothing can be seen there)"),
            std::string::npos);
  EXPECT_NE(refused(joining("network", "proc/700/ns/net")).find("(it is not absolute)"), std::string::npos);
}

TEST_F(NamespacesTest, TheEnginesNetworksAreJoined) {
  const NameSpace network{4026533000, CLONE_NEWNET};
  const NameSpace ipc{4026533001, CLONE_NEWIPC};
  host.directory("/run/netns").directory("/run/docker/netns").directory("/srv").symlink("/var/run", "/run");
  for (const std::string path :
       {"/run/netns/cni-1", "/run/docker/netns/5ab", "/var/run/docker/netns/5ab", "/srv/net"})
    host.machine.name_spaces[path] = network;
  host.machine.name_spaces["/run/netns/ipc"] = ipc;
  expect_untouched(joining("network", "/run/netns/cni-1"));
  expect_untouched(joining("network", "/run/docker/netns/5ab"));
  expect_untouched(joining("network", "/var/run/docker/netns/5ab"));
  EXPECT_NE(refused(joining("network", "/srv/net")).find("(of no container of this engine)"),
            std::string::npos);
  EXPECT_NE(refused(joining("ipc", "/run/netns/ipc")).find("(of no container of this engine)"),
            std::string::npos);
  expect_untouched(joining("network", "/srv/net"), changed("network", "foreign"));
  // Docker keeps the host's own there, too.
  host.machine.name_spaces["/run/docker/netns/default"] = host.machine.name_spaces["/proc/self/ns/net"];
  EXPECT_NE(refused(joining("network", "/run/docker/netns/default")).find("(it is the host's)"),
            std::string::npos);
}

TEST_F(NamespacesTest, WhereOthersWriteAnythingMayStand) {
  const NameSpace network{4026533000, CLONE_NEWNET};
  host.directory("/run/netns", {.mode = 0777}).directory("/home/ann", {.mode = 0755, .uid = 1000});
  for (const std::string path : {"/run/netns/cni-1", "/home/ann/net", "/run/netns/../netns/cni-1"}) {
    host.machine.name_spaces[path] = network;
    EXPECT_NE(refused(joining("network", path), changed("network", "foreign"))
                  .find("(others than root can change which it is)"),
              std::string::npos)
        << path;
  }
}

std::string mapped(const std::string& host_id, const std::string& size = "65536") {
  const std::string ids = R"([{"containerID":0,"hostID":)" + host_id + R"(,"size":)" + size + "}]";
  return bundle("pid", R"({"type":"pid"},{"type":"user"})",
                R"(,"uidMappings":)" + ids + R"(,"gidMappings":)" + ids);
}

// A daemon with userns-remap, whose containers join one another's as well.
TEST_F(NamespacesTest, AUserNamespacePassesWithItsMappings) {
  expect_untouched(mapped("100000"));
  expect_untouched(mapped("0"));
  expect_untouched(mapped("100000"), changed("user", "own"));
  host.machine.name_spaces["/proc/700/ns/user"] = {4026533005, CLONE_NEWUSER};
  expect_untouched(bundle("pid", R"({"type":"pid"},{"type":"user","path":"/proc/700/ns/user"})"));
}

TEST_F(NamespacesTest, AUserNamespaceOfTheHostsRootIsNoneOfItsOwn) {
  const std::string root =
      "/linux/uidMappings: a mapping to the host's root; /linux/gidMappings: a mapping to the host's root";
  EXPECT_EQ(refused(mapped("0"), changed("user", "own")), root);
  EXPECT_EQ(refused(mapped("4294967295"), changed("user", "own")), root) << "runs over the last id";
  EXPECT_EQ(refused(mapped("100000", "0"), changed("user", "own")), root);
  EXPECT_EQ(refused(bundle("pid", R"({"type":"pid"},{"type":"user"})"), changed("user", "own")), root);
  EXPECT_EQ(refused(bundle("pid", R"({"type":"pid"},{"type":"user","path":"/proc/700/ns/user"})"),
                    changed("user", "own")),
            "/linux/namespaces/4: the user namespace /proc/700/ns/user (nothing can be seen there)");
}

TEST_F(NamespacesTest, ClocksAreMovedInATimeNamespaceAlone) {
  const std::string offsets = R"(,"timeOffsets":{"monotonic":{"nanosecs":1}})";
  const std::string time = R"({"type":"pid"},{"type":"time"})";
  EXPECT_EQ(refused(bundle("pid", R"({"type":"pid"})", offsets)), "/linux/timeOffsets: moved clocks");
  expect_untouched(bundle("pid", time, offsets));
  EXPECT_EQ(refused(bundle("pid", time, offsets), changed("time_offsets", "none")),
            "/linux/timeOffsets: moved clocks");
  expect_untouched(bundle("pid", time, R"(,"timeOffsets":{})"), changed("time_offsets", "none"));
}

TEST_F(NamespacesTest, MalformedOnesAreErrors) {
  for (const std::string list : {"{}", "[1]", "[{}]", R"([{"type":"net"}])",
                                 R"([{"type":"pid"},{"type":"pid"}])", R"([{"type":"pid","path":1}])"}) {
    EXPECT_FALSE(harden<Namespaces>(host, R"({"linux":{"namespaces":)" + list + "}}", kDefault).ok()) << list;
  }
  for (const std::string map : {"{}", "[1]", R"([{"hostID":-1}])", R"([{"size":4294967296}])"}) {
    EXPECT_FALSE(harden<Namespaces>(host, bundle("", "", R"(,"uidMappings":)" + map), kDefault).ok()) << map;
  }
  EXPECT_FALSE(harden<Namespaces>(host, bundle("", "", R"(,"timeOffsets":[])"), kDefault).ok());
  EXPECT_NE(harden<Namespaces>(host, R"({"linux":{"namespaces":[{"type":"netwrok"}]}})", kDefault)
                .error()
                .what.find("did you mean network?"),
            std::string::npos);
}

TEST(NamespacesRule, SaysAllThatIsWrongAndIsTheStrictest) {
  doc::Diagnostics wrong;
  const auto document = *doc::read_yaml("policy.yaml", changed("pid", "jioned").substr(1));
  const auto ceiling = Namespaces::parse(Rule(doc::Cursor(document, document.root), std::nullopt), wrong);
  EXPECT_EQ(ceiling.kinds, NamespacesCeiling().kinds);
  EXPECT_FALSE(ceiling.time_offsets);
  ASSERT_EQ(wrong.errors().size(), 1U);
  EXPECT_NE(wrong.errors()[0].what.find("did you mean joined?"), std::string::npos) << wrong.errors()[0].what;
  EXPECT_FALSE(ceiling_of<Namespaces>("pid: own").ok());
  EXPECT_FALSE(ceiling_of<Namespaces>(changed("time_offsets", "own")).ok());
}

}  // namespace
}  // namespace hardened::controls
