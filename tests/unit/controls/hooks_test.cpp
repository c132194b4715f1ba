#include "controls/hooks.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/fake_host.h"
#include "tests/unit/controls/harden.h"

namespace hardened::controls {
namespace {

const std::string kId(64, '4');
const std::string kShipped =
    "start_container: allowed\n"
    "allow:\n"
    "  - engine-default\n"
    "  - host-default\n"
    "  - {path: /usr/bin/gpu, stages: [prestart], args: [gpu, prestart], env: [DEBUG, LANG=C], timeout: 120,"
    " brings: a device}\n";
const std::string kKeyArguments =
    R"(["libnetwork-setkey","-exec-root=/var/run/docker",")" + kId + R"(","2eadd96acff0"])";
const std::string kKey = R"({"path":"/proc/4321/exe","args":)" + kKeyArguments + "}";

class HooksTest : public testing::Test {
 protected:
  HooksTest() {
    host.file("/usr/bin/dockerd", "elf", {.mode = 0755});
    host.symlink("/proc/4321/exe", "/usr/bin/dockerd");
    host.file("/usr/bin/gpu", "elf", {.mode = 0755});
  }

  struct Out {
    Outcome<HooksGrant> outcome;
    std::string text;
  };
  Out ask(const std::string& json, const std::string& rule = kShipped) {
    const auto document = doc::read_json("config.json", json);
    EXPECT_TRUE(document.ok()) << (document ? "" : document.error().what);
    const auto ceiling = ceiling_of<Hooks>(rule);
    const Container container{kId, std::nullopt, "", bundle};
    const Spec spec(*document, Scope::bundle, container);
    const auto facts = Hooks::gather(host, spec, ceiling);
    EXPECT_TRUE(facts.ok()) << (facts ? "" : facts.error().what);
    const auto request = Hooks::read(spec, *facts);
    EXPECT_TRUE(request.ok()) << (request ? "" : request.error().what);
    Out out{Hooks::narrow(*request, ceiling, *facts, {}), json};
    SpecEdits edits(Scope::bundle);
    if (out.outcome.verdict != Verdict::refused) Hooks::write(spec, *facts, out.outcome.granted, edits);
    if (!edits.edits().empty()) out.text = doc::apply(*document, edits.edits()).value();
    return out;
  }
  static std::string at(const std::string& stage, const std::string& hooks) {
    return R"({"hooks":{")" + stage + R"(":[)" + hooks + "]}}";
  }
  void passes(const std::string& json, const std::string& rule = kShipped) {
    const Out out = ask(json, rule);
    EXPECT_EQ(out.outcome.verdict, Verdict::unchanged) << json;
    EXPECT_EQ(out.text, json);
  }
  // The reason of the first.
  std::string refused(const std::string& json, const std::string& rule = kShipped) {
    const Out out = ask(json, rule);
    EXPECT_EQ(out.outcome.verdict, Verdict::refused) << json;
    EXPECT_EQ(out.outcome.granted, HooksGrant{});
    return out.outcome.changes.empty() ? "" : out.outcome.changes[0].reason;
  }

  std::string bundle = "/b";
  test::FakeHost host;
};

constexpr const char* kNoRule =
    "hooks run as root of the host, and no rule allows this one with these arguments at this stage; an "
    "operator may "
    "name it in controls.hooks.allow";

TEST_F(HooksTest, WithoutHooksThereIsNothingToSay) {
  passes("{}");
  passes(R"({"hooks":null})");
  passes(R"({"hooks":{"prestart":null,"poststop":[]}})");
}

TEST_F(HooksTest, DockersOwnHookPassesByteForByte) {
  passes(at("prestart", kKey));
  // Docker up to 18.06 names no exec root.
  passes(at("prestart",
            R"({"path":"/proc/4321/exe","args":["libnetwork-setkey",")" + kId + R"(","2eadd96acff0"]})"));
}

TEST_F(HooksTest, OfAStepOfABuildTheNetworkHasAnIdOfItsOwn) {
  const std::string key =
      R"({"path":"/proc/4321/exe","args":["libnetwork-setkey","-exec-root=/var/run/docker","other","2eadd96acff0"]})";
  for (const char* elsewhere : {"/b", "/var/lib/docker/buildkit/executor",
                                "/var/lib/docker/buildkit/executor/x/y", "/run/x/moby/executor/1"}) {
    bundle = elsewhere;
    EXPECT_EQ(refused(at("prestart", key)), kNoRule) << bundle;
  }
  bundle = "/var/lib/docker/buildkit/executor/jx4q0hdl8s3b";
  passes(at("prestart", key));
}

TEST_F(HooksTest, DockersOwnHookIsAllowedByNameAlone) {
  EXPECT_EQ(refused(at("prestart", kKey), "start_container: allowed\nallow: [host-default]"), kNoRule);
}

TEST_F(HooksTest, WhatOnlyLooksLikeDockersHookIsRefused) {
  const std::string path = R"({"path":"/proc/4321/exe","args":)";
  for (const std::string& hook :
       {path + R"(["dockerd"]})", path + R"(["libnetwork-setkey","-exec-root=/x","other","2eadd96acff0"]})",
        path + R"(["libnetwork-setkey","--config=/x",")" + kId + R"(","2eadd96acff0"]})",
        path + R"(["libnetwork-setkey",")" + kId + R"(","../x"]})",
        path + R"(["libnetwork-setkey",")" + kId + R"("]})",
        path + kKeyArguments + R"(,"env":["LD_PRELOAD=/x.so"]})", path + kKeyArguments + R"(,"timeout":1})",
        path + "[]}"}) {
    EXPECT_EQ(refused(at("prestart", hook)), kNoRule) << hook;
  }
  EXPECT_EQ(refused(at("createRuntime", kKey)), kNoRule);
}

TEST_F(HooksTest, AProcessOfAContainerIsNoEngine) {
  host.file("/var/lib/docker/overlay2/x/usr/bin/dockerd", "evil", {.mode = 0755});
  // The kernel shows the name that the file has for the process; the file is another.
  const std::string own = at("prestart", R"({"path":"/proc/77/exe","args":)" + kKeyArguments + "}");
  host.symlink("/proc/77/exe", "/var/lib/docker/overlay2/x/usr/bin/dockerd");
  host.directory("/var/lib/docker/overlay2", {.mode = 0777});
  EXPECT_NE(refused(own).find("others than root can write to it"), std::string::npos);
  EXPECT_EQ(refused(at("prestart", R"({"path":"/proc/78/exe","args":)" + kKeyArguments + "}")),
            "hooks run as root of the host: there is no process at /proc/78/exe");
  host.file("/usr/bin/perl", "elf", {.mode = 0755});
  host.symlink("/proc/79/exe", "/usr/bin/perl");
  EXPECT_EQ(refused(at("prestart", R"({"path":"/proc/79/exe","args":)" + kKeyArguments + "}")),
            "hooks run as root of the host: /usr/bin/perl is no engine");
}

TEST_F(HooksTest, AnyOtherProgramIsRefusedAtEveryStageButInside) {
  host.file("/tmp/x", "elf", {.mode = 0755, .uid = 1000});
  for (const char* stage : {"prestart", "createRuntime", "createContainer", "poststart", "poststop"}) {
    EXPECT_EQ(refused(at(stage, R"({"path":"/usr/bin/dockerd"})")), kNoRule) << stage;
    EXPECT_NE(refused(at(stage, R"({"path":"/tmp/x"})")).find("does not belong to root"), std::string::npos);
    EXPECT_NE(refused(at(stage, R"({"path":"relative"})")).find("not a plain absolute path"),
              std::string::npos);
    refused(at(stage, R"({"path":"/nowhere"})"));
    refused(at(stage, "{}"));
  }
  const std::string inside = at("startContainer", R"({"path":"/opt/of/the/image","env":["A=b"]})");
  passes(inside);
  EXPECT_EQ(refused(inside, "start_container: refused\nallow: []"),
            "hooks of this stage are refused; an operator may set controls.hooks.start_container: allowed");
}

TEST_F(HooksTest, OneThatIsNotAllowedRefusesAllOfThem) {
  const Out out = ask(at("prestart", kKey + R"(,{"path":"/usr/bin/dockerd"})"));
  EXPECT_EQ(out.outcome.verdict, Verdict::refused);
  ASSERT_EQ(out.outcome.changes.size(), 1U);
  EXPECT_EQ(out.outcome.changes[0].pointer, "/hooks/prestart/1");
  EXPECT_EQ(out.outcome.changes[0].before, "prestart hook /usr/bin/dockerd");
}

TEST_F(HooksTest, ARuleNarrowsTheEnvironmentAndTheTime) {
  const Out out = ask(at("prestart", R"({"path":"/usr/bin/gpu","args":["gpu","prestart"],)"
                                     R"("env":["PATH=/tmp","SECRET=1","DEBUG=2","LANG=C","LANG=de"]})"));
  EXPECT_EQ(out.outcome.verdict, Verdict::narrowed);
  EXPECT_EQ(
      out.text,
      at("prestart", R"({"path":"/usr/bin/gpu","args":["gpu","prestart"],)"
                     R"("env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin","DEBUG=2","LANG=C"],"timeout":120})"));
  ASSERT_EQ(out.outcome.changes.size(), 2U);
  EXPECT_EQ(out.outcome.changes[0].pointer, "/hooks/prestart/0/env");
  EXPECT_EQ(out.outcome.changes[0].before,
            "prestart hook /usr/bin/gpu with DEBUG, LANG, LANG, PATH and SECRET");
  EXPECT_EQ(out.outcome.changes[0].after, "PATH, DEBUG and LANG");
  EXPECT_TRUE(out.outcome.changes[0].by_default);  // so that a rule that refuses does not refuse it
  EXPECT_EQ(out.outcome.changes[1].before, "prestart hook /usr/bin/gpu with no time limit");
  EXPECT_EQ(out.outcome.changes[1].after, "120 seconds");
  EXPECT_TRUE(out.outcome.changes[1].by_default);
  EXPECT_EQ(out.outcome.notes, std::vector<std::string>{"the prestart hook /usr/bin/gpu brings a device"});
}

TEST_F(HooksTest, OneThatInheritsIsGivenAnEnvironmentOfItsOwn) {
  for (const std::string env : {"", R"("env":null,)", R"("env":[],)"}) {
    const Out out =
        ask(at("prestart", R"({"path":"/usr/bin/gpu","args":["gpu","prestart"],)" + env + R"("timeout":5})"));
    EXPECT_EQ(out.outcome.verdict, Verdict::narrowed);
    EXPECT_NE(out.text.find(R"("env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin","LANG=C"])"), std::string::npos)
        << out.text;
    EXPECT_EQ(out.text.find("120"), std::string::npos);
  }
  passes(at("prestart", R"({"path":"/usr/bin/gpu"})"),
         "start_container: refused\nallow: [{path: /usr/bin/gpu, env: inherited}]");
}

TEST_F(HooksTest, WhatTheRuleAllowsIsLeftAlone) {
  const std::string json =
      at("prestart", R"({"path":"/usr/bin/gpu","args":["gpu","prestart","-x"],)"
                     R"("env":["DEBUG=1","PATH=/usr/sbin:/usr/bin:/sbin:/bin"],"timeout":60})");
  passes(json);
  EXPECT_EQ(ask(json).outcome.notes.size(), 1U);
}

TEST_F(HooksTest, TimesThatRuntimesDoNotAgreeOnAreNone) {
  for (const char* timeout : {"0", "-1", "4294967296"}) {
    const Out out =
        ask(at("prestart", R"({"path":"/usr/bin/gpu","args":["gpu","prestart"],"env":["LANG=C"],"timeout":)" +
                               std::string(timeout) + "}"));
    EXPECT_NE(out.text.find(R"("timeout":120)"), std::string::npos) << timeout;
  }
}

TEST_F(HooksTest, ARuleIsOneOfPathStageAndArguments) {
  const std::string hook = R"({"path":"/usr/bin/gpu","args":["gpu","prestart"]})";
  refused(at("poststop", hook));
  refused(at("prestart", R"({"path":"/usr/bin/gpu","args":["gpu","configure"]})"));
  refused(at("prestart", R"({"path":"/usr/bin/gpu","args":["gpu"]})"));
  refused(at("prestart", R"({"path":"/usr/bin/gpu"})"));
  const std::string any = "start_container: refused\nallow: [{path: /usr/bin/gpu, env: inherited}]";
  passes(at("poststop", R"({"path":"/usr/bin/gpu","args":["gpu","x"]})"), any);
  passes(at("poststop", R"({"path":"/usr/bin/gpu","args":["/usr/bin/gpu"]})"), any);
  refused(at("poststop", R"({"path":"/usr/bin/gpu","args":["sh"]})"), any);
  refused(at("startContainer", R"({"path":"/usr/bin/gpu"})"), any);
  // By another name of root's.
  host.symlink("/opt/gpu", "/usr/bin/gpu");
  passes(at("poststop", R"({"path":"/opt/gpu"})"), any);
}

TEST_F(HooksTest, AnAllowedPathThatOthersCanChangeIsRefused) {
  const std::string hook = at("prestart", R"({"path":"/usr/bin/gpu","args":["gpu","prestart"]})");
  host.file("/usr/bin/gpu", "elf", {.mode = 0775});
  EXPECT_NE(refused(hook).find("others than root can write to it"), std::string::npos);
  host.file("/usr/bin/gpu", "elf", {.mode = 0755, .uid = 7});
  EXPECT_NE(refused(hook).find("does not belong to root"), std::string::npos);
  host.file("/usr/bin/gpu", "elf", {.mode = 0644});
  EXPECT_NE(refused(hook).find("no executable file"), std::string::npos);
  host.file("/usr/bin/gpu", "elf", {.mode = 0755}).directory("/usr/bin", {.mode = 0757});
  EXPECT_NE(refused(hook).find("/usr/bin: others than root"), std::string::npos);
}

TEST_F(HooksTest, TheHostsOwnFilesDeclareHooksWordForWord) {
  const std::string hook = R"({"path":"/usr/bin/gpu","args":["gpu","--all"],"env":["A=b"],"timeout":3})";
  refused(at("prestart", hook));
  const std::string file = "/etc/containers/oci/hooks.d/gpu.json";
  host.file(file, R"({"version":"1.0.0","hook":)" + hook +
                      R"(,"when":{"always":true},"stages":["prestart","poststop"]})");
  passes(at("prestart", hook));
  passes(at("poststop", hook));
  refused(at("createRuntime", hook));
  refused(at("prestart", R"({"path":"/usr/bin/gpu","args":["gpu","--all"],"env":["A=c"],"timeout":3})"));
  refused(at("prestart", R"({"path":"/usr/bin/gpu","args":["gpu","--all"],"timeout":3})"));
  refused(at("prestart", R"({"path":"/usr/bin/gpu","args":["gpu"],"env":["A=b"],"timeout":3})"));
  refused(at("prestart", R"({"path":"/usr/bin/gpu","args":["gpu","--all"],"env":["A=b"]})"));
  refused(at("prestart", hook), "start_container: allowed\nallow: [engine-default]");
  host.file("/usr/bin/gpu", "elf", {.mode = 0757});
  refused(at("prestart", hook));
  host.file("/usr/bin/gpu", "elf", {.mode = 0755});
  host.file(file, R"({"hook":)" + hook + R"(,"stages":["prestart"]})", {.mode = 0666});
  refused(at("prestart", hook));
}

TEST_F(HooksTest, SoDoItsDeviceFiles) {
  const std::string hook = R"({"path":"/usr/bin/gpu","args":["gpu","hook","link"]})";
  host.file("/run/cdi/nvidia.yaml",
            "cdiVersion: 0.5.0\nkind: nvidia.com/gpu\n"
            "devices: [{name: all, containerEdits: {hooks: [{hookName: createContainer, path: /usr/bin/gpu,"
            " args: [gpu, hook, link]}]}}]\n"
            "containerEdits: {hooks: [{hookName: prestart, path: /usr/bin/gpu, args: [gpu, x]}]}\n");
  passes(at("createContainer", hook));
  passes(at("prestart", R"({"path":"/usr/bin/gpu","args":["gpu","x"]})"));
  refused(at("createRuntime", hook));
}

TEST_F(HooksTest, FilesThatAreNoneDeclareNothing) {
  const std::string hook = at("prestart", R"({"path":"/usr/bin/gpu"})");
  for (const char* text :
       {"", "[]", "{", R"({"hook":{"path":"/usr/bin/gpu"}})", R"({"hook":[],"stages":["prestart"]})",
        R"({"hook":{"path":"/usr/bin/gpu"},"stages":["prestrat"]})"}) {
    host.file("/etc/containers/oci/hooks.d/gpu.json", text).file("/etc/cdi/gpu.json", text);
    refused(hook);
  }
}

TEST_F(HooksTest, OurOwnAreNotJudgedAndOthersOfTheirNameAre) {
  host.file("/usr/sbin/hardened-hook", "elf", {.mode = 0755});
  const std::string ours =
      R"({"path":"/usr/sbin/hardened-hook","args":["hardened-hook","poststop","/r"],"env":["A=b"]})";
  passes(at("poststop", ours));
  const Out out = ask(at("poststop", ours));
  EXPECT_TRUE(out.outcome.granted.hooks.empty());
  // Where none of ours is put anew it would stay, and take a record away before the container has begun.
  for (const char* stage : {"prestart", "createRuntime", "createContainer"}) refused(at(stage, ours));
  host.file("/opt/hardened-hook", "elf", {.mode = 0755});
  refused(at("poststop", R"({"path":"/opt/hardened-hook","args":["hardened-hook","poststop","/r"]})"));
  host.file("/usr/sbin/hardened-hook", "elf", {.mode = 0757});
  refused(at("poststop", ours));
}

TEST_F(HooksTest, WhatIsNoHookIsAFault) {
  for (const char* json :
       {R"({"hooks":[]})", R"({"hooks":{"prestart":{}}})", R"({"hooks":{"prestart":[7]}})",
        R"({"hooks":{"prestart":[{"path":7}]}})", R"({"hooks":{"prestart":[{"args":"x"}]}})",
        R"({"hooks":{"prestart":[{"env":[7]}]}})", R"({"hooks":{"prestart":[{"timeout":"1"}]}})"}) {
    const auto document = doc::read_json("config.json", json);
    ASSERT_TRUE(document.ok());
    const Spec spec(*document, Scope::bundle);
    EXPECT_FALSE(Hooks::read(spec, {}).ok()) << json;
    EXPECT_FALSE(Hooks::gather(host, spec, {}).ok()) << json;
  }
}

TEST(HooksRule, WhatIsWrongIsSaid) {
  const auto wrong = [](const std::string& allow) {
    return wrong_with<Hooks>("start_container: allowed\nallow: [" + allow + "]");
  };
  EXPECT_EQ(wrong("engine-default, host-default"), "");
  EXPECT_NE(wrong("engine-defualt").find("did you mean engine-default?"), std::string::npos);
  EXPECT_NE(wrong("{stages: [prestart]}").find("path"), std::string::npos);
  EXPECT_NE(wrong("{path: bin/x}").find("an absolute path"), std::string::npos);
  EXPECT_NE(wrong("{path: /bin/../x}").find("an absolute path"), std::string::npos);
  EXPECT_NE(wrong("{path: /x, stages: [prestrat]}").find("did you mean prestart?"), std::string::npos);
  EXPECT_NE(wrong("{path: /x, env: all}").find("expected inherited"), std::string::npos);
  EXPECT_NE(wrong("{path: /x, env: ['']}").find("empty word"), std::string::npos);
  EXPECT_NE(wrong("{path: /x, timeout: 0}").find("1 to 3600"), std::string::npos);
  EXPECT_NE(wrong("{path: /x, timeout: 3601}").find("1 to 3600"), std::string::npos);
  EXPECT_NE(wrong("{path: /x, brigns: y}").find("did you mean brings?"), std::string::npos);
  EXPECT_NE(wrong_with<Hooks>("allow: []").find("start_container"), std::string::npos);
  EXPECT_NE(wrong_with<Hooks>("start_container: maybe\nallow: []")
                .find("expected allowed or refused, found 'maybe'"),
            std::string::npos);
  EXPECT_NE(wrong_with<Hooks>("start_container: refused").find("allow"), std::string::npos);
}

}  // namespace
}  // namespace hardened::controls
