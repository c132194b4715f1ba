#include <gtest/gtest.h>

#include "core/base/sha256.h"
#include "runtime/kept.h"
#include "tests/support/running.h"
#include "tool_fixture.h"

namespace hardened::ctl {
namespace {

constexpr const char* kConfig = "/b/config.json";
const std::string kImage = "sha256:" + std::string(64, '1');

std::string config(const std::string& capabilities, const std::string& namespaces = R"({"type":"pid"},)") {
  return R"({"ociVersion":"1.0.2","process":{"args":["sh"],"cwd":"/","user":{"uid":0,"gid":0},"capabilities":)"
         R"({"bounding":[)" +
         capabilities + R"(]}},"root":{"path":"rootfs"},"linux":{"namespaces":[)" + namespaces +
         R"({"type":"mount"},{"type":"network"},{"type":"ipc"},{"type":"uts"}],"resources":)"
         R"({"devices":[{"allow":false,"access":"rwm"}]}}})";
}

class ExplainTest : public ToolTest {
 protected:
  ExplainTest() {
    host.file("/etc/hardened/policy.yaml",
              policy("controls:\n  capabilities: {ceiling: [docker-default]}\n"));
    host.file(kConfig, config(R"("CAP_CHOWN","CAP_SYS_ADMIN")"));
    host.directory("/sys").directory("/usr").directory("/var");
  }
  static std::string policy(const std::string& more) {
    return "version: 1\nextends: docker-default\n" + more;
  }
  [[nodiscard]] std::string text(const std::string& pointer) const {
    const doc::Document document = json();
    const doc::Value* value = doc::resolve(document.root, pointer);
    if (value == nullptr) return "none";
    return value->is(doc::Kind::boolean) ? (value->truth() ? "true" : "false") : value->text();
  }
};

TEST_F(ExplainTest, ARequestThatIsNarrowed) {
  EXPECT_EQ(call({"explain", kConfig}), 0) << screen.err;
  EXPECT_TRUE(prints("/b/config.json: create would be narrowed by /etc/hardened/policy.yaml\n"))
      << screen.out;
  EXPECT_TRUE(prints("capabilities  CAP_SYS_ADMIN ")) << screen.out;
  EXPECT_TRUE(prints("policy.yaml:4   5.4")) << screen.out;
  EXPECT_TRUE(prints("no limit (a default)  default 4096,         4096 ")) << screen.out;
  EXPECT_TRUE(prints("  capabilities: the ceiling is docker-default; ask for fewer")) << screen.out;
  EXPECT_TRUE(prints("as asked: no_new_privileges, namespaces, ")) << screen.out;
  EXPECT_EQ(screen.out.find("capabilities", screen.out.find("as asked:")), std::string::npos);
  EXPECT_TRUE(host.journal().empty()) << "it only reads";
}

TEST_F(ExplainTest, ABundleIsItsDirectory) {
  EXPECT_EQ(call({"explain", "/b"}), 0) << screen.err;
  EXPECT_TRUE(prints("/b/config.json: create would be narrowed"));
}

TEST_F(ExplainTest, ARefusalIsFound) {
  host.file(kConfig, config("", ""));
  EXPECT_EQ(call({"explain", kConfig}), 1);
  EXPECT_TRUE(prints("would be refused by")) << screen.out;
  EXPECT_TRUE(prints("namespaces  no pid namespace of   pid own                refused ")) << screen.out;
  EXPECT_TRUE(prints("5.16")) << screen.out;
  EXPECT_EQ(call({"explain", "--diff", kConfig}), 1);
  EXPECT_EQ(screen.out, "");
  EXPECT_TRUE(complains("refused: namespaces:")) << screen.err;
}

TEST_F(ExplainTest, WhatIsNoSpecificationCannotBeTold) {
  host.file(kConfig, R"({"process":[]})");
  EXPECT_EQ(call({"explain", kConfig}), 3);
  host.file(kConfig, R"({"process")");
  EXPECT_EQ(call({"explain", kConfig}), 3);
  EXPECT_TRUE(complains("/b/config.json:1:")) << screen.err;
  EXPECT_EQ(call({"explain", "/missing/config.json"}), 3);
  EXPECT_EQ(call({"explain"}), 2);
  EXPECT_EQ(call({"explain", "--process", "/p", "--resources", "/r"}), 2);
}

TEST_F(ExplainTest, ObservedIsSaidToBeAsAsked) {
  host.file("/o.yaml", policy("controls: {capabilities: {on_excess: observe}}\n"));
  EXPECT_EQ(call({"explain", "--policy", "/o.yaml", kConfig}), 0);
  EXPECT_TRUE(prints("as asked, observed")) << screen.out;
}

TEST_F(ExplainTest, AnotherPolicyAndItsWaivers) {
  host.file("/w.yaml", policy("waivers:\n  - name: builder\n    match: {image_id: [\"" + kImage +
                              "\"], name: \"b-*\"}\n    controls: {capabilities: {ceiling: [docker-default, "
                              "SYS_ADMIN]}}\n    because: builds\n"));
  EXPECT_EQ(call({"explain", "--json", "--policy", "/w.yaml", "--image", kImage, "--name", "b-1", kConfig}),
            0)
      << screen.err;
  EXPECT_EQ(text("/waivers/0"), "builder");
  EXPECT_EQ(text("/controls/0/control"), "seccomp");
  EXPECT_EQ(call({"explain", "--json", "--policy", "/w.yaml", "--image", kImage, "--name", "c", kConfig}), 0);
  EXPECT_EQ(text("/waivers/0"), "none");
  EXPECT_EQ(text("/controls/0/control"), "capabilities");
  host.file(kConfig, config(R"("CAP_SYS_ADMIN","CAP_SYS_TIME")"));
  EXPECT_EQ(call({"explain", "--policy", "/w.yaml", "--image", kImage, "--name", "b-1", kConfig}), 0);
  EXPECT_TRUE(prints("capabilities  CAP_SYS_TIME          docker-default, ")) << screen.out;
  EXPECT_TRUE(prints("waivers that hold: builder\n"));
}

TEST_F(ExplainTest, AnImageIsNamedByItsId) {
  const std::string digits(64, '1');
  for (const std::string& image : {std::string("box"), digits, "sha256:" + digits.substr(1),
                                   "sha256:" + digits.substr(1) + "A", "sha512:" + digits}) {
    EXPECT_EQ(call({"explain", "--image", image, kConfig}), 2) << image;
    EXPECT_TRUE(complains("expected an image's id, sha256: and 64 hexadecimal digits, found '" + image))
        << screen.err;
  }
  EXPECT_EQ(call({"explain", "--image", kImage, kConfig}), 0) << screen.err;
}

TEST_F(ExplainTest, JsonNamesEverything) {
  EXPECT_EQ(call({"explain", "--json", kConfig}), 0);
  EXPECT_EQ(text("/verdict"), "narrowed");
  EXPECT_EQ(text("/call"), "create");
  EXPECT_EQ(text("/privileged"), "false");
  EXPECT_EQ(text("/controls/0/ceiling/ceiling/0"), "docker-default");
  EXPECT_EQ(text("/controls/0/rule"), "/etc/hardened/policy.yaml:4");
  EXPECT_EQ(text("/controls/0/cis/0"), "5.4");
  EXPECT_EQ(text("/controls/0/changes/0/asked"), "CAP_SYS_ADMIN");
}

TEST_F(ExplainTest, TheDifferenceAsAPatch) {
  EXPECT_EQ(call({"explain", "--diff", kConfig}), 0) << screen.err;
  const doc::Document patch = json();
  const auto has = [&](const std::string& operation, const std::string& path) {
    for (const doc::Value& one : patch.root.items()) {
      if (one.find("op")->text() == operation && one.find("path")->text() == path) return true;
    }
    return false;
  };
  EXPECT_TRUE(has("add", "/linux/resources/pids")) << screen.out;
  EXPECT_TRUE(has("add", "/annotations")) << screen.out;
  EXPECT_EQ(text("/0/path").find("/process/capabilities/bounding"), 0U) << screen.out;
}

TEST_F(ExplainTest, AnExecAndAnUpdate) {
  host.file("/process.json", R"({"args":["id"],"capabilities":{"bounding":["CAP_SYS_ADMIN"]}})");
  EXPECT_EQ(call({"explain", "--process", "/process.json"}), 0) << screen.err;
  EXPECT_TRUE(prints("/process.json: exec would be narrowed")) << screen.out;
  EXPECT_TRUE(prints("5.4, 5.23")) << screen.out;
  EXPECT_FALSE(prints("pids")) << "it takes no part in an exec";
  host.file("/resources.json", R"({"pids":{"limit":-1}})");
  EXPECT_EQ(call({"explain", "--resources", "/resources.json"}), 0) << screen.err;
  EXPECT_TRUE(prints("/resources.json: update would be narrowed")) << screen.out;
  EXPECT_TRUE(prints("unlimited")) << screen.out;
}

// Container `web` of runc, as hardened has made it and its log remembers.
class ExplainContainerTest : public ExplainTest {
 protected:
  ExplainContainerTest() {
    host.file("/proc/sys/kernel/random/boot_id", "boot-1\n").file("/run/bundle/config.json", test::kGranted);
    kept.boot_id = "boot-1";
    kept.root = "/run/runc";
    kept.id = "web";
    kept.policy = "/etc/hardened/policy.yaml";
    kept.promise = runtime::Promise{
        "/run/bundle/config.json", sha256(test::kGranted), "/var/log/hardened/decisions.jsonl", {}, {}, {}};
    kept.promise->inherited.fill(Limit{1048576, 1048576});
    running.executed = true;
  }
  void put() {
    ASSERT_TRUE(runtime::keep(host, kept).ok());
    put_unmanaged();
    host.file(
        "/var/log/hardened/decisions.jsonl",
        R"({"id":"web","call":"create","verdict":"narrowed","controls":[{"control":"pids","verdict":)"
        R"("narrowed","rule":"docker-default","cis":["5.29"],"changes":[{"field":"/linux/resources/pids/limit",)"
        R"("asked":"8192","granted":"100","reason":"x"}]}]})"
        "\n"
        R"({"id":"web","call":"exec","verdict":"narrowed","controls":[]})"
        "\n");
  }
  void put_unmanaged() {
    running.put(host);
    host.file("/run/runc/web/state.json",
              R"({"id":"web","init_process_pid":4711,"init_process_start":2684327,"created":"now","config":)"
              R"({"labels":["bundle=/run/bundle"]}})");
  }
  runtime::Kept kept;
  test::Running running;
};

TEST_F(ExplainContainerTest, HeldAsGranted) {
  put();
  EXPECT_EQ(call({"explain", "web"}), 0) << screen.err << screen.out;
  EXPECT_TRUE(prints("web: holds what it was granted, created under /etc/hardened/policy.yaml\n"))
      << screen.out;
  EXPECT_TRUE(prints("pids     8192   100      as granted  docker-default  5.29\n")) << screen.out;
  EXPECT_TRUE(prints("as asked, and held so: capabilities, ")) << screen.out;
}

TEST_F(ExplainContainerTest, ADriftComesFirst) {
  running.pids_max = "max\n";
  running.status.bounding |= 1U << 12U;  // CAP_NET_ADMIN
  put();
  EXPECT_EQ(call({"explain", "web"}), 1) << screen.err;
  EXPECT_TRUE(prints("web: holds more than it was granted")) << screen.out;
  EXPECT_TRUE(prints("more: it ")) << screen.out;
  EXPECT_TRUE(prints("what to do\n  capabilities: ")) << screen.out;
  EXPECT_LT(screen.out.find("CAP_NET_ADMIN"), screen.out.find("8192"));
  EXPECT_EQ(call({"explain", "--json", "web"}), 1);
  EXPECT_EQ(text("/state"), "above");
  EXPECT_EQ(text("/controls/0/control"), "capabilities");
  EXPECT_EQ(text("/controls/0/state"), "above");
  EXPECT_EQ(text("/controls/1/control"), "pids");
  EXPECT_EQ(text("/controls/1/granted/~1linux~1resources~1pids/limit"), "100");
  EXPECT_EQ(text("/controls/1/decided/changes/0/asked"), "8192");
  EXPECT_EQ(text("/controls/2/state"), "as_granted");
}

TEST_F(ExplainContainerTest, OneThatDidNotStartUnderHardenedIsExplainedByItsBundle) {
  put_unmanaged();
  host.file("/run/bundle/config.json", config(R"("CAP_SYS_ADMIN")"));
  EXPECT_EQ(call({"explain", "web"}), 1) << screen.err;
  EXPECT_TRUE(prints("web: did not start under hardened")) << screen.out;
  EXPECT_TRUE(prints("/run/bundle/config.json: create would be narrowed")) << screen.out;
  EXPECT_EQ(call({"explain", "--json", "web"}), 1) << screen.err;
  EXPECT_EQ(text("/state"), "unmanaged");
  EXPECT_EQ(text("/decided/verdict"), "narrowed");
  EXPECT_EQ(text("/decided/controls/0/changes/0/asked"), "CAP_SYS_ADMIN");
  EXPECT_EQ(call({"explain", "--diff", "web"}), 1) << screen.err;
  EXPECT_TRUE(prints("\"op\"")) << screen.out;
}

TEST_F(ExplainContainerTest, WhatWasGrantedHasNoDifference) {
  put();
  EXPECT_EQ(call({"explain", "--diff", "web"}), 2);
  EXPECT_TRUE(complains("--diff is for requests and containers that did not start under hardened"))
      << screen.err;
  EXPECT_EQ(screen.out, "");
}

TEST_F(ExplainContainerTest, WhatWasOnlyObservedWasGrantedWhole) {
  kept.promise->observing = {"pids"};
  put();
  EXPECT_EQ(call({"explain", "web"}), 0) << screen.err;
  EXPECT_TRUE(prints("pids     8192   all of it (observed)  only observed")) << screen.out;
}

TEST_F(ExplainContainerTest, OneThatNobodyKnows) {
  put();
  EXPECT_EQ(call({"explain", "wob"}), 3);
  EXPECT_TRUE(complains("no container is called wob")) << screen.err;
}

TEST_F(ExplainContainerTest, WithoutItsLineInTheLog) {
  put();
  ASSERT_TRUE(host.remove("/var/log/hardened/decisions.jsonl").ok());
  EXPECT_EQ(call({"explain", "web"}), 0);
  EXPECT_TRUE(prints("what it asked for is not known")) << screen.out;
}

}  // namespace
}  // namespace hardened::ctl
