// Each check finds what is planted for it, alone, on a host that is good otherwise.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "ctl/doctor.h"
#include "tests/support/dockerd.h"
#include "tests/support/running.h"
#include "tests/unit/ctl/access_list.h"
#include "tests/unit/ctl/doctor_world.h"

namespace hardened::ctl {
namespace {

using test::findings;
using test::GoodHost;
using test::members;

struct Planted {
  std::string name;
  std::string id;
  std::string severity;
  std::string says;  // part of what was found
  std::function<void(GoodHost&)> plant;
};

const std::string kWaiver =
    "waivers:\n  - name: builder\n    match: {image_id: [\"sha256:" + std::string(64, '1') +
    "\"]}\n    controls: {capabilities: {ceiling: [docker-default, SYS_ADMIN]}}\n    because: builds\n";

// A container that runc knows, which runs, and of which there is no grant record.
void runs_unmanaged(GoodHost& world, const std::string& annotations) {
  test::Running running;
  running.process = 4711;
  running.put(world.host);
  const std::string id(64, 'd');
  world.host.file("/run/docker/runtime-runc/moby/" + id + "/state.json",
                  R"({"id":")" + id +
                      R"(","init_process_pid":4711,"init_process_start":2684327,"created":"now",)" +
                      R"("config":{"labels":["bundle=/b"]}})");
  world.host.file("/b/config.json", R"({"annotations":{)" + annotations + "}}");
}

// A second runtime of hardened's, under a policy of its own.
void another_runtime(GoodHost& world, const std::string& policy) {
  world.host.hard_link("/usr/sbin/hardened-ci", "/usr/sbin/hardened-runtime");
  world.host.file("/etc/hardened/ci.yaml", policy);
  world.arguments({"dockerd", "-H", "fd://", "--add-runtime", "ci=/usr/sbin/hardened-ci"});
}

const std::vector<Planted> kPlanted{
    {"MembersOfTheGroup", "raw-socket", "critical", "open to alice and bob",
     [](GoodHost& w) { members(w, "alice,bob"); }},
    {"PrimaryGroup", "raw-socket", "critical", "open to carol",
     [](GoodHost& w) { w.host.file("/etc/passwd", "root:x:0:0::/:\ncarol:x:1001:105::/:\n"); }},
    {"AGroupOfLdap", "raw-socket", "medium", "open to group 4242, whose members",
     [](GoodHost& w) {
       w.host.node("/run/docker.sock", Stat::Type::socket, 0, {.mode = 0660, .uid = 0, .gid = 4242});
     }},
    {"MembersOfLdap", "raw-socket", "medium", "open to group 105, whose members",
     [](GoodHost& w) {
       w.host.file("/etc/nsswitch.conf", "passwd: files systemd\ngroup:\tfiles [SUCCESS=merge] sss # x\n");
     }},
    {"UsersOfAnAccessList", "raw-socket", "critical", "open to alice and uid 1001",
     [](GoodHost& w) {
       w.machine.access_lists["/run/docker.sock"] = test::access_list({{0x01, 6, 0},
                                                                       {0x02, 6, 1000},
                                                                       {0x02, 2, 1001},
                                                                       {0x02, 4, 1002},
                                                                       {0x04, 6, 0},
                                                                       {0x10, 6, 0},
                                                                       {0x20, 0, 0}});
     }},
    {"AGroupOfAnAccessList", "raw-socket", "critical", "open to alice",
     [](GoodHost& w) {
       w.machine.access_lists["/run/docker.sock"] =
           test::access_list({{0x04, 0, 0}, {0x08, 6, 100}, {0x10, 6, 0}, {0x20, 0, 0}});
     }},
    {"RootsGroupOfAnAccessList", "raw-socket", "low", "root's group",
     [](GoodHost& w) {
       w.host.node("/run/docker.sock", Stat::Type::socket, 0, {.mode = 0660, .uid = 0, .gid = 0});
       w.machine.access_lists["/run/docker.sock"] =
           test::access_list({{0x04, 6, 0}, {0x10, 6, 0}, {0x20, 0, 0}});
     }},
    {"AnAccessListThatCannotBeRead", "raw-socket", "low", "access list",
     [](GoodHost& w) { w.machine.access_lists["/run/docker.sock"] = "?"; }},
    {"AnAccessList", "raw-socket", "low", "access list",
     [](GoodHost& w) {
       w.host.node("/run/docker.sock", Stat::Type::socket, 0, {.mode = 0660, .uid = 0, .gid = 0});
     }},
    {"Strangers", "unread", "info", "processes of uid 1000 call themselves dockerd",
     [](GoodHost& w) {
       test::put_dockerd(w.host, 9000, {"dockerd", "--data-root=/tmp/x"});
       test::put_users(w.host, 9000, "1000\t1000\t1000\t1000");
     }},
    {"AContainerThatCannotBeRead", "unread", "medium", "config.v2.json",
     [](GoodHost& w) {
       w.container("web", "", "");
       w.host.file("/var/lib/docker/containers/" + std::string(60, 'c') + "web/config.v2.json", "{");
     }},
    {"AStateThatCannotBeRead", "unmanaged-containers", "medium", "could not be looked at whole",
     [](GoodHost& w) {
       w.host.file("/run/docker/runtime-runc/moby/" + std::string(64, 'd') + "/state.json", "{");
     }},
    {"PodmanOfAUser", "other-engines", "info", "podman of a user's own",
     [](GoodHost& w) {
       w.host.directory("/run/user/1000", {.mode = 0700, .uid = 1000});
       w.host.node("/run/user/1000/podman/podman.sock", Stat::Type::socket, 0,
                   {.mode = 0660, .uid = 1000, .gid = 1000});
       w.host.machine.listeners = {{.name = "/run/user/1000/podman/podman.sock"}};
     }},
    {"Everybody", "raw-socket", "critical", "open to everybody",
     [](GoodHost& w) {
       w.host.node("/run/docker.sock", Stat::Type::socket, 0, {.mode = 0666, .uid = 0, .gid = 105});
     }},
    {"OwnedByAUser", "raw-socket", "critical", "open to alice",
     [](GoodHost& w) {
       w.host.node("/run/docker.sock", Stat::Type::socket, 0, {.mode = 0600, .uid = 1000, .gid = 0});
     }},
    {"SocketOfAFlag", "raw-socket", "critical", "/srv/more.sock",
     [](GoodHost& w) {
       w.arguments({"dockerd", "-H", "fd://", "-H", "unix:///srv/more.sock"});
       w.host.node("/srv/more.sock", Stat::Type::socket, 0, {.mode = 0666, .uid = 0, .gid = 0});
     }},
    {"Filtered", "filtered-socket", "info", "behind an authorization plugin",
     [](GoodHost& w) {
       members(w, "alice");
       w.daemon_json(R"("authorization-plugins":["opa"])");
     }},
    {"TcpOfTheFile", "tcp-socket", "critical", "tcp://0.0.0.0:2375",
     [](GoodHost& w) { w.daemon_json(R"("hosts":["tcp://0.0.0.0:2375"])"); }},
    {"TcpOfAFlag", "tcp-socket", "critical", "tcp://127.0.0.1:2375",
     [](GoodHost& w) {
       w.arguments({"dockerd", "-H", "fd://", "-H", "tcp://127.0.0.1:2375"});
     }},
    {"TcpWithCertificatesThatNobodyAsksFor", "tcp-socket", "critical", "without a question",
     [](GoodHost& w) {
       w.arguments({"dockerd", "-H", "fd://", "-H", "tcp://1.2.3.4:2376", "--tlsverify=0"});
     }},
    {"TcpWithCertificates", "tcp-socket", "low", "certificate",
     [](GoodHost& w) {
       w.arguments({"dockerd", "-H", "fd://", "-H", "tcp://1.2.3.4:2376", "--tlsverify"});
     }},
    {"TcpThatListens", "tcp-socket", "critical", "127.0.0.1:2375",
     [](GoodHost& w) {
       w.host.file("/proc/812/net/tcp",
                   "  sl  local_address rem_address\n"
                   "   0: 0100007F:0947 00000000:0000 0A 0:0 0:0 0 0 0 7777 1 0 100\n"
                   "   1: 0100007F:0948 00000000:0000 01 0:0 0:0 0 0 0 7778 1 0 100\n");
       w.host.symlink("/proc/812/fd/9", "socket:[7777]").symlink("/proc/812/fd/10", "socket:[7778]");
     }},
    {"TcpThatCannotBeTold", "tcp-socket", "medium", "could not be looked at",
     [](GoodHost& w) {
       w.host.fail(test::Operation::read, "/proc/812/net/tcp", Error{Fault::io, "a fault"});
     }},
    {"TcpThatListensOnSix", "tcp-socket", "critical", "[::]:2375",
     [](GoodHost& w) {
       w.host.file("/proc/812/net/tcp6",
                   "  sl  local_address rem_address\n"
                   "   0: 00000000000000000000000000000000:0947 0:0 0A 0:0 0:0 0 0 0 7777 1 0 100\n");
       w.host.symlink("/proc/812/fd/9", "socket:[7777]");
     }},
    {"ContainerdForRoot", "other-engines", "info",
     "containerd listens on /run/containerd/containerd.sock, for root alone",
     [](GoodHost& w) {
       w.host.node("/run/containerd/containerd.sock", Stat::Type::socket, 0,
                   {.mode = 0660, .uid = 0, .gid = 0});
       w.host.machine.listeners = {{.name = "/run/containerd/containerd.sock"}};
     }},
    {"PodmanForAll", "other-engines", "high", "podman listens on /run/podman/podman.sock, open to everybody",
     [](GoodHost& w) {
       w.host.node("/run/podman/podman.sock", Stat::Type::socket, 0, {.mode = 0666, .uid = 0, .gid = 0});
       w.host.machine.listeners = {{.name = "/run/podman/podman.sock"}};
     }},
    {"DefaultRuntime", "default-runtime", "high", "the default runtime is crun",
     [](GoodHost& w) {
       w.arguments({"dockerd", "-H", "fd://", "--default-runtime=crun"});
     }},
    {"RuncOfContainerd", "stock-runtime", "low", "/opt/containerd/bin/runc",
     [](GoodHost& w) {
       w.host.file("/opt/containerd/bin/runc", "another", {.mode = 0755});
       w.docker = "29.3.1";
       w.environment("DOCKER_BUILDKIT_RUNC_COMMAND=/usr/sbin/hardened-runtime");
     }},
    {"AnotherRuntime", "other-runtimes", "low", "--runtime=crun starts /usr/bin/crun",
     [](GoodHost& w) {
       w.arguments({"dockerd", "-H", "fd://", "--add-runtime", "crun=/usr/bin/crun"});
     }},
    {"AShimOfContainerds", "other-runtimes", "low", "a shim of containerd's",
     [](GoodHost& w) {
       w.host.file(
           "/etc/docker/daemon.json",
           R"({"default-runtime":"hardened","userns-remap":"default","runtimes":{"hardened":{"path":"hardened-runtime"},
                       "gvisor":{"runtimeType":"io.containerd.runsc.v1"}}})");
     }},
    {"ALooserPolicy", "looser-runtimes", "low", "looser in capabilities and pids",
     [](GoodHost& w) {
       another_runtime(
           w,
           "version: 1\nextends: docker-default\ncontrols:\n  capabilities: {ceiling: [docker-default, "
           "SYS_ADMIN]}\n  pids: {maximum: unlimited}\n");
     }},
    {"AnObservingPolicy", "looser-runtimes", "low", "only observes capabilities",
     [](GoodHost& w) { another_runtime(w, "version: 1\nextends: observe\n"); }},
    {"APolicyWithOtherMounts", "looser-runtimes", "low", "looser in mounts",
     [](GoodHost& w) {
       another_runtime(w, "version: 1\nextends: docker-default\ncontrols:\n  mounts: {allow: [/etc]}\n");
     }},
    {"APolicyWithAnotherFilter", "looser-runtimes", "low", "grants other things in seccomp",
     [](GoodHost& w) {
       another_runtime(
           w, "version: 1\nextends: docker-default\ncontrols:\n  seccomp: {profile: /etc/hardened/s.json}\n");
     }},
    {"APolicyWithOtherSettings", "looser-runtimes", "low",
     "looser in waivers, allowed_calls, unknown_fields, accepted_fields, rootless, unmanaged, privileged and "
     "decision_log",
     [](GoodHost& w) {
       w.policy(
           "privileged: {on_excess: refuse}\nrootless: refuse\nunmanaged: refuse\ndecision_log: {on_failure: "
           "refuse}\n");
       another_runtime(
           w,
           "version: 1\nextends: docker-default\nallowed_calls: [restore]\nunknown_fields: record\n"
           "accepted_fields: [/linux/memoryPolicy]\nrootless: pass\nunmanaged: narrow\n"
           "decision_log: {on_failure: continue}\n" +
               kWaiver);
     }},
    {"APolicyThatRecordsLess", "looser-runtimes", "low", "it is looser in decision_log",
     [](GoodHost& w) {
       w.policy("decision_log: {unchanged: record}\n");
       another_runtime(w, "version: 1\nextends: docker-default\ndecision_log: {unchanged: skip}\n");
     }},
    {"APolicyWithAnotherEngine", "looser-runtimes", "low", "grants other things in mounts",
     [](GoodHost& w) {
       another_runtime(w,
                       "version: 1\nextends: docker-default\nengines: [{name: docker, data_root: /root}]\n");
     }},
    {"APolicyThatDiffers", "looser-runtimes", "low", "what becomes of an excess differs in sysctls",
     [](GoodHost& w) {
       another_runtime(w, "version: 1\nextends: docker-default\ncontrols:\n  sysctls: {on_excess: narrow}\n");
     }},
    {"Arguments", "runtime-arguments", "medium", "--debug",
     [](GoodHost& w) {
       w.host.file("/etc/docker/daemon.json", R"({"default-runtime":"hardened","userns-remap":"default",
           "runtimes":{"hardened":{"path":"/usr/sbin/hardened-runtime","runtimeArgs":["--debug"]}}})");
     }},
    {"Unread", "unread", "medium", "/etc/docker/daemon.json:1:",
     [](GoodHost& w) {
       w.arguments({"dockerd", "-H", "fd://", "--userns-remap=default", "--default-runtime=runc"});
       w.host.file("/etc/docker/daemon.json", "{,}");
     }},
    {"Unmanaged", "unmanaged-containers", "high", "runs and was not created by hardened",
     [](GoodHost& w) { runs_unmanaged(w, ""); }},
    {"MadeWithAnother", "other-runtime-containers", "medium", "one container was made with crun: web",
     [](GoodHost& w) { w.container("web", "", R"("Runtime":"crun")"); }},
    {"Forged", "forged-mark", "high", "web is marked io.hardened",
     [](GoodHost& w) {
       w.container("web", R"("Labels":{"io.hardened.policy":"1"})", R"("Runtime":"crun")");
     }},
    {"ForgedInTheBundle", "forged-mark", "high", "is marked io.hardened",
     [](GoodHost& w) { runs_unmanaged(w, R"("io.hardened.policy":"1")"); }},
    {"Secrets", "secrets-in-environment", "low", "2 secrets stand in the environment of web",
     [](GoodHost& w) {
       w.container(
           "web",
           R"("Env":["PATH=/bin","DB_PASSWORD=x","github_token=y","KEY_FILE=/run/k","A_SECRET_FILE=/run/s","EMPTY_TOKEN="])",
           R"("Runtime":"hardened")");
     }},
    {"BuildKitsRunc", "build-runtime", "low", "docker build: BuildKit",
     [](GoodHost& w) { w.host.file("/usr/sbin/runc", "runc itself", {.mode = 0755}); }},
    {"BuildKitThatDoesNotListen", "build-runtime", "low", "whatever DOCKER_BUILDKIT_RUNC_COMMAND says",
     [](GoodHost& w) {
       w.docker = "28.0.0";
       w.host.file("/usr/sbin/runc", "runc itself", {.mode = 0755});
       w.environment("DOCKER_BUILDKIT_RUNC_COMMAND=/usr/sbin/hardened-runtime");
     }},
    {"BuildKitsHoles", "buildkit-version", "low", "CVE-2024-23651", [](GoodHost& w) { w.docker = "24.0.9"; }},
    {"TheFiltersHole", "filter-version", "high", "CVE-2026-34040",
     [](GoodHost& w) {
       w.docker = "29.3.0";
       w.daemon_json(R"("authorization-plugins":["opa"])");
     }},
    {"APlugin", "managed-plugins", "medium",
     "vieux/sshfs is installed and asked for CAP_SYS_ADMIN, all devices, the host's processes and the host's "
     "network",
     [](GoodHost& w) {
       w.host.file("/var/lib/docker/plugins/" + std::string(64, 'e') + "/config.json",
                   R"({"plugin":{"Name":"vieux/sshfs","Config":{"PidHost":true,"Network":{"Type":"host"},
                       "Linux":{"Capabilities":["CAP_SYS_ADMIN"],"AllowAllDevices":true}}}})");
     }},
    {"LogsElsewhere", "log-drivers", "low", "web (syslog) said by --log-opt",
     [](GoodHost& w) {
       w.container(
           "web", "",
           R"("Runtime":"hardened","LogConfig":{"Type":"syslog","Config":{"syslog-address":"tcp://127.0.0.1:1"}})");
     }},
    {"Swarm", "swarm", "info", "a swarm is active",
     [](GoodHost& w) { w.host.file("/var/lib/docker/swarm/docker-state.json", "{}"); }},
    {"Experimental", "checkpoints", "info", "which the policy refuses",
     [](GoodHost& w) { w.daemon_json(R"("experimental":true)"); }},
    {"RootIsRoot", "user-namespaces", "info", "userns-remap is not set",
     [](GoodHost& w) {
       w.host.file(
           "/etc/docker/daemon.json",
           R"({"runtimes":{"hardened":{"path":"/usr/sbin/hardened-runtime"}},"default-runtime":"hardened"})");
     }},
    {"PolicyOfOthers", "policy-trust", "critical", "others than root can write to it",
     [](GoodHost& w) { w.host.file("/etc/hardened/policy.yaml", test::kPolicyText, {.mode = 0666}); }},
    {"DirectoryOfOthers", "policy-trust", "critical", "/etc/hardened",
     [](GoodHost& w) { w.host.directory("/etc/hardened", {.mode = 0777}); }},
    {"WrongPolicy", "policy-valid", "high", "unknown key 'nonsense'",
     [](GoodHost& w) { w.policy("nonsense: 1\n"); }},
    {"Observes", "policy-observes", "high", "nothing is bounded",
     [](GoodHost& w) {
       w.policy("controls: {}\n");
       w.host.file("/etc/hardened/policy.yaml", "version: 1\nextends: observe\n");
     }},
    {"ObservesOne", "policy-observes", "medium", "only observes pids",
     [](GoodHost& w) { w.policy("controls:\n  pids: {on_excess: observe}\n"); }},
    {"Guarded", "policy-settings", "medium", "allowed_calls opens restore",
     [](GoodHost& w) { w.policy("allowed_calls: [restore]\n"); }},
    {"UnknownFields", "policy-settings", "medium", "unknown_fields: record",
     [](GoodHost& w) { w.policy("unknown_fields: record\n"); }},
    {"LogOfOthers", "decision-log", "high", "/var/log/hardened/decisions.jsonl",
     [](GoodHost& w) { w.host.file("/var/log/hardened/decisions.jsonl", "", {.mode = 0666}); }},
    {"LogsDirectoryOfOthers", "decision-log", "high", "/var/log/hardened",
     [](GoodHost& w) { w.host.directory("/var/log/hardened", {.mode = 0777}); }},
    {"LogForAll", "decision-log", "low", "readable by everybody",
     [](GoodHost& w) { w.host.file("/var/log/hardened/decisions.jsonl", "", {.mode = 0644}); }},
    {"NoLog", "decision-log", "low", "no decision is recorded",
     [](GoodHost& w) { w.policy("decision_log: {path: \"\"}\n"); }},
    {"AnotherDataRoot", "policy-engines", "medium", "/srv/docker",
     [](GoodHost& w) { w.daemon_json(R"("data-root":"/srv/docker")"); }},
    {"AWaiver", "waivers", "low", "the waiver builder opens again E01",
     [](GoodHost& w) {
       w.policy(kWaiver);
       w.host.file("/etc/hardened/policy.yaml", test::kPolicyText + kWaiver, {.mode = 0600});
     }},
    {"AnOldWaiver", "expired-waivers", "low", "builder has expired",
     [](GoodHost& w) {
       w.host.file("/etc/hardened/policy.yaml", test::kPolicyText + kWaiver + "    expires: 2025-01-01\n",
                   {.mode = 0600});
     }},
    {"AReadableWaiver", "readable-waivers", "info", "readable by everybody",
     [](GoodHost& w) {
       w.host.file("/etc/hardened/policy.yaml", test::kPolicyText + kWaiver + "    expires: 2025-01-01\n");
     }},
    {"TheProgramOfOthers", "program", "critical", "others than root can write",
     [](GoodHost& w) {
       w.host.file("/usr/sbin/hardened-runtime", "hardened", {.mode = 0777})
           .hard_link("/usr/sbin/runc", "/usr/sbin/hardened-runtime");
     }},
    {"RuntimeOfOthers", "low-level-runtime", "high", "/usr/lib/hardened/runc",
     [](GoodHost& w) { w.host.file(test::kRealRunc, "runc", {.mode = 0777}); }},
    {"RuntimeIsOurselves", "low-level-runtime", "high", "which is hardened itself",
     [](GoodHost& w) { w.host.symlink("/etc/hardened/policy.runtime", "/usr/sbin/runc"); }},
    {"OldRunc", "runtime-version", "high", "1.1.11 has CVE-2024-21626",
     [](GoodHost& w) { w.runc = "1.1.11"; }},
    {"OldKernel", "kernel", "high", "pidfd_open",
     [](GoodHost& w) { w.host.machine.kernel.release = "4.19.0-27-amd64"; }},
    {"OlderKernel", "kernel", "low", "openat2", [](GoodHost& w) { w.host.machine.kernel.release = "5.4.0"; }},
    {"NoSeccomp", "seccomp", "high", "no seccomp",
     [](GoodHost& w) { w.host.file("/proc/sys/kernel/seccomp/actions_avail", ""); }},
    {"AppArmorOff", "apparmor", "low", "AppArmor is off",
     [](GoodHost& w) { w.host.file("/sys/module/apparmor/parameters/enabled", "N\n"); }},
    {"NoHook", "hook-program", "high", "hardened-hook",
     [](GoodHost& w) { w.host.file("/usr/sbin/hardened-hook", "", {.mode = 0777}); }},
    {"RunOnDisk", "run", "low", "/run is no tmpfs",
     [](GoodHost& w) { w.host.machine.file_systems["/run"] = 0xEF53; }},
};

class Planting : public testing::TestWithParam<Planted> {};

TEST_P(Planting, IsFound) {
  GoodHost world;
  std::set<std::string> usual;
  for (const doc::Value& one : findings(world)) usual.insert(one.find("what")->text());
  GetParam().plant(world);
  bool found = false;
  for (const doc::Value& one : findings(world)) {
    const std::string what = one.find("what")->text();
    if (usual.contains(what)) continue;
    if (one.find("id")->text() != GetParam().id || what.find(GetParam().says) == std::string::npos) continue;
    EXPECT_EQ(one.find("severity")->text(), GetParam().severity) << what;
    EXPECT_NE(one.find("mend")->text(), "");
    found = true;
  }
  EXPECT_TRUE(found) << world.screen.out;
}

INSTANTIATE_TEST_SUITE_P(Doctor, Planting, testing::ValuesIn(kPlanted),
                         [](const testing::TestParamInfo<Planted>& planted) { return planted.param.name; });

TEST(Doctor, EveryCheckHasAHoleThatIsPlantedForIt) {
  std::set<std::string> planted;
  for (const Planted& one : kPlanted) planted.insert(one.id);
  std::set<std::string_view> ids;
  for (const auto& table : check_tables()) {
    for (const Check& check : table) {
      EXPECT_TRUE(planted.contains(std::string(check.id))) << check.id;
      EXPECT_TRUE(ids.insert(check.id).second) << check.id << " is there twice";
      EXPECT_NE(check.title, "");
      EXPECT_NE(check.why, "");
    }
  }
}

}  // namespace
}  // namespace hardened::ctl
