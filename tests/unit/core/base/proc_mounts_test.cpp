#include "core/base/proc_mounts.h"

#include <gtest/gtest.h>

namespace hardened {
namespace {

constexpr const char* kMounts =
    "81 75 0:40 /a\\040b / rw,relatime shared:1 master:2 - tmpfs tmpfs rw,mode=755\n"
    "113 81 0:58 / /proc rw,nosuid - proc proc rw\n"
    "114 113 0:58 /sys /proc/sys rw,nosuid - proc proc rw\n"
    "115 114 0:58 /sys /proc/sys ro,nosuid - proc proc rw\n"
    "116 81 0:61 / /with\\134and\\012line rw - sysfs sysfs ro\n";

TEST(MountTable, ReadsWhatTheKernelEscapes) {
  const auto table = MountTable::parse(kMounts);
  ASSERT_TRUE(table.ok());
  ASSERT_EQ(table->all().size(), 5U);
  EXPECT_EQ(table->all()[0].root, "/a b");
  EXPECT_EQ(table->all()[0].kind, "tmpfs");
  EXPECT_EQ(table->all()[0].super_options, "rw,mode=755");
  EXPECT_EQ(table->all()[4].point, "/with\\and\nline");
  EXPECT_TRUE(table->all()[4].read_only());
  EXPECT_FALSE(table->all()[0].read_only());
  EXPECT_TRUE(table->all()[1].has("nosuid"));
  EXPECT_FALSE(table->all()[1].has("suid"));
}

TEST(MountTable, TheLastOneIsOnTop) {
  const auto table = MountTable::parse(kMounts);
  ASSERT_TRUE(table.ok());
  EXPECT_TRUE(table->at("/proc/sys")->read_only());
  EXPECT_EQ(table->at("/proc/sy"), nullptr);
  EXPECT_TRUE(table->over("/proc/sys/kernel")->read_only());
  EXPECT_EQ(table->over("/proc/sysrq")->point, "/proc");
  EXPECT_EQ(table->over("/process")->point, "/");
}

TEST(MountTable, KnowsThemByTheirNumbers) {
  const auto table = MountTable::parse(kMounts);
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->numbered(114), &table->all()[2]);
  EXPECT_EQ(table->numbered(81), table->at("/"));
  EXPECT_EQ(table->at("/proc/sys")->number, 115U);
  EXPECT_EQ(table->numbered(80), nullptr);
  EXPECT_EQ(table->numbered(117), nullptr);
  EXPECT_EQ(MountTable().over("/proc"), nullptr);
}

TEST(MountTable, KnowsTheirFileSystemsAndPeers) {
  const auto table = MountTable::parse(kMounts);
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->all()[2].device, "0:58");
  EXPECT_TRUE(table->all()[0].shared);
  EXPECT_TRUE(table->all()[0].follows);
  EXPECT_FALSE(table->all()[1].shared || table->all()[1].follows);
}

TEST(MountTable, FindsThoseBelow) {
  const auto table = MountTable::parse(kMounts);
  ASSERT_TRUE(table.ok());
  const auto points = [&](std::string_view path) {
    std::string text;
    for (const Mount* mount : table->below(path)) text += mount->point + ' ';
    return text;
  };
  EXPECT_EQ(points("/proc"), "/proc/sys /proc/sys ");
  EXPECT_EQ(points("/pro"), "");
  EXPECT_EQ(points("/proc/sys"), "");
  EXPECT_EQ(table->below("/").size(), 4U);
}

TEST(MountTable, TakesNothingForALine) {
  EXPECT_FALSE(MountTable::parse("x 75 0:40 / / rw,relatime shared:1 - tmpfs tmpfs rw\n").ok());
  EXPECT_FALSE(MountTable::parse("81 75 0:40 / / rw,relatime shared:1\n").ok());
  EXPECT_FALSE(MountTable::parse("nonsense\n").ok());
  EXPECT_TRUE(MountTable::parse("").ok());
}

TEST(CgroupPlace, IsTheControllersOwnBeforeTheUnified) {
  const char* hybrid = "9:name=systemd:/s\n4:cpu,cpuacct:/c:d\n3:pids:/p\n0::/u\n";
  EXPECT_EQ(cgroup_place(hybrid, "pids")->path, "/p");
  EXPECT_EQ(cgroup_place(hybrid, "pids")->version, 1);
  EXPECT_EQ(cgroup_place(hybrid, "cpuacct")->path, "/c:d");
  EXPECT_EQ(cgroup_place(hybrid, "memory")->path, "/u");
  EXPECT_EQ(cgroup_place(hybrid, "memory")->version, 2);
  EXPECT_FALSE(cgroup_place("3:pids:/p\n", "memory").has_value());
}

TEST(Swaps, FilesAreNamedAndPartitionsAreNot) {
  EXPECT_EQ(swap_files("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
                       "/dev/sda2                               partition\t100\t\t0\t\t-2\n"
                       "/swap\\040file                           file\t\t100\t\t0\t\t-3\n"
                       "/a/long/name/that/leaves/no/more/than/one/blank file\t\t100\t\t0\t\t-4\n"),
            (std::vector<std::string>{"/swap file", "/a/long/name/that/leaves/no/more/than/one/blank"}));
  for (const char* none :
       {"", "Filename Type Size Used Priority\n", "Filename\n\n/x\n/dev/dm-1 partition\n", "/swapfile file"})
    EXPECT_TRUE(swap_files(none).empty()) << none;
}

}  // namespace
}  // namespace hardened
