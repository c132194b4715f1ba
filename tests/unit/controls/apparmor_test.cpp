#include "controls/apparmor.h"

#include <gtest/gtest.h>

#include "controls/kernel.h"
#include "core/doc/json.h"
#include "core/doc/yaml.h"
#include "profiles/apparmor/loader.h"
#include "tests/support/fake_host.h"

namespace hardened::controls {
namespace {

const std::string kHost = "hardened-default-0123456789ab";
const std::string kOlder = "hardened-default-ba9876543210";

AppArmor::Ceiling ceiling_of(const std::string& yaml) {
  const auto rule = doc::read_yaml("rule", yaml);
  doc::Diagnostics wrong;
  const auto ceiling = AppArmor::parse(Rule(doc::Cursor(*rule, rule->root), std::nullopt), wrong);
  EXPECT_FALSE(wrong.any()) << yaml;
  return ceiling;
}
bool is_wrong(const std::string& yaml) {
  const auto rule = doc::read_yaml("rule", yaml);
  doc::Diagnostics wrong;
  static_cast<void>(AppArmor::parse(Rule(doc::Cursor(*rule, rule->root), std::nullopt), wrong));
  return wrong.any();
}
std::string rule(const std::string& custom, const std::string& required = "auto") {
  return "profile: hardened-default\npeers: shared\ncustom: " + custom + "\nrequired: " + required + "\n";
}
AppArmor::Facts facts_of(const AppArmor::Ceiling& ceiling) {
  return {true, kHost, {"nginx", "lone", "docker-default"}, ceiling.trusted, std::nullopt};
}
Outcome<AppArmorLabel> asked(const std::string& text, const std::string& custom = "stack") {
  const auto ceiling = ceiling_of(rule(custom));
  const auto facts = facts_of(ceiling);
  return AppArmor::narrow(label_of(text, facts.trusted), ceiling, facts, {});
}

TEST(AppArmorLabel, IsTheSetOfProfilesThatHold) {
  EXPECT_EQ(label_of("b//&a", {}), label_of("a//&b", {}));
  EXPECT_EQ(label_of("a//&a", {}), label_of("a", {}));
  EXPECT_EQ(label_of("a//&unconfined", {}), label_of("a", {}));
  EXPECT_EQ(label_of(" a\n", {}), label_of("a", {}));
  EXPECT_EQ(label_of("&a", {}), label_of("a", {}));
  EXPECT_TRUE(label_of("unconfined", {}).parts.empty());
  EXPECT_TRUE(label_of(" unconfined\n", {}).parts.empty());
  EXPECT_TRUE(label_of("unconfined//&unconfined", {}).parts.empty());
  EXPECT_EQ(text_of(label_of("b//&a", {})), "a//&b");
  EXPECT_EQ(text_of(label_of("unconfined", {})), "unconfined");
  EXPECT_EQ(label_of("a//b", {}).parts, std::vector<std::string>{"a//b"});
}

TEST(AppArmorLabel, MoreProfilesAllowLess) {
  const AppArmorLabel none = label_of("unconfined", {});
  const AppArmorLabel one = label_of("a", {});
  const AppArmorLabel two = label_of("a//&b", {});
  EXPECT_TRUE(leq(two, one));
  EXPECT_TRUE(leq(one, none));
  EXPECT_FALSE(leq(one, two));
  EXPECT_FALSE(leq(none, one));
  EXPECT_TRUE(leq(AppArmorLabel{}, two));
  EXPECT_FALSE(leq(two, AppArmorLabel{}));
  EXPECT_EQ(meet(one, label_of("b", {})), two);
  EXPECT_EQ(meet(none, one), one);
}

TEST(AppArmorLabel, OursStandsBelowAnEnginesDefault) {
  for (const char* engine :
       {"docker-default", "containers-default-0.50.1", "cri-containerd.apparmor.d", "crio-default"}) {
    EXPECT_TRUE(is_engine_default(engine));
    EXPECT_TRUE(leq(label_of(kHost, {}), label_of(engine, {}))) << engine;
    EXPECT_FALSE(leq(label_of(engine, {}), label_of(kHost, {}))) << engine;
    EXPECT_EQ(meet(label_of(engine, {}), label_of(kHost, {})), label_of(kHost, {})) << engine;
  }
  EXPECT_FALSE(leq(label_of("nginx", {}), label_of("docker-default", {})));
  EXPECT_FALSE(is_engine_default("docker-default2"));
}

TEST(AppArmor, AnEnginesDefaultIsReplacedAndNobodyAskedForIt) {
  for (const char* engine : {"docker-default", "crio-default", "docker-default//&unconfined"}) {
    const auto outcome = asked(engine);
    EXPECT_EQ(outcome.verdict, Verdict::narrowed);
    EXPECT_EQ(text_of(outcome.granted), kHost);
    ASSERT_EQ(outcome.changes.size(), 1U);
    EXPECT_TRUE(outcome.changes[0].by_default);
  }
}

TEST(AppArmor, NoProfileIsNarrowedToTheHosts) {
  for (const char* none : {"unconfined", " unconfined", "unconfined\n", "unconfined//&unconfined"}) {
    const auto outcome = asked(none);
    EXPECT_EQ(outcome.verdict, Verdict::narrowed) << none;
    EXPECT_EQ(text_of(outcome.granted), kHost) << none;
    EXPECT_FALSE(outcome.changes.at(0).by_default);
  }
}

TEST(AppArmor, ACustomProfileHoldsBesideTheHosts) {
  EXPECT_EQ(text_of(asked("nginx").granted), kHost + "//&nginx");
  EXPECT_EQ(text_of(asked("nginx//&unconfined").granted), kHost + "//&nginx");
  EXPECT_EQ(text_of(asked(" nginx\n").granted), kHost + "//&nginx");
  EXPECT_EQ(text_of(asked("nginx//&docker-default").granted), kHost + "//&nginx");
  EXPECT_EQ(asked("nginx").verdict, Verdict::narrowed);
}

TEST(AppArmor, OrIsRefusedOrStandsAlone) {
  EXPECT_EQ(asked("nginx", "refuse").verdict, Verdict::refused);
  EXPECT_EQ(asked("docker-default", "refuse").verdict, Verdict::narrowed);
  EXPECT_EQ(asked("lone", "[lone]").verdict, Verdict::unchanged);
  EXPECT_EQ(text_of(asked("lone", "[lone]").granted), "lone");
  EXPECT_EQ(text_of(asked("nginx", "[lone]").granted), kHost + "//&nginx");
  EXPECT_EQ(asked("lone//&unconfined", "[lone]").verdict, Verdict::unchanged);
}

TEST(AppArmor, WhatTheKernelCouldNotStartUnderIsRefused) {
  for (const std::string& text : {std::string("nowhere"), std::string("nginx//&nowhere"),
                                  std::string(":ns:nginx"), std::string("nginx//&:ns://unconfined"), kOlder,
                                  "nginx//&" + kOlder, kHost + "x", std::string("//&nginx")}) {
    const auto outcome = asked(text);
    EXPECT_EQ(outcome.verdict, Verdict::refused) << text;
    EXPECT_EQ(outcome.granted, AppArmorLabel{}) << text;
  }
}

// Behind a name of another policy namespace every name is one of that: ours there is not ours.
TEST(AppArmor, OurNameInAnotherNamespaceIsNotOurs) {
  for (const std::string& text : {":lxd:unconfined//&" + kHost, ":lxd://nginx//&" + kHost, ":lxd//&" + kHost,
                                  "nginx//&:lxd:x//&" + kHost, ":lxd:x//&docker-default//&" + kHost}) {
    EXPECT_EQ(asked(text).verdict, Verdict::refused) << text;
    EXPECT_EQ(asked(text, "refuse").verdict, Verdict::refused) << text;
  }
  EXPECT_EQ(asked(":lxd:x//&lone", "[lone]").verdict, Verdict::refused);
  // Before it, it is.
  EXPECT_EQ(asked(kHost + "//&:lxd:x").verdict, Verdict::unchanged);
}

TEST(AppArmor, ALabelIsWrittenSoThatItIsReadAgain) {
  for (const std::string& text :
       {kHost + "//&:lxd:x", std::string("nginx//&:a:x//&:b:x"), std::string(":a:x//&y"), kHost}) {
    const AppArmorLabel label = label_of(text, {});
    EXPECT_EQ(label_of(text_of(label), {}), label) << text;
  }
  EXPECT_EQ(text_of(label_of(kHost + "//&:lxd:x", {})), kHost + "//&:lxd:x");
}

TEST(AppArmor, ANameThatEndsInASlashIsNoPartOfAStack) {
  const auto document = doc::read_json("d", R"({"process":{"apparmorProfile":"x///&)" + kHost + R"("}})");
  ASSERT_TRUE(document.ok());
  EXPECT_FALSE(AppArmor::read(Spec(*document, Scope::bundle), {}).ok());
}

TEST(AppArmor, WhatHoldsTheHostsAlreadyIsLeftAlone) {
  for (const std::string& text : {kHost, kHost + "//&nginx", "nowhere//&" + kHost, kHost + "//&unconfined"}) {
    EXPECT_EQ(asked(text).verdict, Verdict::unchanged) << text;
  }
}

TEST(AppArmor, AHostWithoutItStartsContainersUnlessItIsRequired) {
  for (const char* text : {"unconfined", "docker-default"}) {
    const auto free = ceiling_of(rule("stack"));
    const auto started = AppArmor::narrow(label_of(text, {}), free, {}, {});
    EXPECT_EQ(started.verdict, Verdict::unchanged);
    ASSERT_EQ(started.notes.size(), 1U);
    EXPECT_NE(started.notes[0].find("runs without a profile"), std::string::npos);
    EXPECT_TRUE(
        AppArmor::narrow(AppArmorLabel{}, free, {}, {}).notes.empty());  // an exec that asks for nothing
    const auto required = ceiling_of(rule("stack", "always"));
    const auto refused = AppArmor::narrow(label_of(text, {}), required, {}, {});
    EXPECT_EQ(refused.verdict, Verdict::refused);
    EXPECT_NE(refused.changes.at(0).reason.find("boot the host with apparmor=1"), std::string::npos);
    EXPECT_EQ(AppArmor::narrow(AppArmorLabel{}, required, {}, {}).verdict, Verdict::unchanged);
  }
}

TEST(AppArmor, AnUnconfinedCeilingLeavesEveryRequest) {
  auto ceiling = ceiling_of("profile: unconfined\npeers: shared\ncustom: stack\nrequired: auto\n");
  EXPECT_EQ(AppArmor::narrow(label_of("unconfined", {}), ceiling, {true, "", {}, {}, {}}, {}).verdict,
            Verdict::unchanged);
}

TEST(AppArmor, NothingIsNotedWhereNoProfileIsMissing) {
  EXPECT_TRUE(asked("docker-default").notes.empty());
  EXPECT_TRUE(asked(kHost).notes.empty());
  const auto none = ceiling_of("profile: unconfined\npeers: shared\ncustom: stack\nrequired: auto\n");
  EXPECT_TRUE(AppArmor::narrow(label_of("unconfined", {}), none, {}, {}).notes.empty());
}

TEST(AppArmor, AnExecGetsTheLabelOfItsContainer) {
  const auto ceiling = ceiling_of(rule("stack"));
  auto facts = facts_of(ceiling);
  facts.container = label_of("nginx//&" + kHost, {});
  for (const char* text : {"docker-default", "unconfined"}) {
    EXPECT_EQ(text_of(AppArmor::narrow(label_of(text, {}), ceiling, facts, {}).granted), kHost + "//&nginx");
  }
  facts.container = label_of(kOlder, {});
  EXPECT_EQ(text_of(AppArmor::narrow(label_of("unconfined", {}), ceiling, facts, {}).granted),
            kHost + "//&" + kOlder);
}

TEST(AppArmor, AbsenceIsNoProfileAtACreateAndTheContainersInAnExec) {
  const auto absent = doc::read_json("d", R"({"process":{}})");
  const auto empty = doc::read_json("d", R"({"process":{"apparmorProfile":""}})");
  const auto exec = doc::read_json("d", R"({"apparmorProfile":""})");
  EXPECT_EQ(*AppArmor::read(Spec(*absent, Scope::bundle), {}), label_of("unconfined", {}));
  EXPECT_EQ(*AppArmor::read(Spec(*empty, Scope::bundle), {}), label_of("unconfined", {}));
  EXPECT_EQ(*AppArmor::read(Spec(*exec, Scope::process), {}), AppArmorLabel{});
  const auto number = doc::read_json("d", R"({"apparmorProfile":1})");
  EXPECT_FALSE(AppArmor::read(Spec(*number, Scope::process), {}).ok());
}

TEST(AppArmor, ARuleSaysAllFourThings) {
  EXPECT_TRUE(is_wrong("profile: docker-default\npeers: shared\ncustom: stack\n"));
  EXPECT_TRUE(is_wrong("profile: nginx\npeers: shared\ncustom: stack\nrequired: auto\n"));
  EXPECT_TRUE(is_wrong("profile: docker-default\npeers: all\ncustom: stack\nrequired: auto\n"));
  EXPECT_TRUE(is_wrong(rule("allow")));
  EXPECT_TRUE(is_wrong(rule("stack", "never")));
  for (const char* name : {"[docker-default]", "[unconfined]", "[a//&b]", "[':ns:a']",
                           "[hardened-default-0123456789ab]", "[' a']", "['']"}) {
    EXPECT_TRUE(is_wrong(rule(name))) << name;
  }
  EXPECT_EQ(ceiling_of(rule("[a, b]")).trusted, (std::vector<std::string>{"a", "b"}));
}

TEST(AppArmor, GathersWhatTheRequestNeeds) {
  const auto ceiling = ceiling_of(rule("stack"));
  const auto plain = doc::read_json("d", R"({"process":{"apparmorProfile":"docker-default"}})");
  const auto custom = doc::read_json("d", R"({"process":{"apparmorProfile":"nginx"}})");
  test::FakeHost host;
  EXPECT_FALSE(AppArmor::gather(host, Spec(*plain, Scope::bundle), ceiling)->enabled);
  host.file("/sys/module/apparmor/parameters/enabled", "Y\n");
  host.file("/proc/self/attr/apparmor/current", "unconfined\n");
  host.file("/sys/kernel/security/apparmor/profiles", "nginx (enforce)\nodd (x) (complain)\n");
  const auto facts = AppArmor::gather(host, Spec(*plain, Scope::bundle), ceiling);
  ASSERT_TRUE(facts.ok()) << facts.error().what;
  EXPECT_TRUE(facts->enabled);
  EXPECT_TRUE(facts->host.starts_with("hardened-default-"));
  EXPECT_TRUE(facts->loaded.empty());
  EXPECT_EQ(AppArmor::gather(host, Spec(*custom, Scope::bundle), ceiling)->loaded,
            (std::vector<std::string>{"nginx", "odd (x)"}));
  const Container container{"abc", "nginx//&" + kHost, ""};
  auto apart = ceiling;
  apart.peers = AppArmor::Peers::container;
  const auto exec = AppArmor::gather(host, Spec(*plain, Scope::bundle, container), apart);
  EXPECT_EQ(exec->host.size(), facts->host.size() + 13);
  EXPECT_EQ(exec->container, label_of("nginx//&" + kHost, {}));
}

// As the loader left it, and the kernel shows it still.
void load_ours(test::FakeHost& host) {
  const std::string entry = kHost + ".17";
  host.directory(std::string(apparmor::kDirectory), {.mode = 0700});
  host.file(std::string(apparmor::kKernel) + "/policy/profiles/" + entry + "/sha1", "d1\n");
  host.file(std::string(apparmor::kDirectory) + "/" + kHost, "hardened apparmor 1\n" + entry + "\nsha1\nd1\n",
            {.mode = 0600});
}

Observed<AppArmorLabel> seen(const std::string& granted, const std::string& current, Begun begun,
                             bool loaded = true) {
  test::FakeHost host;
  if (loaded) load_ours(host);
  if (!current.empty()) {
    host.file("/sys/module/apparmor/parameters/enabled", "Y\n");
    host.file("/proc/7/attr/apparmor/current", current + "\n");
  }
  const auto document = doc::read_json("d", R"({"process":{"apparmorProfile":")" + granted + R"("}})");
  const KernelView kernel(host, {.process = 7, .begun = begun});
  auto observed = AppArmor::observe(kernel, Spec(*document, Scope::bundle));
  EXPECT_TRUE(observed.ok());
  return std::move(observed).value();
}
bool holds(const std::string& granted, const std::string& current, Begun begun = Begun::running) {
  const auto observed = seen(granted, current, begun);
  return leq(observed.held, observed.granted);
}

TEST(AppArmorObserved, EachOfOurProfilesMustBeInForce) {
  EXPECT_TRUE(holds(kHost, kHost + " (enforce)"));
  EXPECT_TRUE(holds(kHost + "//&nginx", kHost + "//&nginx (enforce)"));
  // What is mixed holds where ours is not what complains: the kernel shows it as it was loaded.
  const auto mixed = [](bool loaded) {
    const auto one = seen(kHost + "//&nginx", kHost + "//&nginx//worker (mixed)", Begun::running, loaded);
    return leq(one.held, one.granted);
  };
  EXPECT_TRUE(mixed(true));
  EXPECT_FALSE(mixed(false));
  EXPECT_TRUE(holds("unconfined", "unconfined"));
  EXPECT_TRUE(holds("unconfined", "nginx (enforce)"));
  EXPECT_FALSE(holds(kHost, "unconfined"));
  EXPECT_FALSE(holds(kHost, ""));
  EXPECT_FALSE(holds(kHost, "docker-default (enforce)"));
  EXPECT_FALSE(holds(kHost, kOlder + " (enforce)"));
  EXPECT_FALSE(holds(kHost, kHost + " (complain)"));
  EXPECT_FALSE(holds(kHost + "//&nginx", "nginx (enforce)"));
  EXPECT_FALSE(holds("nginx", "unconfined"));
}

TEST(AppArmorObserved, AContainerThatWaitsIsStillUnderTheRuntimesOwn) {
  EXPECT_TRUE(holds(kHost, "unconfined", Begun::waiting));
}

TEST(AppArmorObserved, SaysWhatIsAmiss) {
  EXPECT_EQ(AppArmor::surplus(seen(kHost, "unconfined", Begun::running)),
            "runs under unconfined and not under " + kHost);
}

}  // namespace
}  // namespace hardened::controls
