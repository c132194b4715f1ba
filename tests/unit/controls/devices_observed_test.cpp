// Which devices the cgroup of a running container lets it use.
#include <linux/magic.h>
#include <sys/sysmacros.h>

#include "controls/devices.h"
#include "observing.h"

namespace hardened::controls {
namespace {

TEST_F(ObservedTest, DevicesOfVersion1) {
  running.devices += "c 10:229 rwm\n";
  EXPECT_EQ(surplus<Devices>(), "may use the devices c 10:229 rw");
  running.devices = "a *:* rwm\n";
  put();
  EXPECT_NE(surplus<Devices>(), "");
  running.devices = "b 8:0 r\n";
  put();
  EXPECT_NE(surplus<Devices>(), "");
  running.devices = "";
  put();
  EXPECT_EQ(surplus<Devices>(), "");
  host.file("/sys/fs/cgroup/devices/c/devices.list", "nonsense\n");
  EXPECT_EQ(surplus<Devices>().rfind("fault: ", 0), 0U);
}

TEST_F(ObservedTest, DevicesOfVersion2AreDecidedByAProgramOrByNobody) {
  put();
  host.file("/proc/4711/cgroup", "0::/c\n").file("/sys/fs/cgroup/c/cgroup.procs", "");
  host.machine.file_systems["/sys/fs/cgroup"] = CGROUP2_SUPER_MAGIC;
  EXPECT_NE(surplus<Devices>(), "");
  host.machine.device_programs["/sys/fs/cgroup/c"] = 1;
  EXPECT_EQ(surplus<Devices>(), "");
  host.fail(test::Operation::device_programs, "", Error{Fault::io, "not allowed"});
  EXPECT_EQ(surplus<Devices>(), "fault: not allowed");
}

class DevicesOfVersion2 : public ObservedTest {
 protected:
  DevicesOfVersion2() {
    put();
    host.file("/proc/4711/cgroup", "0::/c\n").file("/sys/fs/cgroup/c/cgroup.procs", "");
    host.machine.file_systems["/sys/fs/cgroup"] = CGROUP2_SUPER_MAGIC;
    host.machine.device_programs["/sys/fs/cgroup/c"] = 1;
    host.node("/dev/kmsg", Stat::Type::character, makedev(1, 11));
    host.node("/dev/sda", Stat::Type::block, makedev(8, 0));
    host.node("/dev/tty0", Stat::Type::fifo);
  }
};

TEST_F(DevicesOfVersion2, AProgramThatAllowsWhatWasNotGranted) {
  EXPECT_EQ(surplus<Devices>(), "");
  host.machine.device_access["/dev/kmsg"] = {true, false};
  EXPECT_EQ(surplus<Devices>(), "may use the devices c 1:11 r");
  host.machine.device_access["/dev/sda"] = {true, true};
  EXPECT_EQ(surplus<Devices>(), "may use the devices c 1:11 r and b 8:0 rw");
  host.machine.device_access = {{"/dev/tty0", {true, true}},
                                {"/dev/mem", {true, true}}};  // none, and no such node
  EXPECT_EQ(surplus<Devices>(), "");
}

TEST_F(DevicesOfVersion2, WhatWasGrantedMayBeUsed) {
  host.machine.device_access["/dev/kmsg"] = {true, true};
  const auto granting = [&](const std::string& access) {
    return with(R"({"allow":true,"type":"c","major":1,"minor":3,"access":"rwm"})",
                R"({"allow":true,"type":"c","major":1,"minor":11,"access":")" + access + R"("})");
  };
  EXPECT_EQ(surplus<Devices>(granting("rw")), "");
  EXPECT_EQ(surplus<Devices>(granting("r")), "may use the devices c 1:11 w");
}

TEST_F(DevicesOfVersion2, WhereNobodyCanAskItIsTheProgramThatCounts) {
  host.machine.device_access["/dev/kmsg"] = {true, true};
  host.fail(test::Operation::device_access, "", Error{Fault::io, "its pids.max is reached"});
  EXPECT_EQ(surplus<Devices>(), "");
}

TEST_F(ObservedTest, EveryDeviceIsTheTop) {
  running.devices = "a *:* rwm\n";
  EXPECT_EQ(surplus<Devices>(with(R"({"allow":false,"access":"rwm"})", R"({"allow":true,"access":"rwm"})")),
            "");
}

}  // namespace
}  // namespace hardened::controls
