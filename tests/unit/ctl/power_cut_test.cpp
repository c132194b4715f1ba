#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/ctl/install_world.h"

namespace hardened::ctl {
namespace {

using test::cut;
using test::kAside;
using test::kRunc;
using test::kSettings;
using test::Words;
using World = test::InstallWorld;

// Wherever the power goes: Docker's file is old or new as a whole, runc's name leads to runc or to hardened that knows where
// to hand over, the same command goes on, and uninstall brings back each byte.

void check(World& world, const std::string& whole) {
  EXPECT_TRUE(world.settings() == kSettings || world.settings() == whole) << world.settings();
  const std::string runc = world.behind(kRunc);
  EXPECT_TRUE(runc == "runc" || (runc == "hardened" && world.behind(kAside) == "runc" &&
                                 world.behind("/etc/hardened/policy.runtime") == "runc"))
      << runc;
  const auto link = world.host.status("/etc/hardened/policy.runtime");
  if (link) {
    EXPECT_EQ(world.behind("/etc/hardened/policy.runtime"), "runc");
  }
}

// What is left of what the journal could not name: a directory made before it, and in /run, which the machine forgets.
std::map<std::string, std::string> tree_of(const World& world) {
  auto tree = world.host.tree();
  tree.erase("/run/hardenedctl.daemon.json");
  if (!world.host.status("/etc/hardened/install.json")) tree.erase("/etc/hardened");
  return tree;
}

const Words kAll{"install", "--default", "--shadow", "--name", "hardened-ci"};

TEST(PowerCut, DuringInstall) {
  World clean;
  const auto before = clean.host.tree();
  clean.must(kAll);
  const std::string whole = clean.settings();
  const auto after = clean.host.tree();
  const std::size_t effects = clean.host.effects();
  ASSERT_GT(effects, 20U);
  for (std::size_t at = 0; at < effects; ++at) {
    for (const bool goes_on : {true, false}) {
      SCOPED_TRACE("cut at effect " + std::to_string(at) + (goes_on ? ", goes on" : ", undone at once"));
      World world;
      ASSERT_TRUE(cut(world, at, kAll));
      check(world, whole);
      if (goes_on) world.must(kAll);
      if (goes_on) {
        auto now = world.host.tree();
        now.erase("/etc/hardened/install.json");
        auto expected = after;
        expected.erase("/etc/hardened/install.json");
        EXPECT_EQ(now, expected);
      }
      world.must({"uninstall", "--purge"});
      EXPECT_EQ(tree_of(world), before);
      EXPECT_TRUE(world.diversions.empty());
    }
  }
}

TEST(PowerCut, DuringUninstall) {
  World clean;
  const auto before = clean.host.tree();
  clean.must(kAll);
  const std::string whole = clean.settings();
  const std::size_t installed = clean.host.effects();
  clean.must({"uninstall", "--purge"});
  EXPECT_EQ(clean.host.tree(), before);
  const std::size_t effects = clean.host.effects();
  ASSERT_GT(effects, installed + 15);
  for (std::size_t at = installed; at < effects; ++at) {
    for (const bool again : {true, false}) {
      SCOPED_TRACE("cut at effect " + std::to_string(at) + (again ? ", installed again" : ", goes on"));
      World world;
      world.must(kAll);
      ASSERT_TRUE(cut(world, at, {"uninstall", "--purge"}));
      check(world, whole);
      if (again) world.must(kAll);
      if (again) {
        EXPECT_EQ(world.settings(), whole);
      }
      world.must({"uninstall", "--purge"});
      EXPECT_EQ(tree_of(world), before);
      EXPECT_TRUE(world.diversions.empty());
    }
  }
}

}  // namespace
}  // namespace hardened::ctl
