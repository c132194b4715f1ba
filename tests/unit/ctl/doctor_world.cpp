#include "tests/unit/ctl/doctor_world.h"

#include <gtest/gtest.h>

#include "core/doc/json.h"
#include "tests/support/dockerd.h"

namespace hardened::test {
namespace {

std::string ended(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += word + '\0';
  return out;
}

}  // namespace

GoodHost::GoodHost() {
  host.machine.own_executable = "/usr/sbin/hardenedctl";
  host.machine.kernel = {.release = "6.12.5", .machine = "x86_64"};
  host.file("/usr/sbin/hardened-runtime", "hardened", {.mode = 0755});
  host.file("/usr/sbin/hardened-hook", "hook", {.mode = 0755});
  host.hard_link("/usr/sbin/runc", "/usr/sbin/hardened-runtime");
  host.file(kRealRunc, "runc", {.mode = 0755}).symlink("/etc/hardened/policy.runtime", kRealRunc);
  host.file("/etc/hardened/policy.yaml", kPolicyText);
  host.file("/proc/sys/kernel/seccomp/actions_avail", "kill_process errno log allow\n");
  host.file("/sys/module/apparmor/parameters/enabled", "Y\n")
      .file("/usr/sbin/apparmor_parser", "", {.mode = 0755});
  host.file("/sys/fs/cgroup/cgroup.controllers", "cpu memory pids\n");
  host.file("/usr/bin/dockerd", "dockerd", {.mode = 0755});
  host.directory("/proc/812/fd").directory("/run");
  host.file("/proc/sys/kernel/random/boot_id", "boot-1\n");
  host.node("/run/docker.sock", Stat::Type::socket, 0, {.mode = 0660, .uid = 0, .gid = 105});
  host.symlink("/var/run", "/run");
  host.file("/etc/group", "root:x:0:\ndocker:x:105:\nusers:x:100:\n");
  host.file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:100::/home/alice:/bin/sh\n");
  arguments({"/usr/bin/dockerd", "-H", "fd://"});
  environment("PATH=/usr/sbin:/usr/bin");
  daemon_json("");
  host.runs = [this](const Program& program) -> Result<Ran> {
    const auto said = [](std::string text) {
      return Ran{.status = 0, .output = std::move(text), .errors = {}};
    };
    if (program.path == kRealRunc && program.arguments.back() == "features")
      return said(R"({"ociVersionMax":"1.2.1"})");
    if (program.path == kRealRunc) return said("runc version " + runc + "\ncommit: v1\n");
    if (program.path == "/usr/bin/dockerd") return said("Docker version " + docker + ", build 5d6db84\n");
    if (program.path == "/usr/bin/gzip") return said(changelog);
    return Ran{.status = 127, .output = {}, .errors = {}};
  };
}

int GoodHost::doctor(std::vector<std::string> options) {
  options.insert(options.begin(), {"hardenedctl", "doctor"});
  screen.out.clear();
  screen.err.clear();
  return ctl::run({host, machine, screen}, options);
}

void GoodHost::container(const std::string& name, const std::string& config, const std::string& host_config) {
  const std::string place = "/var/lib/docker/containers/" + std::string(60, 'c') + name;
  host.file(place + "/config.v2.json",
            R"({"Name":"/)" + name + R"(","Image":"sha256:1","Config":{)" + config + "}}");
  host.file(place + "/hostconfig.json", "{" + host_config + "}");
}

void GoodHost::daemon_json(const std::string& more) {
  host.file(
      "/etc/docker/daemon.json",
      R"({"runtimes":{"hardened":{"path":"/usr/sbin/hardened-runtime"}},"default-runtime":"hardened","userns-remap":"default")" +
          (more.empty() ? "" : "," + more) + "}");
}

void GoodHost::arguments(const std::vector<std::string>& words) { put_dockerd(host, 812, words); }

void GoodHost::environment(const std::string& line) { host.file("/proc/812/environ", ended({line})); }

void members(GoodHost& world, const std::string& names) {
  world.host.file("/etc/group", "root:x:0:\ndocker:x:105:" + names + "\nusers:x:100:\n");
}

std::vector<doc::Value> findings(GoodHost& world) {
  world.doctor({"--json"});
  const auto page = doc::read_json("page", world.screen.out);
  EXPECT_TRUE(page.ok()) << world.screen.out << world.screen.err;
  return page ? page->root.find("findings")->items() : std::vector<doc::Value>();
}

}  // namespace hardened::test
