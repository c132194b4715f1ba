// Which escapes a waiver opens again.
#include "config/reopens.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include "config/load.h"
#include "profiles/capability_names.h"
#include "tests/support/source_tree.h"

namespace hardened::config {
namespace {

using Escapes = std::vector<std::string>;

Escapes reopened(const std::string& controls, const std::string& more = "") {
  auto policy = parse_policy(
      "policy.yaml", "version: 1\nextends: docker-default\n" + more +
                         "waivers:\n  - name: w\n    match: {image_id: ['sha256:" + std::string(64, '1') +
                         "']}\n    because: x\n    controls: " + controls + "\n");
  EXPECT_TRUE(policy.ok()) << (policy ? "" : policy.error().what);
  auto out = policy ? reopened_by(*policy, "w") : Result<Escapes>(Escapes{});
  EXPECT_TRUE(out.ok()) << (out ? "" : out.error().what);
  return out ? *out : Escapes{};
}

std::set<std::string> words(std::string_view row) {
  std::set<std::string> out;
  while (!row.empty()) {
    const std::size_t end = std::min(row.find(' '), row.size());
    out.emplace(row.substr(0, end));
    row.remove_prefix(std::min(end + 1, row.size()));
  }
  return out;
}

TEST(Reopens, OnlyWhatIsAboveTheRuleCounts) {
  EXPECT_EQ(reopened("{capabilities: {ceiling: [docker-default]}}"), Escapes{});
  EXPECT_EQ(reopened("{capabilities: {ceiling: [docker-default, SYS_MODULE]}}"), Escapes{"E24"});
  EXPECT_EQ(reopened("{capabilities: {ceiling: [docker-default, CAP_SYS_MODULE, -MKNOD]}}"), Escapes{"E24"});
  EXPECT_EQ(reopened("{capabilities: {ceiling: [docker-default, SYS_TIME]}}",
                     "controls: {capabilities: {ceiling: [docker-default, SYS_TIME, -MKNOD]}}\n"),
            Escapes{"E08"})
      << "what the rule takes out and the waiver does not";
}

// A waiver's mounts keep the directories of the policy's engines, and open those that it adds.
TEST(Reopens, AStricterRuleForMountsOpensNothing) {
  EXPECT_EQ(reopened("{mounts: {propagation: private}}"), Escapes{});
  EXPECT_EQ(
      reopened("{mounts: {propagation: private}}", "engines: [{name: docker, data_root: /srv/docker}]\n"),
      Escapes{});
  EXPECT_NE(reopened("{mounts: {propagation: private, data_roots: [/root]}}"), Escapes{});
  EXPECT_NE(reopened("{mounts: {propagation: shared}}"), Escapes{});
}

TEST(Reopens, SysAdminIsTheWorst) {
  const Escapes found = reopened("{capabilities: {ceiling: [docker-default, SYS_ADMIN]}}");
  for (const char* one : {"E01", "E09", "E20", "E32"})
    EXPECT_TRUE(std::binary_search(found.begin(), found.end(), one)) << one;
}

TEST(Reopens, ARuleOfSeveralKeysIsTheUnionInOrder) {
  EXPECT_EQ(reopened("{pids: {maximum: unlimited}, system_mounts: {cgroup: writable, sysfs: read-only}}"),
            (Escapes{"E22", "E23", "E41", "E78"}));
  EXPECT_EQ(reopened("{rlimits: {memlock: unlimited, rtprio: 99}}"), (Escapes{"E44", "E45"}));
  EXPECT_EQ(reopened("{seccomp: {also: [bpf, setns]}}"), (Escapes{"E26", "E34"}));
  EXPECT_EQ(reopened("{paths: {readonly: []}}"), (Escapes{"E03", "E13", "E15", "E16"}));
}

TEST(Reopens, AWaiverThatIsNotThereIsSaid) {
  const auto policy = parse_policy("policy.yaml", "version: 1\nextends: docker-default\n");
  EXPECT_EQ(reopened_by(*policy, "w").error().fault, Fault::absent);
}

// The map names what exists, and leaves nothing out.

TEST(Reopens, EveryControlHasARowForWhatNoOtherRowSays) {
  [&]<class... C>(std::tuple<C...>*) {
    const auto check = [](std::string_view control) {
      EXPECT_TRUE(std::any_of(reopens().begin(), reopens().end(), [&](const Reopens& row) {
        return row.control == control && row.key.empty() && row.word.empty() && !row.escapes.empty();
      })) << control;
    };
    (check(C::name), ...);
  }(static_cast<controls::AllControls*>(nullptr));
}

TEST(Reopens, EveryCapabilityBeyondDockersHasARow) {
  for (std::size_t i = 0; i < kCapabilityNames.size(); ++i) {
    if (leq(Flags{std::uint64_t{1} << i}, controls::kDockerDefaultCapabilities)) continue;
    std::string_view name = kCapabilityNames[i];
    if (name.starts_with("CAP_")) name.remove_prefix(4);
    EXPECT_TRUE(std::any_of(reopens().begin(), reopens().end(), [&](const Reopens& row) {
      return row.control == "capabilities" && row.word == name;
    })) << name;
  }
}

TEST(Reopens, EveryEscapeIsATestThatShowsIt) {
  std::set<std::string> tests;
  for (const auto& entry : std::filesystem::directory_iterator(test::source_path("tests/vm/escapes"))) {
    std::string id = entry.path().filename().string().substr(0, 3);
    std::transform(id.begin(), id.end(), id.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    tests.insert(id);
  }
  ASSERT_GT(tests.size(), 50U);
  for (const Reopens& row : reopens()) {
    for (const std::string& escape : words(row.escapes))
      EXPECT_TRUE(tests.contains(escape)) << row.control << " " << row.word << " " << escape;
  }
}

TEST(Reopens, EveryRowOfACapabilityIsInItsControlsRow) {
  std::set<std::string> any;
  for (const Reopens& row : reopens()) {
    if (row.control == "capabilities" && row.key.empty()) any = words(row.escapes);
  }
  for (const Reopens& row : reopens()) {
    if (row.control != "capabilities") continue;
    for (const std::string& escape : words(row.escapes))
      EXPECT_TRUE(any.contains(escape)) << row.word << " " << escape;
  }
}

}  // namespace
}  // namespace hardened::config
