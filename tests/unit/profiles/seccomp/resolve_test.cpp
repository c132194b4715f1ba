#include "profiles/seccomp/resolve.h"

#include <gtest/gtest.h>

namespace hardened::seccomp {
namespace {

constexpr unsigned kSysAdmin = 21;
constexpr unsigned kSysPtrace = 19;

DockerRule rule(std::string name, Filter includes = {}, Filter excludes = {}) {
  return {{{std::move(name)}, {Action::allow, 0}, {}}, std::move(includes), std::move(excludes)};
}

std::vector<std::string> left(const std::vector<DockerRule>& rules, Flags bounding, Machine machine) {
  DockerProfile file;
  file.confined = true;
  file.rules = rules;
  std::vector<std::string> out;
  for (const Rule& one : resolve(file, bounding, machine).rules) out.push_back(one.names.front());
  return out;
}

using Names = std::vector<std::string>;
constexpr Machine kPc{Architecture::x86_64, {6, 1}};

TEST(Resolve, IncludesWantAllCapabilitiesAndExcludesAny) {
  const Filter both{Flags().with(kSysAdmin).with(kSysPtrace), {}, std::nullopt};
  const std::vector<DockerRule> rules{rule("in", both), rule("out", {}, both)};
  EXPECT_EQ(left(rules, Flags(), kPc), Names{"out"});
  EXPECT_EQ(left(rules, Flags().with(kSysAdmin), kPc), Names{});
  EXPECT_EQ(left(rules, Flags().with(kSysAdmin).with(kSysPtrace), kPc), Names{"in"});
}

TEST(Resolve, ArchitecturesAreTheMachinesOwn) {
  const Filter arm{{}, {Architecture::aarch64, Architecture::arm}, std::nullopt};
  const std::vector<DockerRule> rules{rule("in", arm), rule("out", {}, arm)};
  EXPECT_EQ(left(rules, {}, kPc), Names{"out"});
  EXPECT_EQ(left(rules, {}, {Architecture::aarch64, {6, 1}}), Names{"in"});
}

TEST(Resolve, TheKernelCountsFromTheVersionOn) {
  const Filter since{{}, {}, KernelVersion{4, 8}};
  const std::vector<DockerRule> rules{rule("in", since), rule("out", {}, since)};
  EXPECT_EQ(left(rules, {}, {Architecture::x86_64, {4, 7}}), Names{"out"});
  EXPECT_EQ(left(rules, {}, {Architecture::x86_64, {4, 8}}), Names{"in"});
  EXPECT_EQ(left(rules, {}, {Architecture::x86_64, {4, 10}}), Names{"in"});
}

TEST(Resolve, KeepsEverythingAroundTheRules) {
  DockerProfile file;
  file.confined = true;
  file.fallback = {Action::error, 38};
  file.families = {{Architecture::aarch64, {Architecture::arm}}, {Architecture::x86_64, {Architecture::x32}}};
  file.flags = std::vector<std::string>{"SECCOMP_FILTER_FLAG_LOG"};
  file.listener_path = "/run/agent";
  const Profile out = resolve(file, {}, kPc);
  EXPECT_EQ(out.fallback, (Answer{Action::error, 38}));
  EXPECT_TRUE(out.own_listed);
  EXPECT_EQ(out.foreign, std::vector{Architecture::x32});
  EXPECT_EQ(out.flags, file.flags);
  EXPECT_EQ(out.listener_path, "/run/agent");
  EXPECT_FALSE(resolve(DockerProfile{}, {}, kPc).confined);
}

}  // namespace
}  // namespace hardened::seccomp
