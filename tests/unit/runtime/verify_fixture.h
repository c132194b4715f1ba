// Container `web`, as runc has made it, under a FakeHost.
#pragma once

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include "core/base/sha256.h"
#include "profiles/apparmor/loader.h"
#include "runtime/verify.h"
#include "tests/support/running.h"

namespace hardened::runtime {

using test::FakeHost;
using test::Operation;
using test::Running;
using Outcome = Verification::Outcome;

// Of each file that includes this: others of these names are elsewhere.
constexpr const char* kProfile = "hardened-default-0123456789ab";
constexpr const char* kRoot = "/run/runc";
constexpr const char* kConfig = "/run/bundle/config.json";
constexpr const char* kLabel = "/proc/4711/attr/apparmor/current";
constexpr const char* kLog = "/var/log/hardened/decisions.jsonl";

// After so many reads of a file it says something else.
class LateHost : public FakeHost {
 public:
  struct Late {
    std::string path;
    int reads = 0;
    std::string bytes;
  } late;
  Result<File> read(const std::string& path, std::size_t most, Links links) override {
    if (path == late.path && late.reads-- == 0) file(path, late.bytes);
    return FakeHost::read(path, most, links);
  }
};

class VerifyTest : public testing::Test {
 protected:
  VerifyTest() {
    host.file("/proc/sys/kernel/random/boot_id", "boot-1\n").file(kConfig, test::kGranted);
    kept.boot_id = "boot-1";
    kept.root = kRoot;
    kept.id = "web";
    kept.policy = "/etc/hardened/policy.yaml";
    kept.promise = Promise{kConfig, sha256(test::kGranted), kLog, {}, {}, {}};
    kept.promise->inherited.fill(Limit{1048576, 1048576});
  }

  // Container `web` as runc has made it.
  void put() {
    if (!keep(host, kept)) ADD_FAILURE();
    running.put(host);
    host.file(
        "/run/runc/web/state.json",
        R"({"id":"web","init_process_pid":4711,"init_process_start":2684327,"created":"now","config":{}})");
    host.node("/run/runc/web/exec.fifo", Stat::Type::fifo);
  }
  Verification look(OnUnreadable unreadable = OnUnreadable::leave) {
    return verify(host, kRoot, "web", unreadable);
  }

  // Its label has been granted.
  void confine() {
    const std::string label = kProfile;
    std::string granted = test::kGranted;
    granted.insert(granted.find("{\"process\":{") + 12, "\"apparmorProfile\":\"" + label + "\",");
    host.file(kConfig, granted);
    kept.promise->digest = sha256(granted);
    put();
    host.file("/sys/module/apparmor/parameters/enabled", "Y\n").file(kLabel, "unconfined\n");
  }
  // User code begins after so many looks, under that label.
  void begin(int looks, const std::string& label) {
    ASSERT_TRUE(host.remove("/run/runc/web/exec.fifo").ok());
    const std::string stat = "/proc/4711/stat";
    const std::string before = *host.bytes(stat);
    running.executed = true;
    running.put(host);
    host.late = {stat, looks, *host.bytes(stat)};
    host.file(stat, before).file(kLabel, label);
  }

  LateHost host;
  Running running;
  Kept kept;
};

}  // namespace hardened::runtime
