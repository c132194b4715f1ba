#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/ctl/install_world.h"

namespace hardened::ctl {
namespace {

using test::cut;
using test::FakeHost;
using test::has;
using test::kAside;
using test::kBackup;
using test::kConfig;
using test::kLocal;
using test::kProgramPath;
using test::kRunc;
using test::kSettings;
using test::Words;
using World = test::InstallWorld;

TEST(Uninstall, ReadsAJournalThatDoesNotSayWhichProgramStandsInRuncsPlace) {
  World world;
  world.must({"install", "--shadow"});
  std::string journal = world.host.bytes("/etc/hardened/install.json").value_or("");
  const std::string own = R"(,"program":"/usr/sbin/hardened-runtime"})";
  const auto at = journal.find(own);
  ASSERT_NE(at, std::string::npos) << journal;
  journal.erase(at, own.size() - 1);
  world.host.file("/etc/hardened/install.json", journal, {.mode = 0600});
  world.must({"uninstall"});
  EXPECT_EQ(world.behind(kRunc), "runc");
  EXPECT_FALSE(world.host.status(kAside));
}

// What stands at runc's name when its second name goes is a program of root's, and not hardened.
TEST(Uninstall, KeepsTheRealRuncWhereItsNameLeadsElsewhere) {
  const std::map<std::string, std::function<void(FakeHost&)>> places{
      {"a link to another program", [](FakeHost& host) { host.symlink(kRunc, "/usr/bin/crun"); }},
      {"a link to another hardened", [](FakeHost& host) { host.symlink(kRunc, kLocal); }},
      {"a link to nothing", [](FakeHost& host) { host.symlink(kRunc, "/usr/sbin/gone"); }},
      {"hardened itself", [](FakeHost& host) { host.hard_link(kRunc, kProgramPath); }},
      {"a file that is no program", [](FakeHost& host) { host.file(kRunc, "text", {.mode = 0644}); }},
      {"a user's", [](FakeHost& host) { host.file(kRunc, "own", {.mode = 0755, .uid = 1000}); }},
  };
  for (const auto& [what, put] : places) {
    SCOPED_TRACE(what);
    World world;
    world.host.file(kLocal, "hardened, local", {.mode = 0755});
    ASSERT_TRUE(world.host.remove("/usr/bin/dpkg-divert"));
    world.must({"install", "--shadow"});
    ASSERT_TRUE(world.host.remove(kRunc));
    put(world.host);
    const auto tree = world.host.tree();
    const std::string said = world.refused({"uninstall", "--force"});
    EXPECT_TRUE(has(said, kAside)) << said;
    EXPECT_EQ(world.host.tree(), tree);
    // As it says.
    ASSERT_TRUE(world.machine.rename(kAside, kRunc));
    world.must({"uninstall"});
    EXPECT_EQ(world.behind(kRunc), "runc");
  }
}

TEST(Uninstall, KeepsTheRealRuncWhereItsNameChangesAtTheLastMoment) {
  World world;
  world.must({"install", "--shadow"});
  world.machine.meanwhile = [&world] {
    ASSERT_TRUE(world.host.remove(kRunc));
    world.host.symlink(kRunc, kProgramPath);
  };
  const std::string said = world.refused({"uninstall"});
  EXPECT_TRUE(has(said, kAside)) << said;
  EXPECT_EQ(world.behind(kAside), "runc");
  world.machine.meanwhile = nullptr;
  world.must({"uninstall"});
  EXPECT_EQ(world.behind(kRunc), "runc");
}

TEST(Uninstall, TakesNamesOfAFormerProgram) {
  World world;
  world.host.file(kLocal, "hardened, local", {.mode = 0755});
  world.must({"install", "--program", kLocal, "--name", "hardened-ci"});
  world.must({"install", "--force"});
  EXPECT_EQ(world.target("/usr/local/sbin/hardened-ci"), kLocal);
  world.must({"uninstall"});
  EXPECT_FALSE(world.host.status("/usr/local/sbin/hardened-ci"));
}

// Between the diversion and the switch an upgrade lands aside while runc still has its own name.
TEST(Uninstall, KeepsAnUpgradeThatLandedWhileItWasInterrupted) {
  const Words words{"install", "--shadow"};
  World clean;
  clean.must(words);
  const std::size_t installed = clean.host.effects();
  clean.must({"uninstall"});
  std::size_t upgraded = 0;
  for (std::size_t at = 0; at < clean.host.effects(); ++at) {
    SCOPED_TRACE("cut at effect " + std::to_string(at));
    World world;
    if (at >= installed) world.must(words);
    ASSERT_TRUE(cut(world, at, at < installed ? words : Words{"uninstall"}));
    if (!world.diversions.contains(kRunc)) continue;
    ++upgraded;
    world.host.file(kAside, "runc, newer", {.mode = 0755});
    world.must({"uninstall"});
    EXPECT_EQ(world.behind(kRunc), "runc, newer");
    EXPECT_FALSE(world.host.status(kAside));
    EXPECT_TRUE(world.diversions.empty());
  }
  EXPECT_GT(upgraded, 4U);
}

TEST(Uninstall, TakesOnlyWhatIsOursWhereSomebodyChangedTheFile) {
  World world(R"({"a":1})");
  world.must({"install", "--default"});
  std::string text = world.settings();
  text.insert(text.size() - 1, R"(,"b":2)");
  world.host.file(kConfig, text);
  world.must({"uninstall"});
  EXPECT_EQ(world.settings(), R"({"a":1,"b":2})");
  EXPECT_EQ(world.host.bytes(kBackup), R"({"a":1})");
}

TEST(Uninstall, LeavesPoliciesUnlessPurgedAndChangedOnesAlways) {
  World world;
  world.must({"install"});
  world.must({"uninstall"});
  EXPECT_TRUE(world.host.bytes("/etc/hardened/policy.yaml"));
  EXPECT_TRUE(has(world.screen.out, "/etc/hardened stays, with policy.yaml; uninstall --purge takes"))
      << world.screen.out;
  world.must({"install"});
  world.host.file("/etc/hardened/policy.yaml", "version: 1\nextends: strict\n");
  world.must({"uninstall", "--purge"});
  EXPECT_TRUE(world.host.bytes("/etc/hardened/policy.yaml"));
}

// Somebody tidied up before us: what is gone is gone.
TEST(Uninstall, TakesADirectoryThatIsGoneForRemoved) {
  World world(nullptr);
  ASSERT_TRUE(world.machine.remove_directory("/etc/docker"));
  world.must({"install"});
  ASSERT_TRUE(world.host.remove(kConfig));
  ASSERT_TRUE(world.machine.remove_directory("/etc/docker"));
  world.must({"uninstall", "--purge"});
  EXPECT_FALSE(world.host.status("/etc/hardened/install.json"));
}

TEST(Uninstall, SaysThatThereIsNothingToUndo) {
  World world;
  const auto tree = world.host.tree();
  world.must({"uninstall"});
  EXPECT_EQ(world.host.tree(), tree);
  EXPECT_EQ(world.screen.out, "nothing was installed by hardenedctl: there is nothing to undo\n");
}

TEST(Uninstall, RefusesWhileContainersNeedIt) {
  World world;
  world.must({"install"});
  world.host.file("/var/lib/docker/containers/abc/hostconfig.json", R"({"Runtime":"hardened"})");
  world.host.file("/var/lib/docker/containers/abc/config.v2.json", R"({"Name":"/web"})");
  world.host.file("/var/lib/docker/containers/def/hostconfig.json", R"({"Runtime":"runc"})");
  const auto tree = world.host.tree();
  const std::string said = world.refused({"uninstall"});
  EXPECT_TRUE(has(said, "1 container needs hardened") && has(said, "  web: ") && !has(said, "def")) << said;
  EXPECT_EQ(world.host.tree(), tree);
  world.must({"uninstall", "--force"});
  EXPECT_EQ(world.settings(), kSettings);
}

TEST(Uninstall, RefusesWhileAContainerOfAGrantRecordRuns) {
  World world;
  world.must({"install"});
  world.host.file("/run/hardened/containers/0123456789abcdef/box.json", R"({"root":"/run/runc"})");
  world.host.file("/run/runc/box/state.json", R"({"init_process_pid":77,"init_process_start":5})");
  world.host.process(77);
  EXPECT_TRUE(has(world.refused({"uninstall"}), "  box: it runs"));
  world.host.process(77, false);
  world.must({"uninstall"});
}

TEST(Uninstall, TakesForNeedingWhatItCannotRead) {
  const std::string place = "/var/lib/docker/containers/abc";
  const std::string record = "/run/hardened/containers/0123456789abcdef/box.json";
  const std::string large(std::size_t{5} << 20U, ' ');
  World world;
  world.must({"install"});
  world.host.file(place + "/config.v2.json", R"({"Name":"/web"})");
  world.host.file(place + "/hostconfig.json", R"({"Runtime":"hardened"})" + large);
  EXPECT_TRUE(has(world.refused({"uninstall"}), "  web: docker made it with the runtime hardened"));
  world.host.file(place + "/hostconfig.json", R"({"Runtime":"runc"})" + large + large + large + large);
  EXPECT_TRUE(has(world.refused({"uninstall"}), "  web: cannot "));
  world.host.file(place + "/hostconfig.json", "{");
  EXPECT_TRUE(has(world.refused({"uninstall"}), "  web: " + place + "/hostconfig.json"));
  ASSERT_TRUE(world.host.remove(place + "/hostconfig.json"));
  world.host.file(record, "{");
  EXPECT_TRUE(has(world.refused({"uninstall"}), "  box: " + record));
  world.must({"uninstall", "--force"});
}

TEST(Uninstall, LooksForContainersWhereTheDockerdThatRunsKeepsThem) {
  for (const std::string root : {"/srv/docker", "/var/lib/docker/100000.100000", "/srv/docker/1.1"}) {
    SCOPED_TRACE(root);
    World world;
    world.must({"install"});
    world.dockerd_runs({"--data-root", "/srv/docker"});
    world.host.file(root + "/containers/abc/hostconfig.json", R"({"Runtime":"hardened"})");
    world.host.file(root + "/containers/abc/config.v2.json", R"({"Name":"/web"})");
    EXPECT_TRUE(has(world.refused({"uninstall"}), "  web: "));
  }
}

TEST(Reload, RefusesToChooseAmongDockerds) {
  World world;
  world.must({"install", "--default"});
  world.dockerd_runs();
  world.dockerd_runs({"--data-root", "/srv/docker"}, 913);
  world.in_use = "hardened";
  const auto tree = world.host.tree();
  for (const Words& words : {Words{"install", "--name", "hardened-ci", "--reload"}, Words{"uninstall"},
                             Words{"uninstall", "--reload"}, Words{"install", "--reload"}}) {
    const std::string said = world.refused(words);
    EXPECT_TRUE(has(said, "812") && has(said, "913")) << said;
    EXPECT_EQ(world.host.tree(), tree);
  }
  EXPECT_TRUE(world.machine.signals.empty());
}

TEST(Reload, SignalsNoOtherProcessThanTheDockerdThatItSaw) {
  World world;
  world.must({"install", "--default"});
  world.dockerd_runs();
  world.in_use = "hardened";
  world.asked = [&world] { world.host.file("/proc/812/cmdline", "/bin/sh"); };
  const std::string said = world.refused({"uninstall", "--reload"});
  EXPECT_TRUE(has(said, "812")) << said;
  EXPECT_TRUE(world.machine.signals.empty());
}

}  // namespace
}  // namespace hardened::ctl
