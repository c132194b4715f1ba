#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/host_linux.h"
#include "tests/support/fake_host.h"
#include "tests/support/temporary.h"

namespace hardened {
namespace {

using test::FakeHost;

constexpr const char* kPolicy = "/etc/hardened/policy.yaml";

struct Trusted : testing::Test {
  FakeHost host;
  Trusted() { host.file(kPolicy, "version: 1\n"); }
  std::string why() {
    const Result<File> file = read_trusted(host, kPolicy, 100);
    return file.ok() ? "" : file.error().what;
  }
};

TEST_F(Trusted, RootsFileInRootsDirectories) {
  const Result<File> file = read_trusted(host, kPolicy, 100);
  ASSERT_TRUE(file.ok()) << file.error().what;
  EXPECT_EQ(file->bytes, "version: 1\n");
  EXPECT_EQ(stat_trusted(host, kPolicy).value(), file->stat);
  EXPECT_TRUE(stat_trusted(host, "/etc/hardened").ok());
  EXPECT_TRUE(stat_trusted(host, "/").ok());
}

TEST_F(Trusted, EachComponentCounts) {
  for (const std::string component : {"/", "/etc", "/etc/hardened"}) {
    FakeHost other;
    other.file(kPolicy, "").directory(component, {.mode = 0777});
    const Result<Stat> stat = stat_trusted(other, kPolicy);
    ASSERT_FALSE(stat.ok()) << component;
    EXPECT_EQ(stat.error().fault, Fault::policy);
    EXPECT_EQ(stat.error().what,
              "cannot trust " + component + ": others than root can write to it: chmod go-w " + component);
    other.directory(component, {.mode = 0755, .uid = 7});
    EXPECT_EQ(stat_trusted(other, kPolicy).error().what,
              "cannot trust " + component + ": it does not belong to root: chown root " + component);
  }
}

TEST_F(Trusted, AStickyDirectoryIsNoException) {
  host.directory("/etc/hardened", {.mode = 01777});
  EXPECT_NE(why(), "");
}

TEST_F(Trusted, TheFileItself) {
  host.file(kPolicy, "", {.mode = 0664});
  EXPECT_NE(why().find("chmod go-w /etc/hardened/policy.yaml"), std::string::npos);
  host.file(kPolicy, "", {.mode = 0602});
  EXPECT_NE(why().find("chmod go-w"), std::string::npos);
  host.file(kPolicy, "", {.mode = 0600, .uid = 1});
  EXPECT_NE(why().find("chown root /etc/hardened/policy.yaml"), std::string::npos);
}

TEST_F(Trusted, NoComponentIsALink) {
  host.symlink("/etc/hardened/policy.yaml", "other.yaml").file("/etc/hardened/other.yaml", "");
  EXPECT_NE(why().find("it is a symbolic link"), std::string::npos);
  FakeHost other;
  other.file("/srv/policy/policy.yaml", "").symlink("/etc/hardened", "/srv/policy");
  EXPECT_NE(
      stat_trusted(other, kPolicy).error().what.find("cannot trust /etc/hardened: it is a symbolic link"),
      std::string::npos);
}

TEST_F(Trusted, OnlyPlainAbsolutePaths) {
  for (const char* path :
       {"etc/hardened/policy.yaml", "", "/etc//hardened/policy.yaml", "/etc/./hardened/policy.yaml",
        "/etc/../etc/hardened/policy.yaml", "/etc/hardened/..", "/etc/hardened/.", "/etc/hardened/"}) {
    const Result<Stat> stat = stat_trusted(host, path);
    ASSERT_FALSE(stat.ok()) << path;
    EXPECT_NE(stat.error().what.find("plain absolute path"), std::string::npos) << path;
  }
}

TEST_F(Trusted, AbsenceStaysAbsence) {
  EXPECT_EQ(read_trusted(host, "/etc/hardened/none", 10).error().fault, Fault::absent);
  EXPECT_EQ(stat_trusted(host, "/none/hardened").error().fault, Fault::absent);
  host.fail(test::Operation::read, kPolicy, Error{Fault::io, "broken"});
  EXPECT_EQ(read_trusted(host, kPolicy, 10).error().fault, Fault::policy);
}

TEST_F(Trusted, AFileOnTheWayAndABoundedRead) {
  EXPECT_NE(stat_trusted(host, std::string(kPolicy) + "/x").error().what.find("it is no directory"),
            std::string::npos);
  EXPECT_EQ(read_trusted(host, kPolicy, 3).error().fault, Fault::policy);
}

TEST_F(Trusted, LocateFollowsRootsLinks) {
  host.file("/usr/bin/runc", "#!", {.mode = 0755})
      .symlink("/usr/sbin", "bin")
      .symlink("/sbin", "usr/./sbin/")
      .symlink("/etc/hardened/policy.runtime", "../../sbin/runc");
  for (const char* path : {"/etc/hardened/policy.runtime", "/sbin/runc", "/usr/sbin/runc", "/usr/bin/runc"}) {
    const Result<Located> found = locate_trusted(host, path);
    ASSERT_TRUE(found.ok()) << path << ": " << found.error().what;
    EXPECT_EQ(found->path, "/usr/bin/runc");
    EXPECT_EQ(found->stat, host.status("/usr/bin/runc"));
  }
  host.symlink("/up", "usr/bin/..");
  EXPECT_EQ(locate_trusted(host, "/up").value().path, "/usr");
  EXPECT_EQ(locate_trusted(host, "/up").value().stat, host.status("/usr"));
  host.symlink("/root-link", "usr/../..");
  EXPECT_EQ(locate_trusted(host, "/root-link").value().path, "/");
}

TEST_F(Trusted, LocateDistrustsWhatALinkLeadsThrough) {
  host.file("/home/me/runc", "#!", {.mode = 0755}).symlink("/link", "/home/me/runc");
  host.directory("/home/me", {.mode = 0755, .uid = 1000});
  EXPECT_EQ(locate_trusted(host, "/link").error().what,
            "cannot trust /home/me: it does not belong to root: chown root /home/me");
  host.symlink("/usr/bin/loop", "loop");
  EXPECT_NE(locate_trusted(host, "/usr/bin/loop").error().what.find("too many symbolic links"),
            std::string::npos);
  host.symlink("/dangling", "/nowhere/at/all");
  EXPECT_EQ(locate_trusted(host, "/dangling").error().fault, Fault::absent);
  host.symlink("/through-a-file", "/etc/hardened/policy.yaml/../policy.yaml");
  EXPECT_EQ(locate_trusted(host, "/through-a-file").error().what,
            "cannot trust /etc/hardened/policy.yaml: it is no directory: name a path through directories");
}

TEST_F(Trusted, LocateWantsLinksOfRoot) {
  host.symlink("/link", kPolicy, 1000);
  EXPECT_EQ(locate_trusted(host, "/link").error().what,
            "cannot trust /link: it does not belong to root: chown -h root /link");
}

// Root itself may change its mind between the look and the reading: what was read counts.
TEST(TrustedFile, IsTheOneThatWasRead) {
  struct Changing : FakeHost {
    Result<File> read(const std::string& path, std::size_t most, Links links) override {
      file(path, "theirs", {.mode = 0666});
      return FakeHost::read(path, most, links);
    }
  };
  Changing host;
  host.file(kPolicy, "ours");
  const Result<File> file = read_trusted(host, kPolicy, 100);
  ASSERT_FALSE(file.ok());
  EXPECT_NE(file.error().what.find("chmod go-w"), std::string::npos);
}

// /tmp is sticky and writable by all: nothing below it is trusted, whoever owns it.
TEST(TrustedOnTheMachine, NothingBelowTmp) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.write("policy.yaml", "version: 1\n");
  const std::unique_ptr<Host> host = linux_host();
  const Result<File> file = read_trusted(*host, path, 100);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().what, "cannot trust /tmp: others than root can write to it: chmod go-w /tmp");
  EXPECT_TRUE(stat_trusted(*host, "/etc/passwd").ok());
}

}  // namespace
}  // namespace hardened
