#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "core/base/host_linux.h"

namespace hardened {
namespace {

TEST(HeldProcess, LivesUntilItIsKilled) {
  const auto host = linux_host();
  const pid_t child = ::fork();
  if (child == 0) {
    while (true) ::pause();
  }
  const auto held = host->hold(static_cast<std::uint32_t>(child));
  ASSERT_TRUE(held.ok());
  EXPECT_TRUE((*held)->lives());
  EXPECT_TRUE((*held)->kill().ok());
  int status = 0;
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_FALSE((*held)->lives()) << "a zombie has ended";
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_FALSE((*held)->lives());
  EXPECT_TRUE((*held)->kill().ok()) << "as good as killed";
  EXPECT_EQ(host->hold(static_cast<std::uint32_t>(child)).error().fault, Fault::absent);
}

TEST(HeldProcess, NoProcessHasSuchANumber) {
  for (const std::uint32_t number : {0U, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
    const auto held = linux_host()->hold(number);
    ASSERT_FALSE(held.ok()) << number;
    EXPECT_EQ(held.error().fault, Fault::absent) << number;
  }
}

TEST(DevicePrograms, AreNotAskedForOfWhatIsNoCgroup) {
  EXPECT_FALSE(linux_host()->device_programs("/proc").ok());
  EXPECT_EQ(linux_host()->device_programs("/nothing/here").error().fault, Fault::absent);
}

}  // namespace
}  // namespace hardened
