// The profile that podman brings: /usr/share/containers/seccomp.json of Debian's golang-github-containers-common.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/unit/profiles/seccomp/shipped.h"

namespace hardened::seccomp {
namespace {

constexpr const char* kFile = "/usr/share/containers/seccomp.json";

class ContainersProfile : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::optional<std::string> text = text_of(kFile);
    if (text) {
      profile_ = parsed(kFile, *text);
      return;
    }
    if (std::getenv("HARDENED_INSTALLED") != nullptr) {
      FAIL() << kFile << " is missing, though scripts/lib/install installs golang-github-containers-common";
    }
    GTEST_SKIP() << kFile << " is not here: install golang-github-containers-common, or run scripts/test";
  }

  static Answer asked(const Profile& profile, const std::string& name,
                      std::array<std::uint64_t, 6> arguments = {}) {
    const std::optional<Answer> out =
        said(profile, Architecture::x86_64, {Architecture::x86_64, name, arguments});
    EXPECT_TRUE(out) << name;
    return out.value_or(Answer{});
  }

  DockerProfile profile_;
};

TEST_F(ContainersProfile, SaysEnosysToWhatItDoesNotNameAndEpermToWhatItForbids) {
  const Profile here = resolve(profile_, kDockerDefault, kPc);
  EXPECT_EQ(here.fallback, kUnknown);
  EXPECT_EQ(here.foreign, (std::vector{Architecture::x86, Architecture::x32}));
  EXPECT_EQ(asked(here, "no_such_call"), kUnknown);
  EXPECT_EQ(asked(here, "kexec_load"), kDenied);
  EXPECT_EQ(asked(here, "read"), kAllowed);
  EXPECT_EQ(asked(here, "mount"), kAllowed);  // wider than Docker's: podman's containers own their namespaces
}

TEST_F(ContainersProfile, FollowsTheBoundingSet) {
  EXPECT_EQ(asked(resolve(profile_, {}, kPc), "bpf"), kDenied);
  EXPECT_EQ(asked(resolve(profile_, with({}, {"CAP_SYS_ADMIN"}), kPc), "bpf"), kAllowed);
  EXPECT_EQ(asked(resolve(profile_, {}, kPc), "chroot"), kDenied);
  EXPECT_EQ(asked(resolve(profile_, with({}, {"CAP_SYS_CHROOT"}), kPc), "chroot"), kAllowed);
}

TEST_F(ContainersProfile, KnowsEinvalByItsName) {
  constexpr Answer kInvalid{Action::error, 22};
  const Profile without = resolve(profile_, {}, kPc);
  EXPECT_EQ(asked(without, "socket", {16, 3, 9}), kInvalid);  // AF_NETLINK, SOCK_RAW, NETLINK_AUDIT
  EXPECT_EQ(asked(without, "socket", {16, 3, 0}), kAllowed);
  EXPECT_EQ(asked(without, "socket", {2, 3, 9}), kAllowed);
  EXPECT_EQ(asked(resolve(profile_, with({}, {"CAP_AUDIT_WRITE"}), kPc), "socket", {16, 3, 9}), kAllowed);
}

TEST_F(ContainersProfile, IsResolvedOnEveryMachine) {
  for (unsigned i = 0; i < kArchitectureCount; ++i) {
    const Profile there = resolve(profile_, kDockerDefault, {static_cast<Architecture>(i), {6, 1}});
    EXPECT_TRUE(there.confined);
    EXPECT_GT(there.rules.size(), 10U);
    EXPECT_EQ(there.fallback, kUnknown);
  }
}

}  // namespace
}  // namespace hardened::seccomp
