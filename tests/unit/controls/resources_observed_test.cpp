// What the kernel's files say of a container's memory and processors, on both versions of cgroups.
#include <gtest/gtest.h>
#include <linux/magic.h>

#include "controls/resources.h"
#include "observing.h"

namespace hardened::controls {
namespace {

constexpr const char* kBoth =
    R"("memory":{"limit":1073741824,"swap":2147483648},"cpu":{"quota":150000,"period":100000,"shares":512})";

class ResourcesObserved : public ObservedTest {
 protected:
  static std::string granting(const std::string& resources) {
    return R"({"linux":{"resources":{)" + resources + "}}}";
  }
  std::string held(const std::string& resources) {
    put();
    return surplus<Resources>(granting(resources));
  }
};

class ResourcesOnVersion2 : public ResourcesObserved {
 protected:
  ResourcesOnVersion2() {
    put();
    host.file("/proc/" + std::to_string(running.process) + "/cgroup", "0::/s.slice/c.scope\n");
    host.machine.file_systems["/sys/fs/cgroup"] = CGROUP2_SUPER_MAGIC;
    host.file("/sys/fs/cgroup/s.slice/c.scope/cgroup.procs", "");
    for (const auto& [file, text] :
         std::vector<std::pair<std::string, std::string>>{{"memory.max", "max"},
                                                          {"memory.swap.max", "max"},
                                                          {"cpu.max", "max 100000"},
                                                          {"cpu.weight", "100"}}) {
      says(file, text);
      says(file, text, "/s.slice");
    }
  }
  void says(const std::string& file, const std::string& text, const std::string& in = "/s.slice/c.scope") {
    host.file("/sys/fs/cgroup" + in + "/" + file, text + "\n");
  }
  std::string on(const std::string& resources) { return surplus<Resources>(granting(resources)); }
};

TEST_F(ResourcesObserved, WhatIsAsGrantedHasNoSurplus) {
  EXPECT_EQ(held(""), "");
  running.memory_limit = "1073741824\n";
  running.memsw_limit = "2147483648\n";
  running.cpu_quota = "150000\n";
  running.cpu_shares = "512\n";
  EXPECT_EQ(held(kBoth), "");
  running.memory_limit = "1073737728\n";  // rounded down to pages
  running.cpu_quota = "15000\n";
  running.cpu_period = "10000\n";
  running.cpu_shares = "2\n";
  EXPECT_EQ(held(kBoth), "");
}

TEST_F(ResourcesObserved, WhatIsAboveIsNamed) {
  running.memory_limit = "1073745920\n";
  running.memsw_limit = "2147487744\n";
  running.cpu_quota = "150001\n";
  running.cpu_shares = "513\n";
  EXPECT_EQ(
      held(kBoth),
      "has 1.50001 cpus (/linux/resources/cpu/quota) instead of 1.5 cpus, 513 (/linux/resources/cpu/shares) "
      "instead of 512, 1073745920 bytes (/linux/resources/memory/limit) instead of 1073741824 bytes, "
      "2147487744 bytes (/linux/resources/memory/swap) instead of 2147483648 bytes");
}

TEST_F(ResourcesObserved, NoLimitAtAll) {
  running.cpu_shares = "2\n";
  EXPECT_EQ(held(R"("memory":{"limit":1073741824})"),
            "has unlimited (/linux/resources/memory/limit) instead of 1073741824 bytes");
  EXPECT_EQ(held(R"("memory":{"limit":1073741824,"swap":1073741824})"),
            "has unlimited (/linux/resources/memory/limit) instead of 1073741824 bytes, unlimited "
            "(/linux/resources/memory/swap) instead of 1073741824 bytes");
  EXPECT_EQ(held(R"("cpu":{"quota":1000})"),
            "has unlimited (/linux/resources/cpu/quota) instead of 0.01 cpus");
}

// crun makes one more cgroup below a systemd scope, which has the limit.
TEST_F(ResourcesObserved, ALimitAboveBoundsItToo) {
  host.file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "1000000\n");
  EXPECT_EQ(held(R"("memory":{"limit":1073741824})"), "");
  host.file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "2147483648\n");
  EXPECT_EQ(held(R"("memory":{"limit":1073741824})"),
            "has 2147483648 bytes (/linux/resources/memory/limit) instead of 1073741824 bytes");
}

TEST_F(ResourcesObserved, TheOutOfMemoryKiller) {
  running.oom_control = "oom_kill_disable 1\nunder_oom 0\n";
  EXPECT_EQ(held(""),
            "has no out-of-memory killer (/linux/resources/memory/disableOOMKiller) instead of none");
  EXPECT_EQ(held(R"("memory":{"disableOOMKiller":true})"), "");
}

TEST_F(ResourcesObserved, StrangeFilesAreFaults) {
  running.memory_limit = "lots\n";
  EXPECT_NE(held(R"("memory":{"limit":1073741824})").find("memory.limit_in_bytes says 'lots'"),
            std::string::npos);
  running.cpu_shares = "\n";
  EXPECT_NE(held("").find("cpu.shares says ''"), std::string::npos);
}

TEST_F(ResourcesObserved, WithoutACgroupOnlyWhatIsGrantedIsMissed) {
  put();
  host.file("/proc/" + std::to_string(running.process) + "/cgroup", "8:pids:/c\n");
  EXPECT_EQ(surplus<Resources>(granting("")), "");
  for (const char* less : {R"("cpu":{"quota":1000})", R"("cpu":{"shares":512})", R"("memory":{"limit":1})"})
    EXPECT_NE(surplus<Resources>(granting(less)).find("fault: the container is in no cgroup"),
              std::string::npos);
}

TEST_F(ResourcesOnVersion2, WhatIsAsGrantedHasNoSurplus) {
  EXPECT_EQ(on(""), "");
  says("memory.max", "1073741824");
  says("memory.swap.max", "1073741824");
  says("cpu.max", "150000 100000");
  for (const char* weight : {"20", "50", "59"}) {  // on a line, in proportion, on the curve
    says("cpu.weight", weight);
    EXPECT_EQ(on(kBoth), "") << weight;
  }
}

TEST_F(ResourcesOnVersion2, WhatIsAboveIsNamed) {
  says("memory.max", "1073741824");
  says("memory.swap.max", "1073745920");
  says("cpu.max", "150001 100000");
  says("cpu.weight", "60");
  EXPECT_EQ(
      on(kBoth),
      "has 1.50001 cpus (/linux/resources/cpu/quota) instead of 1.5 cpus, 614 (/linux/resources/cpu/shares) "
      "instead of 512, 2147487744 bytes (/linux/resources/memory/swap) instead of 2147483648 bytes");
  EXPECT_EQ(on(""), "");
  says("cpu.weight", "101");
  EXPECT_EQ(on(""), "has 1034 (/linux/resources/cpu/shares) instead of 1024");
}

TEST_F(ResourcesOnVersion2, WhatWasWrittenLastCounts) {
  const char* unified =
      R"("memory":{"limit":1073741824},"cpu":{"quota":1000},"unified":{"memory.max":"2G","cpu.max":"50000","cpu.weight":"50"})";
  says("memory.max", "2147483648");
  says("cpu.max", "50000 100000");
  says("cpu.weight", "50");
  EXPECT_EQ(on(unified), "");
  says("memory.max", "2147487744");
  says("cpu.weight", "51");
  EXPECT_EQ(on(unified),
            "has 51 (/linux/resources/unified/cpu.weight) instead of 50, 2147487744 bytes "
            "(/linux/resources/unified/memory.max) instead of 2147483648 bytes");
  says("memory.max", "1");
  says("memory.swap.max", "max");
  says("cpu.weight", "1");
  EXPECT_EQ(on(R"("unified":{"memory.swap.max":"0"})"),
            "has unlimited (/linux/resources/unified/memory.swap.max) instead of 0 bytes");
}

TEST_F(ResourcesOnVersion2, AKernelThatCountsNoSwapDoesNotTellOfIt) {
  says("memory.max", "1073741824");
  static_cast<void>(host.remove("/sys/fs/cgroup/s.slice/c.scope/memory.swap.max"));
  EXPECT_EQ(on(R"("memory":{"limit":1073741824,"swap":1073741824})"), "");
  static_cast<void>(host.remove("/sys/fs/cgroup/s.slice/c.scope/memory.max"));
  EXPECT_NE(on(R"("memory":{"limit":1073741824})").find("fault: "), std::string::npos);
}

TEST_F(ResourcesOnVersion2, AScopesLimitBoundsWhatIsBelow) {
  says("memory.max", "1000", "/s.slice");
  EXPECT_EQ(on(R"("memory":{"limit":1073741824})"), "");
}

}  // namespace
}  // namespace hardened::controls
