// The page that doctor prints, and what it says of hosts that are odd.
#include "ctl/doctor.h"

#include <gtest/gtest.h>

#include "core/doc/json.h"
#include "ctl/install_journal.h"
#include "ctl/quoted.h"
#include "tests/support/dockerd.h"
#include "tests/unit/ctl/doctor_world.h"

namespace hardened::ctl {
namespace {

using test::findings;
using test::GoodHost;
using test::members;

TEST(Doctor, AGoodHostHasAShortPage) {
  GoodHost world;
  EXPECT_EQ(world.doctor(), 0) << world.screen.out;
  EXPECT_NE(world.screen.out.find("no way round the policy was found"), std::string::npos)
      << world.screen.out;
  EXPECT_LE(std::count(world.screen.out.begin(), world.screen.out.end(), '\n'), 16) << world.screen.out;
  EXPECT_EQ(world.screen.err, "");
}

TEST(Doctor, TheRawSocketIsTheFirstFinding) {
  GoodHost world;
  members(world, "alice");
  world.policy("nonsense: 1\n");
  world.host.file("/etc/hardened/policy.yaml", test::kPolicyText, {.mode = 0666});
  const std::vector<doc::Value> all = findings(world);
  ASSERT_GE(all.size(), 2U);
  EXPECT_EQ(all[0].find("id")->text(), "raw-socket");
  EXPECT_EQ(all[1].find("id")->text(), "policy-trust");
}

TEST(Doctor, WhatUsersCanDoIsWorseWhereUsersReachTheSocket) {
  GoodHost world;
  members(world, "alice");
  world.host.file("/usr/sbin/runc", "runc itself", {.mode = 0755});
  bool seen = false;
  for (const doc::Value& one : findings(world)) {
    if (one.find("id")->text() != "stock-runtime") continue;
    seen = true;
    EXPECT_EQ(one.find("severity")->text(), "high");
  }
  EXPECT_TRUE(seen);
}

TEST(Doctor, WhatIsAcceptedIsNotReported) {
  GoodHost world;
  members(world, "alice");
  EXPECT_EQ(world.doctor(), 1);
  EXPECT_EQ(world.doctor({"--ignore", "raw-socket"}), 0) << world.screen.out;
  EXPECT_NE(world.screen.out.find("1 ignored"), std::string::npos);
  EXPECT_EQ(world.doctor({"--only", "run"}), 0);
  EXPECT_NE(world.screen.out.find("(1 check)"), std::string::npos) << world.screen.out;
}

TEST(Doctor, TheChecksAreListed) {
  GoodHost world;
  EXPECT_EQ(world.doctor({"--list", "--ignore=raw-socket"}), 0);
  EXPECT_EQ(world.screen.out.find("raw-socket"), std::string::npos);
  EXPECT_NE(world.screen.out.find("\nfiltered-socket"), std::string::npos) << world.screen.out;
  EXPECT_EQ(world.doctor({"--list", "--json", "--only=run"}), 0);
  EXPECT_EQ(
      world.screen.out,
      R"([{"id":"run","title":"/run is a tmpfs","why":"grant records and compiled profiles are of this boot"}])"
      "\n");
}

// What holds more than one that holds nothing is no hole, nor is another that holds nothing.
TEST(Doctor, NoPolicyIsLooserThanOneThatObserves) {
  for (const char* policy :
       {"extends: docker-default\ncontrols: {pids: {maximum: unlimited}}\n", "extends: observe\n"}) {
    GoodHost world;
    world.host.hard_link("/usr/sbin/hardened-ci", "/usr/sbin/hardened-runtime");
    world.host.file("/etc/hardened/policy.yaml", "version: 1\nextends: observe\n");
    world.host.file("/etc/hardened/ci.yaml", std::string("version: 1\n") + policy);
    world.arguments({"dockerd", "-H", "fd://", "--add-runtime", "ci=/usr/sbin/hardened-ci"});
    world.doctor({"--json", "--only=looser-runtimes"});
    EXPECT_NE(world.screen.out.find("\"findings\":[]"), std::string::npos) << policy << world.screen.out;
  }
}

TEST(Doctor, StrictIsNotLooser) {
  GoodHost world;
  world.host.hard_link("/usr/sbin/hardened-strict", "/usr/sbin/hardened-runtime");
  world.host.file("/etc/hardened/strict.yaml", "version: 1\nextends: strict\n");
  world.arguments({"dockerd", "-H", "fd://", "--add-runtime", "strict=/usr/sbin/hardened-strict"});
  EXPECT_EQ(world.doctor({"--only=looser-runtimes"}), 0) << world.screen.out;
  EXPECT_EQ(world.screen.out.find("looser in"), std::string::npos) << world.screen.out;
  EXPECT_NE(world.screen.out.find("no way round"), std::string::npos) << world.screen.out;
}

TEST(Doctor, ADefaultRuntimeThatIsLooserIsWorse) {
  GoodHost world;
  world.host.hard_link("/usr/sbin/hardened-ci", "/usr/sbin/hardened-runtime");
  world.host.file("/etc/hardened/ci.yaml", "version: 1\nextends: observe\n");
  world.arguments(
      {"dockerd", "-H", "fd://", "--add-runtime", "ci=/usr/sbin/hardened-ci", "--default-runtime=ci"});
  bool seen = false;
  for (const doc::Value& one : findings(world)) {
    if (one.find("id")->text() != "looser-runtimes") continue;
    seen = true;
    EXPECT_EQ(one.find("severity")->text(), "high");
  }
  EXPECT_TRUE(seen);
}

TEST(Doctor, AMistakeInAnIdIsSaid) {
  GoodHost world;
  EXPECT_EQ(world.doctor({"--ignore", "raw-sockets"}), 2);
  EXPECT_NE(world.screen.err.find("did you mean raw-socket?"), std::string::npos) << world.screen.err;
}

TEST(Doctor, APackageThatMendsAHoleHasNone) {
  GoodHost world;
  world.host.file("/usr/sbin/runc.real", "runc", {.mode = 0755})
      .symlink("/etc/hardened/policy.runtime", test::kRealRunc);
  world.runc = "1.1.11";
  world.host.file("/usr/share/doc/runc/changelog.Debian.gz", "");
  world.changelog = "  * CVE-2024-21626: leaked fds\n";
  world.doctor();
  EXPECT_EQ(world.screen.out.find("CVE-2024-21626"), std::string::npos) << world.screen.out;
  EXPECT_NE(world.screen.out.find("CVE-2024-45310"), std::string::npos);
}

TEST(Doctor, AProgramThatOthersCanWriteToIsNotRun) {
  GoodHost world;
  world.host.file("/usr/bin/dockerd", "dockerd", {.mode = 0777});
  world.docker = "20.10.24";
  world.doctor();
  EXPECT_EQ(world.screen.out.find("20.10.24"), std::string::npos) << world.screen.out;
}

TEST(Doctor, FilesAloneTellWhoIsInALocalGroup) {
  GoodHost world;
  world.host.file("/etc/nsswitch.conf", "passwd: files systemd\ngroup: files [SUCCESS=merge] systemd\n");
  EXPECT_EQ(world.doctor({"--only=raw-socket"}), 0);
  EXPECT_NE(world.screen.out.find("no way round"), std::string::npos) << world.screen.out;
}

TEST(Doctor, TheMendSaysWhatLetsPeopleIn) {
  GoodHost world;
  world.host.file("/etc/group", "root:x:0:\ndocker:x:105:\nops:x:200:bob\n");
  world.host.node("/run/docker.sock", Stat::Type::socket, 0, {.mode = 0660, .uid = 0, .gid = 200});
  world.doctor({"--json", "--only=raw-socket"});
  EXPECT_NE(world.screen.out.find("gpasswd --delete bob ops,"), std::string::npos) << world.screen.out;
  world.host.node("/run/docker.sock", Stat::Type::socket, 0, {.mode = 0600, .uid = 1000, .gid = 0});
  world.doctor({"--json", "--only=raw-socket"});
  EXPECT_NE(world.screen.out.find("chown --no-dereference root /run/docker.sock"), std::string::npos)
      << world.screen.out;
}

TEST(Doctor, ACanaryThatCannotStartIsAFindingAmongTheOthers) {
  GoodHost world;
  world.policy("nonsense: 1\n");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--canary"}, {"--only=canary"}}) {
    EXPECT_EQ(world.doctor(words), 1) << world.screen.err;
    EXPECT_NE(world.screen.out.find("no plain container was started: there is no docker"), std::string::npos)
        << world.screen.out;
  }
  world.doctor({"--canary"});
  EXPECT_NE(world.screen.out.find("nonsense"), std::string::npos) << world.screen.out;
  EXPECT_EQ(world.doctor({"--canary", "--ignore=canary", "--only=run"}), 0);
}

// A journal of install for that daemon.json, and in that runc's place.
void put_journal(GoodHost& world, const std::string& config, const std::string& runc) {
  Journal journal;
  journal.program = "/usr/sbin/hardened-runtime";
  if (!config.empty()) journal.docker.emplace().config = config;
  if (!runc.empty()) journal.shadow.emplace().runc = runc;
  world.host.file(std::string(kInstallJournal), printed(journal), {.mode = 0600});
}

std::vector<std::string> mends(GoodHost& world, const std::string& id) {
  std::vector<std::string> out;
  for (const doc::Value& one : findings(world)) {
    if (one.find("id")->text() == id) out.push_back(one.find("mend")->text());
  }
  return out;
}

using Mends = std::vector<std::string>;

// install keeps to one daemon.json, and refuses another.
TEST(Doctor, TheMendOfASecondDockerdIsOneThatInstallDoesNotRefuse) {
  GoodHost world;
  world.arguments({"dockerd", "-H", "fd://", "--config-file=/srv/daemon.json"});
  world.host.file("/srv/daemon.json", "{}").file("/usr/sbin/runc", "runc itself", {.mode = 0755});
  const Mends install{"hardenedctl install --default --config /srv/daemon.json"};
  const std::string hand =
      R"(write "runtimes": {"hardened": {"path": "/usr/sbin/hardened-runtime"}} and "default-runtime": "hardened" )"
      "into /srv/daemon.json by hand (hardenedctl install keeps to /etc/docker/daemon.json)";
  EXPECT_EQ(mends(world, "default-runtime"), install);
  put_journal(world, "/srv/daemon.json", "");
  EXPECT_EQ(mends(world, "default-runtime"), install);
  put_journal(world, "/etc/docker/daemon.json", "");
  EXPECT_EQ(mends(world, "default-runtime"), Mends{hand + ", then kill -HUP 812"});
  world.arguments({"dockerd", "--config-file=/srv/daemon.json", "--default-runtime=crun"});
  EXPECT_EQ(mends(world, "default-runtime"),
            Mends{hand + ", move there what dockerd's --add-runtime and --default-runtime say, and start it "
                         "without them"});
}

// install stands in the place of one runc, and refuses another.
TEST(Doctor, TheMendOfASecondRuncIsOneThatInstallDoesNotRefuse) {
  const std::string containerds = "/opt/containerd/bin/runc";
  GoodHost world;
  world.host.file("/usr/sbin/runc", "runc itself", {.mode = 0755});
  world.host.file(containerds, "another", {.mode = 0755});
  const std::string own = "hardenedctl install --shadow --runc ";
  const auto link = [](const std::string& path, const std::string& place) {
    return "mv " + path + " " + path + ".stock && ln -s " + place + " " + path +
           ", once more after each upgrade that puts a runc there (install --shadow stands in one place "
           "alone, that of " +
           place + ")";
  };
  const Mends both{link(containerds, "/usr/sbin/runc"), own + "/usr/sbin/runc"};
  EXPECT_EQ(mends(world, "stock-runtime"), both);
  put_journal(world, "", "/usr/sbin/runc");
  EXPECT_EQ(mends(world, "stock-runtime"), both);
  put_journal(world, "", containerds);
  EXPECT_EQ(mends(world, "stock-runtime"), (Mends{own + containerds, link("/usr/sbin/runc", containerds)}));
  EXPECT_EQ(mends(world, "build-runtime"), Mends{link("/usr/sbin/runc", containerds)});
  put_journal(world, "", "/usr/local/sbin/runc");
  EXPECT_EQ(mends(world, "stock-runtime").back(),
            "hardenedctl uninstall, for /usr/local/sbin/runc is gone, in whose place it stood; then install "
            "again, with --shadow --runc /usr/sbin/runc");
  // As it says.
  put_journal(world, "", "");
  ASSERT_TRUE(world.host.remove("/usr/sbin/runc"));
  world.host.hard_link("/usr/sbin/runc", "/usr/sbin/hardened-runtime");
  ASSERT_TRUE(world.host.remove(containerds));
  world.host.symlink(containerds, "/usr/sbin/runc");
  EXPECT_EQ(mends(world, "stock-runtime"), Mends{});
}

TEST(Doctor, CommandsQuoteWhatOthersCalledSomething) {
  EXPECT_EQ(quoted("/etc/a-b_c:1@x=y+z.yaml"), "/etc/a-b_c:1@x=y+z.yaml");
  EXPECT_EQ(quoted("/tmp/$(id) x"), "'/tmp/$(id) x'");
  EXPECT_EQ(quoted("a'b"), "'a'\\''b'");
  EXPECT_EQ(quoted(""), "''");
  GoodHost world;
  world.arguments({"dockerd", "-H", "unix:///srv/$(id).sock"});
  world.host.node("/srv/$(id).sock", Stat::Type::socket, 0, {.mode = 0666, .uid = 0, .gid = 0});
  world.doctor({"--json"});
  EXPECT_NE(world.screen.out.find("chmod o-rwx '/srv/$(id).sock'"), std::string::npos) << world.screen.out;
  world.host.directory("/srv", {.mode = 0777});
  world.doctor({"--json"});
  EXPECT_EQ(world.screen.out.find("chmod o-rwx"), std::string::npos) << world.screen.out;
}

TEST(Doctor, WhatOthersWroteIsPrintable) {
  GoodHost world;
  world.container("we\\u001b[31mb", "", R"("Runtime":"cr\u001bun")");
  world.doctor();
  EXPECT_EQ(world.screen.out.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace hardened::ctl
