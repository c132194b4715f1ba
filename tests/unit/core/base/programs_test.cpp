#include "core/base/programs.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <thread>

#include "core/base/descriptor.h"
#include "tests/support/temporary.h"

namespace hardened::programs {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

Result<Ran> shell(const std::string& script, std::string_view input = "", int limit = 20,
                  std::size_t most = 4096) {
  return run({"/bin/sh", {"sh", "-c", script}, input, most, limit});
}
std::string said(const std::string& script, std::string_view input = "") {
  const auto ran = shell(script, input);
  return ran ? ran->output : ran.error().what;
}
// A number that a script left in a file.
pid_t process_of(const test::TemporaryDirectory& directory) { return std::stoi(directory.read("process")); }
bool ends(pid_t process) {
  for (int tries = 0; tries < 200; ++tries) {
    if (::kill(process, 0) != 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(Programs, SayWhatTheySaidAndHowTheyEnded) {
  const auto ran = shell("echo out; echo err >&2; exit 7");
  ASSERT_TRUE(ran.ok()) << ran.error().what;
  EXPECT_EQ(ran->output, "out\n");
  EXPECT_EQ(ran->errors, "err\n");
  EXPECT_EQ(ran->status, 7);
  EXPECT_EQ(shell("kill -KILL $$")->status, 128 + SIGKILL);
}

TEST(Programs, ReadTheirWholeInput) {
  const std::string input(100'000, 'x');
  EXPECT_EQ(said("wc -c", input), "100000\n");
  EXPECT_EQ(said("wc -c"), "0\n");
}

TEST(Programs, MayLeaveTheirInputUnread) {
  const std::string input(1'000'000, 'x');
  EXPECT_EQ(said("echo done", input), "done\n");
}

TEST(Programs, HaveNothingOfOurs) {
  ASSERT_EQ(::setenv("HARDENED_TEST", "ours", 1), 0);
  const auto ran = run({"/usr/bin/env", {"env"}, "", 4096, 20});
  ASSERT_TRUE(ran.ok());
  EXPECT_EQ(ran->output, "");
  const auto told = run({"/usr/bin/env", {"env"}, "", 4096, 20, {"PATH=/usr/bin", "A=b"}});
  ::unsetenv("HARDENED_TEST");
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(told->output, "PATH=/usr/bin\nA=b\n");
  const Descriptor kept(::dup(STDERR_FILENO));  // not close-on-exec
  ASSERT_TRUE(kept);
  EXPECT_EQ(said("ls /proc/self/fd | head -n -1 | tr '\\n' ' '"), "0 1 2 ");  // the last is ls's own
  EXPECT_EQ(said("pwd"), "/\n");
}

TEST(Programs, HaveTheSignalsOfANewProcess) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  sigset_t blocked;
  sigset_t usual;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ASSERT_EQ(::sigprocmask(SIG_BLOCK, &blocked, &usual), 0);
  const std::string signals = said("grep -E '^Sig(Blk|Ign)' /proc/self/status | cut -f 2 | tr '\\n' ' '");
  ::sigprocmask(SIG_SETMASK, &usual, nullptr);
  std::signal(SIGPIPE, before);
  // Two of the real-time signals are the C library's own, which resets them for nobody.
  const auto of_ours = [](const std::string& mask) { return std::stoull(mask, nullptr, 16) & 0x7fffffffU; };
  ASSERT_EQ(signals.size(), 34U);
  EXPECT_EQ(of_ours(signals.substr(0, 16)), 0U);
  EXPECT_EQ(of_ours(signals.substr(17, 16)), 0U);
}

TEST(Programs, AreWaitedForWhereOurParentIgnoredItsChildren) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  const auto ran = shell("exit 3");
  EXPECT_EQ(std::signal(SIGCHLD, before), SIG_IGN);  // and that is as it was
  ASSERT_TRUE(ran.ok());
  EXPECT_EQ(ran->status, 3);
}

TEST(Programs, OneThatIsMissingIsAbsent) {
  EXPECT_EQ(run({"/nothing/here", {"here"}, "", 10, 1}).error().fault, Fault::absent);
  EXPECT_EQ(run({"/etc/passwd", {"passwd"}, "", 10, 1}).error().fault, Fault::io);
}

// With all that they started.
TEST(Programs, EndWhenTheirTimeIsOver) {
  const test::TemporaryDirectory directory;
  const auto begun = Clock::now();
  const auto ran = shell("sleep 100 & echo $! >" + (directory / "process") + "; wait", "", 1);
  ASSERT_FALSE(ran.ok());
  EXPECT_NE(ran.error().what.find("it did not end within 1 s"), std::string::npos);
  EXPECT_LT(Clock::now() - begun, seconds(10));
  EXPECT_TRUE(ends(process_of(directory)));
}

TEST(Programs, EndWhenTheirTimeIsOverThoughTheySayNothingMore) {
  const auto begun = Clock::now();
  const auto ran = shell("exec >&- 2>&-; sleep 100", "", 1);
  ASSERT_TRUE(ran.ok());
  EXPECT_EQ(ran->status, 128 + SIGKILL);
  EXPECT_LT(Clock::now() - begun, seconds(10));
}

TEST(Programs, EndWhenTheySayTooMuch) {
  for (const std::string stream : {"", " >&2"}) {
    EXPECT_TRUE(shell("head -c 4096 /dev/zero" + stream).ok());
    const auto ran = shell("yes" + stream);
    ASSERT_FALSE(ran.ok());
    EXPECT_NE(ran.error().what.find("it said too much"), std::string::npos);
  }
}

// What a copy of ourselves left behind says of itself.
std::string left_behind(const std::string& script) {
  const test::TemporaryDirectory directory;
  const std::string file = directory.path() + "/said";
  const Done left = detach([&] {
    const int status = std::system((script + " >" + file + ".new").c_str());
    if (status == 0) ::rename((file + ".new").c_str(), file.c_str());
  });
  if (!left) return left.error().what;
  for (int tries = 0; tries < 500 && ::access(file.c_str(), F_OK) != 0; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return directory.read("said");
}

TEST(Detached, IsNoChildOfOursAndHasNothingOfOurs) {
  const Descriptor ours(::dup(1));
  const pid_t session = ::getsid(0);
  EXPECT_EQ(left_behind("readlink /proc/$PPID/fd/0 /proc/$PPID/fd/1 /proc/$PPID/fd/2 /proc/$PPID/cwd"),
            "/dev/null\n/dev/null\n/dev/null\n/\n");
  EXPECT_EQ(left_behind("ls /proc/$PPID/fd | wc -l"), "3\n");
  EXPECT_NE(left_behind("cut -d' ' -f6 /proc/$PPID/stat"), std::to_string(session) + "\n");
  EXPECT_NE(left_behind("cut -d' ' -f4 /proc/$PPID/stat"), std::to_string(::getpid()) + "\n");
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Detached, IsNotWaitedFor) {
  const auto begin = Clock::now();
  ASSERT_TRUE(detach([] { std::this_thread::sleep_for(seconds(3)); }).ok());
  EXPECT_LT(Clock::now() - begin, seconds(1));
}

TEST(Detached, WhatThrowsEndsAlone) {
  EXPECT_TRUE(detach([] { throw std::bad_alloc(); }).ok());
}

}  // namespace
}  // namespace hardened::programs
