#include "ctl/daemon_json.h"

#include <gtest/gtest.h>

#include "core/doc/json.h"

namespace hardened::ctl {
namespace {

constexpr const char* kName = "/etc/docker/daemon.json";
const OurSettings kOurs{.runtimes = {{"hardened", "/h"}}, .default_runtime = std::nullopt};
const OurSettings kBoth{.runtimes = {{"hardened", "/h"}}, .default_runtime = "hardened"};

std::string put(const std::string& text, const OurSettings& ours) {
  const auto settings = read_settings(kName, text);
  if (!settings) return "cannot be read: " + settings.error().what;
  const auto out = with_ours(*settings, ours);
  return out ? *out : "cannot be written: " + out.error().what;
}

std::string taken(const std::string& text, const OurSettings& ours, const FormerSettings& before) {
  const auto settings = read_settings(kName, text);
  if (!settings) return "cannot be read: " + settings.error().what;
  const auto out = without_ours(*settings, ours, before);
  return out ? *out : "cannot be written: " + out.error().what;
}

struct Shape {
  const char* name;
  std::string before;
  std::string ours;
  std::string both;
};

const Shape kShapes[] = {
    {"empty", "", "{\n  \"runtimes\": {\n    \"hardened\": {\n      \"path\": \"/h\"\n    }\n  }\n}\n",
     "{\n  \"runtimes\": {\n    \"hardened\": {\n      \"path\": \"/h\"\n    }\n  },\n  \"default-runtime\": "
     "\"hardened\"\n}\n"},
    {"blanks", " \n", "{\n  \"runtimes\": {\n    \"hardened\": {\n      \"path\": \"/h\"\n    }\n  }\n}\n",
     "{\n  \"runtimes\": {\n    \"hardened\": {\n      \"path\": \"/h\"\n    }\n  },\n  \"default-runtime\": "
     "\"hardened\"\n}\n"},
    {"empty_object", "{}", "{\n  \"runtimes\": {\n    \"hardened\": {\n      \"path\": \"/h\"\n    }\n  }\n}",
     "{\n  \"runtimes\": {\n    \"hardened\": {\n      \"path\": \"/h\"\n    }\n  },\n  \"default-runtime\": "
     "\"hardened\"\n}"},
    {"minified", R"({"debug":true,"hosts":["a"]})",
     R"({"debug":true,"hosts":["a"],"runtimes":{"hardened":{"path":"/h"}}})",
     R"({"debug":true,"hosts":["a"],"runtimes":{"hardened":{"path":"/h"}},"default-runtime":"hardened"})"},
    {"one_line", "{ \"debug\": true }\n",
     "{ \"debug\": true, \"runtimes\": {\"hardened\": {\"path\": \"/h\"}} }\n",
     "{ \"debug\": true, \"runtimes\": {\"hardened\": {\"path\": \"/h\"}}, \"default-runtime\": \"hardened\" "
     "}\n"},
    {"four_blanks", "{\n    \"debug\": true\n}\n",
     "{\n    \"debug\": true,\n    \"runtimes\": {\n        \"hardened\": {\n            \"path\": \"/h\"\n  "
     "      }\n    }\n}\n",
     "{\n    \"debug\": true,\n    \"runtimes\": {\n        \"hardened\": {\n            \"path\": \"/h\"\n  "
     "      }\n    },\n"
     "    \"default-runtime\": \"hardened\"\n}\n"},
    {"tabs", "{\n\t\"a\": [1,\n 2]\n}",
     "{\n\t\"a\": [1,\n 2],\n\t\"runtimes\": {\n\t\t\"hardened\": {\n\t\t\t\"path\": \"/h\"\n\t\t}\n\t}\n}",
     "{\n\t\"a\": [1,\n 2],\n\t\"runtimes\": {\n\t\t\"hardened\": {\n\t\t\t\"path\": "
     "\"/h\"\n\t\t}\n\t},\n\t\"default-runtime\": \"hardened\"\n}"},
    {"dos", "{\r\n  \"a\": 1\r\n}\r\n",
     "{\r\n  \"a\": 1,\r\n  \"runtimes\": {\r\n    \"hardened\": {\r\n      \"path\": \"/h\"\r\n    }\r\n  "
     "}\r\n}\r\n",
     "{\r\n  \"a\": 1,\r\n  \"runtimes\": {\r\n    \"hardened\": {\r\n      \"path\": \"/h\"\r\n    }\r\n  "
     "},\r\n"
     "  \"default-runtime\": \"hardened\"\r\n}\r\n"},
    {"others",
     "{\n  \"default-runtime\": \"x\",\n  \"runtimes\": {\n    \"x\": { \"path\": \"/x\" }\n  },\n  \"z\": "
     "1e3\n}\n",
     "{\n  \"default-runtime\": \"x\",\n  \"runtimes\": {\n    \"x\": { \"path\": \"/x\" },\n    "
     "\"hardened\": {\n      \"path\": \"/h\"\n    }\n  },\n  \"z\": 1e3\n}\n",
     "{\n  \"default-runtime\": \"hardened\",\n  \"runtimes\": {\n    \"x\": { \"path\": \"/x\" },\n    "
     "\"hardened\": {\n      \"path\": \"/h\"\n    }\n  },\n  \"z\": 1e3\n}\n"},
    {"no_runtimes_in_it", "{\n  \"runtimes\": {}\n}\n",
     "{\n  \"runtimes\": {\n    \"hardened\": {\n      \"path\": \"/h\"\n    }\n  }\n}\n",
     "{\n  \"runtimes\": {\n    \"hardened\": {\n      \"path\": \"/h\"\n    }\n  },\n  \"default-runtime\": "
     "\"hardened\"\n}\n"},
    {"others_in_one_line", "{\n  \"runtimes\": {\"x\": {\"path\": \"/x\"}}\n}\n",
     "{\n  \"runtimes\": {\"x\": {\"path\": \"/x\"},\"hardened\": {\"path\": \"/h\"}}\n}\n",
     "{\n  \"runtimes\": {\"x\": {\"path\": \"/x\"},\"hardened\": {\"path\": \"/h\"}},\n  "
     "\"default-runtime\": \"hardened\"\n}\n"},
};

class Shapes : public testing::TestWithParam<Shape> {};

TEST_P(Shapes, GetsTheRuntime) { EXPECT_EQ(put(GetParam().before, kOurs), GetParam().ours); }
TEST_P(Shapes, GetsTheDefault) { EXPECT_EQ(put(GetParam().before, kBoth), GetParam().both); }
TEST_P(Shapes, GetsTheDefaultLater) { EXPECT_EQ(put(GetParam().ours, kBoth), GetParam().both); }
TEST_P(Shapes, IsLeftAloneTheSecondTime) { EXPECT_EQ(put(GetParam().both, kBoth), GetParam().both); }

TEST_P(Shapes, SaysTheSameAsBeforeWithoutOurs) {
  const auto settings = read_settings(kName, GetParam().before);
  ASSERT_TRUE(settings);
  const std::string left = taken(GetParam().both, kBoth, former(*settings, kBoth));
  const auto now = doc::read_json(kName, left);
  ASSERT_TRUE(now) << left;
  EXPECT_EQ(now->root, settings->root) << left;
}

INSTANTIATE_TEST_SUITE_P(DaemonJson, Shapes, testing::ValuesIn(kShapes),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(DaemonJson, WhatSomebodyElseWroteSinceStays) {
  const auto before = read_settings(kName, R"({"a":1})");
  ASSERT_TRUE(before);
  const std::string changed =
      R"({"a":1,"runtimes":{"hardened":{"path":"/h"},"new":{"path":"/n"}},"default-runtime":"new","b":2})";
  EXPECT_EQ(taken(changed, kBoth, former(*before, kBoth)),
            R"({"a":1,"runtimes":{"new":{"path":"/n"}},"default-runtime":"new","b":2})");
}

TEST(DaemonJson, ARuntimeThatSomebodyElseChangedStays) {
  const auto before = read_settings(kName, "{}");
  const std::string changed = R"({"runtimes":{"hardened":{"path":"/other"}}})";
  ASSERT_TRUE(before);
  EXPECT_EQ(taken(changed, kOurs, former(*before, kOurs)), changed);
}

TEST(DaemonJson, ARuntimeThatWasReplacedComesBack) {
  const auto before =
      read_settings(kName, R"({"runtimes":{"hardened":{"path":"/old","runtimeArgs":["-x"]}}})");
  ASSERT_TRUE(before);
  const std::string ours = put(before->text, kOurs);
  EXPECT_EQ(ours, R"({"runtimes":{"hardened":{"path":"/h"}}})");
  EXPECT_EQ(taken(ours, kOurs, former(*before, kOurs)), before->text);
}

TEST(DaemonJson, WhatIsNoSettingsIsRefused) {
  for (const char* text : {"[]", "1", "{\"runtimes\": []}", "{\"default-runtime\": 1}", "{", "{} {}",
                           R"({"runtimes":{},"runtimes":{}})", "# no\n{}"}) {
    EXPECT_FALSE(read_settings(kName, text)) << text;
  }
}

TEST(DaemonJson, NamesAreEscaped) {
  EXPECT_EQ(put("{\"a\":1}", {.runtimes = {{"a/b~c", "/p\"q"}}, .default_runtime = std::nullopt}),
            R"({"a":1,"runtimes":{"a/b~c":{"path":"/p\"q"}}})");
}

}  // namespace
}  // namespace hardened::ctl
