#include "controls/other.h"

#include <gtest/gtest.h>

#include "harden.h"
#include "observing.h"

namespace hardened::controls {
namespace {

constexpr const char* kShipped = "{allow: []}";

// One for each field, in the order of the list.
const std::vector<std::string>& documents() {
  static const std::vector<std::string> all{R"({"linux":{"intelRdt":{"closID":"x"}}})",
                                            R"({"linux":{"netDevices":{"eth0":{}}}})",
                                            R"({"linux":{"personality":{"domain":"LINUX32"}}})",
                                            R"({"vm":{"kernel":{"path":"/k"}}})",
                                            R"({"windows":{"layerFolders":[]}})",
                                            R"({"solaris":{"milestone":"x"}})",
                                            R"({"zos":{"namespaces":[]}})",
                                            R"({"freebsd":{"jail":{}}})"};
  return all;
}

TEST(Other, FieldsAreRefusedAndAreOpenedByTheirPointer) {
  ASSERT_EQ(documents().size(), Other::owned.size());
  for (std::size_t field = 0; field < documents().size(); ++field) {
    const std::string pointer(Other::owned.at(field));
    const auto out = harden<Other>(Scope::bundle, documents()[field], kShipped);
    EXPECT_EQ(out.outcome.verdict, Verdict::refused) << pointer;
    EXPECT_EQ(out.text, documents()[field]);
    ASSERT_EQ(out.outcome.changes.size(), 1U);
    EXPECT_EQ(out.outcome.changes[0].pointer, pointer);
    for (std::size_t other = 0; other < documents().size(); ++other) {
      const auto opened = harden<Other>(Scope::bundle, documents()[other], "{allow: [" + pointer + "]}");
      EXPECT_EQ(opened.outcome.verdict == Verdict::unchanged, field == other) << pointer;
    }
  }
}

TEST(Other, WhatGrantsNothingIsAbsent) {
  for (const char* json :
       {"{}", R"({"linux":null})", R"({"vm":{},"linux":{"intelRdt":null,"netDevices":{}}})",
        R"({"vm":{"kernel":null}})", R"({"linux":{"personality":{"domain":"LINUX"}}})",
        R"({"linux":{"personality":{"domain":"LINUX","flags":[]}}})",
        R"({"linux":{"personality":{"flags":null,"domain":"LINUX"}}})"})
    EXPECT_EQ(harden<Other>(Scope::bundle, json, kShipped).outcome.verdict, Verdict::unchanged) << json;
}

TEST(Other, AnEmptyIntelRdtMakesAGroup) {
  EXPECT_EQ(harden<Other>(Scope::bundle, R"({"linux":{"intelRdt":{}}})", kShipped).outcome.verdict,
            Verdict::refused);
}

TEST(Other, AnotherPersonalityIsOne) {
  for (const char* personality :
       {R"({"domain":"LINUX32"})", R"({"domain":"LINUX","flags":["ADDR_NO_RANDOMIZE"]})",
        R"({"domain":"linux"})", R"({"flags":["x"]})", R"({"domain":7})",
        R"({"domain":"LINUX","flags":"x"})"}) {
    const std::string json = R"({"linux":{"personality":)" + std::string(personality) + "}}";
    EXPECT_EQ(harden<Other>(Scope::bundle, json, kShipped).outcome.verdict, Verdict::refused) << personality;
  }
}

TEST(Other, WhatIsNoObjectIsAFault) {
  for (const char* json : {R"({"vm":[1]})", R"({"linux":{"intelRdt":"x"}})", R"({"linux":[]})"})
    EXPECT_NE(harden<Other>(Scope::bundle, json, kShipped).fault, "") << json;
}

TEST(Other, IsOfBundlesAlone) {
  EXPECT_FALSE(takes_part<Other>(Scope::process));
  EXPECT_FALSE(takes_part<Other>(Scope::resources));
}

TEST(Other, RulesThatAreWrongAreAllNamed) {
  const std::string wrong = wrong_with<Other>("{allow: [/linux/personalty, 5, /mounts]}");
  for (const char* part : {"did you mean /linux/personality?", "a string", "found '/mounts'"})
    EXPECT_NE(wrong.find(part), std::string::npos) << part << "\n" << wrong;
}

TEST_F(ObservedTest, ThePersonalityThatAProcessWaitsWith) {
  put();
  host.file("/proc/4711/personality", "00000008\n").file("/proc/self/personality", "00000000\n");
  EXPECT_EQ(surplus<Other>(), "has what it was not granted of /linux/personality");
  EXPECT_EQ(surplus<Other>(R"({"linux":{"personality":{"domain":"LINUX32"}}})"), "");
  host.file("/proc/self/personality", "00000008\n");
  EXPECT_EQ(surplus<Other>(), "");
  host.file("/proc/4711/personality", "00040000\n");
  begun = Begun::running;
  EXPECT_EQ(surplus<Other>(), "") << "its own choice, as far as its filter lets it";
  begun = Begun::waiting;
  host.fail(test::Operation::read, "/proc/4711/personality", Error{Fault::io, "not allowed"});
  EXPECT_EQ(surplus<Other>(), "");
}

}  // namespace
}  // namespace hardened::controls
