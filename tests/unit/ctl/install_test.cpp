#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ctl/command_line.h"
#include "ctl/commands.h"
#include "ctl/install_journal.h"
#include "tests/support/dockerd.h"
#include "tests/unit/ctl/fake_machine.h"
#include "tests/unit/ctl/fake_screen.h"

namespace hardened::ctl {
namespace {

using test::FakeHost;
using test::FakeMachine;
using test::FakeScreen;
using Words = std::vector<std::string>;

constexpr const char* kConfig = "/etc/docker/daemon.json";
constexpr const char* kBackup = "/etc/docker/daemon.json.hardened-backup";
constexpr const char* kRunc = "/usr/sbin/runc";
constexpr const char* kAside = "/usr/sbin/runc.hardened-real";
constexpr const char* kProgramPath = "/usr/sbin/hardened-runtime";
constexpr const char* kLocal = "/usr/local/sbin/hardened-runtime";
constexpr const char* kSettings = "{\n    \"debug\": true\n}\n";
constexpr std::uint32_t kDockerd = 812;

// A Debian host with Docker, whose dpkg-divert and dockerd answer as the real ones.
struct World {
  FakeHost host;
  FakeMachine machine{host};
  FakeScreen screen;
  std::map<std::string, std::string> diversions;
  bool validates = false;  // dockerd knows --validate
  bool accepts = true;
  std::vector<std::string> validated;

  explicit World(const char* settings = kSettings) {
    host.machine.own_executable = "/usr/sbin/hardenedctl";
    host.file("/usr/sbin/hardenedctl", "ctl", {.mode = 0755});
    host.file(kProgramPath, "hardened", {.mode = 0755})
        .file("/usr/sbin/hardened-hook", "hook", {.mode = 0755});
    host.file(kRunc, "runc", {.mode = 0755}).file("/usr/bin/crun", "crun", {.mode = 0755});
    host.file("/usr/bin/dpkg-divert", "dpkg", {.mode = 0755}).file("/usr/sbin/dockerd", "d", {.mode = 0755});
    host.directory("/run").directory("/etc/docker").directory("/proc");
    if (settings != nullptr) host.file(kConfig, settings, {.mode = 0600});
    host.runs = [this](const Program& program) { return ran(program); };
  }

  std::string in_use;           // the default runtime of the dockerd that runs; "" where it does not answer
  std::function<void()> asked;  // what happens when docker's client asks it

  Result<Ran> ran(const Program& program) {
    if (program.path == "/usr/bin/docker") {
      if (asked) asked();
      if (!program.arguments.at(2).ends_with("/run/docker.sock"))
        return Ran{.status = 1, .output = "", .errors = ""};
      return Ran{.status = in_use.empty() ? 1 : 0, .output = in_use + "\n", .errors = ""};
    }
    if (program.path == "/usr/bin/dpkg-divert") return dpkg_divert(program.arguments);
    if (program.path != "/usr/sbin/dockerd") return Ran{.status = 127, .output = "", .errors = "?"};
    const std::string file = program.arguments.at(2).substr(std::string("--config-file=").size());
    if (!validates) return Ran{.status = 125, .output = "", .errors = "Status: unknown flag: --validate"};
    // Docker 26 without a PATH to find its docker-proxy along.
    if (program.environment.empty() || !program.environment.front().starts_with("PATH=/"))
      return Ran{.status = 1, .output = "", .errors = "invalid userland-proxy-path"};
    validated.push_back(host.bytes(file).value_or("?"));
    return Ran{.status = accepts ? 0 : 1, .output = "", .errors = accepts ? "" : "unable to configure"};
  }

  Ran dpkg_divert(const Words& words) {
    const std::string& path = words.back();
    if (words.at(1) == "--truename") {
      return {
          .status = 0, .output = (diversions.contains(path) ? diversions[path] : path) + "\n", .errors = ""};
    }
    EXPECT_EQ(Words(words.begin(), words.begin() + 5),
              (Words{"dpkg-divert", "--quiet", "--local", "--no-rename", "--divert"}));
    if (words.at(6) == "--add") diversions[path] = words.at(5);
    if (words.at(6) == "--remove") diversions.erase(path);
    return {.status = 0, .output = "", .errors = ""};
  }

  void dockerd_runs(const Words& flags = {}, std::uint32_t number = kDockerd) {
    Words words{"/usr/sbin/dockerd"};
    words.insert(words.end(), flags.begin(), flags.end());
    test::put_dockerd(host, number, words, "/usr/sbin/dockerd");
    host.process(number);
  }

  Result<Exit> operator()(Words words) {
    words.insert(words.begin(), "hardenedctl");
    const Read read = read_command_line(commands(), words);
    if (read.command == nullptr) return Error{Fault::usage, read.text};
    return read.command->run({host, machine, screen}, read.arguments);
  }
  void must(const Words& words) {
    const auto exit = (*this)(words);
    ASSERT_TRUE(exit) << exit.error().what;
    ASSERT_EQ(*exit, Exit::good);
  }
  std::string refused(const Words& words) {
    const auto exit = (*this)(words);
    return exit ? "not refused: " + screen.out : exit.error().what;
  }
  // What a caller of that name executes.
  std::string behind(const std::string& path) {
    const auto file = host.read(path, kMostBytes, Links::follow);
    return file ? file->bytes : "nothing: " + file.error().what;
  }
  std::string target(const std::string& path) { return host.read_link(path).value_or("no link"); }
  std::string settings() { return host.bytes(kConfig).value_or("none"); }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

bool cut(World& world, std::size_t at, const Words& words) {
  world.host.cut_at(at);
  bool fell = false;
  try {
    static_cast<void>(world(words).ok());
  } catch (const FakeHost::PowerCut&) {
    fell = true;
  }
  world.host.cut_at(static_cast<std::size_t>(-1));
  return fell;
}

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
