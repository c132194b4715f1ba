// What a policy file may say, and everything that is wrong with one.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "config/embedded.h"
#include "config/load.h"

namespace hardened::config {
namespace {

using controls::OnExcess;

Policy good(std::string yaml) {
  auto policy = parse_policy("policy.yaml", std::move(yaml));
  EXPECT_TRUE(policy.ok()) << (policy ? "" : policy.error().what);
  return policy ? std::move(policy).value() : Policy{};
}

// The messages, without the lines and carets below them.
std::vector<std::string> faults(std::string yaml) {
  const auto policy = parse_policy("policy.yaml", std::move(yaml));
  if (policy) return {"accepted"};
  EXPECT_EQ(policy.error().fault, Fault::policy);
  std::vector<std::string> out;
  std::string_view rest = policy.error().what;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (rest.substr(0, 3) != " | ") out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::set<OnExcess> modes(const Policy& policy) {
  return std::apply([](const auto&... rule) { return std::set<OnExcess>{rule.on_excess...}; }, policy.rules);
}

std::string extending(const std::string& more) { return "version: 1\nextends: docker-default\n" + more; }

using Faults = std::vector<std::string>;

TEST(Policy, TheShippedOneIsRight) {
  const Policy policy = good(std::string(embedded::policy_yaml));
  EXPECT_EQ(policy.decision_log.path, "/var/log/hardened/decisions.jsonl");
  EXPECT_EQ(policy.decision_log.on_failure, OnLogFailure::proceed);
  EXPECT_EQ(policy.decision_log.unchanged, Unchanged::skip);
  EXPECT_EQ(policy.fields.unknown, controls::UnknownFields::refuse);
  EXPECT_EQ(policy.rootless, Rootless::pass);
  EXPECT_EQ(policy.unmanaged, Unmanaged::narrow);
  EXPECT_EQ(policy.privileged, OnExcess::narrow);
  EXPECT_TRUE(policy.allowed_calls.empty());
  EXPECT_EQ(policy.rule<controls::Pids>().on_excess, OnExcess::narrow);
  EXPECT_EQ(policy.rule<controls::Pids>().ceiling.maximum, controls::TaskLimit::of(4096));
}

TEST(Policy, TheShippedOneHasACommentForEachKeyAndRule) {
  std::istringstream lines{std::string(embedded::policy_yaml)};
  std::string before;
  int keys = 0;
  for (std::string line; std::getline(lines, line); before = line) {
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string::npos || indent > 2 || line[indent] == '#') continue;
    ++keys;
    EXPECT_NE(before.find('#'), std::string::npos) << line;
  }
  EXPECT_GT(keys, 15);
}

TEST(Policy, ExtendingABaseTakesAllOfIt) {
  const Policy policy = good(extending(""));
  const Policy shipped = good(std::string(embedded::policy_yaml));
  EXPECT_EQ(policy.decision_log.path, shipped.decision_log.path);
  EXPECT_EQ(policy.rule<controls::Pids>().ceiling.maximum, shipped.rule<controls::Pids>().ceiling.maximum);
  EXPECT_EQ(policy.rule<controls::Pids>().origin, "docker-default");
  EXPECT_EQ(policy.fields.origin, "docker-default");
  EXPECT_EQ(policy.privileged_origin, "docker-default");
  EXPECT_NE(policy.id, shipped.id);
}

TEST(Policy, AKeyOfARuleIsTheOperatorsTheOthersTheBases) {
  const Policy policy = good(extending("controls:\n  pids: {default: 64}\n"));
  const auto& rule = policy.rule<controls::Pids>();
  EXPECT_EQ(rule.ceiling.by_default, controls::TaskLimit::of(64));
  EXPECT_EQ(rule.ceiling.maximum, controls::TaskLimit::of(4096));
  EXPECT_EQ(rule.on_excess, OnExcess::narrow);
  EXPECT_EQ(rule.origin, "policy.yaml:4");
  EXPECT_EQ(policy.rule<controls::Rlimits>().origin, "docker-default");
}

TEST(Policy, SectionsAreLaidOverTheBaseKeyByKey) {
  const Policy policy =
      good(extending("decision_log: {on_failure: refuse}\nprivileged: {on_excess: refuse}\n"));
  EXPECT_EQ(policy.decision_log.path, "/var/log/hardened/decisions.jsonl");
  EXPECT_EQ(policy.decision_log.on_failure, OnLogFailure::refuse);
  EXPECT_EQ(policy.privileged, OnExcess::refuse);
  EXPECT_EQ(policy.privileged_origin, "policy.yaml:4");
}

TEST(Policy, AnEmptyKeyIsTheBases) {
  const Policy policy = good(extending("rootless:\ncontrols:\n  pids:\n  rlimits: {default: ~}\n"));
  EXPECT_EQ(policy.rootless, Rootless::pass);
  EXPECT_EQ(policy.rule<controls::Pids>().origin, "docker-default");
}

TEST(Policy, ObserveObservesEveryControl) {
  const Policy policy = good("version: 1\nextends: observe\n");
  EXPECT_EQ(modes(policy), std::set{OnExcess::observe});
  EXPECT_EQ(policy.rule<controls::Pids>().origin, "observe");
  EXPECT_EQ(policy.fields.unknown, controls::UnknownFields::record);
  EXPECT_EQ(policy.privileged, OnExcess::narrow);
  EXPECT_EQ(policy.rule<controls::Pids>().ceiling.maximum, controls::TaskLimit::of(4096))
      << "of docker-default";
  const Policy installed = good(std::string(embedded::observe_yaml));
  EXPECT_EQ(modes(installed), std::set{OnExcess::observe});
}

TEST(Policy, TheIdIsOfEveryByteThatWasRead) {
  EXPECT_EQ(good(extending("")).id, good(extending("")).id);
  EXPECT_NE(good(extending("")).id, good(extending("# a remark\n")).id);
  EXPECT_EQ(good(extending("")).id.size(), 64U);
}

TEST(Policy, AllFaultsAreSaidAtOnce) {
  EXPECT_EQ(
      faults(extending("rootles: pass\n"
                       "unknown_fields: recrod\n"
                       "controls:\n"
                       "  pid: {maximum: 1}\n"
                       "  pids: {maxmum: 512, on_excess: narow, default: 0}\n"
                       "  rlimits: {default: 1.5}\n")),
      (Faults{"policy.yaml:3:1: unknown key 'rootles', did you mean rootless?",
              "policy.yaml:4:17: expected refuse or record, found 'recrod', did you mean record?",
              "policy.yaml:6:3: unknown key 'pid', did you mean pids?",
              "policy.yaml:7:10: unknown key 'maxmum', did you mean maximum?",
              "policy.yaml:7:34: expected refuse, narrow or observe, found 'narow', did you mean narrow?",
              "policy.yaml:7:50: expected a number of tasks from 1 to 4194304, or unlimited",
              "policy.yaml:8:22: expected a number or unlimited, inherited, or {soft: …, hard: …}"}));
}

TEST(Policy, AFaultShowsItsLine) {
  const auto policy = parse_policy("policy.yaml", extending("rootles: pass\n"));
  ASSERT_FALSE(policy.ok());
  EXPECT_EQ(policy.error().what,
            "policy.yaml:3:1: unknown key 'rootles', did you mean rootless?\n | rootles: pass\n | ^");
}

TEST(Policy, AFileThatExtendsNothingNamesEverything) {
  const Faults all = faults("version: 1\ncontrols:\n  pids: {on_excess: narrow, default: 1, maximum: 1}\n");
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.front(),
            "policy.yaml:1:1: 'decision_log' is missing, and there is no base to take it from (extends: "
            "docker-default)");
  EXPECT_EQ(all.back().substr(0, 40), "policy.yaml:3:3: no rule for capabilitie");
  EXPECT_EQ(all.back().find("pids"), std::string::npos);
  EXPECT_NE(all.back().find("and other: a file that extends nothing must name every control"),
            std::string::npos);
}

TEST(Policy, TheShippedOnesKnowDockerAndWaiveNothing) {
  for (const Policy& policy :
       {good(std::string(embedded::policy_yaml)), good("version: 1\nextends: observe\n")}) {
    ASSERT_EQ(policy.engines.size(), 1U);
    EXPECT_EQ(policy.engines.front().name, "docker");
    EXPECT_EQ(policy.engines.front().data_root, "/var/lib/docker");
    EXPECT_TRUE(policy.waivers.empty());
  }
}

TEST(Policy, EnginesAreTheOperatorsOwnWholeList) {
  const Policy policy =
      good(extending("engines:\n- {name: a, data_root: /srv/a}\n- {name: b, data_root: /srv/b}\n"));
  ASSERT_EQ(policy.engines.size(), 2U);
  EXPECT_EQ(policy.engines.back().name, "b");
  EXPECT_EQ(policy.engines.back().data_root, "/srv/b");
  // And mounts knows where their files for containers are.
  const auto& known = policy.rule<controls::Mounts>().ceiling.engines;
  for (const char* root : {"/srv/a", "/srv/b"}) {
    EXPECT_NE(std::find(known.begin(), known.end(), controls::EngineRoot{controls::Engine::docker, root}),
              known.end())
        << root;
  }
  EXPECT_TRUE(good(extending("engines: []\n")).engines.empty());
}

TEST(Policy, AllThatIsWrongWithEnginesIsSaidAtOnce) {
  EXPECT_EQ(
      faults(extending("engines:\n"
                       "  - {name: a, data_root: var/lib/docker}\n"
                       "  - {name: a, data_root: /srv/../a}\n"
                       "  - {name: '', dataroot: /srv/b}\n"
                       "  - {name: c, data_root: /srv/c/}\n"
                       "  - {name: d, data_root: /srv/d}\n"
                       "  - {name: e, data_root: /srv/d}\n"
                       "  - f\n"
                       "  - {name: g, data_root: /}\n")),
      (Faults{"policy.yaml:4:26: 'var/lib/docker' is a relative path; expected an absolute one, as in "
              "/var/lib/docker",
              "policy.yaml:5:26: expected a directory below /, without '.', '..' and doubled slashes",
              "policy.yaml:5:12: two engines are called 'a'",
              "policy.yaml:6:16: unknown key 'dataroot', did you mean data_root?",
              "policy.yaml:6:5: 'data_root' is missing", "policy.yaml:6:12: expected a name of 1 to 64 bytes",
              "policy.yaml:7:26: expected a directory below /, without '.', '..' and doubled slashes",
              "policy.yaml:9:26: the engine 'd' has this data_root already",
              "policy.yaml:10:5: expected an object, found a string",
              "policy.yaml:11:26: expected a directory below /, without '.', '..' and doubled slashes"}));
}

TEST(Policy, TheVersionIsTheFilesOwn) {
  EXPECT_EQ(faults("extends: docker-default\n"), (Faults{"policy.yaml:1:1: 'version' is missing"}));
  EXPECT_EQ(faults("extends: docker-default\nversion: 2\n"),
            (Faults{"policy.yaml:2:10: this version reads policies of version 1"}));
  EXPECT_EQ(faults("extends: docker-default\nversion: '1'\n"),
            (Faults{"policy.yaml:2:10: this version reads policies of version 1"}));
}

TEST(Policy, TheBaseIsABuiltInOne) {
  EXPECT_EQ(faults("version: 1\nextends: docker-defualt\n"),
            (Faults{"policy.yaml:2:10: there is no base 'docker-defualt', did you mean docker-default?"}));
  EXPECT_EQ(
      faults("version: 1\nextends: /etc/passwd\n"),
      (Faults{
          "policy.yaml:2:10: there is no base '/etc/passwd', there are docker-default, observe and strict"}));
  EXPECT_EQ(faults("version: 1\nextends: [observe]\n"),
            (Faults{"policy.yaml:2:10: expected a string, found a list"}));
}

TEST(Policy, SectionsOfTheWrongKindAreFaults) {
  EXPECT_EQ(faults(extending("decision_log: none\nprivileged: refuse\ncontrols: [pids]\n")),
            (Faults{"policy.yaml:3:15: expected an object, found a string",
                    "policy.yaml:4:13: expected an object, found a string",
                    "policy.yaml:5:11: expected an object, found a list"}));
  EXPECT_EQ(faults(extending("controls: {pids: 5}\n")),
            (Faults{"policy.yaml:3:18: expected an object, found a number"}));
  EXPECT_EQ(faults("[]"), (Faults{"policy.yaml:1:1: expected keys and values, found a list"}));
  EXPECT_EQ(faults(""), (Faults{"policy.yaml:1:1: expected keys and values, found null"}));
}

TEST(Policy, Settings) {
  const Policy policy = good(
      extending("decision_log: {path: \"\", on_failure: refuse, unchanged: record}\n"
                "unknown_fields: record\naccepted_fields: [/linux/new]\nrootless: refuse\nunmanaged: refuse\n"
                "allowed_calls: [checkpoint, --no-pivot]\n"));
  EXPECT_EQ(policy.decision_log.path, "");
  EXPECT_EQ(policy.decision_log.unchanged, Unchanged::record);
  EXPECT_EQ(policy.fields.unknown, controls::UnknownFields::record);
  EXPECT_EQ(policy.fields.accepted, std::vector<std::string>{"/linux/new"});
  EXPECT_EQ(policy.fields.origin, "policy.yaml:4");
  EXPECT_EQ(policy.rootless, Rootless::refuse);
  EXPECT_EQ(policy.unmanaged, Unmanaged::refuse);
  EXPECT_EQ(policy.allowed_calls, (std::vector<std::string>{"checkpoint", "--no-pivot"}));
}

TEST(Policy, SettingsAreChecked) {
  EXPECT_EQ(
      faults(extending("decision_log: {path: log.jsonl, on_failure: true}\n"
                       "accepted_fields: [linux, 4, /]\n"
                       "allowed_calls: [restroe, kill]\n"
                       "rootless: [pass]\n")),
      (Faults{"policy.yaml:3:22: expected the absolute path of a file, or \"\" for no log",
              "policy.yaml:3:45: expected continue or refuse, found a boolean",
              "policy.yaml:4:19: expected a JSON pointer, as in /linux/somethingNew",
              "policy.yaml:4:26: expected a string, found a number",
              "policy.yaml:4:29: expected a JSON pointer, as in /linux/somethingNew",
              "policy.yaml:6:11: expected pass or refuse, found a list",
              "policy.yaml:5:17: expected checkpoint, restore, mounts, --cgroup, --cgroup-manager, "
              "--l3-cache-schema, --lsm-mount-context, --lsm-profile, --mem-bw-schema, --no-new-keyring, "
              "--no-pivot or --rootless, found 'restroe', did you mean restore?",
              "policy.yaml:5:26: expected checkpoint, restore, mounts, --cgroup, --cgroup-manager, "
              "--l3-cache-schema, --lsm-mount-context, --lsm-profile, --mem-bw-schema, --no-new-keyring, "
              "--no-pivot or --rootless, found 'kill'"}));
}

TEST(Policy, ListsAndTheFileAreBounded) {
  std::string list;
  for (int i = 0; i < 257; ++i) list += "/x,";
  EXPECT_EQ(faults(extending("accepted_fields: [" + list + "]\n")),
            (Faults{"policy.yaml:3:18: /accepted_fields: more than 256 items"}));
  EXPECT_EQ(faults(extending("#" + std::string(kLargestPolicy, 'x'))),
            (Faults{"policy.yaml: longer than 1048576 bytes"}));
}

TEST(Policy, YamlThatCannotBeReadIsAPolicyFault) {
  EXPECT_EQ(faults("a: &x 1\n"), (Faults{"policy.yaml:1:4: anchors are not allowed here"}));
}

}  // namespace
}  // namespace hardened::config
