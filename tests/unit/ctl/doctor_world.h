// A host on which doctor finds nothing, in memory; tests plant one hole each.
#pragma once

#include <string>
#include <vector>

#include "core/doc/value.h"
#include "ctl/tool.h"
#include "tests/support/fake_host.h"
#include "tests/unit/ctl/fake_machine.h"
#include "tests/unit/ctl/fake_screen.h"

namespace hardened::test {

inline constexpr const char* kPolicyText = "version: 1\nextends: docker-default\n";
inline constexpr const char* kRealRunc = "/usr/lib/hardened/runc";

class GoodHost {
 public:
  GoodHost();

  FakeHost host;
  FakeScreen screen;
  FakeMachine machine{host};
  std::string runc = "1.4.3";
  std::string docker = "29.3.1";
  std::string changelog{};  // of the package runc; "" for none

  int doctor(std::vector<std::string> options = {});
  // A container of dockerd's that is there, and perhaps runs.
  void container(const std::string& name, const std::string& config, const std::string& host_config);
  void daemon_json(const std::string& more);
  void arguments(const std::vector<std::string>& words);
  void policy(const std::string& more) { host.file("/etc/hardened/policy.yaml", kPolicyText + more); }
  void environment(const std::string& line);
};

// Who is in the group docker: "alice,bob".
void members(GoodHost& world, const std::string& names);
// What it finds: {severity, id, what, …}.
std::vector<doc::Value> findings(GoodHost& world);

}  // namespace hardened::test
