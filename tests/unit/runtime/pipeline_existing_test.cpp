// Calls about a container that is there: exec and update.
#include "pipeline_fixture.h"
#include "runtime/kept.h"

namespace hardened::runtime {
namespace {

TEST_F(PipelineTest, ExecsFlagsAreBoundedByADocumentThatTheRuntimeReadsInstead) {
  EXPECT_EQ(create(), 0);
  EXPECT_EQ(call({"exec", "--cap", "CAP_SYS_ADMIN", "web", "id"}), 0);
  ASSERT_EQ(host.memory_files().size(), 1U);
  const auto& [number, file] = *host.memory_files().begin();
  EXPECT_GE(number, 3);
  EXPECT_EQ(file.bytes.find("CAP_SYS_ADMIN"), std::string::npos);
  EXPECT_NE(file.bytes.find("CAP_CHOWN"), std::string::npos);
  EXPECT_NE(file.bytes.find(R"("args":["id"])"), std::string::npos);
  const auto flag = std::find(handed_on.begin(), handed_on.end(), "--process");
  ASSERT_NE(flag, handed_on.end());
  EXPECT_EQ(*(flag + 1), "/proc/self/fd/" + std::to_string(number));
}

// Its record is too small for it: what exec adds its flags to is the bundle, as long as that is what was granted.
TEST_F(PipelineTest, ExecsFlagsAreLaidOverALargeProcessInTheBundle) {
  std::string bundle = kWide;
  bundle.insert(bundle.find(R"("cwd")"), R"("env":["A=)" + std::string(9000, 'x') + R"("],)");
  host.file(kBundle, bundle);
  EXPECT_EQ(create(), 0);
  EXPECT_EQ(call({"exec", "--cap", "CAP_SYS_ADMIN", "web", "id"}), 0);
  ASSERT_EQ(host.memory_files().size(), 1U);
  const std::string bytes = host.memory_files().begin()->second.bytes;
  EXPECT_NE(bytes.find("CAP_CHOWN"), std::string::npos);
  EXPECT_NE(bytes.find("A=xxx"), std::string::npos);
  EXPECT_EQ(bytes.find("CAP_SYS_ADMIN"), std::string::npos);
  handed_on.clear();
  host.file(kBundle, bundle);
  EXPECT_EQ(call({"exec", "web", "id"}), 255);
  EXPECT_FALSE(ran());
  EXPECT_NE(told().find("is not what was granted at create any more"), std::string::npos);
}

TEST_F(PipelineTest, AModestExecStaysAsItIs) {
  EXPECT_EQ(create(), 0);
  const std::string before = recorded();
  EXPECT_EQ(call({"exec", "web", "id"}), 0);
  EXPECT_TRUE(host.memory_files().empty());
  EXPECT_EQ(handed_on.back(), "id");
  EXPECT_EQ(recorded(), before);
}

TEST_F(PipelineTest, ExecsProcessFileIsNarrowedInMemory) {
  EXPECT_EQ(create(), 0);
  host.file("/tmp/runc-process1", R"({"args":["id"],"capabilities":{"bounding":["CAP_SYS_ADMIN"]}})",
            {.mode = 0600});
  EXPECT_EQ(call({"exec", "--process", "/tmp/runc-process1", "--detach", "web"}), 0);
  ASSERT_EQ(host.memory_files().size(), 1U);
  EXPECT_EQ(host.memory_files().begin()->second.bytes, R"({"args":["id"],"capabilities":{"bounding":[]}})");
  EXPECT_EQ(host.bytes("/tmp/runc-process1"),
            R"({"args":["id"],"capabilities":{"bounding":["CAP_SYS_ADMIN"]}})");
}

TEST_F(PipelineTest, WhatCameOnStandardInputIsAlwaysHandedOver) {
  EXPECT_EQ(create(), 0);
  host.input(0, R"({"memory":{"limit":0}})");
  EXPECT_EQ(call({"update", "--resources=-", "web"}), 0);
  ASSERT_EQ(host.memory_files().size(), 1U);
  EXPECT_EQ(host.memory_files().begin()->second.bytes, R"({"memory":{"limit":0}})");
}

TEST_F(PipelineTest, AnUpdateIsNarrowedWhereverItCameFrom) {
  EXPECT_EQ(create(), 0);
  host.input(0, R"({"pids":{"limit":-1}})");
  EXPECT_EQ(call({"update", "--resources", "-", "web"}), 0);
  EXPECT_EQ(host.memory_files().begin()->second.bytes, R"({"pids":{"limit":4096}})");
  EXPECT_EQ(call({"update", "--pids-limit", "-1", "web"}), 0);
  ASSERT_EQ(host.memory_files().size(), 2U);
  EXPECT_EQ(host.memory_files().rbegin()->second.bytes, R"({"pids":{"limit":4096}})");
}

// From then on that is what it may hold.
TEST_F(PipelineTest, WhatAnUpdateGrantsStandsInTheGrantRecord) {
  EXPECT_EQ(create(), 0);
  EXPECT_EQ(call({"update", "--pids-limit", "-1", "web"}), 0);
  const auto kept = find_kept(host, "/run/runc", "web").value();
  ASSERT_TRUE(kept && kept->promise);
  const doc::Value* limit = doc::resolve(kept->promise->updated, "/pids/limit");
  ASSERT_NE(limit, nullptr);
  EXPECT_EQ(doc::print(*limit), "4096");
}

TEST_F(PipelineTest, AnUpdateWhoseGrantCannotBeKeptFails) {
  EXPECT_EQ(create(), 0);
  handed_on.clear();
  const std::string record = "/run/hardened/containers/" + sha256("/run/runc").substr(0, 16) + "/web.json";
  host.fail(Operation::replace, record, Error{Fault::io, "no space is left"});
  EXPECT_EQ(call({"update", "--pids-limit", "5", "web"}), 1);
  EXPECT_FALSE(ran());
  EXPECT_NE(told().find("the grant record: no space is left"), std::string::npos) << told();
}

// podman leaves the root to the runtime; the grant record keeps what the bundle said of its maker.
TEST_F(PipelineTest, TheEngineOfABundleIsThatOfItsExecs) {
  std::string bundle = kWide;
  bundle.insert(1, R"("annotations":{"io.container.manager":"libpod"},)");
  host.file(kBundle, bundle);
  EXPECT_EQ(create(), 0);
  EXPECT_NE(recorded().find(R"("engine":"podman")"), std::string::npos);
  host.file(kRecords, "");
  EXPECT_EQ(call({"exec", "--cap", "CAP_SYS_ADMIN", "web", "sh"}), 0);
  EXPECT_NE(recorded().find(R"("engine":"podman")"), std::string::npos);
}

TEST_F(PipelineTest, AContainerWithoutAGrantRecordIsWhatThePolicySays) {
  host.file("/tmp/p", R"({"args":["id"]})", {.mode = 0600});
  EXPECT_EQ(call({"exec", "--process", "/tmp/p", "old"}), 0);
  EXPECT_NE(recorded().find("created without hardened"), std::string::npos);
  handed_on.clear();
  host.file(kPolicy, policy("unmanaged: refuse\n"));
  EXPECT_EQ(call({"exec", "--process", "/tmp/p", "old"}), 255);
  EXPECT_FALSE(ran());
}

TEST_F(PipelineTest, AnExecThatCannotBeReadFailsAsExecDoes) {
  EXPECT_EQ(call({"exec", "--frobnicate", "web", "sh"}), 255);
  EXPECT_EQ(call({"create", "--frobnicate", "web"}), 1);
  EXPECT_FALSE(ran());
}

}  // namespace
}  // namespace hardened::runtime
