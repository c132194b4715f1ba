#include "core/base/host_linux.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>

#include "tests/support/temporary.h"

namespace hardened {
namespace {

TEST(LinuxHost, KnowsTheMachine) {
  const std::unique_ptr<Host> host = linux_host();
  EXPECT_NEAR(static_cast<double>(host->now_ns()) / 1e9, static_cast<double>(::time(nullptr)), 2.0);
  EXPECT_EQ(host->caller().uid, ::geteuid());
  EXPECT_FALSE(host->kernel().release.empty());
  EXPECT_FALSE(host->kernel().machine.empty());
  EXPECT_EQ(host->own_executable(), std::filesystem::read_symlink("/proc/self/exe").string());
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  EXPECT_EQ(host->limits().at(RLIMIT_NOFILE), (Limit{.soft = files.rlim_cur, .hard = files.rlim_max}));
}

TEST(LinuxHost, SeesAnotherUserNamespace) {
  EXPECT_EQ(linux_host()->caller().initial_user_namespace,
            std::filesystem::read_symlink("/proc/self/ns/user").string() == "user:[4026531837]");
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWUSER) != 0) ::_exit(77);
    ::_exit(linux_host()->caller().initial_user_namespace ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "no user namespaces here";
  EXPECT_EQ(status, 0);
}

// The words and variables arrive as they were, and standard error is written to.
TEST(LinuxHost, ExecutesAndPrints) {
  const test::TemporaryDirectory directory;
  const std::string out = directory / "out";
  const pid_t child = ::fork();
  if (child == 0) {
    if (::freopen(out.c_str(), "w", stderr) == nullptr) ::_exit(2);
    const std::unique_ptr<Host> host = linux_host();
    host->print_error("before ");
    const Error error =
        host->execute("/bin/sh", {"called-so", "-c", "echo \"$0:$1:$A:$HOME\" >&2", "zero", "a  b"}, {"A=1"});
    ::_exit(3);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(directory.read("out"), "before zero:a  b:1:\n");
}

TEST(LinuxHost, AFailedExecuteSaysWhy) {
  const test::TemporaryDirectory directory;
  const std::unique_ptr<Host> host = linux_host();
  EXPECT_EQ(host->execute(directory / "none", {"none"}, {}).fault, Fault::absent);
  EXPECT_EQ(host->execute("bin/sh", {"sh", "-c", "exit 9"}, {}).what,
            "cannot execute bin/sh: the path is not absolute");
  const std::string text = directory.write("text", "no program");
  EXPECT_EQ(host->execute(text, {"text"}, {}).what, "cannot execute " + text + ": access is refused");
}

}  // namespace
}  // namespace hardened
