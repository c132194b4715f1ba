#include "controls/selinux.h"

#include <gtest/gtest.h>

#include "harden.h"
#include "observing.h"

namespace hardened::controls {
namespace {

constexpr const char* kShipped =
    "{types: [container-default], mount_types: [container-default], unlabelled: refuse}";
constexpr const char* kEnforce = "/sys/fs/selinux/enforce";
constexpr const char* kGood = "system_u:system_r:container_t:s0:c1,c2";

std::string labelled(const std::string& process, const std::string& mount) {
  return R"({"process":{"selinuxLabel":")" + process + R"("},"linux":{"mountLabel":")" + mount + "\"}}";
}

class SelinuxTest : public testing::Test {
 protected:
  SelinuxTest() { host.file(kEnforce, "1"); }

  Outcome<SelinuxLabels> decided(const std::string& json, const std::string& rule = kShipped,
                                 Scope scope = Scope::bundle) {
    const auto document = doc::read_json("config.json", json);
    EXPECT_TRUE(document.ok());
    const auto facts = Selinux::gather(host, Spec(*document, scope), {});
    EXPECT_TRUE(facts.ok());
    const auto out = harden<Selinux>(scope, json, rule, facts ? *facts : Selinux::Facts{});
    EXPECT_EQ(out.fault, "");
    EXPECT_EQ(out.text, json);
    return out.outcome;
  }
  bool process_may(const std::string& label, const std::string& rule = kShipped) {
    const auto outcome = decided(labelled(label, ""), rule);
    if (outcome.verdict == Verdict::unchanged) return true;
    EXPECT_EQ(outcome.verdict, Verdict::refused);
    EXPECT_EQ(outcome.changes.at(0).pointer, "/process/selinuxLabel");
    return false;
  }
  bool mount_may(const std::string& label) {
    const auto outcome = decided(labelled(kGood, label));
    if (outcome.verdict == Verdict::unchanged) return true;
    EXPECT_EQ(outcome.verdict, Verdict::refused);
    EXPECT_EQ(outcome.changes.at(0).pointer, "/linux/mountLabel");
    return false;
  }

  test::FakeHost host;
};

TEST_F(SelinuxTest, TypesOfContainersPass) {
  for (const char* type : {"container_t", "container_init_t", "svirt_lxc_net_t"}) {
    for (const char* level : {"", ":s0", ":s0:c7", ":s0:c1,c1023", ":s15:c0,c2"})
      EXPECT_TRUE(process_may("system_u:system_r:" + std::string(type) + level)) << type << level;
  }
  EXPECT_TRUE(mount_may("system_u:object_r:container_file_t:s0:c1,c2"));
  EXPECT_TRUE(mount_may(""));
}

TEST_F(SelinuxTest, OtherTypesDoNot) {
  for (const char* label :
       {"system_u:system_r:spc_t:s0:c1,c2", "unconfined_u:unconfined_r:unconfined_t:s0", "container_t",
        "::container_t:s0", "system_u:system_r:container_t2:s0", "system_u:system_r:Container_t:s0",
        "system_u:system_r: container_t:s0", "system_u:system_r",
        "system_u:system_r:", "system_u:system_r:container_runtime_t:s0"})
    EXPECT_FALSE(process_may(label)) << label;
  EXPECT_FALSE(mount_may("system_u:object_r:etc_t:s0"));
  EXPECT_FALSE(mount_may(kGood));
}

TEST_F(SelinuxTest, LevelsOfManyContainersDoNot) {
  for (const char* level : {":s0-s0:c0.c1023", ":s0:c0.c1023", ":s0:c1,c2,c3", ":s0:c1,c2.c9", ":s0-s1",
                            ":c1", ":s0:", ":s0:c1,", ":SystemLow", ":s0:c1\\n", ":s"})
    EXPECT_FALSE(process_may("system_u:system_r:container_t" + std::string(level))) << level;
}

TEST_F(SelinuxTest, MoreTypesAreAllowedByName) {
  constexpr const char* kMine = "{types: [container-default, my_app_t], mount_types: [], unlabelled: refuse}";
  EXPECT_TRUE(process_may("system_u:system_r:my_app_t:s0:c1,c2", kMine));
  EXPECT_TRUE(process_may(kGood, kMine));
  EXPECT_FALSE(process_may(kGood, "{types: [my_app_t], mount_types: [], unlabelled: refuse}"));
}

TEST_F(SelinuxTest, AContainerWithoutALabelIsUnconfined) {
  for (const char* json :
       {"{}", R"({"process":{"selinuxLabel":""}})", R"({"process":{"selinuxLabel":null}})"}) {
    const auto outcome = decided(json);
    EXPECT_EQ(outcome.verdict, Verdict::refused);
    EXPECT_EQ(outcome.changes.at(0).before, "no label");
    EXPECT_NE(outcome.changes.at(0).reason.find("unlabelled: pass"), std::string::npos);
    const auto passed = decided(json, "{types: [], mount_types: [], unlabelled: pass}");
    EXPECT_EQ(passed.verdict, Verdict::unchanged);
    ASSERT_EQ(passed.notes.size(), 1U);
    EXPECT_NE(passed.notes[0].find("without an SELinux label"), std::string::npos);
  }
}

// Who asks for a label runs under an engine that gives some.
TEST_F(SelinuxTest, ALabelIsJudgedByItsTypeAlsoWhereNoneIsNeeded) {
  constexpr const char* kPass = "{types: [container-default], mount_types: [], unlabelled: pass}";
  EXPECT_TRUE(process_may(kGood, kPass));
  EXPECT_FALSE(process_may("system_u:system_r:spc_t:s0", kPass));
  EXPECT_TRUE(decided("{}", kPass, Scope::process).notes.empty());
}

TEST_F(SelinuxTest, AnExecWithoutALabelKeepsItsContainers) {
  EXPECT_EQ(decided("{}", kShipped, Scope::process).verdict, Verdict::unchanged);
  EXPECT_EQ(decided(R"({"selinuxLabel":"u:r:spc_t:s0"})", kShipped, Scope::process).verdict,
            Verdict::refused);
  EXPECT_FALSE(takes_part<Selinux>(Scope::resources));
}

TEST_F(SelinuxTest, WhereItIsNotEnforcedAllOfItPasses) {
  host.file(kEnforce, "0");
  EXPECT_TRUE(process_may("u:r:spc_t:s0"));
  EXPECT_TRUE(mount_may("u:r:etc_t:s0"));
  EXPECT_EQ(decided("{}").verdict, Verdict::unchanged);
  EXPECT_TRUE(decided("{}").notes.empty());
  static_cast<void>(host.remove(kEnforce));
  EXPECT_TRUE(process_may("u:r:spc_t:s0"));
  EXPECT_EQ(decided("{}").verdict, Verdict::unchanged);
}

TEST_F(SelinuxTest, WhatCannotBeToldIsAFault) {
  host.fail(test::Operation::read, kEnforce, Error{Fault::io, "not allowed"});
  const auto document = doc::read_json("config.json", "{}");
  EXPECT_FALSE(Selinux::gather(host, Spec(*document, Scope::bundle), {}).ok());
}

TEST_F(SelinuxTest, RulesThatAreWrongAreAllNamed) {
  const std::string wrong =
      wrong_with<Selinux>("{types: [5, \"a:b\", \"\"], mount_types: x, unlabelled: maybe}");
  for (const char* part : {"a string", "found 'a:b'", "found ''", "a list", "found 'maybe'"})
    EXPECT_NE(wrong.find(part), std::string::npos) << part << "\n" << wrong;
  EXPECT_NE(wrong_with<Selinux>("{}").find("'unlabelled' is missing"), std::string::npos);
}

TEST_F(ObservedTest, SelinuxLabels) {
  const std::string granted = labelled(kGood, "");
  put();
  host.file(kEnforce, "1")
      .file("/proc/4711/attr/current", std::string("system_u:system_r:container_runtime_t:s0") + '\0');
  EXPECT_EQ(surplus<Selinux>(granted), "") << "it comes into force with the execve to come";
  begun = Begun::running;
  EXPECT_EQ(surplus<Selinux>(granted),
            "runs under the SELinux label system_u:system_r:container_runtime_t:s0 instead of "
            "system_u:system_r:container_t:s0:c1,c2");
  EXPECT_EQ(surplus<Selinux>("{}"), "") << "the top";
  host.file("/proc/4711/attr/current", std::string("system_u:system_r:container_t:s0:c2,c1") + '\0');
  EXPECT_EQ(surplus<Selinux>(granted), "");
  host.file("/proc/4711/attr/current", "unconfined\n");
  EXPECT_NE(surplus<Selinux>(granted), "");
  host.file(kEnforce, "0");
  EXPECT_EQ(surplus<Selinux>(granted), "");
}

}  // namespace
}  // namespace hardened::controls
