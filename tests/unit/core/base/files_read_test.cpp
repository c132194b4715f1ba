#include "core/base/files_read.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <thread>

#include "core/base/descriptor.h"
#include "tests/support/temporary.h"

namespace hardened::files {
namespace {

struct FilesRead : testing::Test {
  test::TemporaryDirectory directory;
};

TEST_F(FilesRead, AFileWithItsOwner) {
  const std::string path = directory.write("a", "hello");
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  ASSERT_EQ(::chown(path.c_str(), 12, 34), 0);
  const Result<File> file = read(path, 5, Links::refuse);
  ASSERT_TRUE(file.ok()) << file.error().what;
  EXPECT_EQ(file->bytes, "hello");
  EXPECT_EQ(file->stat.type, Stat::Type::file);
  EXPECT_EQ(file->stat.mode, 0640U);
  EXPECT_EQ(file->stat.uid, 12U);
  EXPECT_EQ(file->stat.gid, 34U);
  EXPECT_EQ(file->stat.size, 5U);
  EXPECT_EQ(stat(path, Links::refuse).value(), file->stat);
}

TEST_F(FilesRead, TheBoundIsExact) {
  const std::string path = directory.write("a", std::string(200'000, 'x'));
  EXPECT_EQ(read(path, 200'000, Links::refuse).value().bytes.size(), 200'000U);
  const Result<File> over = read(path, 199'999, Links::refuse);
  ASSERT_FALSE(over.ok());
  EXPECT_EQ(over.error().fault, Fault::io);
  EXPECT_EQ(over.error().what, "cannot read " + path + ": it has more than 199999 bytes");
  EXPECT_EQ(read(directory.write("empty", ""), 0, Links::refuse).value().bytes, "");
}

// Files of /proc have size 0 and contents: the bound must hold for what is read, not for what is said.
TEST_F(FilesRead, WhatGrowsBeyondItsSizeIsBounded) {
  EXPECT_FALSE(read("/proc/self/status", 10, Links::refuse).ok());
  EXPECT_GT(read("/proc/self/status", 100'000, Links::refuse).value().bytes.size(), 10U);
}

TEST_F(FilesRead, OnlyRegularFiles) {
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  EXPECT_FALSE(read(directory / "fifo", 10, Links::refuse).ok());  // and does not hang
  EXPECT_FALSE(read(directory.path(), 10, Links::refuse).ok());
  EXPECT_FALSE(read("/dev/zero", 10, Links::refuse).ok());
}

TEST_F(FilesRead, LinksOnlyWhereAsked) {
  const std::string path = directory.write("a", "hello");
  std::filesystem::create_symlink("a", directory / "link");
  EXPECT_FALSE(read(directory / "link", 10, Links::refuse).ok());
  EXPECT_EQ(read(directory / "link", 10, Links::follow).value().bytes, "hello");
  EXPECT_EQ(stat(directory / "link", Links::refuse).value().type, Stat::Type::symlink);
  EXPECT_EQ(stat(directory / "link", Links::follow).value().inode, stat(path, Links::refuse).value().inode);
  EXPECT_EQ(read_link(directory / "link").value(), "a");
  EXPECT_FALSE(read_link(path).ok());
}

TEST_F(FilesRead, AMissingNameIsAbsentAndABrokenWayIsNot) {
  directory.write("a", "hello");
  EXPECT_EQ(read(directory / "b", 10, Links::refuse).error().fault, Fault::absent);
  EXPECT_EQ(stat(directory / "b", Links::refuse).error().fault, Fault::absent);
  EXPECT_EQ(read_link(directory / "b").error().fault, Fault::absent);
  EXPECT_EQ(list(directory / "b", 10).error().fault, Fault::absent);
  EXPECT_EQ(stat(directory / "a/b", Links::refuse).error().fault, Fault::io);
}

TEST_F(FilesRead, ADeviceNodeHasItsNumbers) {
  const Stat null = stat("/dev/null", Links::refuse).value();
  EXPECT_EQ(null.type, Stat::Type::character);
  EXPECT_EQ(null.rdev, makedev(1, 3));
}

TEST_F(FilesRead, ListsNamesUpToTheBound) {
  directory.write("a", "");
  directory.write("b", "");
  directory.write("c", "");
  std::vector<std::string> names = list(directory.path(), 10).value();
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(list(directory.path(), 2).value().size(), 2U);
  EXPECT_FALSE(list(directory / "a", 2).ok());
}

struct Pipe {
  Descriptor out;
  Descriptor in;
};

Pipe make_pipe(int flags) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), flags) != 0) return {};
  return Pipe{.out = Descriptor(ends[0]), .in = Descriptor(ends[1])};
}

TEST_F(FilesRead, DrainsAPipeBiggerThanItsBuffer) {
  Pipe pipe = make_pipe(O_CLOEXEC);
  const std::string sent(300'000, 'x');
  std::thread writer([&] {
    for (std::size_t at = 0; at < sent.size(); at += 50'000) {
      EXPECT_EQ(::write(pipe.in.number(), sent.data() + at, 50'000), 50'000);
    }
    pipe.in = Descriptor();
  });
  // `in` swaps with an empty one above; the old number is closed with the temporary.
  const Result<std::string> got = drain(pipe.out.number(), 300'000);
  writer.join();
  ASSERT_TRUE(got.ok()) << got.error().what;
  EXPECT_TRUE(*got == sent);
}

TEST_F(FilesRead, DrainIsBoundedAndWaitsForANonBlockingWriter) {
  Pipe pipe = make_pipe(O_CLOEXEC | O_NONBLOCK);
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(::write(pipe.in.number(), "12345", 5), 5);
    pipe.in = Descriptor();
  });
  const Result<std::string> over = drain(pipe.out.number(), 4);
  writer.join();
  ASSERT_FALSE(over.ok());
  EXPECT_NE(over.error().what.find("more than 4 bytes"), std::string::npos);
}

}  // namespace
}  // namespace hardened::files
