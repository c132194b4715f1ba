#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/ctl/install_world.h"

namespace hardened::ctl {
namespace {

using test::cut;
using test::kAside;
using test::kConfig;
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

// An uninstall of a dockerd that runs with hardened as its default, and what an operator did to the file since the install.
struct Weaned {
  const char* name;
  const char* before;  // nullptr where there was no file
  const char* since;   // nullptr where nobody changed it; "" where it was removed
};

void put(World& world, const Weaned& one) {
  world.must({"install", "--default"});
  if (one.since != nullptr && *one.since == '\0') {
    ASSERT_TRUE(world.host.remove(kConfig));
  } else if (one.since != nullptr) {
    std::string text = world.settings();
    text.insert(text.find('{') + 1, one.since);
    world.host.file(kConfig, text, {.mode = 0600});
  }
  world.dockerd_runs();
  world.in_use = "hardened";
  world.machine.hears = [&world] { world.in_use = "runc"; };
}

const Words kWean{"uninstall", "--reload"};

class Weaning : public testing::TestWithParam<Weaned> {};

TEST_P(Weaning, EndsAsIfNothingHadCutIt) {
  World clean(GetParam().before);
  put(clean, GetParam());
  const std::size_t from = clean.host.effects();
  clean.must(kWean);
  const std::string whole = clean.settings();
  EXPECT_EQ(whole.find("runc"), std::string::npos) << whole;
  for (std::size_t at = from; at < clean.host.effects(); ++at) {
    for (const bool again : {false, true}) {
      for (const char* in_use : {"", "runc", "hardened"}) {
        SCOPED_TRACE("cut at effect " + std::to_string(at) + (again ? ", installed again" : ", goes on") +
                     ", in use is " + in_use);
        World world(GetParam().before);
        put(world, GetParam());
        ASSERT_TRUE(cut(world, at, kWean));
        if (again) world.must({"install", "--default"});
        if (*in_use != '\0') world.in_use = in_use;
        world.must(kWean);
        EXPECT_EQ(world.settings(), whole);
      }
    }
  }
}

// What dockerd would not hear of, it may hear of the second time.
TEST_P(Weaning, EndsAsIfDockerdHadHeardTheFirstTime) {
  World clean(GetParam().before);
  put(clean, GetParam());
  clean.must(kWean);
  for (const Words& between : {Words{}, Words{"install"}, Words{"install", "--default"}}) {
    World world(GetParam().before);
    put(world, GetParam());
    const auto hears = world.machine.hears;
    world.machine.hears = nullptr;
    EXPECT_FALSE(world(kWean).ok());
    EXPECT_FALSE(world(kWean).ok());
    world.machine.hears = hears;
    if (!between.empty()) world.must(between);
    world.must(kWean);
    EXPECT_EQ(world.settings(), clean.settings());
  }
}

// The operator's hand comes between the two: what he writes stays as well.
TEST_P(Weaning, KeepsWhatIsWrittenInBetween) {
  for (const bool again : {false, true}) {
    World world(GetParam().before);
    put(world, GetParam());
    const auto hears = world.machine.hears;
    world.machine.hears = nullptr;
    EXPECT_FALSE(world(kWean).ok());
    std::string text = world.settings();
    text.insert(text.find('{') + 1, R"("live-restore":true,)");
    world.host.file(kConfig, text, {.mode = 0600});
    if (again) world.must({"install", "--default"});
    world.machine.hears = hears;
    world.must(kWean);
    EXPECT_TRUE(test::has(world.settings(), R"("live-restore":true)")) << world.settings();
    EXPECT_FALSE(test::has(world.settings(), "runtime")) << world.settings();
  }
}

INSTANTIATE_TEST_SUITE_P(
    PowerCut, Weaning,
    testing::Values(Weaned{"untouched", kSettings, nullptr}, Weaned{"made", nullptr, nullptr},
                    Weaned{"changed", kSettings, R"("data-root":"/srv/docker",)"},
                    Weaned{"made_then_changed", nullptr, R"("data-root":"/srv/docker",)"},
                    Weaned{"empty_object_changed", "{\n}\n", "\"data-root\":\"/srv/docker\","},
                    Weaned{"in_lines", "{\n  \"debug\": true\n}\n", "\n  \"data-root\": \"/srv/docker\","},
                    Weaned{"removed", kSettings, ""}, Weaned{"made_then_removed", nullptr, ""}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace hardened::ctl
