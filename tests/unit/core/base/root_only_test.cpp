#include "core/base/root_only.h"

#include <gtest/gtest.h>

#include "tests/support/fake_host.h"

namespace hardened {
namespace {

TEST(RootOnly, IsRootsWithoutAnyPermissionForOthers) {
  EXPECT_TRUE(root_only({.type = Stat::Type::file, .mode = 0600}, Stat::Type::file));
  EXPECT_FALSE(root_only({.type = Stat::Type::file, .mode = 0600}, Stat::Type::directory));
  EXPECT_FALSE(root_only({.type = Stat::Type::file, .mode = 0600, .uid = 1}, Stat::Type::file));
  for (const unsigned bit : {040U, 020U, 010U, 04U, 02U, 01U}) {
    EXPECT_FALSE(root_only({.type = Stat::Type::file, .mode = 0600 | bit}, Stat::Type::file)) << bit;
  }
}

TEST(RootOnly, ADirectoryIsReachedThroughDirectoriesOfRootsAlone) {
  test::FakeHost host;
  host.directory("/run/hardened/x", {.mode = 0700});
  EXPECT_TRUE(root_only_directory(host, "/run/hardened/x"));
  EXPECT_FALSE(root_only_directory(host, "/run/hardened"));
  EXPECT_FALSE(root_only_directory(host, "/run/none"));
  host.directory("/run/hardened", {.mode = 0777});
  EXPECT_FALSE(root_only_directory(host, "/run/hardened/x"));
}

}  // namespace
}  // namespace hardened
