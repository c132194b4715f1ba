#include "ctl/policy_case.h"

#include "core/base/host_linux.h"
#include "tests/support/source_tree.h"
#include "tool_fixture.h"

namespace hardened::ctl {
namespace {

constexpr const char* kRequest =
    R"({"ociVersion":"1.0.2","process":{"args":["sh"],"cwd":"/","user":{"uid":0,"gid":0},"capabilities":)"
    R"({"bounding":["CAP_SYS_ADMIN"]}},"root":{"path":"rootfs"},"linux":{"namespaces":[{"type":"mount"},{"type":)"
    R"("pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"}],"resources":{"devices":[{"allow":false,"access":)"
    R"("rwm"}],"pids":{"limit":-1}}}})";

class PolicyCaseTest : public ToolTest {
 protected:
  PolicyCaseTest() {
    host.file("/t/policy.yaml", "version: 1\nextends: docker-default\n");
    host.file("/t/wide/config.json", kRequest);
  }
  void expect(const std::string& yaml) { host.file("/t/wide/expect.yaml", yaml); }
  int test() { return call({"test", "/t"}); }
};

TEST_F(PolicyCaseTest, OneThatPasses) {
  expect(
      "verdict: narrowed\ncontrols: {pids: narrowed, mounts: unchanged}\n"
      "granted: {/linux/resources/pids/limit: 4096, /process/capabilities/bounding: [], /hooks: null}\n");
  EXPECT_EQ(test(), 0) << screen.out;
  EXPECT_EQ(screen.out, "ok      /t/wide\n1 passed, 0 failed\n");
  EXPECT_TRUE(host.journal().empty()) << "it only reads";
}

TEST_F(PolicyCaseTest, ALinkOutOfACaseIsNotRead) {
  host.file("/etc/shadow", "root:$y$secret:1:\n");
  expect("verdict: narrowed\n");
  EXPECT_EQ(test(), 0) << screen.out;
  for (const char* path :
       {"/t/wide/config.json", "/t/wide/expect.yaml", "/t/wide/host.yaml", "/t/policy.yaml"}) {
    const auto before = host.bytes(path);
    host.symlink(path, "/etc/shadow");
    EXPECT_EQ(test(), 1) << path;
    EXPECT_EQ((screen.out + screen.err).find("secret"), std::string::npos)
        << path << screen.out << screen.err;
    if (before) {
      host.file(path, *before);
    } else {
      ASSERT_TRUE(host.remove(path).ok());
    }
  }
}

TEST_F(PolicyCaseTest, OneThatFailsSaysWhereItWasExpectedAndWhatDecided) {
  expect(
      "verdict: unchanged\ncontrols:\n  pids: refused\ngranted:\n  /linux/resources/pids/limit: 512\n"
      "says: not today\n");
  EXPECT_EQ(test(), 1);
  for (const char* said :
       {"FAILED  /t/wide\n", "expected unchanged, is narrowed (/t/wide/expect.yaml:1)\n",
        "pids: expected refused, is narrowed (/t/wide/expect.yaml:3)\n",
        "/linux/resources/pids/limit: expected 512, granted is 4096 (/t/wide/expect.yaml:5)\n",
        "expected to be told 'not today', is not refused (/t/wide/expect.yaml:6)\n",
        "pids: asked unlimited at /linux/resources/pids/limit, granted 4096 (docker-default)\n",
        "0 passed, 1 failed\n"})
    EXPECT_TRUE(prints(said)) << said << " in\n" << screen.out;
}

TEST_F(PolicyCaseTest, ARefusalAndItsWords) {
  host.file("/t/policy.yaml", "version: 1\nextends: docker-default\ncontrols: {pids: {on_excess: refuse}}\n");
  expect("verdict: refused\nsays: [the ceiling is 4096, pids]\n");
  EXPECT_EQ(test(), 0) << screen.out;
  expect("verdict: refused\nsays: the ceiling is 17\ngranted: {/process: null}\n");
  EXPECT_EQ(test(), 1);
  EXPECT_TRUE(prints("is told otherwise (/t/wide/expect.yaml:2)")) << screen.out;
  EXPECT_TRUE(prints("refused: pids: asked unlimited")) << screen.out;
  EXPECT_TRUE(prints("expected something granted, is refused")) << screen.out;
}

// What is not there is expected not to be: such a line would hold whatever is granted.
TEST_F(PolicyCaseTest, APointerToNothingIsNoExpectation) {
  struct Wrong {
    const char* pointer;
    const char* said;
  };
  for (const Wrong& one :
       {Wrong{"/linux/resources/pids/limt", "did you mean /linux/resources/pids/limit?"},
        Wrong{"/linux/nonsense/x", "no field of the specification"},
        Wrong{"/process/args/first", "/process/args is a list"}, Wrong{"/mounts/-", "/mounts is a list"},
        Wrong{"/mounts/0/sourc", "did you mean /mounts/0/source?"},
        Wrong{"/annotations/org/x", "nothing stands below /annotations/org"},
        Wrong{"/annotations/a~2", "~ is written as ~0"}}) {
    expect("verdict: narrowed\ngranted:\n  " + std::string(one.pointer) + ": null\n");
    EXPECT_EQ(test(), 1) << one.pointer;
    EXPECT_TRUE(prints(std::string(one.pointer) + ": ")) << screen.out;
    EXPECT_TRUE(prints(one.said)) << screen.out;
    EXPECT_TRUE(prints("(/t/wide/expect.yaml:3)")) << screen.out;
  }
}

TEST_F(PolicyCaseTest, APointerMayLeadToWhatIsOnlyNotThere) {
  expect(
      "verdict: narrowed\ngranted: {/annotations/org.example~1x: null, /linux/sysctl/net.core.somaxconn: "
      "null,"
      " /linux/resources/unified/memory.high: null, /mounts/7/source: null, /process/args/1: null,"
      " /windows/cpu: null, /linux/resources/pids: {limit: 4096}}\n");
  EXPECT_EQ(test(), 0) << screen.out;
}

TEST_F(PolicyCaseTest, AFieldThatThePolicyAcceptsIsToldOf) {
  std::string request = kRequest;
  request.insert(request.find(R"("linux")"), R"("future":{"a":1},)");
  host.file("/t/wide/config.json", request);
  host.file("/t/policy.yaml", "version: 1\nextends: docker-default\naccepted_fields: [/future]\n");
  expect("verdict: narrowed\ngranted: {/future: {a: 1}, /future/a: 1, /future/b: null}\n");
  EXPECT_EQ(test(), 0) << screen.out;
  expect("verdict: narrowed\ngranted: {/futur: null}\n");
  EXPECT_EQ(test(), 1);
  EXPECT_TRUE(prints("/futur: no field of the specification")) << screen.out;
}

TEST_F(PolicyCaseTest, AnExecAndAnUpdateGrantNothingBeyondWhatTheyCarry) {
  host.file("/t/exec/process.json", R"({"args":["id"]})");
  host.file("/t/exec/expect.yaml", "verdict: unchanged\ngranted: {/linux/seccomp: null}\n");
  host.file("/t/update/resources.json", R"({"pids":{"limit":7}})");
  host.file("/t/update/expect.yaml", "verdict: unchanged\ngranted: {/pids/limits: null}\n");
  expect("verdict: narrowed\n");
  EXPECT_EQ(test(), 1);
  EXPECT_TRUE(prints("/linux/seccomp: this call carries /process alone (/t/exec/expect.yaml:2)"))
      << screen.out;
  EXPECT_TRUE(prints("/pids/limits: this call carries /linux/resources alone")) << screen.out;
}

TEST_F(PolicyCaseTest, AnEmptyTextIsPartOfEveryRefusal) {
  host.file("/t/policy.yaml", "version: 1\nextends: docker-default\ncontrols: {pids: {on_excess: refuse}}\n");
  for (const char* says : {"\"\"", "[pids, \"\"]", "[\" \"]"}) {
    expect("verdict: refused\nsays: " + std::string(says) + "\n");
    EXPECT_EQ(test(), 1) << says;
    EXPECT_TRUE(prints("expect.yaml:2:")) << screen.out;
    EXPECT_TRUE(prints("an empty text is part of every refusal")) << screen.out;
  }
}

TEST_F(PolicyCaseTest, AnUnknownKeyIsAnError) {
  expect("verdict: narrowed\ncontrol: {}\n");
  EXPECT_EQ(test(), 1);
  EXPECT_TRUE(prints("expect.yaml:2:1: unknown key 'control', did you mean controls?")) << screen.out;
  expect(
      "verdict: narowed\ncontrols: {pidz: narrowed, pids: none}\ngranted: {limit: 1}\ngiven: {date: soon}\n");
  EXPECT_EQ(test(), 1);
  for (const char* said : {"did you mean narrowed?", "unknown key 'pidz', did you mean pids?",
                           "expected a JSON pointer", "expected a day such as"})
    EXPECT_TRUE(prints(said)) << said << " in\n" << screen.out;
  expect("controls: {}\n");
  EXPECT_EQ(test(), 1);
  EXPECT_TRUE(prints("'verdict' is missing")) << screen.out;
}

TEST_F(PolicyCaseTest, HalfOfACaseFails) {
  EXPECT_EQ(test(), 1);
  EXPECT_TRUE(prints("there is no expect.yaml")) << screen.out;
  host.file("/t/empty/expect.yaml", "verdict: narrowed\n");
  expect("verdict: narrowed\n");
  EXPECT_EQ(test(), 1);
  EXPECT_TRUE(prints("it asks for nothing")) << screen.out;
  host.file("/t/empty/config.json", kRequest).file("/t/empty/process.json", "{}");
  EXPECT_EQ(test(), 1);
  EXPECT_TRUE(prints("it asks twice: config.json and process.json")) << screen.out;
}

TEST_F(PolicyCaseTest, AFolderWithoutCasesIsAnError) {
  host.directory("/none/at/all");
  EXPECT_EQ(call({"test", "/none"}), 3);
  EXPECT_TRUE(complains("no case in it")) << screen.err;
  EXPECT_EQ(call({"test", "/missing"}), 3);
  EXPECT_EQ(call({"test"}), 2);
}

TEST_F(PolicyCaseTest, TheNearestPolicyAndTheOneThatIsNamed) {
  expect("verdict: narrowed\ngranted: {/linux/resources/pids/limit: 64}\n");
  EXPECT_EQ(test(), 1);
  host.file("/t/wide/policy.yaml",
            "version: 1\nextends: docker-default\ncontrols: {pids: {default: 64, maximum: 64}}\n");
  EXPECT_EQ(test(), 0) << screen.out;
  host.file("/other.yaml",
            "version: 1\nextends: docker-default\ncontrols: {pids: {default: 65, maximum: 65}}\n");
  EXPECT_EQ(call({"test", "--policy", "/other.yaml", "/t"}), 1);
  EXPECT_TRUE(prints("granted is 65")) << screen.out;
  host.file("/bare/config.json", kRequest).file("/bare/expect.yaml", "verdict: narrowed\n");
  EXPECT_EQ(call({"test", "/bare"}), 1);
  EXPECT_TRUE(prints("there is no policy.yaml beside it or above")) << screen.out;
}

TEST_F(PolicyCaseTest, ExecAndUpdate) {
  host.file("/t/exec/process.json", R"({"args":["id"],"capabilities":{"bounding":["CAP_SYS_ADMIN"]}})");
  host.file("/t/exec/expect.yaml", "verdict: narrowed\ngranted: {/process/capabilities/bounding: []}\n");
  host.file("/t/update/resources.json", R"({"pids":{"limit":-1}})");
  host.file("/t/update/expect.yaml", "verdict: narrowed\ngranted: {/linux/resources/pids/limit: 4096}\n");
  expect("verdict: narrowed\n");
  EXPECT_EQ(test(), 0) << screen.out;
  EXPECT_TRUE(prints("3 passed, 0 failed\n"));
}

TEST_F(PolicyCaseTest, AWaiverHoldsUpToItsDay) {
  const std::string image = "sha256:" + std::string(64, '1');
  host.file("/t/policy.yaml",
            "version: 1\nextends: docker-default\nwaivers:\n  - name: b\n    match: {image_id: [\"" + image +
                "\"]}\n    controls: {capabilities: {ceiling: [SYS_ADMIN]}}\n    because: x\n    expires: "
                "2027-06-30\n");
  const std::string given = "given: {image: \"" + image + "\", date: ";
  expect(given + "2027-06-30}\nverdict: narrowed\ncontrols: {capabilities: unchanged}\n");
  EXPECT_EQ(test(), 0) << screen.out;
  expect(given + "2027-07-01}\nverdict: narrowed\ncontrols: {capabilities: narrowed}\n");
  EXPECT_EQ(test(), 0) << screen.out;
  expect(given + "2027-07-01}\nverdict: narrowed\ncontrols: {capabilities: unchanged}\n");
  EXPECT_EQ(test(), 1);
  EXPECT_TRUE(prints("the waiver b expired on 2027-06-30, and no longer holds\n")) << screen.out;
}

TEST_F(PolicyCaseTest, TheHostIsTheDescribedOne) {
  const std::string mount =
      R"("mounts":[{"destination":"/d","type":"bind","source":"/srv/data","options":["rbind"]}],)";
  std::string request = kRequest;
  request.insert(request.find(R"("linux")"), mount);
  host.file("/t/wide/config.json", request);
  expect("verdict: narrowed\ncontrols: {mounts: unchanged}\n");
  host.directory("/etc").symlink("/srv/data", "/etc");
  EXPECT_EQ(test(), 0) << "what this machine has does not count\n" << screen.out;
  EXPECT_EQ(call({"test", "--this-host", "/t"}), 1) << screen.out;
  host.file("/t/host.yaml", "links: {/srv/data: /etc}\n");
  EXPECT_EQ(test(), 1);
  EXPECT_TRUE(prints("mounts: expected unchanged, is refused")) << screen.out;
  host.file("/t/host.yaml", "directorys: [/srv/data]\n");
  EXPECT_EQ(test(), 1);
  EXPECT_TRUE(prints("host.yaml:1:1: unknown key 'directorys', did you mean directories?")) << screen.out;
}

TEST_F(PolicyCaseTest, Json) {
  expect("verdict: unchanged\n");
  EXPECT_EQ(call({"test", "--json", "/t"}), 1);
  const doc::Document all = json();
  EXPECT_EQ(doc::resolve(all.root, "/failed")->text(), "1");
  EXPECT_EQ(doc::resolve(all.root, "/cases/0/verdict")->text(), "narrowed");
  EXPECT_EQ(doc::resolve(all.root, "/cases/0/failures/0/what")->text(), "expected unchanged, is narrowed");
}

TEST_F(PolicyCaseTest, JsonHasWhatWasGrantedWhole) {
  const std::string list = R"(["/proc/)" + std::string(300, 'a') + R"("])";
  std::string request = kRequest;
  request.insert(request.find(R"("namespaces")"), R"("maskedPaths":)" + list + ",");
  host.file("/t/wide/config.json", request);
  host.file("/t/policy.yaml",
            "version: 1\nextends: docker-default\ncontrols: {paths: {masked: [], readonly: []}}\n");
  expect("verdict: narrowed\ngranted: {/linux/maskedPaths: [/proc/a], /linux/mountLabel: 1}\n");
  EXPECT_EQ(call({"test", "--json", "/t"}), 1);
  const doc::Document all = json();
  EXPECT_EQ(doc::print(*doc::resolve(all.root, "/cases/0/failures/0/granted")), list);
  EXPECT_EQ(doc::print(*doc::resolve(all.root, "/cases/0/failures/0/expected")), R"(["/proc/a"])");
  EXPECT_TRUE(doc::resolve(all.root, "/cases/0/failures/1/granted")->is(doc::Kind::null));
  test();
  EXPECT_TRUE(prints("granted is [\"/proc/a") || prints("granted is [/proc/a")) << screen.out;
  EXPECT_FALSE(prints(std::string(200, 'a'))) << screen.out;
}

// Those that README shows.
TEST(PolicyCases, TheShippedExamplesPass) {
  const auto linux = linux_host();
  test::IdleMachine machine;
  test::FakeScreen screen;
  EXPECT_EQ(run({*linux, machine, screen}, {"hardenedctl", "test", test::source_path("docs/policy-tests")}),
            0)
      << screen.out << screen.err;
  EXPECT_NE(screen.out.find("4 passed, 0 failed\n"), std::string::npos) << screen.out;
}

}  // namespace
}  // namespace hardened::ctl
