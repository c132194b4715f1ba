#include "runtime/kept.h"

#include <gtest/gtest.h>

#include "core/base/sha256.h"
#include "core/doc/json.h"
#include "tests/support/fake_host.h"

namespace hardened::runtime {
namespace {

constexpr const char* kRoot = "/run/docker/runtime-runc/moby";

class KeptTest : public testing::Test {
 protected:
  KeptTest() { host.file("/proc/sys/kernel/random/boot_id", "boot-1\n"); }

  static Kept web() {
    Kept kept;
    kept.boot_id = "boot-1";
    kept.root = kRoot;
    kept.id = "web";
    kept.bundle = "/run/bundle";
    kept.policy = "/etc/hardened/policy.yaml";
    kept.policy_id = "abc";
    kept.process = doc::read_json("p", R"({"args":["sh"],"noNewPrivileges":true})").value().root;
    return kept;
  }
  static std::string path(const std::string& id) {
    return "/run/hardened/containers/" + sha256(kRoot).substr(0, 16) + "/" + id + ".json";
  }
  std::optional<Kept> found(const std::string& id) {
    auto kept = find_kept(host, kRoot, id);
    EXPECT_TRUE(kept.ok()) << (kept.ok() ? "" : kept.error().what);
    return kept.ok() ? *kept : std::nullopt;
  }

  test::FakeHost host;
};

TEST_F(KeptTest, WhatIsKeptIsFound) {
  ASSERT_TRUE(keep(host, web()).ok());
  const auto kept = found("web");
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->bundle, "/run/bundle");
  EXPECT_EQ(kept->policy_id, "abc");
  EXPECT_EQ(kept->process, web().process);
  EXPECT_EQ(host.status(path("web"))->mode, 0600U);
}

// A kernel that holds the profile of one container, and its record.
class OwnProfile : public KeptTest {
 protected:
  OwnProfile() {
    host.directory("/proc")
        .directory("/run")
        .file(kAppArmor + "/profiles", "")
        .file(kAppArmor + "/.remove", "");
    host.file("/proc/7/task/7/attr/apparmor/current", "unconfined\n");
    host.takes = [this](const std::string& path, std::string_view bytes) {
      if (path == kAppArmor + "/.remove") removed = bytes;
      return done();
    };
    hold(kOwn);
  }
  void hold(const std::string& label) {
    Kept kept = web();
    kept.process = doc::Value::object({{"apparmorProfile", doc::Value::string(label), {}}});
    ASSERT_TRUE(keep(host, kept).ok());
    host.file(kAppArmor + "/profiles", kOwn + " (enforce)\nhardened-default-0123456789ab (enforce)\n");
    removed = "";
  }

  const std::string kAppArmor = "/sys/kernel/security/apparmor";
  const std::string kOwn = "hardened-default-0123456789ab.fedcba987654";
  std::string removed;
};

TEST_F(OwnProfile, GoesWithTheRecord) {
  ASSERT_TRUE(forget(host, kRoot, "web").ok());
  EXPECT_EQ(removed, kOwn);
  hold("custom//&" + kOwn);
  ASSERT_TRUE(forget(host, kRoot, "web").ok());
  EXPECT_EQ(removed, kOwn);
}

TEST_F(OwnProfile, GoesWithARecordThatIsCollected) {
  host.machine.now_ns += std::int64_t{11} * 60 * 1'000'000'000;
  collect_kept(host, kRoot);
  EXPECT_FALSE(found("web").has_value());
  EXPECT_EQ(removed, kOwn);
}

TEST_F(OwnProfile, StaysWhileATaskCarriesIt) {
  host.file("/proc/7/task/7/attr/apparmor/current", kOwn + " (enforce)\n");
  ASSERT_TRUE(forget(host, kRoot, "web").ok());
  EXPECT_EQ(removed, "");
  EXPECT_TRUE(found("web").has_value()) << "who would try again later?";
  host.file("/proc/7/task/7/attr/apparmor/current", "unconfined\n");
  host.machine.now_ns += std::int64_t{11} * 60 * 1'000'000'000;
  collect_kept(host, kRoot);
  EXPECT_EQ(removed, kOwn);
  EXPECT_FALSE(found("web").has_value());
}

TEST_F(OwnProfile, StaysWhileAnotherCallHoldsTheLock) {
  host.fail(test::Operation::lock, "", Error{Fault::io, "another call holds it"});
  ASSERT_TRUE(forget(host, kRoot, "web").ok());
  EXPECT_EQ(removed, "");
  EXPECT_TRUE(found("web").has_value());
}

// Each look for users of one goes over all tasks of the machine.
TEST_F(OwnProfile, OneIsCollectedACreateAndEachHasItsTurn) {
  for (const std::string id : {"a", "b", "c"}) {
    Kept kept = web();
    kept.id = id;
    kept.process = doc::Value::object({{"apparmorProfile", doc::Value::string(kOwn), {}}});
    ASSERT_TRUE(keep(host, kept).ok());
  }
  host.machine.now_ns += std::int64_t{11} * 60 * 1'000'000'000;
  const auto left = [&] { return host.list(path("x").substr(0, path("x").rfind('/')), 100)->size(); };
  for (std::size_t records = 4; records > 0; --records) {
    EXPECT_EQ(left(), records);
    collect_kept(host, kRoot);
  }
  EXPECT_EQ(left(), 0U);
  hold(kOwn);
  Kept in_use = web();
  in_use.id = "used";
  const std::string used = "hardened-default-0123456789ab.00";
  in_use.process = doc::Value::object({{"apparmorProfile", doc::Value::string(used), {}}});
  ASSERT_TRUE(keep(host, in_use).ok());
  host.file("/proc/7/task/7/attr/apparmor/current", used + " (enforce)\n");
  host.machine.now_ns += std::int64_t{11} * 60 * 1'000'000'000;
  for (int creates = 0; creates < 2; ++creates, ++host.machine.now_ns) collect_kept(host, kRoot);
  EXPECT_EQ(removed, kOwn);
  EXPECT_TRUE(found("used").has_value());
}

TEST_F(OwnProfile, StaysForAContainerOfThatIdUnderAnyRoot) {
  Kept other = web();
  other.root = "/run/elsewhere";
  ASSERT_TRUE(keep(host, other).ok());
  ASSERT_TRUE(forget(host, kRoot, "web").ok());
  EXPECT_EQ(removed, "");
}

TEST_F(OwnProfile, StaysWhereTheRuntimeKnowsTheContainer) {
  host.directory(runtime_state(kRoot, "web"));
  ASSERT_TRUE(forget(host, kRoot, "web").ok());
  EXPECT_EQ(removed, "");
}

TEST_F(OwnProfile, OthersStay) {
  for (const char* label : {"unconfined", "hardened-default-0123456789ab", "docker-default", "a.b", ""}) {
    hold(label);
    ASSERT_TRUE(forget(host, kRoot, "web").ok());
    EXPECT_EQ(removed, "") << label;
  }
}

TEST_F(KeptTest, AContainerWithoutARecordIsUnmanaged) { EXPECT_FALSE(found("web").has_value()); }

TEST_F(KeptTest, ARecordOfAnotherBootSaysNothing) {
  ASSERT_TRUE(keep(host, web()).ok());
  host.file("/proc/sys/kernel/random/boot_id", "boot-2\n");
  EXPECT_FALSE(found("web").has_value());
}

TEST_F(KeptTest, ARecordThatOthersCouldWriteIsAnError) {
  ASSERT_TRUE(keep(host, web()).ok());
  host.file(path("web"), *host.bytes(path("web")), {.mode = 0666});
  EXPECT_FALSE(find_kept(host, kRoot, "web").ok());
}

TEST_F(KeptTest, ARecordThatSpeaksOfAnotherContainerIsAnError) {
  ASSERT_TRUE(keep(host, web()).ok());
  host.file(path("db"), *host.bytes(path("web")), {.mode = 0600});
  EXPECT_FALSE(find_kept(host, kRoot, "db").ok());
}

TEST_F(KeptTest, AnUnreadableRecordIsAnErrorNotAnAbsence) {
  ASSERT_TRUE(keep(host, web()).ok());
  host.fail(test::Operation::read, path("web"), Error{Fault::io, "an input/output error"});
  EXPECT_FALSE(find_kept(host, kRoot, "web").ok());
}

TEST_F(KeptTest, ALivingContainersRecordIsNotReplaced) {
  ASSERT_TRUE(keep(host, web()).ok());
  host.directory(std::string(kRoot) + "/web");
  Kept other = web();
  other.policy_id = "def";
  ASSERT_TRUE(keep(host, other).ok());
  EXPECT_EQ(found("web")->policy_id, "abc");
}

TEST_F(KeptTest, CollectsOldRecordsOfContainersThatAreGone) {
  for (const char* id : {"gone", "living"}) {
    Kept kept = web();
    kept.id = id;
    ASSERT_TRUE(keep(host, kept).ok());
  }
  host.directory(std::string(kRoot) + "/living");
  host.machine.now_ns += std::int64_t{11} * 60 * 1'000'000'000;
  ASSERT_TRUE(keep(host, web()).ok());  // fresh: its create may not have reached the runtime yet
  collect_kept(host, kRoot);
  EXPECT_FALSE(host.bytes(path("gone")).has_value());
  EXPECT_TRUE(host.bytes(path("living")).has_value());
  EXPECT_TRUE(host.bytes(path("web")).has_value());
}

TEST_F(KeptTest, CollectsSixteenAtOnce) {
  for (int i = 0; i < 40; ++i) {
    Kept kept = web();
    kept.id = "c" + std::to_string(i);
    ASSERT_TRUE(keep(host, kept).ok());
  }
  host.machine.now_ns += std::int64_t{11} * 60 * 1'000'000'000;
  collect_kept(host, kRoot);
  EXPECT_EQ(host.list(path("x").substr(0, path("x").rfind('/')), 100)->size(), 24U);
}

TEST_F(KeptTest, ThePromiseIsKeptToTheDigit) {
  Kept kept = web();
  kept.promise =
      Promise{"/run/bundle/config.json", "d1", "", {}, {"seccomp", "pids"}, {"p.3"}, {"8:1 /srv", ""}};
  kept.promise->inherited.at(7) = Limit{1024, 18446744073709551615U};
  ASSERT_TRUE(keep(host, kept).ok());
  const auto again = found("web");
  ASSERT_TRUE(again && again->promise);
  EXPECT_EQ(again->promise->config, "/run/bundle/config.json");
  EXPECT_EQ(again->promise->digest, "d1");
  EXPECT_EQ(again->promise->inherited, kept.promise->inherited);
  EXPECT_EQ(again->promise->observing, kept.promise->observing);
  EXPECT_EQ(again->promise->profiles, kept.promise->profiles);
  EXPECT_EQ(again->promise->sources, kept.promise->sources);
}

TEST_F(KeptTest, APromiseOfAnEarlierBuildKnowsNoProfiles) {
  Kept kept = web();
  kept.promise = Promise{"/run/bundle/config.json", "d1", "", {}, {}, {}};
  ASSERT_TRUE(keep(host, kept).ok());
  std::string text = *host.bytes(path("web"));
  const std::string names = R"(,"profiles":[])";
  text.erase(text.find(names), names.size());
  host.file(path("web"), text, {.mode = 0600});
  EXPECT_TRUE(found("web")->promise.has_value());
}

TEST_F(KeptTest, ARecordOfAnEarlierBuildPromisesNothing) {
  ASSERT_TRUE(keep(host, web()).ok());
  EXPECT_FALSE(found("web")->promise.has_value());
}

// A create that the runtime refuses leaves its record behind.
TEST_F(KeptTest, AProcessThatIsLargeStaysInTheBundle) {
  Kept kept = web();
  kept.process =
      doc::read_json("p", R"({"apparmorProfile":"nginx","env":["A=)" + std::string(8192, 'x') + R"("]})")
          .value()
          .root;
  ASSERT_TRUE(keep(host, kept).ok());
  EXPECT_LT(host.bytes(path("web"))->size(), 1024U);
  const auto back = found("web");
  ASSERT_TRUE(back.has_value());
  EXPECT_TRUE(back->cut);
  ASSERT_NE(back->process.find("apparmorProfile"), nullptr);
  EXPECT_EQ(back->process.find("apparmorProfile")->text(), "nginx");
  EXPECT_EQ(back->process.find("env"), nullptr);
}

TEST_F(KeptTest, HalfAPromiseIsAnError) {
  for (const char* promise :
       {"{}", R"({"config":"/c","digest":"d","log":"","inherited":[1,2],"observing":[],"profiles":[]})"}) {
    ASSERT_TRUE(keep(host, web()).ok());
    std::string text = *host.bytes(path("web"));
    text.replace(text.rfind('}'), 1, std::string(R"(,"promise":)") + promise + "}");
    host.file(path("web"), text, {.mode = 0600});
    EXPECT_FALSE(find_kept(host, kRoot, "web").ok()) << promise;
  }
}

TEST_F(KeptTest, WhatIsForgottenIsUnmanaged) {
  ASSERT_TRUE(keep(host, web()).ok());
  EXPECT_TRUE(forget(host, kRoot, "web").ok());
  EXPECT_FALSE(found("web").has_value());
  EXPECT_TRUE(forget(host, kRoot, "web").ok());
}

}  // namespace
}  // namespace hardened::runtime
