// A host where hardened stands in front of runc, and calls of its command line.
//
//   EXPECT_EQ(call({"start", "web"}), 0);
//   EXPECT_TRUE(ran());                       // runc took over, with handed_on
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/sha256.h"
#include "runtime/pipeline.h"
#include "tests/support/fake_host.h"
#include "tests/support/running.h"

namespace hardened::runtime {

using test::Effect;
using test::FakeHost;
using test::Operation;

inline constexpr const char* kPolicy = "/etc/hardened/policy.yaml";
inline constexpr const char* kBundle = "/run/bundle/config.json";
inline constexpr const char* kLog = "/run/bundle/log.json";
inline constexpr const char* kRecords = "/var/log/hardened/decisions.jsonl";

// Wider than the policy in its capabilities alone.
inline constexpr const char* kWide =
    R"({"ociVersion":"1.0.2","process":{"args":["sh"],"cwd":"/","user":{"uid":0,"gid":0},)"
    R"("capabilities":{"bounding":["CAP_CHOWN","CAP_SYS_ADMIN"]}},"root":{"path":"rootfs"},)"
    R"("linux":{"namespaces":[{"type":"mount"},{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"}],"resources":{"devices":[{"allow":false,"access":"rwm"}],)"
    R"("pids":{"limit":10}}}})";

inline std::string policy(const std::string& changed) {
  return "version: 1\nextends: docker-default\n" + changed;
}

class PipelineTest : public testing::Test {
 protected:
  PipelineTest() { furnish(host); }

  static void furnish(FakeHost& host) {
    host.file(kPolicy, policy(""));
    host.file("/usr/sbin/runc", "elf", {.mode = 0755});
    host.file("/usr/sbin/hardened-runtime", "elf", {.mode = 0755});
    host.file(kBundle, kWide);
    host.file("/proc/sys/kernel/random/boot_id", "boot-1\n");
    host.symlink("/proc/self/cwd", "/");
    host.machine.limits.fill(Limit{1024, 1024});
  }

  int call(std::vector<std::string> words) {
    words.insert(words.begin(), {"hardened-runtime", "--log", kLog, "--log-format", "json"});
    try {
      return run(host, words, {"PATH=/bin"});
    } catch (const FakeHost::Executed& executed) {
      handed_to = executed.path;
      handed_on = executed.arguments;
      return 0;
    }
  }
  int create() { return call({"create", "--bundle", "/run/bundle", "web"}); }

  [[nodiscard]] bool ran() const { return !handed_on.empty(); }
  [[nodiscard]] bool did(Operation operation, const std::string& path) const {
    const auto& journal = host.journal();
    return std::any_of(journal.begin(), journal.end(), [&](const Effect& effect) {
      return effect.operation == operation && effect.path == path;
    });
  }
  [[nodiscard]] std::string told() const { return host.bytes(kLog).value_or(""); }
  [[nodiscard]] std::string recorded() const { return host.bytes(kRecords).value_or(""); }

  // Container `web`, created with what test::Running holds, waits for its start.
  void hold(const test::Running& running) {
    hold(running, policy("controls: {paths: {masked: [], readonly: []}, seccomp: {on_excess: observe}}\n"));
  }
  void hold(const test::Running& running, const std::string& under,
            const std::string& asked = test::kGranted) {
    host.file(kBundle, asked);
    host.file(kPolicy, under);
    host.machine.limits.fill(Limit{1048576, 1048576});
    ASSERT_EQ(create(), 0);
    handed_on.clear();
    running.put(host);
    host.file("/run/runc/web/state.json",
              R"({"id":"web","init_process_pid":4711,"init_process_start":2684327,"x":1})");
    host.node("/run/runc/web/exec.fifo", Stat::Type::fifo);
  }

  FakeHost host;
  std::string handed_to;
  std::vector<std::string> handed_on;
};

}  // namespace hardened::runtime
