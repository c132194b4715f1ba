#include "profiles/seccomp/widths.h"

#include <gtest/gtest.h>
#include <seccomp.h>

#include <cstdlib>
#include <set>
#include <string>

#include "core/doc/json.h"
#include "profiles/embedded.h"
#include "profiles/seccomp/parse.h"

namespace hardened::seccomp {
namespace {

constexpr Width kInt{32, true};
constexpr Width kUnsigned{32, false};
constexpr Width kMode{16, false};
constexpr Width kWord{64, false};

TEST(Widths, OfCallsThatRulesLookAt) {
  for (const unsigned index : {0U, 1U, 2U}) EXPECT_EQ(width_of("socket", index), kInt) << index;
  EXPECT_EQ(width_of("socketpair", 0), kInt);
  EXPECT_EQ(width_of("ioctl", 0), kUnsigned);
  EXPECT_EQ(width_of("ioctl", 1), kUnsigned);
  EXPECT_EQ(width_of("ioctl", 2), kWord);
  EXPECT_EQ(width_of("personality", 0), kUnsigned);
  EXPECT_EQ(width_of("prctl", 0), kInt);
  EXPECT_EQ(width_of("prctl", 1), kWord);
  EXPECT_EQ(width_of("arch_prctl", 0), kInt);
  EXPECT_EQ(width_of("fcntl", 1), kUnsigned);
  EXPECT_EQ(width_of("setns", 1), kInt);
  EXPECT_EQ(width_of("keyctl", 0), kInt);
  EXPECT_EQ(width_of("keyctl", 1), kWord);
  EXPECT_EQ(width_of("kill", 0), kInt);
  EXPECT_EQ(width_of("kill", 1), kInt);
  EXPECT_EQ(width_of("bpf", 0), kInt);
  EXPECT_EQ(width_of("ptrace", 0), kWord);
  EXPECT_EQ(width_of("perf_event_open", 1), kInt);
  EXPECT_EQ(width_of("setsockopt", 1), kInt);
  EXPECT_EQ(width_of("futex", 1), kInt);
  EXPECT_EQ(width_of("futex", 2), kUnsigned);
  EXPECT_EQ(width_of("clock_settime", 0), kInt);
  EXPECT_EQ(width_of("setuid", 0), kUnsigned);
  EXPECT_EQ(width_of("mq_open", 1), kInt);
  EXPECT_EQ(width_of("mq_open", 2), kMode);
}

TEST(Widths, OfLongsSizesAndPointers) {
  EXPECT_EQ(width_of("clone", 0), kWord);
  EXPECT_EQ(width_of("clone3", 0), kWord);
  EXPECT_EQ(width_of("clone3", 1), kWord);
  EXPECT_EQ(width_of("unshare", 0), kWord);
  EXPECT_EQ(width_of("mount", 3), kWord);
  for (unsigned index = 0; index < 6; ++index) EXPECT_EQ(width_of("mmap", index), kWord) << index;
  EXPECT_EQ(width_of("mprotect", 2), kWord);
  EXPECT_EQ(width_of("write", 2), kWord);
}

TEST(Widths, OfModesAndDescriptors) {
  EXPECT_EQ(width_of("chmod", 1), kMode);
  EXPECT_EQ(width_of("mkdir", 1), kMode);
  EXPECT_EQ(width_of("mknod", 1), kMode);
  EXPECT_EQ(width_of("mknod", 2), kUnsigned);
  EXPECT_EQ(width_of("open", 1), kInt);
  EXPECT_EQ(width_of("open", 2), kMode);
  EXPECT_EQ(width_of("openat", 0), kInt);
  EXPECT_EQ(width_of("openat", 3), kMode);
  EXPECT_EQ(width_of("fchmodat2", 2), kMode);
  EXPECT_EQ(width_of("fchmodat2", 3), kUnsigned);
  EXPECT_EQ(width_of("close", 0), kUnsigned);
}

TEST(Widths, OfMultiplexersAndNewCalls) {
  EXPECT_EQ(width_of("socketcall", 0), kInt);
  EXPECT_EQ(width_of("socketcall", 1), kWord);
  EXPECT_EQ(width_of("ipc", 0), kUnsigned);
  EXPECT_EQ(width_of("ipc", 1), kInt);
  EXPECT_EQ(width_of("ipc", 2), kWord);
  EXPECT_EQ(width_of("cachestat", 0), kUnsigned);
  EXPECT_EQ(width_of("map_shadow_stack", 2), kUnsigned);
  EXPECT_EQ(width_of("setxattrat", 2), kUnsigned);
  EXPECT_EQ(width_of("open_tree_attr", 4), kWord);
  EXPECT_EQ(width_of("file_setattr", 4), kUnsigned);
  EXPECT_EQ(width_of("futex_wait", 5), kInt);
}

TEST(Widths, AnArgumentThatACallDoesNotHaveIsNotCut) {
  EXPECT_EQ(width_of("getpid", 0), kWord);
  EXPECT_EQ(width_of("socket", 3), kWord);
  EXPECT_EQ(width_of("chmod", 5), kWord);
  EXPECT_EQ(width_of("chmod", 6), std::nullopt) << "no call has a seventh";
}

TEST(Widths, NothingIsSaidOfUnknownCalls) {
  for (const std::string_view call : {"", "a", "socke", "sockets", "Socket", "zzz", "~"}) {
    EXPECT_EQ(width_of(call, 0), std::nullopt) << call;
  }
}

// Every architecture that a profile can name and libseccomp knows, and parisc. The numbers of mips begin at
// 4000, 5000 and 6000; the negative ones are libseccomp's for calls that an architecture does not have, among them
// arm's own (0xf0000 there).
std::set<std::string> calls_of_libseccomp() {
  constexpr int kLongest = 20'000;
  std::set<std::string> out;
  for (const std::uint32_t architecture : std::initializer_list<std::uint32_t>{
           SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32, SCMP_ARCH_AARCH64, SCMP_ARCH_ARM, SCMP_ARCH_MIPS,
           SCMP_ARCH_MIPS64, SCMP_ARCH_MIPS64N32, SCMP_ARCH_PPC, SCMP_ARCH_PPC64LE, SCMP_ARCH_RISCV64,
           SCMP_ARCH_S390, SCMP_ARCH_S390X, SCMP_ARCH_PARISC}) {
    for (int number = -kLongest; number < kLongest; ++number) {
      char* const name = seccomp_syscall_resolve_num_arch(architecture, number);
      if (name != nullptr) out.insert(name);
      std::free(name);
    }
  }
  return out;
}

TEST(Widths, EveryCallOfLibseccompHasARow) {
  const std::set<std::string> calls = calls_of_libseccomp();
  EXPECT_GT(calls.size(), 480U);
  EXPECT_TRUE(calls.count("arm_fadvise64_64") == 1 && calls.count("socketcall") == 1);
  for (const std::string& call : calls) EXPECT_TRUE(width_of(call, 0)) << call;
}

TEST(Widths, EveryCallOfTheShippedProfileHasARow) {
  const auto document = doc::read_json("default.json", std::string(embedded::default_json));
  ASSERT_TRUE(document);
  const auto profile = parse_docker(doc::Cursor(*document, document->root));
  ASSERT_TRUE(profile);
  std::size_t names = 0;
  for (const DockerRule& rule : profile->rules) {
    for (const std::string& call : rule.rule.names) {
      EXPECT_TRUE(width_of(call, 0)) << call;
      ++names;
    }
  }
  EXPECT_GT(names, 400U);
}

}  // namespace
}  // namespace hardened::seccomp
