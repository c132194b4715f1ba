#include "controls/no_new_privileges.h"

#include <gtest/gtest.h>

#include "harden.h"

namespace hardened::controls {
namespace {

constexpr const char* kRequired = "required: true";
constexpr const char* kFree = "required: false";

std::string exec(const std::string& process, const std::string& rule) {
  const auto hardened = harden<NoNewPrivileges>(Scope::process, process, rule);
  return hardened.fault.empty() ? hardened.text : hardened.fault;
}

TEST(NoNewPrivileges, AbsentNullAndFalseAllMeanThatAProcessMayRaise) {
  EXPECT_EQ(exec(R"({"cwd":"/"})", kRequired), R"({"cwd":"/","noNewPrivileges":true})");
  EXPECT_EQ(exec(R"({"noNewPrivileges":null})", kRequired), R"({"noNewPrivileges":true})");
  EXPECT_EQ(exec(R"({"noNewPrivileges": false})", kRequired), R"({"noNewPrivileges": true})");
}

TEST(NoNewPrivileges, ACreateIsTreatedAlike) {
  const auto hardened = harden<NoNewPrivileges>(Scope::bundle, R"({"process":{}})", kRequired);
  EXPECT_EQ(hardened.text, R"({"process":{"noNewPrivileges":true}})");
  EXPECT_EQ(hardened.outcome.verdict, Verdict::narrowed);
  ASSERT_EQ(hardened.outcome.changes.size(), 1U);
  EXPECT_EQ(hardened.outcome.changes[0].after, "true");
  EXPECT_TRUE(hardened.outcome.changes[0].by_default);
}

TEST(NoNewPrivileges, WhatIsStrictEnoughKeepsItsBytes) {
  EXPECT_EQ(exec(R"({"noNewPrivileges" : true})", kRequired), R"({"noNewPrivileges" : true})");
  EXPECT_EQ(exec(R"({"noNewPrivileges" : true})", kFree), R"({"noNewPrivileges" : true})");
  EXPECT_EQ(exec(R"({"noNewPrivileges":false})", kFree), R"({"noNewPrivileges":false})");
  EXPECT_EQ(exec("{}", kFree), "{}");
}

TEST(NoNewPrivileges, WhatIsNoBooleanIsAFault) {
  for (const char* value : {"1", "\"true\"", "[]"}) {
    const std::string fault = exec("{\"noNewPrivileges\":" + std::string(value) + "}", kFree);
    EXPECT_NE(fault.find("expected true or false"), std::string::npos) << fault;
  }
}

TEST(NoNewPrivileges, ARuleSaysTrueOrFalse) {
  EXPECT_EQ(wrong_with<NoNewPrivileges>(kFree), "");
  EXPECT_NE(wrong_with<NoNewPrivileges>("required: yes").find("expected true or false"), std::string::npos);
  EXPECT_NE(wrong_with<NoNewPrivileges>("{}").find("'required' is missing"), std::string::npos);
  EXPECT_TRUE(NoNewPrivileges::Ceiling{}.most.yes()) << "what a wrong rule gives is the strictest";
}

}  // namespace
}  // namespace hardened::controls
