#include "tests/unit/ctl/status_fixture.h"

namespace hardened::ctl {
namespace {

using runtime::kBundle;
using runtime::kPolicy;
using runtime::policy;

TEST_F(Status, OfAHostWhereNothingRunsIsGood) {
  EXPECT_EQ(status(), 0) << screen.err;
  EXPECT_EQ(screen.out, "no container runs\n");
}

TEST_F(Status, WhatIsAsGrantedIsGood) {
  hold(running);
  EXPECT_EQ(status(), 0) << screen.err;
  EXPECT_EQ(screen.out,
            "state       container  engine  runtime\n"
            "as granted  web        -       -        only observed: seccomp; not started yet\n"
            "1 container: 1 as granted\n");
}

TEST_F(Status, WhatHoldsMoreIsFoundAndLives) {
  running.pids_max = "max\n";
  hold(running);
  const auto before = host.journal();
  EXPECT_EQ(status(), 1);
  EXPECT_TRUE(prints("above its grant")) << screen.out;
  EXPECT_TRUE(prints("pids: it has a pids limit of unlimited")) << screen.out;
  EXPECT_FALSE(host.killed(4711));
  EXPECT_EQ(host.journal(), before);  // it changed nothing at all
  const doc::Document said = json();
  EXPECT_EQ(doc::resolve(said.root, "/containers/0/above/0/control")->text(), "pids");
  EXPECT_EQ(doc::resolve(said.root, "/summary/above its grant")->text(), "1");
}

TEST_F(Status, TheUnmanagedStandsFirstWithItsEngineNameAndRuntime) {
  hold(running);
  bare(kDocker, kId, 5000);
  host.file("/var/lib/docker/containers/" + kId + "/config.v2.json",
            R"({"ID":")" + kId + R"(","Image":")" + kImage + R"(","Name":"/old"})");
  host.file("/var/lib/docker/containers/" + kId + "/hostconfig.json", R"({"Runtime":"runc"})");
  EXPECT_EQ(status(), 1);
  EXPECT_TRUE(prints("unmanaged   old aaaaaaaaaaaa  docker  runc     it did not start under hardened\n"))
      << screen.out;
  EXPECT_LT(screen.out.find("unmanaged"), screen.out.find("as granted"));
  EXPECT_TRUE(prints("2 containers: 1 unmanaged, 1 as granted\n")) << screen.out;
  EXPECT_EQ(status({"web"}), 0);
  EXPECT_FALSE(prints("unmanaged"));
}

TEST_F(Status, WhatEndedIsNotListedAndNotFound) {
  hold(running);
  bare("/run/runc", "gone", 5000);
  host.process(5000, false);
  EXPECT_EQ(status(), 0);
  EXPECT_FALSE(prints("gone")) << screen.out;
  EXPECT_EQ(status({"gone"}), 3);
  EXPECT_EQ(screen.err, "hardenedctl: the container gone does not run\n");
  EXPECT_EQ(status({"nobody"}), 3);
}

TEST_F(Status, OneWhosePolicyOnlyObservedIsBoundByNothing) {
  hold(running, "version: 1\nextends: observe\n");
  EXPECT_EQ(status(), 0) << screen.err;
  EXPECT_TRUE(prints("observed  web")) << screen.out;
  EXPECT_TRUE(prints("not bounded: its policy only observed")) << screen.out;
  EXPECT_TRUE(prints("1 container: 1 observed\n")) << screen.out;
  const doc::Document said = json();
  EXPECT_EQ(doc::resolve(said.root, "/containers/0/state")->text(), "observed");
  EXPECT_EQ(doc::resolve(said.root, "/summary/observed")->text(), "1");
  EXPECT_EQ(doc::resolve(said.root, "/summary/as granted")->text(), "0");
}

TEST_F(Status, ADocumentThatIsNotTheGrantedOneCannotBeTold) {
  hold(running);
  host.file(kBundle, *host.bytes(kBundle) + " ");
  EXPECT_EQ(status(), 1);
  EXPECT_TRUE(prints("cannot be told")) << screen.out;
  EXPECT_TRUE(prints("is not what was granted")) << screen.out;
}

TEST_F(Status, ARootThatCannotBeListedHidesNoOther) {
  hold(running);
  host.fail(test::Operation::list, "/run/crun", {Fault::io, "/run/crun cannot be listed: it is broken"});
  host.directory("/run/crun").symlink("/loop", "/loop");
  EXPECT_EQ(status({"--root", "/loop"}), 1) << screen.err;
  EXPECT_TRUE(prints("as granted  web")) << screen.out;
  EXPECT_TRUE(prints("could not be looked at: /run/crun: /run/crun cannot be listed")) << screen.out;
  EXPECT_TRUE(prints("could not be looked at: /loop: ")) << screen.out;
  EXPECT_EQ(doc::resolve(json().root, "/unread/0/root")->text(), "/run/crun");
}

TEST_F(Status, NamesArePrintable) {
  bare(kDocker, kId, 5000);
  host.file("/var/lib/docker/containers/" + kId + "/config.v2.json",
            R"({"ID":")" + kId + R"(","Image":")" + kImage + R"(","Name":"/we\u001b[31mb"})");
  host.file("/var/lib/docker/containers/" + kId + "/hostconfig.json", R"({"Runtime":"ru\u001bnc"})");
  EXPECT_EQ(status(), 1);
  EXPECT_EQ(screen.out.find('\x1b'), std::string::npos) << screen.out;
  EXPECT_TRUE(prints("we\\x1b[31mb")) << screen.out;
}

class StatusOfWaivers : public Status {
 protected:
  StatusOfWaivers() {
    host.file("/var/lib/docker/containers/" + kId + "/config.v2.json",
              R"({"ID":")" + kId + R"(","Image":")" + kImage + R"(","Name":"/web"})");
  }
  static std::string waiving(const std::string& expires) {
    return policy(
        std::string(kRules) + "waivers:\n  - name: clock\n    match: {image_id: [\"" + kImage +
        "\"]}\n    controls: {pids: {maximum: 5000}}\n    because: it forks\n    expires: " + expires + "\n");
  }
  void hold_waived(const std::string& bundle) {
    host.file(kBundle, bundle);
    host.file(kPolicy, waiving("2026-06-30"));
    host.machine.limits.fill(Limit{1048576, 1048576});
    ASSERT_EQ(call({"--root", kDocker, "create", "--bundle", "/run/bundle", kId}), 0);
    running.put(host);
    bare(kDocker, kId, 4711);
    running.put(host);
    host.node(kDocker + "/" + kId + "/exec.fifo", Stat::Type::fifo);
  }
};

TEST_F(StatusOfWaivers, OneThatHoldsIsNamedWithItsEnd) {
  hold_waived(test::kGranted);
  EXPECT_EQ(status(), 0) << screen.out << screen.err;
  EXPECT_TRUE(prints("waiver clock until 2026-06-30")) << screen.out;
  EXPECT_TRUE(prints("1 container: 1 waiver\n")) << screen.out;
}

TEST_F(StatusOfWaivers, OneThatExpiredTakesAwayWhatItGranted) {
  std::string bundle = test::kGranted;
  bundle.replace(bundle.find("\"limit\":100"), 11, "\"limit\":5000");
  running.pids_max = "5000\n";
  hold_waived(bundle);
  host.machine.now_ns += std::int64_t{400} * 24 * 3600 * 1'000'000'000;
  EXPECT_EQ(status(), 0);
  EXPECT_TRUE(prints("waiver clock expired on 2026-06-30")) << screen.out;
  EXPECT_TRUE(prints("narrow pids (5000 to 4096)")) << screen.out;
  host.file(kPolicy, policy(kRules));
  status();
  EXPECT_TRUE(prints("waiver clock is no longer in the policy")) << screen.out;
  EXPECT_TRUE(prints("narrow pids (5000 to 4096)")) << screen.out;
}

}  // namespace
}  // namespace hardened::ctl
