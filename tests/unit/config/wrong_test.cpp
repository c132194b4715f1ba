// What a person is told who has got a policy wrong: everything at once, each with its place and what was meant.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "config/load.h"

namespace hardened::config {
namespace {

using Faults = std::vector<std::string>;

// The first line of each fault, without those that show the place.
Faults faults(const std::string& yaml) {
  const auto policy = parse_policy("policy.yaml", yaml);
  if (policy) return {"accepted"};
  Faults out;
  std::string_view rest = policy.error().what;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (!rest.starts_with(" | ")) out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string ruling(const std::string& rules) {
  return "version: 1\nextends: docker-default\ncontrols:\n" + rules;
}

TEST(WrongPolicy, AllOfItIsSaidAtOnce) {
  const Faults said = faults(
      "version: 1\n"
      "extends: docker-default\n"
      "decision_log: {path: decisions.jsonl, onfailure: refuse}\n"
      "roots: pass\n"
      "privileged: {on_excess: observe}\n"
      "controls:\n"
      "  capabilites: {ceiling: [all]}\n"
      "  capabilities: {ceiling: [docker-default, SYS_ADMN, -NET_ADMIN]}\n"
      "  no_new_privileges: {required: yes}\n"
      "  seccomp: {profile: etc/seccomp.json, architectures: natve}\n"
      "  apparmor: {profile: hardened-defalt, peers: shard, required: allways}\n"
      "  devices: {allow: [docker-defualt, c 10]}\n"
      "  system_mounts: {sysfs: readonly}\n"
      "  paths: {masked: [proc/kcore], readonly: /proc/sys}\n"
      "  pids: {default: 512, maximum: 64}\n"
      "  rlimits: {nofile: {soft: 10, hard: 5}, nproc: many}\n");
  EXPECT_EQ(
      said,
      (Faults{
          "policy.yaml:4:1: unknown key 'roots', known are version, extends, decision_log, unknown_fields, "
          "accepted_fields, rootless, unmanaged, privileged, allowed_calls, engines, waivers and controls",
          "policy.yaml:3:39: unknown key 'onfailure', did you mean on_failure?",
          "policy.yaml:3:22: expected the absolute path of a file, or \"\" for no log",
          "policy.yaml:5:25: expected narrow or refuse, found 'observe'",
          "policy.yaml:7:3: unknown key 'capabilites', did you mean capabilities?",
          "policy.yaml:8:44: unknown capability 'SYS_ADMN', did you mean CAP_SYS_ADMIN?",
          "policy.yaml:8:54: '-NET_ADMIN' takes away what no entry before it has added; entries count in "
          "order",
          "policy.yaml:9:33: expected true or false, found a string",
          "policy.yaml:10:22: expected default, strict or the absolute path of a profile in Docker's format, "
          "found 'etc/seccomp.json'",
          "policy.yaml:10:55: expected requested or native, found 'natve', did you mean native?",
          "policy.yaml:11:23: expected docker-default, hardened-default or unconfined, found "
          "'hardened-defalt', did "
          "you mean hardened-default?",
          "policy.yaml:11:47: expected shared or container, found 'shard', did you mean shared?",
          "policy.yaml:11:64: expected auto or always, found 'allways', did you mean always?",
          "policy.yaml:12:21: unknown devices 'docker-defualt', did you mean docker-default?",
          "policy.yaml:12:37: 'c 10': no device; a device is written as 'c 10:229 rwm': c, b or a, "
          "major:minor with * "
          "for any, and some of r, w, m",
          "policy.yaml:13:26: expected read-only or writable, found 'readonly', did you mean read-only?",
          "policy.yaml:14:20: 'proc/kcore' is no clean absolute path below /",
          "policy.yaml:14:43: expected a list, found a string",
          "policy.yaml:15:19: the default (512) is above the maximum (64); lower it, or raise pids.maximum",
          "policy.yaml:16:49: expected a number or unlimited, inherited, or {soft: …, hard: …}",
          "policy.yaml:16:28: the soft limit is above the hard one; the kernel refuses that"}));
}

TEST(WrongPolicy, ACeilingBelowItsFloor) {
  EXPECT_EQ(
      faults(ruling("  pids: {default: 512, maximum: 64}\n")),
      (Faults{
          "policy.yaml:4:19: the default (512) is above the maximum (64); lower it, or raise pids.maximum"}));
  EXPECT_EQ(faults(ruling("  pids: {maximum: 64}\n")),
            (Faults{"policy.yaml:4:19: the default of the base (4096) is above the maximum (64); say "
                    "pids.default too, or raise it"}))
      << "the default is the base's";
  EXPECT_EQ(faults(ruling("  pids: {maximum: 0}\n")),
            (Faults{"policy.yaml:4:19: expected a number of tasks from 1 to 4194304, or unlimited"}));
  EXPECT_EQ(faults(ruling("  rlimits: {core: {soft: 10, hard: 5}}\n")),
            (Faults{"policy.yaml:4:26: the soft limit is above the hard one; the kernel refuses that"}));
  EXPECT_EQ(faults(ruling("  capabilities: {ceiling: [-MKNOD, docker-default]}\n")),
            (Faults{"policy.yaml:4:28: '-MKNOD' takes away what no entry before it has added; entries count "
                    "in order"}));
}

TEST(WrongPolicy, APathThatIsRelative) {
  EXPECT_EQ(
      faults(ruling("  seccomp: {profile: seccomp.json}\n  paths: {masked: [proc/kcore, /proc/../etc]}\n")),
      (Faults{"policy.yaml:4:22: expected default, strict or the absolute path of a profile in Docker's "
              "format, found 'seccomp.json'",
              "policy.yaml:5:20: 'proc/kcore' is no clean absolute path below /",
              "policy.yaml:5:32: '/proc/../etc' is no clean absolute path below /"}));
}

TEST(WrongPolicy, AKeyThatStandsTwice) {
  EXPECT_EQ(faults(ruling("  pids: {maximum: 64}\n  rlimits: {}\n  pids: {default: 64}\n")),
            (Faults{"policy.yaml:6:3: key 'pids' stands twice in one object"}));
  EXPECT_EQ(faults(ruling("  pids: {maximum: 64, maximum: 4096}\n")),
            (Faults{"policy.yaml:4:23: key 'maximum' stands twice in one object"}));
}

TEST(WrongPolicy, AValueOfAnotherKind) {
  EXPECT_EQ(
      faults(ruling("  capabilities: {ceiling: docker-default}\n"
                    "  no_new_privileges: {required: 1}\n"
                    "  seccomp: {profile: [default], also: unshare}\n"
                    "  apparmor: {profile: true, custom: {}}\n"
                    "  devices: {allow: [7]}\n"
                    "  system_mounts: {sysfs: true}\n"
                    "  paths: {masked: {}}\n"
                    "  pids: {maximum: '64'}\n"
                    "  rlimits: {default: []}\n")),
      (Faults{"policy.yaml:4:27: expected a list, found a string",
              "policy.yaml:5:33: expected true or false, found a number",
              "policy.yaml:6:22: expected default, strict or the absolute path of a profile in Docker's "
              "format, found a list",
              "policy.yaml:6:39: expected a list, found a string",
              "policy.yaml:7:23: expected docker-default, hardened-default or unconfined, found a boolean",
              "policy.yaml:7:37: expected stack, refuse or a list of names, found an object",
              "policy.yaml:8:21: expected a string, found a number",
              "policy.yaml:9:26: expected read-only or writable, found a boolean",
              "policy.yaml:10:19: expected a list, found an object",
              "policy.yaml:11:19: expected a number of tasks from 1 to 4194304, or unlimited",
              "policy.yaml:12:22: expected a number or unlimited, inherited, or {soft: …, hard: …}"}));
}

}  // namespace
}  // namespace hardened::config
