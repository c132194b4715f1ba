// install --shadow: in the place of runc.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/ctl/install_world.h"

namespace hardened::ctl {
namespace {

using test::has;
using test::kAside;
using test::kLocal;
using test::kProgramPath;
using test::kRunc;
using test::kSettings;
using test::Words;
using World = test::InstallWorld;

TEST(Install, StandsInRuncsPlace) {
  World world;
  world.host.file("/etc/hardened/own.yaml", "version: 1\nextends: strict\n");
  world.host.symlink("/etc/hardened/crun.runtime", "/usr/bin/crun")
      .symlink("/etc/hardened/own.runtime", kRunc);
  const auto inode = world.host.status(kRunc)->inode;
  world.must({"install", "--shadow"});
  EXPECT_EQ(world.target(kRunc), kProgramPath);
  EXPECT_EQ(world.host.status(kAside)->inode, inode);
  EXPECT_EQ(world.target("/etc/hardened/policy.runtime"), kAside);
  EXPECT_EQ(world.target("/etc/hardened/own.runtime"), kAside);
  EXPECT_EQ(world.target("/etc/hardened/crun.runtime"), "/usr/bin/crun");
  EXPECT_EQ(world.diversions, (std::map<std::string, std::string>{{kRunc, kAside}}));
  world.must({"uninstall", "--purge"});
  EXPECT_EQ(world.host.status(kRunc)->inode, inode);
  EXPECT_FALSE(world.host.status(kAside));
  EXPECT_EQ(world.target("/etc/hardened/own.runtime"), kRunc);
  EXPECT_FALSE(world.host.status("/etc/hardened/policy.runtime"));
  EXPECT_TRUE(world.diversions.empty());
}

TEST(Install, AnUpgradeOfRuncLandsAsideAndComesBackAtTheEnd) {
  World world;
  world.must({"install", "--shadow"});
  world.host.file(kAside, "runc, newer", {.mode = 0755});
  world.must({"install", "--shadow"});
  EXPECT_EQ(world.behind(kAside), "runc, newer");
  EXPECT_EQ(world.behind(kRunc), "hardened");
  world.must({"uninstall"});
  EXPECT_EQ(world.behind(kRunc), "runc, newer");
}

TEST(Install, WithoutDpkgAnUpgradeTakesThePlaceBackAndTheCommandPutsItRight) {
  World world;
  ASSERT_TRUE(world.host.remove("/usr/bin/dpkg-divert"));
  world.must({"install", "--shadow"});
  EXPECT_TRUE(has(world.screen.out, "no dpkg"));
  ASSERT_TRUE(world.host.remove(kRunc));
  world.host.file(kRunc, "runc, newer", {.mode = 0755});
  world.must({"install", "--shadow"});
  EXPECT_EQ(world.behind(kAside), "runc, newer");
  EXPECT_EQ(world.behind(kRunc), "hardened");
}

TEST(Install, RefusesAPlaceThatIsAnothers) {
  World diverted;
  diverted.diversions[kRunc] = "/usr/sbin/runc.distrib";
  EXPECT_TRUE(has(diverted.refused({"install", "--shadow"}), "runc.distrib"));
  World linked;
  ASSERT_TRUE(linked.host.remove(kRunc));
  linked.host.symlink(kRunc, "/usr/bin/crun");
  EXPECT_TRUE(has(linked.refused({"install", "--shadow"}), "symbolic link to /usr/bin/crun"));
  World other;
  other.host.symlink("/etc/hardened/policy.runtime", "/usr/bin/crun");
  EXPECT_TRUE(has(other.refused({"install", "--shadow"}), "/usr/bin/crun"));
  World aside;
  aside.host.file(kAside, "somebody's", {.mode = 0755});
  EXPECT_TRUE(has(aside.refused({"install", "--shadow"}), "not the same file"));
  World hard;
  ASSERT_TRUE(hard.host.remove(kRunc));
  hard.host.hard_link(kRunc, kProgramPath);
  EXPECT_TRUE(has(hard.refused({"install", "--shadow"}), "hardened already"));
  for (World* world : {&diverted, &linked, &other, &aside, &hard}) {
    EXPECT_EQ(world->settings(), kSettings);
    EXPECT_FALSE(world->host.status("/etc/hardened/install.json"));
  }
}

// A journal that names another program than the link leads to must not cost the real runc.
TEST(Install, RefusesAnotherProgramWhileItStandsInRuncsPlace) {
  World world;
  world.host.file(kLocal, "hardened, local", {.mode = 0755});
  world.must({"install", "--shadow", "--program", kLocal});
  const auto tree = world.host.tree();
  for (const Words& words : {Words{"install", "--force"}, Words{"install", "--force", "--shadow"}}) {
    const std::string said = world.refused(words);
    EXPECT_TRUE(has(said, kLocal) && has(said, "uninstall comes first")) << said;
    EXPECT_EQ(world.host.tree(), tree);
  }
  world.must({"uninstall"});
  EXPECT_EQ(world.behind(kRunc), "runc");
  EXPECT_FALSE(world.host.status(kAside));
}

}  // namespace
}  // namespace hardened::ctl
