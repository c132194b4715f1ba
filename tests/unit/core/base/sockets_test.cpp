#include "core/base/sockets.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "core/base/descriptor.h"
#include "tests/support/temporary.h"

namespace hardened {
namespace {

using Names = std::vector<std::string>;

TEST(Sockets, NamesThatAreListenedOn) {
  const std::string table =
      "Num       RefCount Protocol Flags    Type St Inode Path\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 20737 /run/docker.sock\n"
      "0000000000000000: 00000003 00000000 00000000 0001 03 20738 /run/connected.sock\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 20739 @abstract\n"
      "0000000000000000: 00000002 00000000 00010000 0005 01 20740\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01   741 /tmp/with blank\n";
  EXPECT_EQ(sockets::listening_names(table), (Names{"/run/docker.sock", "/tmp/with blank"}));
  EXPECT_TRUE(sockets::listening_names("").empty());
  EXPECT_TRUE(sockets::listening_names("a\nb c d 00010000").empty());
}

// Asked of this machine: one that listens is found, with its file; one that does not is not.
TEST(Sockets, TheKernelTellsWhoListens) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path() + "/listening";
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const auto is_listed = [&] {
    const auto found = sockets::listeners();
    EXPECT_TRUE(found.ok()) << (found ? "" : found.error().what);
    struct ::stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return found && std::any_of(found->begin(), found->end(), [&](const Listener& one) {
             return one.name == path && one.inode == static_cast<std::uint32_t>(status.st_ino) &&
                    one.device == status.st_dev;
           });
  };
  EXPECT_FALSE(is_listed());
  ASSERT_EQ(::listen(socket.number(), 1), 0);
  EXPECT_TRUE(is_listed());
}

// That of another user is passed over; whose the file is says nothing.
TEST(Sockets, OnlyRootsAreListed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make a socket another's";
  const test::TemporaryDirectory directory;
  const auto listen_at = [&](const std::string& path) {
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    EXPECT_EQ(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket.number(), 1), 0);
    return socket;
  };
  const std::string roots = directory.path() + "/roots";
  const std::string others = directory.path() + "/others";
  const Descriptor one = listen_at(roots);
  ASSERT_EQ(::chown(roots.c_str(), 1000, 1000), 0);
  const Descriptor two = listen_at(others);
  ASSERT_EQ(::fchown(two.number(), 1000, 1000), 0);
  const auto found = sockets::listeners();
  ASSERT_TRUE(found.ok());
  const auto is_listed = [&](const std::string& path) {
    return std::any_of(found->begin(), found->end(), [&](const Listener& at) { return at.name == path; });
  };
  EXPECT_TRUE(is_listed(roots));
  EXPECT_FALSE(is_listed(others));
}

}  // namespace
}  // namespace hardened
