#include "ctl/daemons.h"

#include <gtest/gtest.h>

#include "ctl/dockerd_processes.h"
#include "tests/support/dockerd.h"
#include "tests/unit/ctl/fake_screen.h"

namespace hardened::ctl {
namespace {

using Words = std::vector<std::string>;

// Of which it is not told that an engine is installed where it stands.
constexpr const char* kProgram = "/opt/docker/dockerd";
constexpr const char* kUser = "1000\t1000\t1000\t1000";

class Daemons : public testing::Test {
 protected:
  Daemons() { host.directory("/proc"); }

  void runs(std::uint32_t process, const Words& words, const std::string& program = kProgram) {
    test::put_dockerd(host, process, words, program);
  }
  std::vector<Daemon> all() {
    const Result<std::vector<Daemon>> found = daemons({host, *machine, screen});
    EXPECT_TRUE(found.ok());
    return found ? *found : std::vector<Daemon>();
  }
  Daemon only() {
    std::vector<Daemon> found = all();
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? Daemon{} : found.front();
  }

  test::FakeHost host;
  test::FakeScreen screen;
  std::unique_ptr<Machine> machine = linux_machine();
};

TEST_F(Daemons, NoneIsThereWhereNoDockerdIsInstalled) {
  runs(1, {"/sbin/init"});
  EXPECT_TRUE(all().empty());
}

TEST_F(Daemons, OneThatRunsWithoutFlagsAndFileHasTheDefaultsOfDockerd) {
  runs(812, {"/usr/bin/dockerd"});
  const Daemon one = only();
  EXPECT_EQ(one.process, 812U);
  EXPECT_EQ(one.arguments, Words{"/usr/bin/dockerd"});
  EXPECT_EQ(one.config_file, kDaemonJson);
  EXPECT_FALSE(one.config);
  EXPECT_EQ(one.trouble, "");
  EXPECT_EQ(one.data_root, "/var/lib/docker");
  EXPECT_EQ(one.exec_root, "/run/docker");
  EXPECT_EQ(one.hosts, Words{"unix:///var/run/docker.sock"});
  EXPECT_EQ(one.default_runtime, "runc");
  EXPECT_TRUE(one.runtimes.empty());
}

TEST_F(Daemons, FlagsAreReadInEachForm) {
  runs(7, {"dockerd", "--config-file=/c.json", "--data-root", "/d", "--exec-root=/x", "-DH",
           "tcp://127.0.0.1:2375", "-Hunix:///one.sock", "--host", "fd://", "--default-runtime=hardened",
           "--add-runtime", "hardened=/usr/sbin/hardened-runtime", "--", "--data-root=/not/this"});
  const Daemon one = only();
  EXPECT_EQ(one.config_file, "/c.json");
  EXPECT_EQ(one.data_root, "/d");
  EXPECT_EQ(one.exec_root, "/x");
  EXPECT_EQ(one.hosts, (Words{"tcp://127.0.0.1:2375", "unix:///one.sock", "fd://"}));
  EXPECT_EQ(one.default_runtime, "hardened");
  ASSERT_EQ(one.runtimes.size(), 1U);
  EXPECT_EQ(one.runtimes[0].name, "hardened");
  EXPECT_EQ(one.runtimes[0].path, "/usr/sbin/hardened-runtime");
}

TEST_F(Daemons, TheOldNamesOfTheDataRootAreKnown) {
  runs(7, {"dockerd", "-g", "/old"});
  runs(8, {"dockerd", "--graph=/older"});
  const std::vector<Daemon> found = all();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].data_root, "/old");
  EXPECT_EQ(found[1].data_root, "/older");
}

TEST_F(Daemons, ItsFileSaysTheRest) {
  host.file("/etc/docker/daemon.json",
            R"({"data-root": "/srv/docker", "exec-root": "/run/other", "hosts": ["fd://"],
    "default-runtime": "hardened", "userns-remap": "default", "runtimes": {
      "hardened": {"path": "/usr/sbin/hardened-runtime"}, "crun": {"path": "crun", "runtimeArgs": ["--debug"]},
      "gvisor": {"runtimeType": "io.containerd.runsc.v1"},
      "second": {"runtimeType": "io.containerd.runc.v2", "options": {"BinaryName": "/opt/runc"}}}})");
  runs(7, {"/usr/sbin/dockerd", "-H", "unix:///more.sock"});
  const Daemon one = only();
  EXPECT_EQ(one.data_root, "/srv/docker");
  EXPECT_EQ(one.exec_root, "/run/other");
  EXPECT_EQ(one.hosts, (Words{"fd://", "unix:///more.sock"}));
  EXPECT_EQ(one.default_runtime, "hardened");
  ASSERT_TRUE(one.config);
  EXPECT_EQ(one.config->root.find("userns-remap")->text(), "default");
  ASSERT_EQ(one.runtimes.size(), 4U);
  EXPECT_EQ(one.runtimes[0].path, "/usr/sbin/hardened-runtime");
  EXPECT_EQ(one.runtimes[1].arguments, Words{"--debug"});
  EXPECT_EQ(one.runtimes[2].path, "");
  EXPECT_EQ(one.runtimes[3].path, "/opt/runc");
}

TEST_F(Daemons, OneThatDoesNotRunIsDescribedByTheFile) {
  host.file("/usr/sbin/dockerd", "", {.mode = 0755});
  EXPECT_EQ(only().process, 0U);
  EXPECT_EQ(only().default_runtime, "runc");
  host.file("/etc/docker/daemon.json", R"({"default-runtime": "hardened"})");
  EXPECT_EQ(only().default_runtime, "hardened");
}

TEST_F(Daemons, OneWithAFileOfItsOwnIsNotTheOneOfTheFile) {
  host.file("/usr/sbin/dockerd", "", {.mode = 0755});
  runs(9, {"dockerd", "--config-file", "/c.json", "--data-root=/srv/docker"});
  const std::vector<Daemon> found = all();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].process, 9U);
  EXPECT_EQ(found[1].process, 0U);
}

TEST_F(Daemons, ADataRootHasOneAtATime) {
  host.file("/usr/sbin/dockerd", "", {.mode = 0755});
  runs(9, {"dockerd", "--config-file", "/c.json"});
  EXPECT_EQ(only().process, 9U);
  runs(9, {"dockerd", "--config-file", "/etc/docker/daemon.json", "--data-root=/srv/docker"});
  EXPECT_EQ(only().process, 9U);
}

TEST_F(Daemons, AFileThatCannotBeReadIsTroubleAndNoMore) {
  host.file("/etc/docker/daemon.json", "{\n  \"runtimes\": 1,,\n}");
  runs(7, {"dockerd"});
  EXPECT_FALSE(only().config);
  EXPECT_NE(only().trouble.find("/etc/docker/daemon.json:2:"), std::string::npos) << only().trouble;
  EXPECT_EQ(only().trouble.find('\n'), std::string::npos) << "a line of the file: " << only().trouble;
  host.file("/etc/docker/daemon.json", "[]");
  EXPECT_NE(only().trouble, "");
  host.file("/etc/docker/daemon.json", " \n");
  EXPECT_EQ(only().trouble, "");
  host.fail(test::Operation::read, "/etc/docker/daemon.json", {Fault::io, "it is broken"});
  EXPECT_EQ(only().trouble, "it is broken");
}

TEST_F(Daemons, RootsAreCanonical) {
  host.directory("/run/docker").symlink("/var/run", "/run");
  runs(7, {"dockerd", "--exec-root=/var/run/docker"});
  EXPECT_EQ(only().exec_root, "/run/docker");
}

TEST_F(Daemons, HostsAreToldAsTheyAreMeant) {
  runs(7, {"dockerd", "-H", "0.0.0.0:2375", "-H", "tcp://", "-H", "unix://"});
  EXPECT_EQ(only().hosts,
            (Words{"tcp://0.0.0.0:2375", "tcp://localhost:2375", "unix:///var/run/docker.sock"}));
}

TEST_F(Daemons, OneInsideOfAContainerIsNotOfThisHost) {
  runs(7, {"dockerd"});
  host.directory("/overlay/merged").symlink("/proc/7/root", "/overlay/merged");
  EXPECT_TRUE(all().empty());
  runs(8, {"dockerd"});
  host.symlink("/proc/8/root", "/");
  EXPECT_EQ(only().process, 8U);
}

// `exec -a dockerd`, by a user and by his program of that name.
TEST_F(Daemons, WhatAUserCallsDockerdIsNotLookedAt) {
  host.file("/etc/docker/daemon.json", "{}");
  runs(7, {"dockerd", "--config-file=/etc/docker/daemon.json", "--exec-root=/tmp/x"});
  EXPECT_EQ(only().process, 7U);
  for (const char* uids : {kUser, "1000\t0\t0\t0", "0\t1000\t0\t0", "0\t0\t1000\t0", "0\t0\t0\t1000"}) {
    test::put_users(host, 7, uids);
    EXPECT_EQ(only().process, 0U) << uids;
    EXPECT_EQ(dockerd_processes(host)->users, std::vector<std::uint32_t>{1000}) << uids;
    EXPECT_TRUE(dockerd_processes(host)->distrusted.empty());
  }
}

TEST_F(Daemons, NoneOfAUsersFilesIsRead) {
  host.fail(test::Operation::read, "/home/a/daemon.json", {Fault::io, "it was read"});
  runs(7, {"dockerd", "--config-file=/home/a/daemon.json"});
  EXPECT_EQ(only().trouble, "it was read");
  test::put_users(host, 7, kUser);
  EXPECT_TRUE(all().empty());
}

TEST_F(Daemons, TheProgramIsOneThatRootAlonePutThere) {
  host.file("/home/a/dockerd", "", {.mode = 0755, .uid = 1000});
  host.file("/usr/bin/sleep", "", {.mode = 0755});
  host.file("/opt/open/dockerd", "", {.mode = 0777});
  host.directory("/srv/open", {.mode = 0777});
  for (const char* program : {"/home/a/dockerd", "/usr/bin/sleep", "/opt/open/dockerd", "/srv/open/dockerd",
                              "/srv/open/dockerd (deleted)"}) {
    runs(7, {"dockerd"}, program);
    EXPECT_TRUE(all().empty()) << program;
    EXPECT_EQ(dockerd_processes(host)->distrusted.size(), 1U) << program;
    EXPECT_TRUE(dockerd_processes(host)->users.empty());
  }
}

TEST_F(Daemons, AnUpgradeTakesTheProgramFromUnderOneThatRuns) {
  runs(7, {"dockerd"});
  host.symlink("/proc/7/exe", std::string(kProgram) + " (deleted)");
  EXPECT_EQ(only().process, 7U);
  ASSERT_TRUE(host.remove(kProgram).ok());
  EXPECT_EQ(only().process, 7U);
  host.symlink("/proc/7/exe", kProgram);
  EXPECT_TRUE(all().empty());
}

TEST_F(Daemons, ACommandLineThatIsCutIsReadAsFarAsItGoes) {
  runs(7, {"dockerd", "--data-root"});
  EXPECT_EQ(only().data_root, "/var/lib/docker");
  host.file("/proc/7/cmdline", "dockerd");
  EXPECT_EQ(only().process, 7U);
  host.file("/proc/8/cmdline", "");
  runs(9, {"/usr/bin/dockerd-rootless.sh"});
  EXPECT_EQ(only().process, 7U);
}

}  // namespace
}  // namespace hardened::ctl
