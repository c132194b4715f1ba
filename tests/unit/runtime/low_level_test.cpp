#include "runtime/low_level.h"

#include <gtest/gtest.h>

#include "core/base/host_linux.h"
#include "tests/support/fake_host.h"

namespace hardened::runtime {
namespace {

using test::FakeHost;
using test::Operation;

constexpr const char* kPolicy = "/etc/hardened/policy.yaml";
constexpr const char* kLink = "/etc/hardened/policy.runtime";
constexpr test::Owner kProgram = {.mode = 0755};

struct LowLevel : testing::Test {
  FakeHost host;
  LowLevel() {
    host.file(kPolicy, "version: 1\n");
    host.file("/usr/sbin/hardened-runtime", "us", kProgram);
    host.file("/usr/bin/runc", "runc", kProgram).file("/usr/bin/crun", "crun", kProgram);
    host.file("/opt/youki/youki", "youki", kProgram);
  }
  std::string chosen(OnBrokenLink broken = OnBrokenLink::refuse) {
    const Result<std::string> path = low_level_runtime(host, kPolicy, broken);
    return path.ok() ? *path : "error: " + path.error().what;
  }
  std::string why() {
    const Result<std::string> path = low_level_runtime(host, kPolicy, OnBrokenLink::refuse);
    if (path.ok()) return "";
    EXPECT_EQ(path.error().fault, Fault::policy);
    return path.error().what;
  }
};

TEST(RuntimeLink, StandsBesideThePolicy) {
  EXPECT_EQ(runtime_link("/etc/hardened/policy.yaml"), "/etc/hardened/policy.runtime");
  EXPECT_EQ(runtime_link("/etc/hardened/ci.yaml"), "/etc/hardened/ci.runtime");
  EXPECT_EQ(runtime_link("/etc/hardened.d/ci"), "/etc/hardened.d/ci.runtime");
  EXPECT_EQ(runtime_link("/etc/.hardened"), "/etc/.hardened.runtime");
}

TEST_F(LowLevel, TheFirstDefaultWhereThereIsNoLink) {
  EXPECT_EQ(chosen(), "/usr/bin/runc");
  host.file("/usr/sbin/runc", "runc", kProgram);
  EXPECT_EQ(chosen(), "/usr/sbin/runc");
}

TEST_F(LowLevel, TheLinkDecides) {
  host.symlink(kLink, "/opt/youki/youki");
  EXPECT_EQ(chosen(), "/opt/youki/youki");
  host.symlink(kLink, "/usr/bin/oci").symlink("/usr/bin/oci", "crun");
  EXPECT_EQ(chosen(), "/usr/bin/crun");
}

TEST_F(LowLevel, AMergedUsrIsNoTrouble) {
  FakeHost merged;
  merged.file("/usr/bin/runc", "runc", kProgram).symlink("/usr/sbin", "bin");
  EXPECT_EQ(low_level_runtime(merged, kPolicy, OnBrokenLink::refuse).value(), "/usr/bin/runc");
}

TEST_F(LowLevel, NeverOurselves) {
  for (const char* us : {"/usr/sbin/hardened-runtime", "/usr/bin/alias", "/usr/bin/second-name"}) {
    host.symlink("/usr/bin/alias", "../sbin/hardened-runtime");
    host.hard_link("/usr/bin/second-name", "/usr/sbin/hardened-runtime");
    host.symlink(kLink, us);
    EXPECT_NE(why().find("it is hardened itself"), std::string::npos) << us;
    EXPECT_EQ(chosen(OnBrokenLink::fall_back), "/usr/bin/runc") << us;
  }
}

// Installed in the place of runc, as a file or as a link.
TEST_F(LowLevel, OurselvesUnderADefaultNameArePassedOver) {
  host.hard_link("/usr/sbin/runc", "/usr/sbin/hardened-runtime");
  EXPECT_EQ(chosen(), "/usr/bin/runc");
  host.symlink("/usr/bin/runc", "../sbin/runc");
  EXPECT_EQ(chosen(), "/usr/bin/crun");
  host.symlink("/usr/bin/crun", "/usr/bin/runc");
  EXPECT_EQ(chosen(), "error: there is no low-level runtime: install runc");
}

// An upgrade took our name away while we ran.
TEST_F(LowLevel, WithoutANameOfOurOwn) {
  host.machine.own_executable = "/usr/sbin/hardened-runtime (deleted)";
  EXPECT_EQ(chosen(), "/usr/bin/runc");
  host.machine.own_executable = "";
  EXPECT_EQ(chosen(), "/usr/bin/runc");
}

TEST_F(LowLevel, AnExecutableRegularFile) {
  host.symlink(kLink, "/opt/youki");
  EXPECT_NE(why().find("cannot use /opt/youki as the low-level runtime: it is no executable file"),
            std::string::npos);
  host.symlink(kLink, "/opt/youki/text").file("/opt/youki/text", "", {.mode = 0644});
  EXPECT_NE(why().find("it is no executable file"), std::string::npos);
  host.symlink(kLink, "../../usr/bin/crun");
  EXPECT_NE(why().find("it is not an absolute path"), std::string::npos);
}

TEST_F(LowLevel, WhatIsNotOnlyRootsIsNotExecuted) {
  host.symlink(kLink, "/opt/youki/youki");
  host.directory("/opt/youki", {.mode = 0775});
  EXPECT_EQ(why(),
            "cannot trust /opt/youki: others than root can write to it: chmod go-w /opt/youki; the low-level "
            "runtime "
            "is what /etc/hardened/policy.runtime points to, see ln -sfn /usr/sbin/runc "
            "/etc/hardened/policy.runtime");
  host.directory("/opt/youki", {.mode = 0755}).file("/opt/youki/youki", "", {.mode = 0755, .uid = 1000});
  EXPECT_NE(why().find("chown root /opt/youki/youki"), std::string::npos);
  host.symlink(kLink, "/usr/bin/crun", 1000);
  EXPECT_NE(why().find("chown -h root /etc/hardened/policy.runtime"), std::string::npos);
  host.symlink(kLink, "/usr/bin/crun").directory("/etc/hardened", {.mode = 0777});
  EXPECT_NE(why().find("chmod go-w /etc/hardened"), std::string::npos);
}

// In a user namespace root's files seem to be nobody's.
TEST_F(LowLevel, ARootlessEngineHasARuntimeToo) {
  constexpr std::uint32_t nobody = 65534;
  for (const char* directory : {"/", "/usr", "/usr/bin"})
    host.directory(directory, {.mode = 0755, .uid = nobody});
  host.file("/usr/bin/runc", "runc", {.mode = 0755, .uid = nobody});
  EXPECT_NE(chosen().find("cannot trust /"), std::string::npos);
  host.machine.caller.initial_user_namespace = false;
  EXPECT_EQ(chosen(), "/usr/bin/runc");
  host.symlink(kLink, "/usr/bin/runc", nobody);
  EXPECT_EQ(chosen(), "/usr/bin/runc");
  host.hard_link("/usr/bin/runc", "/usr/sbin/hardened-runtime");
  EXPECT_NE(chosen().find("it is hardened itself"), std::string::npos);
}

TEST_F(LowLevel, ADefaultThatIsNotToBeTrustedIsNotPassedOver) {
  host.file("/usr/sbin/runc", "", {.mode = 0777});
  EXPECT_NE(chosen().find("chmod go-w /usr/sbin/runc"), std::string::npos);
  EXPECT_NE(chosen(OnBrokenLink::fall_back).find("chmod go-w /usr/sbin/runc"), std::string::npos);
  FakeHost hidden;
  hidden.file("/usr/sbin/runc", "runc", kProgram).file("/usr/bin/crun", "crun", kProgram);
  hidden.fail(Operation::stat, "/usr/sbin/runc", Error{Fault::io, "broken disk"});
  EXPECT_FALSE(low_level_runtime(hidden, kPolicy, OnBrokenLink::refuse).ok());
}

TEST_F(LowLevel, ABrokenLinkStopsWhatGrants) {
  host.symlink(kLink, "/opt/gone/runc");
  EXPECT_NE(why().find("/opt/gone: it is missing"), std::string::npos);
  host.symlink(kLink, "policy.runtime");
  EXPECT_NE(why(), "");
  host.file(kLink, "/usr/bin/runc\n");
  EXPECT_NE(why().find("it is no symbolic link"), std::string::npos);
  host.fail(Operation::stat, kLink, Error{Fault::io, "broken disk"});
  EXPECT_NE(why().find("broken disk"), std::string::npos);
}

TEST_F(LowLevel, ABrokenLinkDoesNotKeepContainersAlive) {
  host.symlink(kLink, "/opt/gone/runc");
  EXPECT_EQ(chosen(OnBrokenLink::fall_back), "/usr/bin/runc");
  host.symlink(kLink, "/opt/gone/crun");
  EXPECT_EQ(chosen(OnBrokenLink::fall_back), "/usr/bin/crun");  // the kind that made the containers
  host.file(kLink, "no link");
  EXPECT_EQ(chosen(OnBrokenLink::fall_back), "/usr/bin/runc");
  host.fail(Operation::stat, kLink, Error{Fault::io, "broken disk"});
  EXPECT_EQ(chosen(OnBrokenLink::fall_back), "/usr/bin/runc");
}

TEST_F(LowLevel, WithNothingToFallBackOnTheLinkIsToBlame) {
  FakeHost bare;
  bare.symlink(kLink, "/opt/gone/runc");
  const Result<std::string> none = low_level_runtime(bare, kPolicy, OnBrokenLink::fall_back);
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().what.find("/opt: it is missing"), std::string::npos);
}

TEST_F(LowLevel, ChangesNothing) {
  host.symlink(kLink, "/opt/youki/youki");
  EXPECT_EQ(chosen(), "/opt/youki/youki");
  EXPECT_TRUE(host.journal().empty());
}

}  // namespace
}  // namespace hardened::runtime
