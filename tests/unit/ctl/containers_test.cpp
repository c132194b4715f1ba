#include "ctl/containers.h"

#include <gtest/gtest.h>

#include "core/base/sha256.h"
#include "tests/support/dockerd.h"
#include "tests/support/running.h"
#include "tests/unit/ctl/fake_screen.h"

namespace hardened::ctl {
namespace {

const std::string kId(64, 'a');
const std::string kOther = std::string(63, 'a') + "b";
constexpr const char* kMoby = "/run/docker/runtime-runc/moby";

class Containers : public testing::Test {
 protected:
  Containers() { host.file("/proc/sys/kernel/random/boot_id", "boot-1\n"); }

  // As runc keeps it; its process is there unless a test takes it away.
  void runc(const std::string& root, const std::string& id, std::uint32_t process = 4711,
            const std::string& bundle = "/b") {
    test::Running running;
    running.process = process;
    running.put(host);
    host.file(root + "/" + id + "/state.json",
              R"({"id":")" + id + R"(","init_process_pid":)" + std::to_string(process) +
                  R"(,"init_process_start":2684327,"created":"now","config":{"labels":["x=y","bundle=)" +
                  bundle + R"("]}})");
  }
  void docker(const std::string& id, const std::string& name, const std::string& runtime,
              const std::string& home = "/var/lib/docker") {
    const std::string own = home + "/containers/" + id;
    host.file(own + "/config.v2.json",
              R"({"ID":")" + id + R"(","Image":"sha256:1234","Name":"/)" + name + R"("})");
    host.file(own + "/hostconfig.json", R"({"Runtime":")" + runtime + R"("})");
  }
  void granted(const std::string& root, const std::string& id) {
    runtime::Kept kept;
    kept.boot_id = "boot-1";
    kept.root = root;
    kept.id = id;
    kept.engine = "cri-o";
    ASSERT_TRUE(runtime::keep(host, kept).ok());
  }
  std::vector<Container> all(const std::vector<std::string>& more = {}) {
    const auto found = containers({host, *machine, screen}, more);
    EXPECT_TRUE(found.ok()) << (found ? "" : found.error().what);
    return found ? *found : std::vector<Container>();
  }
  Container only() {
    const auto found = all();
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? Container() : found.front();
  }

  test::FakeHost host;
  test::FakeScreen screen;
  std::unique_ptr<Machine> machine = linux_machine();
};

TEST_F(Containers, NoneAreThereOnAHostWithoutARuntime) { EXPECT_TRUE(all().empty()); }

TEST_F(Containers, OfDockerTellsItsNameImageAndRuntime) {
  runc(kMoby, kId);
  docker(kId, "web", "runc");
  const Container one = only();
  EXPECT_EQ(one.root, kMoby);
  EXPECT_EQ(one.id, kId);
  ASSERT_TRUE(one.process);
  EXPECT_EQ(one.process->process, 4711U);
  EXPECT_EQ(one.engine, "docker");
  EXPECT_EQ(one.name, "web");
  EXPECT_EQ(one.image, "sha256:1234");
  EXPECT_EQ(one.runtime, "runc");
  EXPECT_EQ(one.bundle, "/b");
  EXPECT_FALSE(one.kept);
  EXPECT_EQ(one.trouble, "");
}

TEST_F(Containers, OfCrunAreFoundAsWell) {
  test::Running().put(host);
  host.file("/run/crun/pod/status", R"({"pid":4711,"process-start-time":2684327,"bundle":"/p"})");
  host.directory("/run/crun/.cache");
  const Container one = only();
  EXPECT_EQ(one.root, "/run/crun");
  EXPECT_TRUE(one.process);
  EXPECT_EQ(one.bundle, "/p");
}

TEST_F(Containers, OneThatEndedHasNoProcess) {
  runc(kMoby, kId);
  host.process(4711, false);
  EXPECT_FALSE(only().process);
}

TEST_F(Containers, ANumberThatIsAnothersByNowIsNoProcessOfIt) {
  runc(kMoby, kId);
  test::Running other;
  other.start_time = 9;
  other.put(host);
  EXPECT_FALSE(only().process);
}

TEST_F(Containers, AreFoundBelowEveryKnownRootEachOnce) {
  runc("/run/runc", "a", 1);
  runc("/run/containerd/runc/k8s.io", "b", 2);
  runc("/run/docker/runtime-runc/plugins.moby", "c", 3);
  runc("/srv/exec/runtime-runc/moby", "d", 4);
  test::put_dockerd(host, 812, {"/usr/bin/dockerd", "--exec-root=/srv/exec"});
  runc("/run/mine", "e", 5);
  runc("/elsewhere", "f", 6);
  host.symlink("/same", "/elsewhere");
  granted("/run/ours", "g");
  runc("/run/ours", "g", 7);
  std::vector<std::string> ids;
  for (const Container& one : all({"/run/mine", "/elsewhere", "/same"})) ids.push_back(one.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"f", "b", "c", "e", "g", "a", "d"}));
}

TEST_F(Containers, WithAGrantRecordCarryIt) {
  granted(kMoby, kId);
  runc(kMoby, kId);
  const Container one = only();
  ASSERT_TRUE(one.kept);
  EXPECT_EQ(one.kept->id, kId);
  EXPECT_EQ(one.engine, "docker");  // the root tells better than the record
}

TEST_F(Containers, TheRecordOfAnEarlierBootNamesNoRoot) {
  granted("/run/ours", "g");
  runc("/run/ours", "g");
  host.file("/proc/sys/kernel/random/boot_id", "boot-2\n");
  EXPECT_TRUE(all().empty());
}

// A record could be put below another's digest by root alone; it is passed over all the same.
TEST_F(Containers, ARecordThatSpeaksOfAnotherRootNamesNone) {
  granted("/run/ours", "g");
  runc("/run/ours", "g");
  const std::string own = "/run/hardened/containers/" + sha256("/run/ours").substr(0, 16) + "/g.json";
  std::string record = *host.bytes(own);
  record.replace(record.find("/run/ours"), 9, "/run/them");
  runc("/run/them", "h");
  host.file(own, record, {.mode = 0600});
  EXPECT_TRUE(all().empty());
}

TEST_F(Containers, OfADaemonThatRemapsIdsAreNamedToo) {
  runc(kMoby, kId);
  docker(kId, "mapped", "hardened", "/var/lib/docker/100000.100000");
  EXPECT_EQ(only().name, "mapped");
}

TEST_F(Containers, AnEnginesFileThatOthersCanWriteNamesNothing) {
  runc(kMoby, kId);
  docker(kId, "web", "runc");
  const std::string config = "/var/lib/docker/containers/" + kId + "/config.v2.json";
  host.file(config, *host.bytes(config), {.mode = 0666});
  const Container one = only();
  EXPECT_EQ(one.name, "");
  EXPECT_NE(one.trouble.find("config.v2.json"), std::string::npos) << one.trouble;
}

TEST_F(Containers, OfPodmanAreNamedByItsStorage) {
  runc("/run/runc", kId, 4711, "/var/lib/containers/storage/overlay-containers/x/userdata");
  host.file("/var/lib/containers/storage/overlay-containers/x/userdata/config.json",
            R"({"annotations":{"io.container.manager":"libpod"}})");
  host.file("/var/lib/containers/storage/overlay-containers/containers.json",
            R"([{"id":")" + kId + R"(","names":["pod"],"image":"beef"}])");
  const Container one = only();
  EXPECT_EQ(one.engine, "podman");
  EXPECT_EQ(one.name, "pod");
  EXPECT_EQ(one.image, "sha256:beef");
}

TEST_F(Containers, WhoseStateCannotBeReadSayWhy) {
  host.file(std::string(kMoby) + "/" + kId + "/state.json", "{");
  const Container one = only();
  EXPECT_FALSE(one.process);
  EXPECT_NE(one.trouble, "");
}

TEST_F(Containers, OfARootThatCannotBeListedAreComplainedOf) {
  runc(kMoby, kId);
  runc("/run/runc", "a", 5);
  host.fail(test::Operation::list, "/run/runc", {Fault::io, "it is broken"});
  EXPECT_EQ(only().id, kId);
  EXPECT_NE(screen.err.find("containers of /run/runc could not be looked at: it is broken"),
            std::string::npos)
      << screen.err;
}

class Find : public Containers {
 protected:
  Find() {
    runc(kMoby, kId, 1);
    runc(kMoby, kOther, 2);
    docker(kId, "web", "runc");
    docker(kOther, "db", "runc");
  }
  Result<Container> find(std::string_view meant) { return find_container(all(), meant); }
};

TEST_F(Find, ByIdByNameAndByABeginningThatNoOtherHas) {
  EXPECT_EQ(find(kId)->name, "web");
  EXPECT_EQ(find("db")->id, kOther);
  runc("/run/runc", "web-1", 3);
  EXPECT_EQ(find("web-")->id, "web-1");
  EXPECT_EQ(find("web")->id, kId);  // a name is meant before the beginning of an id
}

TEST_F(Find, NobodyAndSeveralAreErrors) {
  ASSERT_FALSE(find("cache"));
  EXPECT_EQ(find("cache").error().fault, Fault::absent);
  EXPECT_EQ(find("").error().fault, Fault::absent);
  ASSERT_FALSE(find("aaa"));
  EXPECT_EQ(find("aaa").error().fault, Fault::usage);
  EXPECT_NE(find("aaa").error().what.find("aaaaaaaaaaaa below /run/docker"), std::string::npos);
}

TEST_F(Find, RootsOfSeveralArePrintable) {
  std::vector<Container> two = all();
  two[0].root = two[1].root = "/x\x1b[31m";
  EXPECT_EQ(find_container(two, "aaa").error().what.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace hardened::ctl
