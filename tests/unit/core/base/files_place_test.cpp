#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "core/base/files_read.h"
#include "tests/support/temporary.h"

namespace hardened::files {
namespace {

class PlaceTest : public testing::Test {
 protected:
  PlaceTest() {
    for (const char* name : {"/root", "/root/var", "/root/run", "/root/run/secrets", "/outside"})
      EXPECT_EQ(::mkdir((directory.path() + name).c_str(), 0755), 0);
    link("/run", "/root/var/run");
    link("../../../outside", "/root/var/out");
    link("/nowhere", "/root/dangling");
  }
  void link(const char* target, const std::string& path) {
    EXPECT_EQ(::symlink(target, (directory.path() + path).c_str()), 0);
  }
  [[nodiscard]] Result<Place> place(const std::string& path) const { return place_below(root, path); }

  test::TemporaryDirectory directory;
  std::string root = directory.path() + "/root";
};

// In a mount namespace of its own; nothing where none can be had.
bool in_private(const std::function<bool()>& holds) {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool alone = ::unshare(CLONE_NEWNS) == 0 && ::mount("", "/", "", MS_REC | MS_PRIVATE, "") == 0;
    ::_exit(!alone ? 2 : holds() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) != 1;
}

TEST_F(PlaceTest, LinksLeadToPlacesBelowTheRoot) {
  const auto secrets = place("/run/secrets");
  ASSERT_TRUE(secrets.ok()) << secrets.error().what;
  const auto behind = place("/var/run/secrets");
  ASSERT_TRUE(behind.ok());
  EXPECT_EQ(behind->stat.inode, secrets->stat.inode);
  EXPECT_EQ(place("/var/run")->stat.type, Stat::Type::directory) << "the last one is followed too";
  EXPECT_EQ(place("/var/out").error().fault, Fault::absent) << ".. ends at the root";
  EXPECT_EQ(place("/dangling").error().fault, Fault::absent);
  EXPECT_EQ(place("/../../etc").error().fault, Fault::absent);
}

TEST_F(PlaceTest, ANamespaceIsTold) {
  const auto network = name_space("/proc/self/ns/net");
  ASSERT_TRUE(network.ok() && *network) << (network ? "" : network.error().what);
  EXPECT_EQ((*network)->kind, static_cast<std::uint32_t>(CLONE_NEWNET));
  EXPECT_EQ("net:[" + std::to_string((*network)->inode) + "]", read_link("/proc/self/ns/net").value());
  link("/proc/self/ns/uts", "/root/uts");
  // What the name tells of those of a process is what the kernel tells of any.
  for (const char* kind : {"cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "user", "uts"}) {
    const auto named = name_space("/proc/self/ns/" + std::string(kind));
    const auto opened = name_space("/proc/thread-self/ns/" + std::string(kind));
    ASSERT_TRUE(named.ok() && opened.ok()) << kind;
    EXPECT_EQ(*named, *opened) << kind;
  }
  EXPECT_EQ(name_space("/proc/self/ns/none").error().fault, Fault::absent);
  const auto behind = name_space(root + "/uts");
  ASSERT_TRUE(behind.ok() && *behind);
  EXPECT_EQ((*behind)->kind, static_cast<std::uint32_t>(CLONE_NEWUTS));
  EXPECT_EQ(::mkfifo((root + "/fifo").c_str(), 0600), 0);
  for (const std::string& other :
       {root, root + "/fifo", std::string("/proc/self/status"), std::string("/dev/null")}) {
    const auto none = name_space(other);
    EXPECT_TRUE(none.ok() && !*none) << other;
  }
  EXPECT_EQ(name_space(root + "/missing").error().fault, Fault::absent);
}

TEST_F(PlaceTest, LinksOfProcThatLeadElsewhereAreErrors) {
  const auto elsewhere = place_below("/", "/proc/self/root/etc");
  ASSERT_FALSE(elsewhere.ok());
  EXPECT_NE(elsewhere.error().fault, Fault::absent);
}

TEST_F(PlaceTest, WhatAPathLeadsToIsKnownByItsFileAndItsCanonicalPath) {
  link((root + "/var").c_str(), "/outside/link");
  const auto found = identify(directory.path() + "/outside/link/../run");
  ASSERT_TRUE(found.ok()) << found.error().what;
  EXPECT_EQ(found->path, root + "/run");
  EXPECT_EQ(found->stat, *stat(root + "/run", Links::refuse));
  const auto numbered = identify(directory.path() + "/outside");
  ASSERT_TRUE(numbered.ok());
  EXPECT_EQ(numbered->mount, found->mount);
  EXPECT_EQ(identify(root + "/none").error().fault, Fault::absent);
  EXPECT_EQ(identify(root + "/dangling").error().fault, Fault::absent);
}

TEST_F(PlaceTest, AMountIsKnownByItsNumber) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  EXPECT_FALSE(place("/run/secrets")->mounted);
  EXPECT_TRUE(in_private([&] {
    if (::mount("tmpfs", (root + "/run/secrets").c_str(), "tmpfs", 0, "") != 0) return false;
    const auto covered = place("/var/run/secrets");
    const auto before = place("/run");
    if (!covered || !before || !covered->mounted || !covered->empty) return false;
    if (before->mounted || covered->mount == 0 || covered->mount == before->mount) return false;
    if (::mkdir((root + "/run/secrets/key").c_str(), 0700) != 0) return false;
    const auto filled = place("/var/run/secrets");
    return filled && filled->mounted && !filled->empty;
  }));
}

}  // namespace
}  // namespace hardened::files
