#include "runtime/record.h"

#include <gtest/gtest.h>

#include "controls/cis.h"
#include "core/doc/json.h"
#include "tests/support/fake_host.h"

namespace hardened::runtime {
namespace {

using controls::Change;
using controls::OnExcess;
using controls::Verdict;

RecordHead head() {
  RecordHead head;
  head.time_ns = 1'767'323'045'000'000'001;
  head.id = "web";
  head.root = "/run/docker/runtime-runc/moby";
  head.call = "create";
  head.policy = "/etc/hardened/policy.yaml";
  head.policy_id = "9c1e";
  return head;
}

Plan narrowed(std::string asked) {
  Plan plan;
  plan.verdict = Verdict::narrowed;
  plan.privileged = true;
  plan.decisions.push_back({"capabilities",
                            Verdict::narrowed,
                            OnExcess::narrow,
                            "/etc/hardened/policy.yaml:14",
                            {Change{"/process/capabilities/bounding", std::move(asked), "",
                                    "the ceiling is docker-default", false}},
                            {}});
  return plan;
}

doc::Document parsed(const std::string& line) {
  auto document = doc::read_json("record", line);
  EXPECT_TRUE(document.ok()) << line;
  return document ? std::move(document).value() : doc::Document{};
}

std::string text_at(const doc::Document& document, std::string_view pointer) {
  const doc::Value* value = doc::resolve(document.root, pointer);
  return value == nullptr ? "(absent)" : value->text();
}

TEST(Record, SaysWhatWasAskedAndWhatRuleAnswered) {
  const doc::Document line = parsed(record_line(head(), narrowed("CAP_SYS_ADMIN")));
  EXPECT_EQ(text_at(line, "/time"), "2026-01-02T03:04:05.000000001Z");
  EXPECT_EQ(text_at(line, "/engine"), "docker");
  EXPECT_EQ(text_at(line, "/verdict"), "narrowed");
  EXPECT_EQ(text_at(line, "/controls/0/rule"), "/etc/hardened/policy.yaml:14");
  EXPECT_EQ(text_at(line, "/controls/0/changes/0/asked"), "CAP_SYS_ADMIN");
  EXPECT_TRUE(doc::resolve(line.root, "/privileged")->truth());
  EXPECT_EQ(doc::resolve(line.root, "/controls/0/changes/0/default"), nullptr);
}

TEST(Record, MarksWhatTheEngineAskedForByItself) {
  Plan plan = narrowed("absent");
  plan.decisions[0].changes[0].by_default = true;
  EXPECT_TRUE(doc::resolve(parsed(record_line(head(), plan)).root, "/controls/0/changes/0/default")->truth());
}

std::string texts_at(const doc::Document& document, std::string_view pointer) {
  const doc::Value* value = doc::resolve(document.root, pointer);
  return value == nullptr ? "(absent)" : doc::print(*value);
}

TEST(Record, NamesTheRecommendationsThatItIsAbout) {
  const doc::Document line = parsed(record_line(head(), narrowed("CAP_SYS_ADMIN")));
  EXPECT_EQ(text_at(line, "/cis/benchmark"), "CIS Docker Benchmark 1.6.0");
  EXPECT_EQ(texts_at(line, "/controls/0/cis"), R"(["5.4"])");
  EXPECT_EQ(texts_at(line, "/cis/ids"), R"(["5.4","5.5"])") << "privileged is one of its own";

  RecordHead of_exec = head();
  of_exec.call = "exec";
  Plan plan = narrowed("CAP_SYS_ADMIN");
  plan.privileged = false;
  plan.decisions.push_back({"pids", Verdict::unchanged, OnExcess::observe, "observe", {}, {"a note"}});
  const doc::Document exec = parsed(record_line(of_exec, plan));
  EXPECT_EQ(texts_at(exec, "/controls/0/cis"), R"(["5.4","5.23"])");
  EXPECT_EQ(texts_at(exec, "/controls/1/cis"), R"(["5.29"])");
  EXPECT_EQ(texts_at(exec, "/cis/ids"), R"(["5.4","5.23","5.29"])");
  EXPECT_EQ(texts_at(parsed(verification_line(head(), plan.decisions)), "/cis/ids"), R"(["5.4","5.29"])");
}

TEST(Record, NamesNoBenchmarkWhereNoneSpeaksOfIt) {
  Plan plan = narrowed("/proc/kcore visible");
  plan.privileged = false;
  plan.decisions[0].control = "paths";
  const doc::Document line = parsed(record_line(head(), plan));
  EXPECT_EQ(texts_at(line, "/cis"), "(absent)");
  EXPECT_EQ(texts_at(line, "/controls/0/cis"), "(absent)");
}

TEST(Record, NothingOfARequestBreaksTheLine) {
  RecordHead forged = head();
  forged.id = "a\n{\"verdict\":\"unchanged\"}";
  const std::string line = record_line(forged, narrowed("x\"},\n\x1b[31m\xff\xc3\xa9"));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  for (const char byte : line.substr(0, line.size() - 1)) {
    EXPECT_TRUE(byte >= 0x20 && byte < 0x7f) << static_cast<int>(byte);
  }
  EXPECT_EQ(text_at(parsed(line), "/verdict"), "narrowed");
}

TEST(Record, StaysBelowItsLengthWhateverIsAsked) {
  Plan plan = narrowed(std::string(16384, '\n'));
  for (int i = 0; i < 400; ++i) plan.decisions.push_back(plan.decisions[0]);
  for (int i = 0; i < 400; ++i) plan.decisions[0].changes.push_back(plan.decisions[0].changes[0]);
  plan.decisions[0].notes.assign(1000, std::string(5000, '\\'));
  for (const controls::CisRow& row : controls::cis_rows()) {
    plan.decisions[0].control = row.control;
    plan.decisions[0].changes.push_back({std::string(row.pointer), "asked", "", "reason", false, row.aspect});
    plan.decisions.push_back(plan.decisions[0]);
  }
  plan.waiting.assign(1000, std::string(300, 'w'));
  RecordHead long_head = head();
  long_head.root = std::string(4000, 'r');
  long_head.notes.assign(1000, std::string(5000, 'n'));
  const std::string line = record_line(long_head, plan);
  EXPECT_LE(line.size(), kLongestRecord);
  const doc::Document document = parsed(line);
  EXPECT_EQ(text_at(document, "/verdict"), "narrowed");
  EXPECT_NE(text_at(document, "/controls/0/changes/0/asked").find("16384 bytes, sha256 "), std::string::npos);
  EXPECT_NE(doc::resolve(document.root, "/controls_omitted"), nullptr);
}

TEST(Record, AFaultHasALineToo) {
  const doc::Document line = parsed(fault_line(head(), Error{Fault::syntax, "config.json:1:7: a key twice"}));
  EXPECT_EQ(text_at(line, "/verdict"), "fault");
  EXPECT_EQ(text_at(line, "/fault"), "syntax");
  EXPECT_EQ(text_at(line, "/message"), "config.json:1:7: a key twice");
}

TEST(Record, KnowsTheEnginesByTheirRoot) {
  EXPECT_EQ(engine_of("/run/docker/runtime-runc/moby"), "docker");
  EXPECT_EQ(engine_of("/run/docker/runtime-runc/plugins.moby"), "docker plugin");
  EXPECT_EQ(engine_of("/run/containerd/runc/default"), "containerd");
  EXPECT_EQ(engine_of("/run/runc"), "");
  const auto of_bundle = [](const std::string& manager) {
    const auto document =
        doc::read_json("config.json", R"({"annotations":{"io.container.manager":)" + manager + "}}");
    return engine_of(controls::Spec(*document, controls::Scope::bundle));
  };
  EXPECT_EQ(of_bundle(R"("libpod")"), "podman");
  EXPECT_EQ(of_bundle(R"("cri-o")"), "cri-o");
  for (const char* other : {R"("docker")", R"("")", "7", "null"}) EXPECT_EQ(of_bundle(other), "") << other;
}

TEST(WriteRecord, MakesTheDirectoryOfAFirstRecord) {
  test::FakeHost host;
  const config::DecisionLog log{"/var/log/hardened/decisions.jsonl", config::OnLogFailure::refuse, {}};
  EXPECT_TRUE(write_record(host, log, "one\n").ok());
  EXPECT_TRUE(write_record(host, log, "two\n").ok());
  EXPECT_EQ(host.bytes("/var/log/hardened/decisions.jsonl"), "one\ntwo\n");
}

TEST(WriteRecord, AFailureIsWhatThePolicySays) {
  test::FakeHost host;
  host.fail(test::Operation::append, "/log", Error{Fault::io, "no space is left"});
  EXPECT_TRUE(write_record(host, {"/log", config::OnLogFailure::proceed, {}}, "x\n").ok());
  test::FakeHost strict;
  strict.fail(test::Operation::append, "/log", Error{Fault::io, "no space is left"});
  const Done refused = write_record(strict, {"/log", config::OnLogFailure::refuse, {}}, "x\n");
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().what.find("no space is left"), std::string::npos);
}

TEST(WriteRecord, NoPathMeansNoLog) {
  test::FakeHost host;
  EXPECT_TRUE(write_record(host, {"", config::OnLogFailure::refuse, {}}, "x\n").ok());
  EXPECT_TRUE(host.journal().empty());
}

}  // namespace
}  // namespace hardened::runtime
