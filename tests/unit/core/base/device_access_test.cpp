#include "core/base/device_access.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>

#include "core/base/descriptor.h"

namespace hardened::processes {
namespace {

const std::vector<std::string> kNodes{"/dev/null", "/dev/zero", "/dev/hardened-none"};

// A cgroup of version 2, of its own and without anybody in it; "" where this machine has none to give.
class CgroupTest : public testing::Test {
 protected:
  CgroupTest() {
    for (const std::string root : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
      struct statfs kind {};
      if (::statfs(root.c_str(), &kind) != 0 || kind.f_type != CGROUP2_SUPER_MAGIC) continue;
      const std::string made = root + "/hardened-unit-" + std::to_string(::getpid());
      if (::mkdir(made.c_str(), 0755) == 0) cgroup = made;
    }
  }
  ~CgroupTest() override {
    if (!cgroup.empty()) ::rmdir(cgroup.c_str());
  }
  void SetUp() override {
    if (cgroup.empty()) GTEST_SKIP() << "no cgroup of version 2 can be made here";
  }

  // A program that answers every question alike: 1 allows.
  [[nodiscard]] bool decide(std::int32_t answer) const {
    std::array<bpf_insn, 2> program{};
    program[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
    program[0].imm = answer;
    program[1].code = BPF_JMP | BPF_EXIT;
    const std::string license = "GPL";
    bpf_attr load;
    clear(load);
    load.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    load.insn_cnt = program.size();
    load.insns = reinterpret_cast<std::uintptr_t>(program.data());
    load.license = reinterpret_cast<std::uintptr_t>(license.c_str());
    const Descriptor loaded(static_cast<int>(::syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load)));
    const Descriptor directory(::open(cgroup.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    bpf_attr attach;
    clear(attach);
    attach.target_fd = static_cast<std::uint32_t>(directory.number());
    attach.attach_bpf_fd = static_cast<std::uint32_t>(loaded.number());
    attach.attach_type = BPF_CGROUP_DEVICE;
    return loaded && ::syscall(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof attach) == 0;
  }
  static void clear(bpf_attr& attribute) {
    std::fill_n(reinterpret_cast<unsigned char*>(&attribute), sizeof attribute,
                static_cast<unsigned char>(0));
  }
  void freeze(bool frozen) const { std::ofstream(cgroup + "/cgroup.freeze") << (frozen ? "1" : "0"); }

  std::string cgroup;
};

TEST_F(CgroupTest, WithoutAProgramEveryDeviceThatIsThereMayBeUsed) {
  const auto access = device_access(cgroup, kNodes);
  ASSERT_TRUE(access.ok()) << access.error().what;
  EXPECT_EQ(*access, (std::vector<DeviceAccess>{{true, true}, {true, true}, {false, false}}));
}

TEST_F(CgroupTest, AProgramDecides) {
  if (!decide(0)) GTEST_SKIP() << "no program can be attached here";
  const auto access = device_access(cgroup, kNodes);
  ASSERT_TRUE(access.ok()) << access.error().what;
  EXPECT_EQ(*access, (std::vector<DeviceAccess>{{false, false}, {false, false}, {false, false}}));
}

// And nobody stays there.
TEST_F(CgroupTest, AFrozenOneIsNotWaitedForLong) {
  freeze(true);
  const auto begun = std::chrono::steady_clock::now();
  const auto access = device_access(cgroup, kNodes);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
  freeze(false);
  ASSERT_FALSE(access.ok());
  EXPECT_NE(access.error().what.find("does not get to run"), std::string::npos);
  std::ifstream file(cgroup + "/cgroup.procs");
  std::string process;
  EXPECT_FALSE(std::getline(file, process)) << process;
}

TEST(DeviceAccess, IsAskedInACgroupOfVersion2Alone) {
  EXPECT_FALSE(device_access("/proc", kNodes).ok());
  EXPECT_EQ(device_access("/nothing/here", kNodes).error().fault, Fault::absent);
  EXPECT_TRUE(device_access("/nothing/here", {})->empty());
}

}  // namespace
}  // namespace hardened::processes
