#include <gtest/gtest.h>
#include <linux/sched.h>

#include "controls/namespaces.h"
#include "controls/user.h"
#include "observing.h"

namespace hardened::controls {
namespace {

const std::string kMapping = R"([{"containerID":0,"hostID":100000,"size":65536}])";

class NamespacesObservedTest : public ObservedTest {
 protected:
  std::string held(const std::string& document = test::kGranted) { return surplus<Namespaces>(document); }
  static std::string joining(const std::string& kind, const std::string& path) {
    return with(R"({"type":")" + kind + R"("})", R"({"type":")" + kind + R"(","path":")" + path + R"("})");
  }
  static std::string also(const std::string& entries, const std::string& members) {
    return with(R"({"type":"uts"}])", R"({"type":"uts"},)" + entries + "]" + members);
  }
  [[nodiscard]] NameSpace hosts(const std::string& file) const {
    return host.machine.name_spaces.at("/proc/self/ns/" + file);
  }
  void hold_maps(const std::string& map) {
    const std::string own = "/proc/" + std::to_string(running.process);
    host.file(own + "/uid_map", map).file(own + "/gid_map", map);
  }
};

TEST_F(NamespacesObservedTest, WhatIsItsOwnIsNotTheHosts) {
  EXPECT_EQ(held(), "");
  for (const auto& [kind, file] : std::map<std::string, std::string>{
           {"mount", "mnt"}, {"pid", "pid"}, {"network", "net"}, {"ipc", "ipc"}, {"uts", "uts"}}) {
    Running one = running;
    one.name_spaces[file] = hosts(file).inode;
    one.put(host);
    EXPECT_EQ(held(), "has no " + kind + " namespace of its own");
  }
}

TEST_F(NamespacesObservedTest, WhatIsTheHostsMayBeWhatItIs) {
  running.name_spaces.erase("net");
  EXPECT_EQ(held(with(R"({"type":"network"},)", "")), "");
}

TEST_F(NamespacesObservedTest, WhatIsJoinedIsWhereThePathLeads) {
  put();
  const std::string path = "/proc/700/ns/net";
  const std::string another = "is not in the network namespace that it was to join";
  host.machine.name_spaces[path] = {4026532203, CLONE_NEWNET};
  EXPECT_EQ(held(joining("network", path)), "");
  host.machine.name_spaces[path] = {4026539999, CLONE_NEWNET};
  EXPECT_EQ(held(joining("network", path)), another);
  // Its owner is gone.
  host.machine.name_spaces.erase(path);
  EXPECT_EQ(held(joining("network", path)), "");
  running.name_spaces["net"] = hosts("net").inode;
  put();
  EXPECT_EQ(held(joining("network", path)), another);
  // The number of a process that may be another's by now.
  begun = Begun::running;
  EXPECT_EQ(held(joining("network", path)), "");
}

TEST_F(NamespacesObservedTest, TheHostsByItsPathWasAllowed) {
  running.name_spaces["net"] = 4026531841;
  put();
  EXPECT_EQ(hosts("net").inode, 4026531841U);
  EXPECT_EQ(held(joining("network", "/proc/self/ns/net")), "");
}

TEST_F(NamespacesObservedTest, WhatCannotBeReadIsAFault) {
  running.name_spaces.erase("pid");
  EXPECT_EQ(held().substr(0, 6), "fault:");
}

TEST_F(NamespacesObservedTest, TheMappingsAreThoseGranted) {
  running.name_spaces["user"] = 4026532300;
  put();
  const std::string granted =
      also(R"({"type":"user"})", R"(,"uidMappings":)" + kMapping + R"(,"gidMappings":)" + kMapping);
  hold_maps("         0     100000      65536\n");
  EXPECT_EQ(held(granted), "");
  hold_maps("         5     100007          1\n");
  EXPECT_EQ(held(granted), "");
  hold_maps("         0     100000      65536\n     65536          0          1\n");
  EXPECT_EQ(held(granted), "has users of the host mapped: 0, has groups of the host mapped: 0");
  running.name_spaces["user"] = hosts("user").inode;
  put();
  hold_maps("         0          0 4294967295\n");
  EXPECT_EQ(held(granted).substr(0, 69),
            "has no user namespace of its own, has users of the host mapped: 0-999");
}

TEST_F(NamespacesObservedTest, ClocksStandAsTheHostsDo) {
  running.name_spaces["time_for_children"] = 4026532400;
  put();
  const std::string granted = also(R"({"type":"time"})", "");
  const std::string offsets = "/proc/" + std::to_string(running.process) + "/timens_offsets";
  EXPECT_EQ(held(granted), "") << "a kernel without";
  host.file("/proc/self/timens_offsets",
            "monotonic           0         0\nboottime            0         0\n");
  host.file(offsets, "monotonic           0         0\nboottime            0         0\n");
  EXPECT_EQ(held(granted), "");
  host.file(offsets, "monotonic           5         0\nboottime            0         0\n");
  EXPECT_EQ(held(granted), "has its clocks moved");
  EXPECT_EQ(held(also(R"({"type":"time"})", R"(,"timeOffsets":{"monotonic":{"secs":5}})")), "");
}

class UserObservedTest : public ObservedTest {
 protected:
  static std::string granted(const std::string& user, const std::string& more = "") {
    return R"({"process":{"user":)" + user + "}" + more + "}";
  }
  std::string held(const std::string& users, const std::string& document) {
    running.users = users;
    put();
    return surplus<User>(document);
  }
};

const std::string kAnn = R"({"uid":1000,"gid":100,"additionalGids":[100,44]})";

TEST_F(UserObservedTest, IsWhoItWasToBe) {
  const std::string document = granted(kAnn);
  EXPECT_EQ(held("Uid:\t1000\t1000\t1000\t1000\nGid:\t100\t100\t100\t100\nGroups:\t44 100 \n", document), "");
  EXPECT_EQ(held("Uid:\t1000\t1000\t1000\t1000\nGid:\t100\t100\t100\t100\nGroups:\t \n", document), "");
  EXPECT_EQ(held("Uid:\t1000\t1000\t0\t1000\nGid:\t100\t100\t0\t100\nGroups:\t6 44\n", document),
            "is user 0, group 0, in group 6");
  EXPECT_EQ(held("Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t0\n", granted("{}")), "");
}

TEST_F(UserObservedTest, AfterwardsASetUserIdProgramMayHaveMadeItAnother) {
  begun = Begun::running;
  const std::string root = "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t0\n";
  EXPECT_EQ(held(root, granted(kAnn)), "");
  running.status.no_new_privileges = 1;
  EXPECT_EQ(held(root, granted(kAnn)), "is user 0, group 0, in group 0");
}

TEST_F(UserObservedTest, InAUserNamespaceTheNumbersAreTheHosts) {
  const std::string mapped = R"(,"linux":{"namespaces":[{"type":"user"}],"uidMappings":)" + kMapping +
                             R"(,"gidMappings":)" + kMapping + "}";
  EXPECT_EQ(
      held("Uid:\t101000\t101000\t101000\t101000\nGid:\t100100\t100100\t100100\t100100\nGroups:\t100044\n",
           granted(kAnn, mapped)),
      "");
  EXPECT_EQ(held("Uid:\t1000\t1000\t1000\t1000\nGid:\t100100\t100100\t100100\t100100\nGroups:\t44\n",
                 granted(kAnn, mapped)),
            "is user 1000, in group 44");
  const std::string joined = R"(,"linux":{"namespaces":[{"type":"user","path":"/proc/700/ns/user"}]})";
  EXPECT_EQ(held("Uid:\t7\t7\t7\t7\nGid:\t7\t7\t7\t7\nGroups:\t7\n", granted(kAnn, joined)), "");
}

}  // namespace
}  // namespace hardened::controls
