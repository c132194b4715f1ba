// uninstall --reload: a dockerd that runs with hardened as its default.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/ctl/install_world.h"

namespace hardened::ctl {
namespace {

using test::has;
using test::kBackup;
using test::kConfig;
using test::kSettings;
using World = test::InstallWorld;

// dockerd keeps the default that a new file does not name, and ends where its runtime is gone.
TEST(Uninstall, WeansADockerdThatUsesItByDefault) {
  World world;
  world.must({"install", "--default"});
  const std::string installed = world.settings();
  world.dockerd_runs({"-H", "fd://"});  // as systemd starts it
  world.in_use = "hardened";
  EXPECT_TRUE(has(world.refused({"uninstall"}), "uninstall --reload"));
  EXPECT_EQ(world.settings(), installed);
  // It does not take notice: what stands there is safe for any reload, and still known as ours.
  EXPECT_TRUE(has(world.refused({"uninstall", "--reload"}), "still uses hardened"));
  EXPECT_EQ(world.settings(), "{\n    \"debug\": true,\"runtimes\":{},\"default-runtime\":\"runc\"\n}\n");
  world.machine.hears = [&world] { world.in_use = "runc"; };
  world.must({"uninstall", "--reload"});
  EXPECT_EQ(world.settings(), kSettings);
  EXPECT_EQ(world.machine.signals.size(), 2U);
  EXPECT_FALSE(world.host.status(kBackup));
}

TEST(Uninstall, DoesNotWeanADockerdWhoseFormerDefaultComesBack) {
  World world(R"({"default-runtime":"nvidia"})");
  world.must({"install", "--default"});
  world.dockerd_runs();
  world.in_use = "hardened";
  world.must({"uninstall"});
  EXPECT_EQ(world.settings(), R"({"default-runtime":"nvidia"})");
}

TEST(Uninstall, WhatWasInterruptedBeforeDockerdTookNoticeCanBeInstalledAgain) {
  World world;
  world.must({"install", "--default"});
  const std::string installed = world.settings();
  world.dockerd_runs();
  world.in_use = "hardened";
  EXPECT_TRUE(has(world.refused({"uninstall", "--reload"}), "still uses hardened"));
  world.must({"install", "--default"});
  EXPECT_EQ(world.host.bytes(kBackup), kSettings);
  world.machine.hears = [&world] { world.in_use = "runc"; };
  world.must({"uninstall", "--reload"});
  EXPECT_EQ(world.settings(), kSettings);
}

// A default of the operator's that is called as ours in between is his.
TEST(Uninstall, KeepsADefaultThatTheOperatorSaid) {
  World world;
  world.must({"install", "--default"});
  std::string text = world.settings();
  text.replace(text.find("\"hardened\"", text.find("default-runtime")), 10, "\"runc\"");
  world.host.file(kConfig, text, {.mode = 0600});
  world.dockerd_runs();
  world.in_use = "hardened";
  EXPECT_TRUE(has(world.refused({"uninstall", "--reload"}), "still uses hardened"));
  world.machine.hears = [&world] { world.in_use = "runc"; };
  world.must({"uninstall", "--reload"});
  EXPECT_TRUE(has(world.settings(), R"("default-runtime": "runc")")) << world.settings();
  EXPECT_FALSE(has(world.settings(), "runtimes")) << world.settings();
}

// What an interrupted uninstall said in the file is ours only until an install says something else there.
TEST(Uninstall, KeepsADefaultThatTheOperatorSaidAfterAnotherInstall) {
  World world;
  world.must({"install", "--default"});
  world.dockerd_runs();
  world.in_use = "hardened";
  EXPECT_TRUE(has(world.refused({"uninstall", "--reload"}), "still uses hardened"));
  world.must({"install", "--default"});
  std::string text = world.settings();
  const auto at = text.rfind("\"hardened\"");
  ASSERT_GT(at, text.find("default-runtime")) << text;
  world.host.file(kConfig, text.replace(at, 10, "\"runc\""), {.mode = 0600});
  world.in_use = "runc";
  world.must({"uninstall"});
  EXPECT_TRUE(has(world.settings(), R"("default-runtime":"runc")")) << world.settings();
  EXPECT_FALSE(has(world.settings(), "runtimes")) << world.settings();
}

}  // namespace
}  // namespace hardened::ctl
