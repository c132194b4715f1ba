#include "controls/fields.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/doc/json.h"

namespace hardened::controls {
namespace {

FieldRules refusing(std::vector<std::string> accepted = {}) {
  return {UnknownFields::refuse, std::move(accepted), "/etc/hardened/policy.yaml:7"};
}

Result<FieldFindings> check(const std::string& json, const FieldRules& rules = refusing(),
                            Scope scope = Scope::bundle) {
  const auto document = doc::read_json("config.json", json);
  if (!document.ok()) return document.error();
  return check_fields(Spec(*document, scope), rules, "/etc/hardened/policy.yaml");
}

FieldFindings found(const std::string& json, const FieldRules& rules = refusing(),
                    Scope scope = Scope::bundle) {
  auto result = check(json, rules, scope);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().what);
  return std::move(result).value_or(FieldFindings{});
}

std::string fault(const std::string& json, Scope scope = Scope::bundle) {
  const auto result = check(json, refusing(), scope);
  if (result.ok()) return "";
  EXPECT_EQ(result.error().fault, Fault::syntax);
  return result.error().what;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(Fields, ASpecOfKnownFieldsPassesWithoutAWord) {
  const FieldFindings result = found(
      R"({"ociVersion":"1.0.2","process":{"capabilities":{"bounding":["CAP_CHOWN"]},"noNewPrivileges":true,)"
      R"("rlimits":[{"type":"RLIMIT_CORE","hard":0,"soft":0}]},"hostname":"h","linux":{"seccomp":{"defaultAction":)"
      R"("SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]},"resources":{"pids":{"limit":1},)"
      R"("unified":{"pids.max":"max"}}}})");
  EXPECT_TRUE(result.refused.empty());
  EXPECT_TRUE(result.unknown.empty());
  EXPECT_TRUE(result.waiting.empty());
}

TEST(Fields, NothingWaitsForAControl) {
  const FieldFindings result =
      found(R"({"mounts":[{"destination":"/a","options":["ro"]}],"process":{"user":{"uid":0},"env":null},)"
            R"("linux":{"resources":{"memory":{"limit":1},"unified":{"pids.max":"1","memory.max":"2"}}}})");
  EXPECT_TRUE(result.waiting.empty());
}

TEST(Fields, AnUnknownFieldIsRefusedWithTheLineThatWouldAcceptIt) {
  const FieldFindings result = found(R"({"linux":{"somethingNew":{"a":[1]}}})");
  ASSERT_EQ(result.refused.size(), 1U);
  EXPECT_TRUE(has(result.refused[0], "config.json:1:11: ")) << result.refused[0];
  EXPECT_TRUE(has(result.refused[0], "the field /linux/somethingNew ")) << result.refused[0];
  EXPECT_TRUE(
      has(result.refused[0], "write into /etc/hardened/policy.yaml: accepted_fields: [/linux/somethingNew]"))
      << result.refused[0];
  EXPECT_TRUE(result.unknown.empty());
}

TEST(Fields, TheLineKeepsWhatThePolicyAcceptsAlreadyAndTakesAllThatIsNew) {
  const FieldFindings result = found(R"({"linux":{"a":1,"b":2},"old":3})", refusing({"/old"}));
  ASSERT_EQ(result.refused.size(), 2U);
  for (const std::string& message : result.refused) {
    EXPECT_TRUE(has(message, "accepted_fields: [/old, /linux/a, /linux/b]")) << message;
  }
  EXPECT_EQ(result.unknown, std::vector<std::string>{"/old"});
}

TEST(Fields, ItemsOfAListAreAcceptedAllAtOnce) {
  const FieldFindings result = found(R"({"mounts":[{"new":1},{"new":2}]})");
  ASSERT_EQ(result.refused.size(), 2U);
  EXPECT_TRUE(has(result.refused[1], "the field /mounts/1/new ")) << result.refused[1];
  EXPECT_TRUE(has(result.refused[1], "accepted_fields: [/mounts/*/new]")) << result.refused[1];
  EXPECT_TRUE(found(R"({"mounts":[{"new":1},{"new":2}]})", refusing({"/mounts/*/new"})).refused.empty());
  EXPECT_EQ(found(R"({"mounts":[{"new":1},{"new":2}]})", refusing({"/mounts/1/new"})).refused.size(), 1U);
}

TEST(Fields, AcceptingAPointerOpensItAndWhatLiesBelowAndNothingBeside) {
  EXPECT_TRUE(found(R"({"linux":{"a":{"b":1}}})", refusing({"/linux/a"})).refused.empty());
  EXPECT_EQ(found(R"({"linux":{"ab":1}})", refusing({"/linux/a"})).refused.size(), 1U);
  EXPECT_EQ(found(R"({"linux":{"a":1}})", refusing({"/linux/a/b"})).refused.size(), 1U);
  EXPECT_EQ(found(R"({"linux":{"a":1}})", refusing({""})).refused.size(), 1U);
  EXPECT_EQ(found(R"({"linux":{"a":1}})", refusing({"/linux/*"})).refused.size(), 1U);
}

TEST(Fields, TheLineIsYamlForAnyKey) {
  const FieldFindings result = found(R"({"a, b]: #\"":1})");
  ASSERT_EQ(result.refused.size(), 1U);
  EXPECT_TRUE(has(result.refused[0], R"(accepted_fields: ["/a, b]: #\""])")) << result.refused[0];
}

TEST(Fields, ARuleOfTheBaseIsLaidOverInTheOperatorsFile) {
  const FieldFindings result = found(R"({"new":1})", {UnknownFields::refuse, {}, "docker-default"});
  ASSERT_EQ(result.refused.size(), 1U);
  EXPECT_TRUE(
      has(result.refused[0],
          "(unknown_fields: refuse, docker-default); to let it pass, write into /etc/hardened/policy.yaml: "
          "accepted_fields: [/new]"))
      << result.refused[0];
}

TEST(Fields, RecordLetsUnknownFieldsPassByName) {
  const FieldFindings result =
      found(R"({"new":{"deep":1},"linux":{"other":[2]}})", {UnknownFields::record, {}, "p:1"});
  EXPECT_TRUE(result.refused.empty());
  EXPECT_EQ(result.unknown, (std::vector<std::string>{"/new", "/linux/other"}));
}

TEST(Fields, AMillionUnknownFieldsDoNotMakeAMillionMessages) {
  std::string json = "{";
  for (int i = 0; i < 5000; ++i) json += (i == 0 ? "\"x" : ",\"x") + std::to_string(i) + "\":0";
  const FieldFindings result = found(json + "}");
  ASSERT_EQ(result.refused.size(), 33U);
  EXPECT_EQ(result.refused.back(), "and 4968 more fields that hardened does not know");
  EXPECT_EQ(found(json + "}", {UnknownFields::record, {}, "p:1"}).unknown.size(), 32U);
}

TEST(Fields, ANameThatFoldsToAKnownOneIsNeverAccepted) {
  // Go's decoder takes each of these for the field behind it (encoding/json, "case-insensitive match").
  const std::map<std::string, std::string> cases{
      {R"({"linux":{"SECCOMP":null}})", "/linux/SECCOMP is read as seccomp"},
      {"{\"linux\":{\"\xc5\xbf"
       "eccomp\":null}}",
       "is read as seccomp"},
      {"{\"linux\":{\"mas\xe2\x84\xaa"
       "edPaths\":[]}}",
       "is read as maskedPaths"},
      {R"({"Process":{}})", "/Process is read as process"},
      {R"({"mounts":[{"Source":"/"}]})", "/mounts/0/Source is read as source"},
      {R"({"linux":{"resources":{"rdma":{"hca":{"hcahandles":1}}}}})", "is read as hcaHandles"},
  };
  for (const auto& [json, message] : cases) {
    for (const UnknownFields mode : {UnknownFields::refuse, UnknownFields::record}) {
      const auto result = check(json, {mode, {"/linux", "/Process", "/mounts"}, "p:1"});
      ASSERT_FALSE(result.ok()) << json;
      EXPECT_EQ(result.error().fault, Fault::syntax);
      EXPECT_TRUE(has(result.error().what, message)) << result.error().what;
      EXPECT_TRUE(has(result.error().what, "config.json:1:")) << result.error().what;
    }
  }
}

TEST(Fields, ANameThatIsNotAsciiIsNeverAcceptedWhereNamesAreFields) {
  EXPECT_TRUE(has(fault(R"({"linux":{"seccomp\u0000x":null}})"), "is not printable ASCII"));
  EXPECT_TRUE(has(fault("{\"linux\":{\"caf\xc3\xa9\":1}}"), "is not printable ASCII"));
  EXPECT_TRUE(has(fault("{\"linux\":{\"caf\xc3\xa9\":1}}"), "config.json:1:11"));
}

TEST(Fields, InMapsAnyKeyIsData) {
  const FieldFindings result = found(
      "{\"annotations\":{\"Seccomp\":\"a\",\"caf\xc3\xa9\":\"b\",\"*\":\"c\",\"\":\"d\"},"
      R"("linux":{"sysctl":{"kernel/Msgmax":"1"},"netDevices":{"EN0":{"name":"e"}},)"
      R"("resources":{"unified":{"PIDS.MAX":"1"},"rdma":{"HCA":{"hcaHandles":1}}}}})");
  EXPECT_TRUE(result.refused.empty());
  EXPECT_TRUE(result.unknown.empty());
}

TEST(Fields, AnObjectThatAMapHoldsHasFieldsAgain) {
  EXPECT_EQ(found(R"({"linux":{"netDevices":{"e":{"new":1}}}})").refused.size(), 1U);
}

TEST(Fields, WhatHasAnotherShapeThanTheFieldIsASyntaxErrorThatNamesThePlace) {
  const std::map<std::string, std::string> cases{
      {R"([])", "the document has to be an object"},
      {R"(null)", "the document has to be an object"},
      {R"({"linux":[]})", "/linux has to be an object, and is a list"},
      {R"({"linux":{"seccomp":"off"}})", "/linux/seccomp has to be an object"},
      {R"({"mounts":{}})", "/mounts has to be a list"},
      {R"({"mounts":[[]]})", "/mounts/0 has to be an object"},
      {R"({"process":{"args":["a",{}]}})", "/process/args/1 has to be a string"},
      {R"({"process":{"noNewPrivileges":"true"}})", "/process/noNewPrivileges has to be true or false"},
      {R"({"annotations":{"a":1}})", "/annotations/a has to be a string"},
      {R"({"linux":{"resources":{"pids":{"limit":"1"}}}})", "/linux/resources/pids/limit has to be a number"},
  };
  for (const auto& [json, message] : cases) {
    const std::string what = fault(json);
    EXPECT_TRUE(has(what, message)) << json << ": " << what;
    EXPECT_TRUE(has(what, "config.json:1:")) << what;
  }
}

TEST(Fields, EveryNumberIsAnIntegerOfSixtyFourBits) {
  for (const std::string number :
       {"1.0", "1e2", "1E2", "-1.5", "18446744073709551616", "-9223372036854775809"}) {
    const std::string what = fault(R"({"process":{"user":{"uid":)" + number + "}}}");
    EXPECT_TRUE(has(what, "/process/user/uid has to be an integer")) << number << ": " << what;
  }
  for (const std::string number : {"0", "-0", "18446744073709551615", "-9223372036854775808"}) {
    EXPECT_EQ(fault(R"({"process":{"user":{"uid":)" + number + "}}}"), "") << number;
  }
}

TEST(Fields, NoTextHasANulInside) {
  EXPECT_TRUE(has(fault(R"({"process":{"args":["a","b\u0000c"]}})"), "/process/args/1 has a NUL inside"));
  EXPECT_TRUE(has(fault(R"({"annotations":{"a\u0000":"b"}})"), "/annotations/a\\x00 has a NUL inside"));
  EXPECT_TRUE(has(fault(R"({"annotations":{"a":"\u0000"}})"), "/annotations/a has a NUL inside"));
}

TEST(Fields, NullIsAbsenceAsAFieldButNotAsAnItem) {
  EXPECT_TRUE(fault(R"({"linux":null,"process":{"args":null},"vm":null})").empty());
  EXPECT_TRUE(found(R"({"mounts":null,"vm":null})").waiting.empty());
  EXPECT_TRUE(has(fault(R"({"mounts":[null]})"), "/mounts/0 has to be an object"));
  EXPECT_TRUE(has(fault(R"({"annotations":{"a":null}})"), "/annotations/a has to be a string"));
  EXPECT_TRUE(has(fault(R"({"linux":{"resources":{"unified":{"pids.max":null}}}})"), "has to be a string"));
}

TEST(Fields, ASectionOfAnotherPlatformIsNotRead) {
  const FieldFindings result = found(R"({"vm":{"What":[{"ever":null}]}})");
  EXPECT_TRUE(result.waiting.empty() && result.unknown.empty() && result.refused.empty());
}

TEST(Fields, AProcessAndResourcesAreSeenAtTheirPlaceInTheSpecification) {
  EXPECT_TRUE(
      found(R"({"args":["a"],"cwd":"/","capabilities":{}})", refusing(), Scope::process).refused.empty());
  const FieldFindings process = found(R"({"linux":{}})", refusing(), Scope::process);
  ASSERT_EQ(process.refused.size(), 1U);
  EXPECT_TRUE(has(process.refused[0], "the field /process/linux ")) << process.refused[0];

  const FieldFindings update =
      found(R"({"memory":{"limit":0,"kernel":0},"pids":{"limit":-1}})", refusing(), Scope::resources);
  EXPECT_TRUE(update.refused.empty());
  EXPECT_TRUE(
      has(fault(R"({"PIDS":{"limit":-1}})", Scope::resources), "/linux/resources/PIDS is read as pids"));
}

TEST(Fields, TextFromOutsideIsMadePrintable) {
  const std::string what = fault(R"({"linux":{"sysctl":{"\u001b[31m":1}}})");
  EXPECT_TRUE(has(what, "\\x1b[31m")) << what;
  const std::string name = fault(R"({"linux":{"resources":{"\u001b[31m":{}}}})");
  EXPECT_TRUE(has(name, "/linux/resources/\\x1b[31m")) << name;
}

// 20 KB of a real engine are walked in well under a tenth of a millisecond; ten times that is a defect.
TEST(Fields, TheWalkIsQuick) {
  std::string json =
      R"({"ociVersion":"1.0.2","linux":{"seccomp":{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[)";
  for (int i = 0; i < 40; ++i) {
    json += (i == 0 ? "" : ",") + std::string(R"({"names":["read")");
    for (int j = 0; j < 30; ++j) json += ",\"syscall" + std::to_string(j) + "\"";
    json += R"(],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"}]})";
  }
  const auto document = doc::read_json("config.json", json + "]}}}");
  ASSERT_TRUE(document.ok());
  const FieldRules rules = refusing();
  const auto begin = std::chrono::steady_clock::now();
  constexpr int kRounds = 50;
  for (int i = 0; i < kRounds; ++i)
    ASSERT_TRUE(check_fields(Spec(*document, Scope::bundle), rules, "policy.yaml").ok());
  const auto each = (std::chrono::steady_clock::now() - begin) / kRounds;
  RecordProperty("microseconds",
                 static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(each).count()));
  EXPECT_LT(each, std::chrono::milliseconds(1));
}

}  // namespace
}  // namespace hardened::controls
