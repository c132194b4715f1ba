// Waivers on the way of a call: from the engine's metadata at create, from the record behind it.
#include "core/doc/json.h"
#include "pipeline_fixture.h"

namespace hardened::runtime {
namespace {

const std::string kId(64, 'a');
const std::string kJoiner(64, 'b');
const std::string kImage = "sha256:" + std::string(64, '1');
const std::string kRoot = "/run/docker/runtime-runc/moby";

class WaiverTest : public PipelineTest {
 protected:
  WaiverTest() {
    host.file(kPolicy, waiving("expires: 2026-06-30"));
    image_of(kId, kImage);
  }

  static std::string waiving(const std::string& more, const std::string& match = "") {
    return policy("waivers:\n  - name: clock\n    match: {image_id: [\"" + kImage + "\"]" + match +
                  "}\n    controls: {capabilities: {ceiling: [docker-default, SYS_ADMIN]}}\n"
                  "    because: it sets the clock\n" +
                  (more.empty() ? "" : "    " + more + "\n"));
  }
  void image_of(const std::string& id, const std::string& image) {
    host.file("/var/lib/docker/containers/" + id + "/config.v2.json",
              R"({"ID":")" + id + R"(","Image":")" + image + R"(","Name":"/web"})", {.mode = 0600});
  }
  int create(const std::string& id = kId) {
    return call({"--root", kRoot, "create", "--bundle", "/run/bundle", id});
  }
  int exec(const std::string& id = kId) {
    host.file("/tmp/process",
              R"({"args":["id"],"capabilities":{"bounding":["CAP_SYS_ADMIN","CAP_SYS_TIME"]}})",
              {.mode = 0600});
    return call({"--root", kRoot, "exec", "--process", "/tmp/process", id});
  }
  [[nodiscard]] bool raised() const {
    return host.bytes(kBundle)->find("CAP_SYS_ADMIN") != std::string::npos;
  }
  // What the runtime is handed in place of /tmp/process.
  [[nodiscard]] std::string executed() const {
    return host.memory_files().empty() ? "" : host.memory_files().rbegin()->second.bytes;
  }
  [[nodiscard]] std::string kept(const std::string& id = kId) const {
    return host.bytes("/run/hardened/containers/" + sha256(kRoot).substr(0, 16) + "/" + id + ".json")
        .value_or("");
  }
  [[nodiscard]] std::string image_recorded() const {
    const doc::Document record = last_record();
    const doc::Value* image = doc::resolve(record.root, "/image");
    return image == nullptr ? "" : image->text();
  }
  [[nodiscard]] doc::Document last_record() const {
    const std::string all = recorded();
    const std::size_t from = all.rfind('\n', all.size() - 2);
    return doc::read_json("record", all.substr(from == std::string::npos ? 0 : from + 1)).value();
  }
};

TEST_F(WaiverTest, TheRecordNamesTheImageOfWhoAskedForMore) {
  EXPECT_EQ(create(), 0);
  EXPECT_EQ(image_recorded(), kImage);
  // Without waivers the engine is asked where a user asked for more, and only then.
  host.file(kPolicy, policy(""));
  host.file(kBundle, kWide);
  EXPECT_EQ(create(), 0);
  EXPECT_EQ(image_recorded(), kImage);
  EXPECT_EQ(create(), 0);  // what was granted asks for no more
  EXPECT_EQ(image_recorded(), "");
}

TEST_F(WaiverTest, AnImagesContainersGetWhatItIsGranted) {
  EXPECT_EQ(create(), 0);
  EXPECT_TRUE(raised());
  EXPECT_EQ(doc::resolve(last_record().root, "/waivers/0")->text(), "clock");
  EXPECT_NE(kept().find(R"("identity":{"engine":"docker","namespace":"moby","id":")" + kImage +
                        R"(","name":"web"})"),
            std::string::npos);
  EXPECT_NE(kept().find(R"("waivers":["clock"])"), std::string::npos);
}

TEST_F(WaiverTest, AboveTheWaiverIsNarrowedAndTheRecordNamesIt) {
  std::string bundle = kWide;
  bundle.insert(bundle.find("\"CAP_SYS_ADMIN\""), "\"CAP_SYS_TIME\",");
  host.file(kBundle, bundle);
  EXPECT_EQ(create(), 0);
  EXPECT_TRUE(raised());
  EXPECT_EQ(host.bytes(kBundle)->find("CAP_SYS_TIME"), std::string::npos);
  const doc::Document line = last_record();
  EXPECT_EQ(doc::resolve(line.root, "/controls/0/control")->text(), "capabilities");
  EXPECT_EQ(doc::resolve(line.root, "/controls/0/waiver")->text(), "clock");
  EXPECT_EQ(doc::resolve(line.root, "/controls/0/rule")->text(), std::string(kPolicy) + ":6");
}

TEST_F(WaiverTest, AnotherImageGetsNothingOfIt) {
  image_of(kId, "sha256:" + std::string(64, '2'));  // what docker commit makes of it, too
  EXPECT_EQ(create(), 0);
  EXPECT_FALSE(raised());
  EXPECT_EQ(last_record().root.find("waivers"), nullptr);
  EXPECT_EQ(recorded().find("no waiver"), std::string::npos);
}

TEST_F(WaiverTest, AJoinerOfItsNetworkGetsNothingOfIt) {
  image_of(kJoiner, "sha256:" + std::string(64, '2'));
  std::string bundle = kWide;
  bundle.insert(
      bundle.find(R"("linux")"),
      R"("mounts":[{"destination":"/etc/hosts","type":"bind","source":"/var/lib/docker/containers/)" + kId +
          R"(/hosts","options":["rbind","rprivate"]}],)");
  host.file(kBundle, bundle);
  EXPECT_EQ(create(kJoiner), 0);
  EXPECT_FALSE(raised());
}

TEST_F(WaiverTest, OneThatExpiredIsReportedAndHoldsNoMore) {
  host.file(kPolicy, waiving("expires: 2026-01-01"));  // it is the second
  EXPECT_EQ(create(), 0);
  EXPECT_FALSE(raised());
  EXPECT_EQ(doc::resolve(last_record().root, "/notes/0")->text().substr(0, 38),
            "the waiver clock expired on 2026-01-01");
}

TEST_F(WaiverTest, MetadataThatCannotBeReadIsNoReasonToFail) {
  host.remove("/var/lib/docker/containers/" + kId + "/config.v2.json").value();
  EXPECT_EQ(create(), 0);
  EXPECT_TRUE(ran());
  EXPECT_FALSE(raised());
  EXPECT_EQ(doc::resolve(last_record().root, "/notes/0")->text(),
            "no waiver holds: none of the policy's engines knows this container");
}

TEST_F(WaiverTest, WithoutWaiversNobodyAsksTheEngine) {
  host.file(kPolicy, policy(""));
  host.fail(Operation::read, "/var/lib/docker/containers/" + kId + "/config.v2.json",
            {Fault::internal, "somebody asked the engine"});
  EXPECT_EQ(create(), 0);
  EXPECT_EQ(recorded().find("somebody asked the engine"), std::string::npos);
  EXPECT_EQ(kept().find("identity"), std::string::npos);
}

TEST_F(WaiverTest, AnExecIsBoundedByTodaysWaiversForWhatCreateRecorded) {
  EXPECT_EQ(create(), 0);
  // What stands there now counts no more.
  image_of(kId, "sha256:" + std::string(64, '2'));
  EXPECT_EQ(exec(), 0);
  EXPECT_EQ(executed(), R"({"args":["id"],"capabilities":{"bounding":["CAP_SYS_ADMIN"]}})");
  EXPECT_EQ(doc::resolve(last_record().root, "/controls/0/waiver")->text(), "clock");

  host.machine.now_ns += std::int64_t{365} * 86'400 * 1'000'000'000;
  EXPECT_EQ(exec(), 0);
  EXPECT_EQ(executed(), R"({"args":["id"],"capabilities":{"bounding":[]}})") << "it expired meanwhile";

  host.machine.now_ns -= std::int64_t{365} * 86'400 * 1'000'000'000;
  host.file(kPolicy, policy(""));
  EXPECT_EQ(exec(), 0);
  EXPECT_EQ(executed(), R"({"args":["id"],"capabilities":{"bounding":[]}})") << "it was taken back meanwhile";
}

TEST_F(WaiverTest, AnExecDoesNotAskTheEngine) {
  host.file(kPolicy, policy(""));
  EXPECT_EQ(create(), 0);  // no waivers then, and so no identity
  host.file(kPolicy, waiving(""));
  EXPECT_EQ(exec(), 0);
  EXPECT_EQ(executed(), R"({"args":["id"],"capabilities":{"bounding":[]}})");
}

TEST_F(WaiverTest, ARuleThatRefusesRefusesAboveTheWaiverOnly) {
  host.file(kPolicy, waiving("") + "controls: {capabilities: {on_excess: refuse}}\n");
  EXPECT_EQ(create(), 0);
  EXPECT_TRUE(raised());
  handed_on.clear();
  host.file(kPolicy, waiving("", ", name: other") + "controls: {capabilities: {on_excess: refuse}}\n");
  EXPECT_EQ(create(), 1);
  EXPECT_FALSE(ran());
}

TEST_F(WaiverTest, ADamagedLineIsMadeAnewWithinTheCall) {
  host.machine.now_ns += std::int64_t{60} * 1'000'000'000;
  EXPECT_EQ(create(), 0);
  const std::string compiled = "/run/hardened/policy/" + sha256(std::string(kPolicy)) + ".json";
  const std::string good = *host.bytes(compiled);
  std::string bad = good;
  bad[bad.find('\t') + 1] = '?';
  host.file(compiled, bad, {.mode = 0600});
  host.file(kBundle, kWide);
  EXPECT_EQ(create(), 0);
  EXPECT_TRUE(raised());
  EXPECT_EQ(host.bytes(compiled), good);
}

}  // namespace
}  // namespace hardened::runtime
