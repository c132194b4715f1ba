// The meet of drawn profiles, by the kernel.
#include "tests/oracles/kernel.h"

#include <gtest/gtest.h>

#include "tests/oracles/common.h"

namespace hardened::test {
namespace {

using seccomp::Action;

TEST(Oracle, TheMeetByTheKernel) {
  if (!has_int80()) std::printf("this kernel takes no 32-bit calls: x86 is left to the interpreter\n");
  const Oracle oracle = [](const Three& three, const std::vector<Call>& calls) {
    return ask_kernel(kDemand, three, calls);
  };
  const Searched searched = search(real_meet, oracle, pairs());
  EXPECT_TRUE(searched.failure.empty()) << searched.failure;
}

// The kernel that is asked really filters.
TEST(Oracle, TheKernelIsHeard) {
  seccomp::Profile profile;
  profile.fallback = {Action::error, 57};
  profile.rules = {{{"read"}, {Action::allow, 0}, {}},        {{"write"}, {Action::trap, 0}, {}},
                   {{"lseek"}, {Action::kill_thread, 0}, {}}, {{"ioctl"}, {Action::kill_process, 0}, {}},
                   {{"fcntl"}, {Action::trace, 3}, {}},       {{"bind"}, {Action::log, 0}, {}}};
  std::vector<Call> calls;
  for (const char* name : {"read", "write", "lseek", "ioctl", "fcntl", "bind", "kill"})
    calls.push_back({kOwn, name, {~std::uint64_t{0}}, number_of(name, kOwn)});
  const std::vector<Seen> seen = observe({*compile_as_runc(profile, kOwn)}, calls, 2);
  const std::vector<Seen> expected{{End::returned, 9},       {End::trapped, 0},   {End::thread_killed, 0},
                                   {End::process_killed, 0}, {End::returned, 38}, {End::returned, 9},
                                   {End::returned, 57}};
  EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace hardened::test
