#include "core/base/files_write.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "core/base/descriptor.h"
#include "core/base/files_read.h"
#include "tests/support/temporary.h"

namespace hardened::files {
namespace {

struct FilesWrite : testing::Test {
  test::TemporaryDirectory directory;
};

TEST_F(FilesWrite, ReplaceKeepsOwnerAndMode) {
  const std::string path = directory.write("config.json", "old");
  ASSERT_EQ(::chown(path.c_str(), 12, 34), 0);
  ASSERT_EQ(::chmod(path.c_str(), 04640), 0);
  const Stat before = stat(path, Links::refuse).value();
  ASSERT_TRUE(replace(path, "new and longer", 0600).ok());
  const Stat after = stat(path, Links::refuse).value();
  EXPECT_EQ(directory.read("config.json"), "new and longer");
  EXPECT_EQ(after.mode, before.mode);
  EXPECT_EQ(after.uid, 12U);
  EXPECT_EQ(after.gid, 34U);
  EXPECT_NE(after.inode, before.inode);  // renamed over, never written in place
  EXPECT_EQ(directory.entries(), 1U);
}

TEST_F(FilesWrite, ReplaceMakesANewFileWithExactlyTheMode) {
  const mode_t mask = ::umask(077);
  const Done made = replace(directory / "new", "bytes", 0644);
  ::umask(mask);
  ASSERT_TRUE(made.ok()) << made.error().what;
  EXPECT_EQ(stat(directory / "new", Links::refuse).value().mode, 0644U);
}

TEST_F(FilesWrite, ReplaceClearsWhatADeadPredecessorLeft) {
  directory.write("a", "old");
  directory.write(".hardened-a.tmp", "half of someth");
  ASSERT_TRUE(replace(directory / "a", "new", 0600).ok());
  EXPECT_EQ(directory.read("a"), "new");
  EXPECT_EQ(directory.entries(), 1U);
}

TEST_F(FilesWrite, ReplaceDoesNotWriteThroughAPlantedLink) {
  directory.write("victim", "precious");
  directory.write("a", "old");
  std::filesystem::create_symlink("victim", directory / ".hardened-a.tmp");
  ASSERT_TRUE(replace(directory / "a", "new", 0600).ok());
  EXPECT_EQ(directory.read("victim"), "precious");
  std::filesystem::create_hard_link(directory / "victim", directory / ".hardened-a.tmp");
  ASSERT_TRUE(replace(directory / "a", "newer", 0600).ok());
  EXPECT_EQ(directory.read("victim"), "precious");
  EXPECT_EQ(directory.read("a"), "newer");
}

TEST_F(FilesWrite, ReplaceWantsARegularFile) {
  directory.write("a", "old");
  std::filesystem::create_symlink("a", directory / "link");
  EXPECT_FALSE(replace(directory / "link", "new", 0600).ok());
  EXPECT_EQ(directory.read("a"), "old");
  EXPECT_FALSE(replace(directory.path(), "new", 0600).ok());
  EXPECT_FALSE(replace(directory / "..", "new", 0600).ok());
  EXPECT_EQ(replace(directory / "none/a", "new", 0600).error().fault, Fault::absent);
}

// A limit on the file size stands in for a full disk: write(2) is cut short, then fails.
TEST_F(FilesWrite, AReplaceThatRunsOutOfSpaceLeavesTheOldFileWhole) {
  directory.write("a", "old");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{.rlim_cur = 1000, .rlim_max = 1000};
    if (::setrlimit(RLIMIT_FSIZE, &small) != 0) ::_exit(2);
    ::_exit(replace(directory / "a", std::string(5000, 'x'), 0600).ok() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(directory.read("a"), "old");
  EXPECT_EQ(directory.entries(), 1U);
}

// In a mount namespace of its own, so that nothing is left behind.
int in_small_tmpfs(const std::string& path, const char* options, int (*body)(const std::string&)) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
      ::_exit(77);
    if (::mount("tmpfs", path.c_str(), "tmpfs", 0, options) != 0) ::_exit(77);
    ::_exit(body(path));
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

bool holds(const std::string& path, std::string_view bytes) {
  const Result<File> file = read(path, kMostBytes, Links::refuse);
  return file.ok() && file->bytes == bytes;
}

TEST_F(FilesWrite, AFullFileSystem) {
  const int outcome = in_small_tmpfs(directory.path(), "size=64k", [](const std::string& at) {
    const std::string path = at + "/a";
    if (!replace(path, "old", 0600).ok()) return 1;
    const Done full = replace(path, std::string(200'000, 'x'), 0600);
    if (full.ok() || full.error().what.find("no space is left") == std::string::npos) return 2;
    if (!holds(path, "old") || list(at, 10).value().size() != 1) return 3;
    // A line that does not fit is taken back whole.
    if (!append(path, "er\n", 0600).ok() || append(path, std::string(200'000, 'y'), 0600).ok()) return 4;
    return holds(path, "older\n") ? 0 : 5;
  });
  if (outcome == 77) GTEST_SKIP() << "no mount namespaces here";
  EXPECT_EQ(outcome, 0);
}

TEST_F(FilesWrite, AReadOnlyFileSystem) {
  const int outcome = in_small_tmpfs(directory.path(), "size=64k", [](const std::string& at) {
    const std::string path = at + "/a";
    if (!replace(path, "old", 0600).ok()) return 1;
    if (::mount("none", at.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0) return 77;
    const Done refused = replace(path, "new", 0600);
    if (refused.ok() || refused.error().what.find("read-only") == std::string::npos) return 2;
    if (append(path, "more", 0600).ok() || remove(path).ok()) return 3;
    // What is there already is no trouble, also where nothing can be made.
    if (!make_directories(at, 0700).ok() || make_directories(at + "/new", 0700).ok()) return 4;
    return holds(path, "old") ? 0 : 5;
  });
  if (outcome == 77) GTEST_SKIP() << "no mount namespaces here";
  EXPECT_EQ(outcome, 0);
}

// Ten first creates that all store the compiled policy: no reader may see a mixture.
TEST_F(FilesWrite, ReplacesAtOnceNeverMix) {
  const std::string path = directory / "a";
  const auto contents = [](char letter) { return std::string(100'000, letter); };
  ASSERT_TRUE(replace(path, contents('a'), 0600).ok());
  std::vector<std::thread> writers;
  for (char letter = 'a'; letter < 'e'; ++letter) {
    writers.emplace_back([&, letter] {
      for (int i = 0; i < 50; ++i) {
        const Done done = replace(path, contents(letter), 0600);
        EXPECT_TRUE(done.ok()) << done.error().what;
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    const std::string seen = read(path, kMostBytes, Links::refuse).value().bytes;
    ASSERT_EQ(seen.size(), 100'000U);
    ASSERT_EQ(seen.find_first_not_of(seen[0]), std::string::npos);
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(directory.entries(), 1U);
}

TEST_F(FilesWrite, AppendMakesTheFileAndAddsToIt) {
  ASSERT_TRUE(append(directory / "log", "one\n", 0640).ok());
  ASSERT_TRUE(append(directory / "log", "two\n", 0600).ok());
  EXPECT_EQ(directory.read("log"), "one\ntwo\n");
  EXPECT_EQ(stat(directory / "log", Links::refuse).value().mode, 0640U);
  std::filesystem::create_symlink("log", directory / "link");
  EXPECT_FALSE(append(directory / "link", "three\n", 0600).ok());
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  EXPECT_FALSE(append(directory / "fifo", "three\n", 0600).ok());  // and does not hang
}

TEST_F(FilesWrite, DirectoriesAreMadeWhereTheyAreMissing) {
  ASSERT_EQ(::chmod(directory.path().c_str(), 0711), 0);
  ASSERT_TRUE(make_directories(directory / "a/b/c", 0700).ok());
  EXPECT_EQ(stat(directory / "a/b/c", Links::refuse).value().mode, 0700U);
  EXPECT_EQ(stat(directory.path(), Links::refuse).value().mode, 0711U);
  ASSERT_TRUE(make_directories(directory / "a/b/c/", 0700).ok());
  directory.write("file", "");
  EXPECT_FALSE(make_directories(directory / "file", 0700).ok());
  EXPECT_FALSE(make_directories(directory / "file/a", 0700).ok());
}

TEST_F(FilesWrite, RemoveTakesTheNameAway) {
  const std::string path = directory.write("a", "");
  EXPECT_TRUE(remove(path).ok());
  EXPECT_EQ(directory.entries(), 0U);
  EXPECT_EQ(remove(path).error().fault, Fault::absent);
  EXPECT_FALSE(remove(directory.path()).ok());
}

TEST_F(FilesWrite, AMemoryFileIsSealedAndOutlivesExec) {
  const Descriptor first(memory_file("process.json", "{}", 20).value());
  const Descriptor second(memory_file("process.json", "[]", 20).value());
  EXPECT_EQ(first.number(), 20);
  EXPECT_EQ(second.number(), 21);
  EXPECT_EQ(::fcntl(first.number(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_EQ(::lseek(first.number(), 0, SEEK_CUR), 0);
  EXPECT_EQ(read("/proc/self/fd/20", 10, Links::follow).value().bytes, "{}");
  EXPECT_EQ(read("/proc/self/fd/21", 10, Links::follow).value().bytes, "[]");
  EXPECT_LT(::pwrite(first.number(), "x", 1, 0), 0);
  EXPECT_NE(::ftruncate(first.number(), 0), 0);
  EXPECT_NE(::ftruncate(first.number(), 100), 0);
  const Descriptor probe(::dup(first.number()));
  const int free = Descriptor(::dup(first.number())).number();
  for (const int lowest : {0, free}) {  // the first free number, for both ways to get it
    const Descriptor next(memory_file("process.json", "{}", lowest).value());
    EXPECT_EQ(next.number(), free);
    EXPECT_EQ(::fcntl(next.number(), F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_EQ(::lseek(next.number(), 0, SEEK_CUR), 0);
  }
  const Result<int> above = memory_file("process.json", "{}", 1 << 30);
  ASSERT_FALSE(above.ok());
  EXPECT_NE(above.error().what.find("above our limit"), std::string::npos);
}

}  // namespace
}  // namespace hardened::files
