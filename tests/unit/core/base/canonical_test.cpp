#include "core/base/canonical.h"

#include <gtest/gtest.h>

#include "tests/support/fake_host.h"

namespace hardened {
namespace {

std::string canonical_of(test::FakeHost& host, const std::string& path) {
  const auto result = canonical(host, path);
  return result ? *result : "(" + result.error().what + ")";
}

class CanonicalTest : public testing::Test {
 protected:
  CanonicalTest() {
    host.directory("/run/bundles/web").symlink("/var/run", "/run").symlink("/run/web", "bundles/web");
    host.symlink("/proc/self/cwd", "/run/bundles");
  }
  test::FakeHost host;
};

TEST_F(CanonicalTest, LinksAndDotsAreGone) {
  EXPECT_EQ(canonical_of(host, "/var/run/web"), "/run/bundles/web");
  EXPECT_EQ(canonical_of(host, "/run//./web/../web/"), "/run/bundles/web");
  EXPECT_EQ(canonical_of(host, "/../.."), "/");
}

TEST_F(CanonicalTest, ARelativePathStartsWhereWeStand) {
  EXPECT_EQ(canonical_of(host, "."), "/run/bundles");
  EXPECT_EQ(canonical_of(host, "web"), "/run/bundles/web");
  EXPECT_EQ(canonical_of(host, ""), "/run/bundles");
}

TEST_F(CanonicalTest, WhatIsNotThereYetKeepsItsName) {
  EXPECT_EQ(canonical_of(host, "/var/run/runc/moby"), "/run/runc/moby");
}

TEST_F(CanonicalTest, ALoopOfLinksIsAnError) {
  host.symlink("/a", "/b").symlink("/b", "/a");
  EXPECT_EQ(canonical_of(host, "/a"), "(too many symbolic links in /a)");
}

TEST_F(CanonicalTest, WhatCannotBeLookedAtIsNotTakenForAbsent) {
  host.fail(test::Operation::stat, "/run/bundles", Error{Fault::io, "an input/output error"});
  EXPECT_EQ(canonical_of(host, "/run/bundles/web"), "(an input/output error)");
}

TEST(OnlyRootMoves, EachDirectoryOnTheWayCounts) {
  test::FakeHost host;
  host.directory("/tmp", {.mode = 01777})
      .directory("/tmp/mine")
      .directory("/home/u", {.mode = 0755, .uid = 1000});
  host.directory("/home/u/b").directory("/open", {.mode = 0777}).directory("/open/b");
  EXPECT_TRUE(check_only_root_moves(host, "/tmp/mine").ok());  // sticky: nobody can rename what is root's
  EXPECT_FALSE(check_only_root_moves(host, "/tmp").ok());      // but anybody can put something into it
  EXPECT_FALSE(check_only_root_moves(host, "/home/u/b").ok());
  EXPECT_FALSE(check_only_root_moves(host, "/open/b").ok());
  EXPECT_FALSE(check_only_root_moves(host, "/absent").ok());
}

}  // namespace
}  // namespace hardened
