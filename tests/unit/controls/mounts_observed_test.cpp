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
    judged = {"8:1 /home/u/src", "8:1 /srv/f " + std::to_string(host.status(inside("/etc/f"))->inode)};
  }

  std::string found(const std::string& first = R"("rbind","ro","nosuid","rprivate")",
                    const std::string& more = "") {
    const std::string document =
        R"({"mounts":[{"destination":"/data","type":"bind","source":"/home/u/src","options":[)" + first +
        R"(]},{"destination":"/etc/f","type":"bind","source":"/srv/f","options":["bind"]})" + more + "]}";
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

  std::vector<std::string> judged;
};

TEST_F(MountsObserved, WhatWasJudgedIsThere) { EXPECT_EQ(found(), ""); }

TEST_F(MountsObserved, AnotherDirectoryIsASurplus) {
  becomes("8:1 /home/u/src", "8:1 /etc");
  EXPECT_EQ(found(), "has mount 0 of its list of another source than was judged: that was changed meanwhile");
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
  becomes("8:1 /home/u/src /data ro,nosuid", "0:90 / /data rw,relatime");
  judged.emplace_back();
  EXPECT_EQ(found(R"("rbind","ro")", R"(,{"destination":"/data","type":"tmpfs"})"), "");
  host.symlink(inside("/link"), "/data");
  EXPECT_EQ(found(R"("rbind","ro")", R"(,{"destination":"/link","type":"tmpfs"})"), "");
}

TEST_F(MountsObserved, WhatAnotherMountHidesShowsNothing) {
  becomes("200 112 8:1 /home/u/src /data ro,nosuid,relatime - ext4 /dev/sda1 rw\n", "");
  EXPECT_EQ(found(), "");
}

TEST_F(MountsObserved, RecordsOfEarlierBuildsJudgedNothing) {
  judged.clear();
  becomes("8:1 /home/u/src", "8:1 /etc");
  EXPECT_EQ(found(), "");
  judged = {"8:1 /home/u/src"};
  EXPECT_EQ(found().substr(0, 5), "fault");
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
