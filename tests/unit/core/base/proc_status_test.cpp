#include "core/base/proc_status.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "core/base/files_read.h"

namespace hardened {
namespace {

constexpr const char* kStatus =
    "Name:\tSeccomp:\t2\nUid:\t1000\t0\t1\t4294967295\nGid:\t5\t6\t7\t8\nGroups:\t5 44 "
    "\nCapInh:\t0000000000000001\nCapPrm:\t0000000000000002\nCapEff:\t0000000000000004\n"
    "CapBnd:\t00000000a80425fb\nCapAmb:\tffffffffffffffff\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\n"
    "Speculation_Store_Bypass:\tthread vulnerable\n";

std::string without(std::string text, const std::string& line) {
  const std::size_t begin = text.find("\n" + line) + 1;
  return text.erase(begin, text.find('\n', begin) + 1 - begin);
}

TEST(ProcStatus, SaysWhatTheKernelSays) {
  const auto status = parse_proc_status(kStatus);
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status->capabilities, (std::array<std::uint64_t, 5>{1, 2, 4, 0xa80425fb, ~std::uint64_t{0}}));
  EXPECT_TRUE(status->no_new_privileges);
  EXPECT_EQ(status->seccomp, 2U);
  EXPECT_EQ(status->filters, 3U);
  EXPECT_EQ(status->uids, (std::array<std::uint32_t, 4>{1000, 0, 1, 4294967295U}));
  EXPECT_EQ(status->gids, (std::array<std::uint32_t, 4>{5, 6, 7, 8}));
  EXPECT_EQ(status->groups, (std::vector<std::uint32_t>{5, 44}));
}

TEST(ProcStatus, AProcessMayBeInNoOtherGroup) {
  std::string text = without(kStatus, "Groups");
  const auto status = parse_proc_status(text + "Groups:\t \n");
  ASSERT_TRUE(status.ok());
  EXPECT_TRUE(status->groups.empty());
  for (const char* line : {"Groups:\t5 x\n", "Groups:\t4294967296\n"})
    EXPECT_FALSE(parse_proc_status(text + line).ok());
  text = without(kStatus, "Uid");
  for (const char* line : {"Uid:\t1\t2\t3\n", "Uid:\t1\t2\t3\t4\t5\n"})
    EXPECT_FALSE(parse_proc_status(text + line).ok());
}

TEST(ProcStatus, FiltersAreNotCountedBeforeLinux59) {
  const auto status = parse_proc_status(without(kStatus, "Seccomp_filters"));
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status->filters, std::nullopt);
}

TEST(ProcStatus, MakesNothingUp) {
  for (const char* line :
       {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp:", "Uid", "Gid", "Groups"}) {
    EXPECT_FALSE(parse_proc_status(without(kStatus, line)).ok()) << line;
  }
  EXPECT_FALSE(parse_proc_status("").ok());
  EXPECT_FALSE(parse_proc_status("CapInh:\tx\nCapPrm:\t\nCapEff").ok());
}

TEST(ProcStat, StandsBehindANameThatHoldsParentheses) {
  const auto stat =
      parse_proc_stat("7 (a) b) (c) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 2684327 1 2\n");
  ASSERT_TRUE(stat.ok());
  EXPECT_EQ(stat->start_time, 2684327U);
  EXPECT_TRUE(stat->executed);
  const auto forked = parse_proc_stat("7 (a) S 1 7 7 0 -1 4194624 1 2 3 4 5 6 7 8 20 0 1 0 2684327 1 2\n");
  ASSERT_TRUE(forked.ok());
  EXPECT_FALSE(forked->executed);
  EXPECT_FALSE(forked->exiting);
  const auto exiting = parse_proc_stat("7 (a) S 1 7 7 0 -1 4194564 1 2 3 4 5 6 7 8 20 0 1 0 2684327 1 2\n");
  EXPECT_TRUE(exiting.ok() && exiting->executed && exiting->exiting);
  for (const char* text : {"7 (a) S 1 2", "7 (a) S 1 7 7 0 -1 x 1 2 3 4 5 6 7 8 20 0 1 0 2684327 1 2", ""}) {
    EXPECT_FALSE(parse_proc_stat(text).ok()) << text;
  }
}

// The flag is no part of the kernel's promises to programs: here it is seen.
TEST(ProcStat, TellsAForkFromAProgram) {
  const auto executed = [](const std::string& process) {
    const auto file = files::read("/proc/" + process + "/stat", 4096, Links::follow);
    const auto stat = parse_proc_stat(file.ok() ? file->bytes : "");
    return stat.ok() && stat->executed;
  };
  EXPECT_TRUE(executed("self"));
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  EXPECT_FALSE(executed(std::to_string(child)));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST(ProcLimits, AreInTheOrderOfTheirNumbers) {
  std::string text = "Limit                     Soft Limit           Hard Limit           Units     \n";
  for (int i = 0; i < 16; ++i) {
    std::string name = "Max of some words";
    name.resize(26, ' ');
    text += name + std::to_string(i) + "   " + (i == 3 ? "unlimited" : std::to_string(i + 100)) + "   us\n";
  }
  const auto limits = parse_proc_limits(text);
  ASSERT_TRUE(limits.ok());
  EXPECT_EQ(limits->at(3), (Limit{3, ~std::uint64_t{0}}));
  EXPECT_EQ(limits->at(15), (Limit{15, 115}));
  EXPECT_FALSE(parse_proc_limits(text.substr(0, text.size() - 60)).ok());
}

TEST(AppArmorLabel, HasANameAndAMode) {
  EXPECT_EQ(parse_label("docker-default (enforce)\n"), (Label{"docker-default", "enforce"}));
  EXPECT_EQ(parse_label("a (b)//&c (mixed)\n"), (Label{"a (b)//&c", "mixed"}));
  EXPECT_EQ(parse_label("unconfined\n"), (Label{"unconfined", ""}));
  EXPECT_EQ(parse_label(""), (Label{"", ""}));
}

}  // namespace
}  // namespace hardened
