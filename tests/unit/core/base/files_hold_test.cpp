#include "core/base/files_hold.h"

#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "core/base/files_read.h"
#include "tests/support/temporary.h"

namespace hardened::files {
namespace {

using std::chrono::milliseconds;

struct FilesHold : testing::Test {
  test::TemporaryDirectory directory;
};

TEST_F(FilesHold, WritesToAFileThatIsThere) {
  const std::string path = directory.write("file", "0123456789");
  const std::uint64_t before = stat(path, Links::refuse).value().inode;
  ASSERT_TRUE(write_whole(path, "abc").ok());
  EXPECT_EQ(directory.read("file"), "abc3456789");  // a kernel's file has no length to cut
  EXPECT_EQ(stat(path, Links::refuse).value().inode, before);
}

TEST_F(FilesHold, WritesToNoOther) {
  EXPECT_EQ(write_whole(directory / "missing", "abc").error().fault, Fault::absent);
  EXPECT_EQ(directory.entries(), 0U);
  const std::string path = directory.write("file", "");
  ASSERT_EQ(::symlink(path.c_str(), (directory / "link").c_str()), 0);
  EXPECT_FALSE(write_whole(directory / "link", "abc").ok());
  EXPECT_EQ(directory.read("file"), "");
  EXPECT_EQ(write_whole("/dev/full", "abc").error().fault, Fault::io);
}

TEST_F(FilesHold, APartIsNotTheWhole) {
  const std::string path = directory.write("file", "");
  rlimit usual{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &usual), 0);
  const rlimit four{4, usual.rlim_max};
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &four), 0);
  const Done written = write_whole(path, "12345678");
  ::setrlimit(RLIMIT_FSIZE, &usual);
  std::signal(SIGXFSZ, before);
  ASSERT_FALSE(written.ok());
  EXPECT_NE(written.error().what.find("took only a part"), std::string::npos);
}

TEST_F(FilesHold, ALockIsOneHolders) {
  const std::string path = directory / "lock";
  auto first = lock(path, 0);
  ASSERT_TRUE(first.ok()) << first.error().what;
  EXPECT_EQ(stat(path, Links::refuse).value().mode, 0600U);
  const auto second = lock(path, 0);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().what.find("another call holds it for more than 0 s"), std::string::npos);
  Held copy = *first;
  first = Held();
  EXPECT_FALSE(lock(path, 0).ok());
  copy.reset();
  EXPECT_TRUE(lock(path, 0).ok());
}

TEST_F(FilesHold, ALockIsWaitedFor) {
  const std::string path = directory / "lock";
  Held held = lock(path, 0).value_or(Held());
  ASSERT_TRUE(held);
  std::thread holder([&] {
    std::this_thread::sleep_for(milliseconds(50));
    held.reset();
  });
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(lock(path, 30).ok());
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(40));
  holder.join();
}

TEST_F(FilesHold, ALockIsNoOtherFile) {
  const std::string path = directory.write("file", "");
  ASSERT_EQ(::symlink(path.c_str(), (directory / "link").c_str()), 0);
  EXPECT_FALSE(lock(directory / "link", 0).ok());
  EXPECT_FALSE(lock(directory.path(), 0).ok());
  EXPECT_EQ(lock(directory / "missing/lock", 0).error().fault, Fault::absent);
}

constexpr int kNoNamespaces = 77;
constexpr std::size_t kMost = std::size_t{1} << 20U;

// As the exit status: 0, or which of the promises of a mount does not hold.
int mounted_at(const std::string& path) {
  const bool apart =
      ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  if (!apart) return kNoNamespaces;
  if (!mount_tmpfs(path, kMost)) return 1;
  struct statfs kind {};
  struct statvfs flags {};
  struct stat own {};
  if (::statfs(path.c_str(), &kind) != 0 || kind.f_type != TMPFS_MAGIC) return 2;
  constexpr unsigned long kBounds = ST_NOSUID | ST_NODEV | ST_NOEXEC;
  if (::statvfs(path.c_str(), &flags) != 0 || (flags.f_flag & kBounds) != kBounds) return 3;
  if (flags.f_blocks * flags.f_frsize != kMost) return 4;
  if (::stat(path.c_str(), &own) != 0 || (own.st_mode & 07777U) != 0700 || own.st_uid != 0) return 5;
  return 0;
}

// In a mount namespace of its own, so that nothing is left behind.
TEST_F(FilesHold, ATmpfsIsBounded) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(mounted_at(directory.path()));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == kNoNamespaces) GTEST_SKIP() << "no mount namespaces here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_FALSE(mount_tmpfs(directory / "missing", kMost).ok());
}

}  // namespace
}  // namespace hardened::files
