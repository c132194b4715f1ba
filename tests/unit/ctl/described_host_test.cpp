#include "ctl/described_host.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/host_linux.h"
#include "core/doc/edit.h"
#include "core/doc/json.h"
#include "ctl/explanation.h"
#include "runtime/invocation.h"
#include "tests/support/source_tree.h"

namespace hardened::ctl {
namespace {

constexpr std::int64_t kNow = 1'767'323'045'000'000'000;  // 2026-01-02T03:04:05Z, as in the golden cases

std::unique_ptr<Host> described(const std::string& yaml) {
  auto host = describe_host("host.yaml", yaml, kNow);
  EXPECT_TRUE(host.ok()) << (host ? "" : host.error().what);
  return host ? std::move(host).value() : nullptr;
}

TEST(DescribedHost, LiesOverThePlainOne) {
  const auto host =
      described("files: {/a/b: text, /etc/shadow: mine}\nlinks: {/l: a, /a/up: ../a/b, /a/beside: b}\n");
  ASSERT_NE(host, nullptr);
  EXPECT_EQ(host->read("/a/b", 9, Links::refuse)->bytes, "text");
  EXPECT_EQ(host->read("/l/up", 9, Links::follow)->bytes, "text");
  EXPECT_EQ(host->read("/a/beside", 9, Links::follow)->bytes, "text");
  EXPECT_EQ(host->read("/etc/shadow", 9, Links::refuse)->bytes, "mine");
  EXPECT_EQ(host->stat("/a", Links::refuse)->type, Stat::Type::directory);
  EXPECT_EQ(host->read("/nothing", 9, Links::refuse).error().fault, Fault::absent);
  EXPECT_EQ(host->read("/a/b", 3, Links::refuse).error().fault, Fault::io);
  EXPECT_FALSE(host->read("/l/up", 9, Links::refuse).ok());
  EXPECT_EQ(host->identify("/l/up")->path, "/a/b");
  EXPECT_EQ(host->identify("/run/docker.sock")->mount, 26U);
  EXPECT_EQ(host->list("/a", 9)->size(), 3U);
  EXPECT_EQ(host->kernel().release, "6.1.0-30-amd64");
  EXPECT_EQ(host->now_ns(), kNow);
  EXPECT_EQ(host->listeners()->size(), 1U);
}

TEST(DescribedHost, IsOnlyRead) {
  const auto host = described("");
  ASSERT_NE(host, nullptr);
  EXPECT_FALSE(host->replace("/etc/shadow", "", 0600).ok());
  EXPECT_FALSE(host->remove("/etc/shadow").ok());
  EXPECT_FALSE(host->hold(1).ok());
  EXPECT_TRUE(host->read("/etc/shadow", 9, Links::refuse).ok());
}

TEST(DescribedHost, WhatIsWrongIsSaidWithItsPlace) {
  const auto says = [](const std::string& yaml) {
    const auto host = describe_host("host.yaml", yaml, kNow);
    return host ? "nothing" : host.error().what;
  };
  EXPECT_EQ(says("fils: {}\n").find("host.yaml:1:1: unknown key 'fils', did you mean files?"), 0U);
  EXPECT_NE(says("limits: {RLIMIT_NOFIL: [1, 2]}\n").find("RLIMIT_NOFILE?"), std::string::npos);
  EXPECT_NE(says("directories: [relative]\n").find("expected an absolute path"), std::string::npos);
  EXPECT_NE(says("directories: [/a/../b]\n").find("expected an absolute path"), std::string::npos);
  EXPECT_NE(says("namespaces: {/x: net}\n").find("a namespace is kind:[number]"), std::string::npos);
}

std::string slurp(Host& host, const std::string& path) {
  const auto file = host.read(path, kMostBytes, Links::refuse);
  return file ? file->bytes : "";
}

// The golden cases of creates, decided on what their own host.yaml describes: verdict and bytes are what they expect.
void compare(Host& linux, const std::string& folder, int& cases) {
  const std::string config = slurp(linux, folder + "/config.json");
  const std::string verdict = slurp(linux, folder + "/verdict");
  if (config.empty() || verdict == "fault\n") return;
  std::vector<std::string> words;
  std::string argv = slurp(linux, folder + "/argv");
  for (std::size_t end = argv.find('\n'); end != std::string::npos; end = argv.find('\n')) {
    words.push_back(argv.substr(0, end));
    argv.erase(0, end + 1);
  }
  const auto call = runtime::parse_invocation(words);
  ASSERT_TRUE(call.ok()) << folder;
  std::string yaml = slurp(linux, folder + "/host.yaml");
  if (yaml.empty()) yaml = slurp(linux, test::source_path("tests/golden/host.yaml"));
  const auto host = described(yaml);
  auto file = parse_policy_file("policy.yaml", slurp(linux, folder + "/policy.yaml"));
  ASSERT_TRUE(host != nullptr && file.ok()) << folder;
  file.value().policy.id = "golden";
  Asked asked;
  asked.document = doc::read_json("config.json", config).value();
  asked.container = {call->id, std::nullopt, call->root.value_or(""), call->bundle};
  const auto made = explain(*host, std::move(file).value(), asked);
  ASSERT_TRUE(made.ok()) << folder << ": " << (made ? "" : made.error().what);
  ++cases;
  const std::string came = std::string(name(made->plan.verdict)) + "\n";
  EXPECT_EQ(came, verdict) << folder;
  if (made->plan.verdict == controls::Verdict::refused) return;
  const std::string wanted = slurp(linux, folder + "/config.expected.json");
  EXPECT_TRUE(doc::apply(asked.document, made->plan.edits).value() == (wanted.empty() ? config : wanted))
      << folder;
}

TEST(DescribedHost, DecidesTheGoldenCasesAsTheyExpect) {
  const auto linux = linux_host();
  const std::string all = test::source_path("tests/golden/cases");
  auto names = linux->list(all, 4096).value();
  std::sort(names.begin(), names.end());
  int cases = 0;
  for (const std::string& name : names) compare(*linux, all + "/" + name, cases);
  EXPECT_GT(cases, 90);
}

}  // namespace
}  // namespace hardened::ctl
