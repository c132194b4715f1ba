#include <sys/sysmacros.h>

#include <string>

#include "controls/mounts.h"
#include "tests/unit/controls/observing.h"

namespace hardened::controls {
namespace {

class MountsObserved : public ObservedTest {
 protected:
  // A container that was given one directory and one file, and has them.
  MountsObserved() {
    running.mounts +=
        "200 112 8:1 /home/u/src /data ro,nosuid,relatime - ext4 /dev/sda1 rw\n"
        "201 112 8:1 /srv/f /etc/f rw,relatime master:1 - ext4 /dev/sda1 rw\n";
    running.put(host);
    is_put = true;
    host.directory(inside("/data"));
    host.file(inside("/etc/f"), "");
    host.file("/proc/self/mountinfo",
              "1 0 8:1 / / rw - ext4 none rw\n2 1 0:21 / /proc rw - proc none rw\n"
              "3 1 0:24 / /run rw - tmpfs none rw\n4 1 0:57 / /var/lib/docker/overlay2/o/merged rw - overlay "
              "none rw\n"
              "5 1 0:36 / /sys/fs/cgroup/pids rw - cgroup none rw\n6 1 0:6 / /dev rw - devtmpfs none rw\n");
    judged = {"8:1 /home/u/src", "8:1 /srv/f " + std::to_string(host.status(inside("/etc/f"))->inode), "", "",
              "0:57 /"};
  }

  std::string found(const std::string& first = R"("rbind","ro","nosuid","rprivate")",
                    const std::string& more = "") {
    return found_of(R"({"destination":"/data","type":"bind","source":"/home/u/src","options":[)" + first +
                    R"(]},{"destination":"/etc/f","type":"bind","source":"/srv/f","options":["bind"]},)"
                    R"({"destination":"/proc","type":"proc"},{"destination":"/sys","type":"sysfs"})" +
                    more);
  }
  std::string found_of(const std::string& mounts) {
    const std::string document = R"({"mounts":[)" + mounts + R"(],"hooks":)" + hooks +
                                 R"(,"linux":{"namespaces":[{"type":"mount"}],)" + rest + "}}";
    const auto read = doc::read_json("config.json", document);
    EXPECT_TRUE(read.ok());
    const KernelView kernel(host, {running.process, begun, false, inherited, judged});
    const auto observed = Mounts::observe(kernel, Spec(*read, Scope::bundle));
    if (!observed) return "fault: " + observed.error().what;
    return leq(observed->held, observed->granted) ? "" : Mounts::surplus(*observed);
  }
  void becomes(const std::string& from, const std::string& to) {
    const std::size_t at = running.mounts.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    running.mounts.replace(at, from.size(), to);
    running.put(host);
  }

  void has(const std::string& line) {
    running.mounts += line + "\n";
    running.put(host);
  }

  std::vector<std::string> judged;
  std::string rest = R"("maskedPaths":["/proc/acpi","/proc/keys","/proc/scsi"])";
  std::string hooks = R"({"prestart":[{"path":"/proc/9/exe","args":["libnetwork-setkey"]}]})";
};

TEST_F(MountsObserved, WhatWasJudgedIsThere) { EXPECT_EQ(found(), ""); }

TEST_F(MountsObserved, AnotherDirectoryIsASurplus) {
  becomes("8:1 /home/u/src", "8:1 /etc");
  EXPECT_EQ(
      found(),
      "has a mount that was not judged, has mount 0 of its list of another source than was judged: that was "
      "changed meanwhile");
}

TEST_F(MountsObserved, AnotherDeviceIsASurplus) {
  becomes("8:1 /home/u/src", "8:2 /home/u/src");
  EXPECT_NE(found().find("has mount 0"), std::string::npos);
}

TEST_F(MountsObserved, AnotherFileUnderTheSameNameIsASurplus) {
  host.file(inside("/etc/f"), "");
  EXPECT_NE(found().find("has mount 1 of its list of another source"), std::string::npos);
}

TEST_F(MountsObserved, WhatWasNotThereAndIsNowIsASurplus) {
  judged[0] = kNothing;
  EXPECT_NE(found().find("has mount 0"), std::string::npos);
}

TEST_F(MountsObserved, OptionsAreReadBack) {
  becomes("/data ro,nosuid", "/data rw");
  EXPECT_EQ(found(), "has mount 0 of its list without ro, has mount 0 of its list without nosuid");
  EXPECT_EQ(found(R"("rbind")"), "");
}

TEST_F(MountsObserved, PropagationIsReadBackWhereTheEntrySaysIt) {
  becomes("relatime - ext4", "relatime shared:7 - ext4");
  EXPECT_NE(found().find("shared with the host"), std::string::npos);
  EXPECT_NE(found(R"("rbind","ro","nosuid","rslave")").find("shared with the host"), std::string::npos);
  EXPECT_EQ(found(R"("rbind","ro","nosuid")"), "");
}

// Of two that lead to one place the later is on top, whatever the names.
TEST_F(MountsObserved, TheLaterOfTwoCounts) {
  has("202 112 0:90 / /data rw,relatime - tmpfs none rw");
  judged.insert(judged.begin() + 2, "");
  EXPECT_EQ(found(R"("rbind","ro")", R"(,{"destination":"/data","type":"tmpfs"})"), "");
  host.symlink(inside("/link"), "/data");
  EXPECT_EQ(found(R"("rbind","ro")", R"(,{"destination":"/link","type":"tmpfs"})"), "");
}

TEST_F(MountsObserved, WhatAnotherMountHidesShowsNothing) {
  begun = Begun::running;
  becomes("200 112 8:1 /home/u/src /data ro,nosuid,relatime - ext4 /dev/sda1 rw\n", "");
  EXPECT_EQ(found(), "");
}

TEST_F(MountsObserved, RecordsOfEarlierBuildsJudgedNothing) {
  judged.clear();
  becomes("8:1 /home/u/src", "8:1 /etc");
  EXPECT_EQ(found(), "");
  judged = {"8:1 /home/u/src"};
  EXPECT_EQ(found().substr(0, 5), "fault");
  judged = {"", "", "", ""};
  EXPECT_EQ(found(), "");
}

// The mount that was swapped moves to a name that no entry has: the directory below it was renamed on the host.
TEST_F(MountsObserved, ASwappedMountUnderAnotherNameIsASurplus) {
  becomes("8:1 /home/u/src /data ro,nosuid", "8:1 /etc /data2 ro,nosuid");
  host.directory(inside("/data2"));
  EXPECT_EQ(
      found(),
      "has a mount that was not judged, has mount 0 of its list of another source than was judged: that was "
      "changed meanwhile");
  hooks = R"({"prestart":[{"path":"/usr/bin/nvidia-hook"}]})";
  EXPECT_EQ(found(), "has mount 0 of its list of another source than was judged: that was changed meanwhile");
}

TEST_F(MountsObserved, AJudgedMountUnderAnotherNameIsWhatWasJudged) {
  becomes("/data ro,nosuid", "/data2 ro,nosuid");
  EXPECT_EQ(found(), "");
  becomes("/data2 ro,nosuid", "/data2 rw,nosuid");
  EXPECT_EQ(found(), "has mount 0 of its list without ro");
}

TEST_F(MountsObserved, WhatComesAlongWasJudgedToo) {
  has("202 200 8:1 /etc /data/m ro - ext4 none rw");
  EXPECT_EQ(found(), "has a mount that was not judged");
  judged.emplace_back("8:1 /etc");
  EXPECT_EQ(found(), "");
}

TEST_F(MountsObserved, EachOfTwoOfOneSourceHasToBeThere) {
  judged.insert(judged.begin() + 2, "8:1 /home/u/src");
  const std::string again =
      R"(,{"destination":"/b","type":"bind","source":"/home/u/src","options":["rbind"]})";
  EXPECT_NE(
      found(R"("rbind","ro","nosuid","rprivate")", again).find("has mount 0 of its list of another source"),
      std::string::npos);
}

// The same directory once more, brought by another entry, is not the one that was asked for: that is a new tmpfs now.
TEST_F(MountsObserved, WhatComesAlongMakesUpForNone) {
  judged.emplace_back("8:1 /home/u/src");
  has("202 200 8:1 /home/u/src /srv/m ro - ext4 none rw");
  EXPECT_EQ(found(), "");
  becomes("8:1 /home/u/src /data ro,nosuid", "0:99 / /data2 ro,nosuid");
  becomes("- ext4 none rw\n", "- tmpfs none rw\n");
  EXPECT_NE(found().find("has mount 0 of its list of another source"), std::string::npos) << found();
}

TEST_F(MountsObserved, WhoAsksForNothingOfTheHostHasNothingOfIt) {
  const std::string runtimes =
      R"({"destination":"/proc","type":"proc"},{"destination":"/sys","type":"sysfs"})";
  judged = {"", "", "0:57 /"};
  EXPECT_EQ(found_of(runtimes), "has a mount that was not judged");
  becomes("200 112 8:1 /home/u/src /data ro,nosuid,relatime - ext4 /dev/sda1 rw\n", "");
  EXPECT_EQ(found_of(runtimes), "has a mount that was not judged");
  becomes("201 112 8:1 /srv/f /etc/f rw,relatime master:1 - ext4 /dev/sda1 rw\n", "");
  EXPECT_EQ(found_of(runtimes), "");
  becomes("0:57 / / rw", "8:1 / / rw");
  EXPECT_EQ(found_of(runtimes), "has a mount that was not judged");
}

TEST_F(MountsObserved, WhoAsksForNoMountAtAllHasNone) {
  judged = {"0:57 /"};
  running.mounts = "112 1 0:57 / / rw - overlay none rw\n";
  running.put(host);
  EXPECT_EQ(found_of(""), "");
  has("201 112 8:1 /srv/f /etc/f rw,relatime - ext4 /dev/sda1 rw");
  EXPECT_EQ(found_of(""), "has a mount that was not judged");
}

TEST_F(MountsObserved, AnotherRootIsASurplus) {
  becomes("0:57 / / rw", "8:1 / / rw");
  EXPECT_EQ(found(), "has a mount that was not judged");
}

TEST_F(MountsObserved, AFileThatNobodyCanSeeIsASurplus) {
  becomes("/etc/f rw", "/etc/hidden/f rw");
  EXPECT_NE(found().find("has a mount that was not judged"), std::string::npos);
}

// A user namespace of its own: nodes of the host's /dev are mounted, not made.
TEST_F(MountsObserved, DevicesThatTheContainerHasAnyway) {
  has("210 114 0:6 /null /dev/null rw - devtmpfs none rw");
  host.node(inside("/dev/null"), Stat::Type::character, makedev(1, 3));
  EXPECT_EQ(found(), "");
  has("211 114 0:6 /snd/timer /dev/timer rw - devtmpfs none rw");
  host.node(inside("/dev/timer"), Stat::Type::character, makedev(116, 33));
  EXPECT_EQ(found(), "has a mount that was not judged");
  rest += R"(,"devices":[{"path":"/dev/timer","type":"c","major":116,"minor":33}])";
  EXPECT_EQ(found(), "");
}

TEST_F(MountsObserved, TheRuntimesOwnFileSystems) {
  has("220 114 0:90 / /dev/pts rw - devpts devpts rw");
  has("221 114 0:90 /0 /dev/console rw - devpts devpts rw");
  has("222 112 8:1 /x/rootfs/etc /etc ro - ext4 none rw");
  EXPECT_EQ(found(), "has a mount that was not judged");
  judged[4] = "8:1 /x/rootfs";
  becomes("0:57 / / rw", "8:1 /x/rootfs / rw");
  EXPECT_EQ(found(), "");
  // The host's own procfs, but where the runtime mounts one.
  has("223 113 0:21 /irq /proc/irq ro - proc none rw");
  EXPECT_EQ(found(), "");
  has("224 112 0:21 / /p rw - proc none rw");
  EXPECT_EQ(found(), "has a mount that was not judged");
}

// An empty directory of the runtime's, where that covers with one.
TEST_F(MountsObserved, CoversOfMaskedPaths) {
  has("230 113 0:24 /crun/.empty-directory /proc/scsi ro - tmpfs none rw");
  EXPECT_EQ(found(), "has a mount that was not judged");
  host.directory(inside("/proc/scsi"));
  EXPECT_EQ(found(), "");
  host.file(inside("/proc/scsi/x"), "");
  EXPECT_EQ(found(), "has a mount that was not judged");
}

TEST(MountsToken, IsBoundedAndTellsFilesApart) {
  Stat directory;
  directory.type = Stat::Type::directory;
  Stat file = directory;
  file.type = Stat::Type::file;
  file.inode = 7;
  EXPECT_EQ(token_of({"8:1", "/a"}, directory), "8:1 /a");
  EXPECT_EQ(token_of({"8:1", "/a"}, file), "8:1 /a 7");
  const std::string longer(200, 'x');
  EXPECT_LE(token_of({"8:1", "/" + longer}, file).size(), 80U);
  EXPECT_NE(token_of({"8:1", "/" + longer}, file), token_of({"8:1", "/" + longer + "y"}, file));
}

}  // namespace
}  // namespace hardened::controls
