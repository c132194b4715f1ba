#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/ctl/install_world.h"

namespace hardened::ctl {
namespace {

using test::has;
using test::kBackup;
using test::kConfig;
using test::kDockerd;
using test::kProgramPath;
using test::kRunc;
using test::kSettings;
using test::Words;
using World = test::InstallWorld;

TEST(Install, RegistersTheRuntimeAndKeepsTheFileAsItWas) {
  World world;
  world.must({"install"});
  EXPECT_EQ(world.settings(),
            "{\n    \"debug\": true,\n    \"runtimes\": {\n        \"hardened\": {\n            \"path\": "
            "\"/usr/sbin/hardened-runtime\"\n        }\n    }\n}\n");
  EXPECT_EQ(world.host.bytes(kBackup), kSettings);
  EXPECT_EQ(world.host.status(kBackup)->mode, 0600U);
  EXPECT_EQ(world.host.bytes("/etc/hardened/policy.yaml"), "version: 1\nextends: docker-default\n");
  EXPECT_EQ(world.host.status("/etc/hardened/install.json")->mode, 0600U);
  EXPECT_EQ(world.host.status("/etc/hardened")->mode, 0755U);
  EXPECT_EQ(world.behind(kRunc), "runc");
}

TEST(Install, DoesNothingTheSecondTime) {
  World world;
  const Words words{"install", "--default", "--shadow", "--name", "hardened-ci"};
  world.must(words);
  const auto tree = world.host.tree();
  const auto effects = world.host.effects();
  world.screen.out.clear();
  world.must(words);
  EXPECT_EQ(world.host.tree(), tree);
  // The lock, and two questions to dpkg-divert, are all.
  EXPECT_LE(world.host.effects() - effects, 3U);
  EXPECT_EQ(world.screen.out, "hardened is installed: there is nothing to do\n");
}

TEST(Install, MakesTheDefaultAndFurtherNames) {
  World world(R"({"default-runtime":"nvidia","runtimes":{"nvidia":{"path":"/n"}}})");
  world.must({"install", "--default", "--name", "hardened-ci"});
  EXPECT_EQ(
      world.settings(),
      R"({"default-runtime":"hardened","runtimes":{"nvidia":{"path":"/n"},"hardened":{"path":"/usr/sbin/hardened-runtime"},)"
      R"("hardened-ci":{"path":"/usr/sbin/hardened-ci"}}})");
  EXPECT_EQ(world.target("/usr/sbin/hardened-ci"), kProgramPath);
  EXPECT_TRUE(world.host.bytes("/etc/hardened/ci.yaml"));
  EXPECT_TRUE(has(world.screen.out, "which was nvidia")) << world.screen.out;
}

TEST(Install, MakesAFileWhereThereIsNone) {
  World world(nullptr);
  world.must({"install", "--config", "/etc/other/daemon.json"});
  EXPECT_TRUE(world.host.bytes("/etc/other/daemon.json"));
  world.must({"uninstall", "--purge"});
  EXPECT_FALSE(world.host.status("/etc/other"));
}

TEST(Install, ChangesNothingOnADryRun) {
  World world;
  const auto tree = world.host.tree();
  world.must({"install", "--shadow", "--default", "--dry-run"});
  EXPECT_EQ(world.host.tree(), tree);
  EXPECT_TRUE(has(world.screen.out, "+     \"default-runtime\": \"hardened\"")) << world.screen.out;
  EXPECT_TRUE(has(world.screen.out, "nothing was changed"));
}

TEST(Install, AsksDockerdBeforeAnythingIsChanged) {
  World world;
  world.validates = true;
  world.must({"install"});
  EXPECT_EQ(world.validated, Words{world.settings()});
  World other;
  other.validates = true;
  other.accepts = false;
  const auto tree = other.host.tree();
  EXPECT_TRUE(has(other.refused({"install"}), "unable to configure"));
  EXPECT_EQ(other.host.tree(), tree);
}

TEST(Install, RefusesAnotherRuntimeOfItsNameUnlessForced) {
  const char* settings = R"({"runtimes":{"hardened":{"path":"/opt/h","runtimeArgs":["-x"]}}})";
  World world(settings);
  EXPECT_TRUE(has(world.refused({"install"}), "/opt/h"));
  EXPECT_EQ(world.settings(), settings);
  world.must({"install", "--force"});
  EXPECT_EQ(world.settings(), R"({"runtimes":{"hardened":{"path":"/usr/sbin/hardened-runtime"}}})");
  world.must({"uninstall"});
  EXPECT_EQ(world.settings(), settings);
}

TEST(Install, RefusesWhatOthersCanWriteAndWhatDockerdWasStartedWith) {
  World world;
  world.host.file(kConfig, kSettings, {.mode = 0666});
  EXPECT_TRUE(has(world.refused({"install"}), "others than root can write"));
  World flags;
  flags.dockerd_runs({"--add-runtime=x=/x"});
  EXPECT_TRUE(has(flags.refused({"install"}), "--add-runtime"));
}

TEST(Install, FollowsALinkOfRootsAndRefusesOneToNothing) {
  World world(nullptr);
  world.host.file("/srv/docker.json", "{}").symlink(kConfig, "/srv/docker.json");
  world.must({"install"});
  EXPECT_EQ(world.target(kConfig), "/srv/docker.json");
  EXPECT_TRUE(has(world.host.bytes("/srv/docker.json").value_or(""), "hardened"));
  World dangling(nullptr);
  dangling.host.symlink(kConfig, "/srv/none.json");
  EXPECT_TRUE(has(dangling.refused({"install"}), "link to nothing"));
}

TEST(Install, WantsRootAndItsProgramAndNamesOfItsOwn) {
  World world;
  EXPECT_TRUE(has(world.refused({"install", "--program", "/usr/sbin/none"}), "missing"));
  EXPECT_TRUE(has(world.refused({"install", "--name", "ci"}), "no name"));
  world.host.machine.caller.uid = 1000;
  EXPECT_TRUE(has(world.refused({"install"}), "as root"));
  EXPECT_TRUE(has(world.refused({"uninstall"}), "as root"));
}

TEST(Install, TellsDockerdOnlyWhenAsked) {
  World world;
  world.dockerd_runs();
  world.must({"install"});
  EXPECT_TRUE(world.machine.signals.empty());
  EXPECT_TRUE(has(world.screen.out, "left to do:\n  systemctl reload docker")) << world.screen.out;
  EXPECT_TRUE(has(world.screen.out, "note: containers get it by docker run --runtime=hardened"))
      << world.screen.out;
  world.must({"install", "--reload", "--dry-run"});
  EXPECT_TRUE(world.machine.signals.empty());
  EXPECT_TRUE(has(world.screen.out, "dockerd (812) would be told to read it anew (SIGHUP)"))
      << world.screen.out;
  world.must({"install", "--reload"});
  EXPECT_EQ(world.machine.signals, (std::vector<std::pair<std::uint32_t, int>>{{kDockerd, 1}}));
}

}  // namespace
}  // namespace hardened::ctl
