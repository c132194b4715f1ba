#include "config/reopens.h"
#include "ctl/check_report.h"
#include "ctl/escapes.h"
#include "tool_fixture.h"

namespace hardened::ctl {
namespace {

using Owner = test::Owner;

const std::string kImage = "sha256:" + std::string(64, '1');

std::string policy(const std::string& more) { return "version: 1\nextends: docker-default\n" + more; }

std::string waiver(const std::string& controls, const std::string& more = "") {
  return policy("waivers:\n  - name: builder\n    match: {image_id: [\"" + kImage + "\"]}\n    controls: {" +
                controls + "}\n    because: it builds images\n" + more);
}

class CheckTest : public ToolTest {};

TEST_F(CheckTest, AGoodPolicy) {
  host.file("/etc/hardened/policy.yaml", policy(""));
  EXPECT_EQ(call({"check", "/etc/hardened/policy.yaml"}), 0) << screen.err;
  EXPECT_EQ(screen.out, "/etc/hardened/policy.yaml: good\n");
}

TEST_F(CheckTest, AllFaultsOfAllFilesAtOnce) {
  host.file("/one.yaml", policy("controls:\n  pids: {maximun: 5}\n  capabilities: {ceiling: [SYS_ADMN]}\n"));
  host.file("/two.yaml", policy("unknown_feilds: refuse\n"));
  host.file("/three.yaml", policy(""));
  EXPECT_EQ(call({"check", "/one.yaml", "/two.yaml", "/three.yaml"}), 1);
  EXPECT_TRUE(
      prints("/one.yaml:4:10: unknown key 'maximun', did you mean maximum?\n |   pids: {maximun: 5}\n"))
      << screen.out;
  EXPECT_TRUE(prints("did you mean CAP_SYS_ADMIN?")) << screen.out;
  EXPECT_LT(screen.out.find("maximun"), screen.out.find("SYS_ADMN")) << "in the order of the file";
  EXPECT_TRUE(prints("/one.yaml: wrong, 2 faults\n")) << screen.out;
  EXPECT_TRUE(prints("/two.yaml:3:1: unknown key 'unknown_feilds'")) << screen.out;
  EXPECT_TRUE(prints("/two.yaml: wrong, 1 fault\n")) << screen.out;
  EXPECT_TRUE(prints("/three.yaml: good\n")) << screen.out;
}

TEST_F(CheckTest, OneInAHomeDirectoryIsCheckedAndSaidToBeNoCallsOwn) {
  host.directory("/home/u", Owner{.mode = 0755, .uid = 1000});
  host.file("/home/u/policy.yaml", policy(""), Owner{.mode = 0644, .uid = 1000});
  EXPECT_EQ(call({"check", "/home/u/policy.yaml"}), 0);
  EXPECT_TRUE(prints("no call would take it from here")) << screen.out;
  EXPECT_TRUE(prints("/home/u/policy.yaml: right in itself, but no call takes it from here\n"));
  host.file("/home/u/policy.yaml", policy("x: 1\n"), Owner{.mode = 0644, .uid = 1000});
  EXPECT_EQ(call({"check", "/home/u/policy.yaml"}), 1);
  EXPECT_TRUE(prints("no call would take it from here")) << screen.out;
  EXPECT_TRUE(prints("unknown key 'x'")) << screen.out;
}

TEST_F(CheckTest, OneThatCallsWouldReadAndDoNotTrustIsWrong) {
  host.file("/etc/hardened/policy.yaml", policy(""), Owner{.mode = 0666});
  EXPECT_EQ(call({"check", "/etc/hardened/policy.yaml"}), 1);
  EXPECT_TRUE(prints("/etc/hardened/policy.yaml: no call would take it from here: ")) << screen.out;
  EXPECT_TRUE(prints("/etc/hardened/policy.yaml: wrong, 1 fault\n")) << screen.out;
  EXPECT_FALSE(prints("good"));
  EXPECT_EQ(call({"check", "--json", "/etc/hardened/policy.yaml"}), 1);
  const doc::Document all = json();
  EXPECT_EQ(doc::resolve(all.root, "/0/wrong/0/message")->text().find("no call would take it"), 0U);
  host.file("/etc/hardened/policy.yaml", policy("x: 1\n"), Owner{.mode = 0666});
  EXPECT_EQ(call({"check", "/etc/hardened/policy.yaml"}), 1);
  EXPECT_TRUE(prints("wrong, 2 faults")) << screen.out;
}

TEST_F(CheckTest, ARuleThatRefusesWhatDockerAsksForByItself) {
  host.file("/p.yaml", policy("controls:\n  capabilities: {on_excess: refuse, ceiling: [docker-default, "
                              "-NET_RAW, -MKNOD, SYS_TIME]}\n"));
  EXPECT_EQ(call({"check", "/p.yaml"}), 0);
  EXPECT_TRUE(
      prints("capabilities (/p.yaml:4): refuses what Docker asks for by itself (CAP_NET_RAW, "
             "CAP_MKNOD)\n"))
      << screen.out;
  for (const char* rule : {"{on_excess: refuse, ceiling: [docker-default]}", "{ceiling: [none]}"}) {
    host.file("/p.yaml", policy(std::string("controls: {capabilities: ") + rule + "}\n"));
    EXPECT_EQ(call({"check", "/p.yaml"}), 0);
    EXPECT_FALSE(prints("by itself")) << rule;
  }
}

TEST_F(CheckTest, OneThatIsNotThereFailsAndTheOthersAreStillChecked) {
  host.file("/good.yaml", policy(""));
  EXPECT_EQ(call({"check", "/missing.yaml", "/good.yaml"}), 3);
  EXPECT_TRUE(complains("/missing.yaml"));
  EXPECT_TRUE(prints("/good.yaml: good\n"));
}

TEST_F(CheckTest, AWaiverWithWhatItOpensAgain) {
  host.file("/p.yaml", waiver("capabilities: {ceiling: [docker-default, SYS_PTRACE]}"));
  EXPECT_EQ(call({"check", "/p.yaml"}), 0) << screen.out;
  EXPECT_TRUE(
      prints("waiver builder (/p.yaml:4): raises capabilities for every user of the engine who may "
             "start that image, without an end\n"))
      << screen.out;
  EXPECT_TRUE(prints(
      "  opens again: E33 ptrace on the host's processes; E54 another container's files by --pid=host\n"))
      << screen.out;
  EXPECT_TRUE(prints("  because: it builds images\n")) << screen.out;
}

TEST_F(CheckTest, AWaiverThatRaisesNothing) {
  for (const char* rule :
       {"capabilities: {ceiling: [docker-default]}", "capabilities: {ceiling: [docker-default, -CHOWN]}",
        "pids: {default: 100, maximum: 100}"}) {
    host.file("/p.yaml", waiver(rule));
    EXPECT_EQ(call({"check", "/p.yaml"}), 0);
    EXPECT_TRUE(
        prints("waiver builder (/p.yaml:4): warning: raises nothing: its ceiling is not above the "
               "rule's\n  because: it builds images\n"))
        << screen.out;
  }
  host.file("/p.yaml", waiver("pids: {default: 100, maximum: 100}, capabilities: {ceiling: [SYS_PTRACE]}"));
  EXPECT_EQ(call({"check", "/p.yaml"}), 0);
  EXPECT_TRUE(prints("raises capabilities for every")) << screen.out;
  EXPECT_TRUE(prints("  warning: of pids it raises nothing: ")) << screen.out;
  EXPECT_EQ(call({"check", "--json", "/p.yaml"}), 0);
  const doc::Document all = json();
  EXPECT_EQ(doc::resolve(all.root, "/0/waivers/0/not_raised/0")->text(), "pids");
  EXPECT_EQ(doc::resolve(all.root, "/0/waivers/0/reopens/0/escape")->text(), "E33");
}

// What a container gets that asked for no limit of its own is raised, if not what may be asked for.
TEST_F(CheckTest, ADefaultThatAWaiverRaisesIsRaised) {
  std::string text = waiver("pids: {default: 200}");
  text.insert(text.find("waivers:"), "controls: {pids: {default: 100}}\n");
  host.file("/p.yaml", text);
  EXPECT_EQ(call({"check", "/p.yaml"}), 0);
  EXPECT_TRUE(prints("raises pids for every")) << screen.out;
}

TEST(Escapes, EachThatAWaiverCanOpenIsToldInWords) {
  for (const config::Reopens& row : config::reopens()) {
    for (std::size_t at = 0; at < row.escapes.size(); at += 4) {
      const std::string_view id = row.escapes.substr(at, 3);
      EXPECT_NE(escape_named(id), "") << id;
      EXPECT_LE(escape_named(id).size(), 70U) << id;
    }
  }
  EXPECT_EQ(escape_named("E00"), "");
}

TEST_F(CheckTest, AWaiverThatExpired) {
  host.file("/p.yaml", waiver("pids: {maximum: 9000}", "    expires: 2025-12-31\n"));
  EXPECT_EQ(call({"check", "/p.yaml"}), 0);
  EXPECT_TRUE(prints("expired on 2025-12-31, take it out")) << screen.out;
  EXPECT_FALSE(prints("opens again"));
  EXPECT_EQ(call({"check", "--json", "/p.yaml"}), 0);
  EXPECT_TRUE(prints("\"reopens\":[]")) << screen.out;
  host.file("/p.yaml", waiver("pids: {maximum: 9000}", "    expires: 2026-01-02\n"));  // it is that day
  EXPECT_EQ(call({"check", "/p.yaml"}), 0);
  EXPECT_TRUE(prints("up to 2026-01-02")) << screen.out;
}

TEST_F(CheckTest, AProfileThatIsNotThere) {
  host.directory("/etc/hardened");
  host.file("/p.yaml", policy("controls: {seccomp: {profile: /etc/hardened/own.json}}\n"));
  EXPECT_EQ(call({"check", "/p.yaml"}), 0);
  EXPECT_TRUE(prints("no container would start on this host")) << screen.out;
  EXPECT_TRUE(prints("/etc/hardened/own.json")) << screen.out;
}

TEST_F(CheckTest, EffectiveNamesTheLineOrTheBaseOfEachKey) {
  host.file("/p.yaml",
            "version: 1\nextends: strict\ndecision_log: {path: /l}\ncontrols:\n  pids:\n    maximum: 999\n");
  EXPECT_EQ(call({"check", "--effective", "--json", "/p.yaml"}), 0) << screen.out;
  const doc::Document all = json();
  const auto text = [&](const std::string& pointer) {
    const doc::Value* value = doc::resolve(all.root, "/0/effective" + pointer);
    return value == nullptr ? "none" : value->text();
  };
  EXPECT_EQ(text("/controls/pids/maximum/value"), "999");
  EXPECT_EQ(text("/controls/pids/maximum/from"), "/p.yaml:6");
  EXPECT_EQ(text("/controls/pids/default/value"), "256");
  EXPECT_EQ(text("/controls/pids/default/from"), "strict");
  EXPECT_EQ(text("/controls/pids/on_excess/value"), "narrow");
  EXPECT_EQ(text("/settings/decision_log.path/value"), "/l");
  EXPECT_EQ(text("/settings/decision_log.path/from"), "/p.yaml:3");
  EXPECT_EQ(text("/settings/decision_log.on_failure/value"), "refuse");
  EXPECT_EQ(text("/settings/rootless/from"), "strict");
  EXPECT_EQ(call({"check", "--effective", "/p.yaml"}), 0);
  EXPECT_TRUE(prints("pids               on_excess                narrow")) << screen.out;
}

// Each control, with all of its keys: nothing that is in force is left out.
TEST_F(CheckTest, EffectiveIsWhole) {
  host.file("/p.yaml", policy(""));
  const auto file = read_policy_file(host, "/p.yaml");
  ASSERT_TRUE(file.ok());
  const std::vector<RuleText> rules = rules_of(*file->source);
  EXPECT_EQ(rules.size(), std::tuple_size_v<controls::AllControls>);
  for (const RuleText& rule : rules) EXPECT_EQ(rule.keys.front().key, "on_excess") << rule.control;
  EXPECT_EQ(settings_of(*file->source).size(), 10U);
}

TEST_F(CheckTest, JsonOfWhatIsWrong) {
  host.file("/p.yaml", policy("controls:\n  pids: {maximun: 5}\n"));
  EXPECT_EQ(call({"check", "--json", "/p.yaml"}), 1);
  const doc::Document all = json();
  EXPECT_EQ(doc::resolve(all.root, "/0/wrong/0/line")->text(), "4");
  EXPECT_EQ(doc::resolve(all.root, "/0/wrong/0/column")->text(), "10");
  EXPECT_EQ(doc::resolve(all.root, "/0/wrong/0/message")->text(),
            "unknown key 'maximun', did you mean maximum?");
  EXPECT_EQ(doc::resolve(all.root, "/0/id"), nullptr);
}

}  // namespace
}  // namespace hardened::ctl
