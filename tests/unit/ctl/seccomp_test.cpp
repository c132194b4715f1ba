// The engine of seccomp profiles by hand: what is printed, and with which exit status.
#include <gtest/gtest.h>

#include "core/doc/json.h"
#include "ctl/seccomp_differences.h"
#include "ctl/seccomp_words.h"
#include "profiles/seccomp/order.h"
#include "profiles/seccomp/parse.h"
#include "tests/unit/ctl/run_tool.h"

namespace hardened::ctl {
namespace {

using seccomp::Action;
using seccomp::Answer;
using seccomp::Box;
using seccomp::Profile;
using seccomp::Values;
using test::Told;

constexpr const char* kArchitectures = R"("architectures": ["SCMP_ARCH_X86_64"], )";

std::string denying(const std::string& rules) {
  return std::string(R"({"defaultAction": "SCMP_ACT_ERRNO", )") + kArchitectures + R"("syscalls": [)" +
         rules + "]}";
}
std::string allow(const std::string& names, const std::string& args = "") {
  return R"({"names": [)" + names + R"(], "action": "SCMP_ACT_ALLOW", "args": [)" + args + "]}";
}
std::string argument(int index, const std::string& op, std::uint64_t value, std::uint64_t second = 0) {
  return R"({"index": )" + std::to_string(index) + R"(, "op": ")" + op + R"(", "value": )" +
         std::to_string(value) + R"(, "valueTwo": )" + std::to_string(second) + "}";
}

Profile profile(const std::string& text) {
  const auto document = doc::read_json("profile", text);
  EXPECT_TRUE(document.ok());
  auto parsed = seccomp::parse_section(doc::Cursor(*document, document->root), seccomp::Architecture::x86_64);
  EXPECT_TRUE(parsed.ok());
  return std::move(parsed).value();
}

std::string said(const std::vector<Difference>& all) {
  std::string out;
  for (const Difference& one : all)
    out += one.what + "|" + one.when + "|" + one.first + "|" + one.second + "|" +
           (one.more == More::first    ? "1"
            : one.more == More::second ? "2"
                                       : "-") +
           "\n";
  return out;
}

std::string difference(const std::string& first, const std::string& second) {
  return said(differences(profile(denying(first)), profile(denying(second))));
}

TEST(SeccompWords, SayWhatAnAnswerIs) {
  EXPECT_EQ(words({Action::allow, 0}), "allowed");
  EXPECT_EQ(words({Action::error, 1}), "EPERM");
  EXPECT_EQ(words({Action::error, 38}), "ENOSYS");
  EXPECT_EQ(words({Action::error, 4000}), "errno 4000");
  EXPECT_EQ(words({Action::kill_process, 0}), "kills the process");
}

TEST(SeccompWords, SayWhichArguments) {
  const seccomp::Space socket = seccomp::space_of("socket", seccomp::View::wide);  // int, int, int
  const auto with = [&](std::vector<Values> all) {
    std::vector<Box> boxes;
    for (const Values& one : all) {
      boxes.push_back(socket.all());
      boxes.back()[0] = one;
    }
    return words(std::move(boxes), socket);
  };
  EXPECT_EQ(with({Values::all(32)}), "");
  EXPECT_EQ(with({Values::one(40)}), "argument 0 is 40");
  EXPECT_EQ(with({Values::range(0, 39), Values::range(41, 0xffffffff)}), "argument 0 is not 40");
  EXPECT_EQ(with({Values::range(0, 3), Values::range(4, 37)}), "argument 0 is 0 to 37");
  EXPECT_EQ(with({Values::range(0, 3), Values::one(7)}), "argument 0 is 0 to 3 or 7");
  EXPECT_EQ(with({Values::range(41, 0xffffffff)}), "argument 0 is at least 41 or negative");
  EXPECT_EQ(with({Values::one(0xffffffff)}), "argument 0 is -1");
  EXPECT_EQ(with({Values::masked(0x80000, 0, 32)}), "argument 0 & 0x80000 is 0");
  const seccomp::Space ioctl = seccomp::space_of("ioctl", seccomp::View::wide);
  Box box = ioctl.all();
  box[1] = Values::range(0, 0x5412);
  EXPECT_EQ(words({box}, ioctl), "argument 1 is at most 21522");
  box[0] = Values::one(3);
  EXPECT_EQ(words({box}, ioctl), "argument 0 is 3 and argument 1 is at most 21522");
}

TEST(SeccompDifferences, AreOfCallsAndOfTheirArguments) {
  EXPECT_EQ(difference(allow(R"("read", "keyctl")"), allow(R"("read")")), "keyctl||allowed|EPERM|1\n");
  EXPECT_EQ(difference(allow(R"("socket")", argument(0, "SCMP_CMP_MASKED_EQ", 0xffffffff, 2)),
                       allow(R"("socket")")),
            "socket|argument 0 is not 2|EPERM|allowed|2\n");
  EXPECT_EQ(
      difference(allow(R"("read")"), R"({"names": ["read"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38})"),
      "read||allowed|ENOSYS|1\n");
}

TEST(SeccompDifferences, OtherWordsForADenialAreTold) {
  const std::string first =
      allow(R"("read")") + R"(, {"names": ["bpf"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38})";
  EXPECT_EQ(difference(first, allow(R"("read")")), "bpf||ENOSYS|EPERM|-\n");
}

TEST(SeccompDifferences, OneThatLetsMoreThroughThanItMeansIsNoEqual) {
  const std::string evadable = allow(R"("socket")", argument(0, "SCMP_CMP_NE", 40));
  const std::string exact = allow(R"("socket")", argument(0, "SCMP_CMP_LT", 40)) + ", " +
                            allow(R"("socket")", argument(0, "SCMP_CMP_GT", 40));
  const std::string told = difference(evadable, evadable + ", " + allow(R"("read")"));
  EXPECT_NE(told.find("socket|a caller may get past"), std::string::npos) << told;
  EXPECT_NE(difference(evadable, exact), "");
}

TEST(SeccompDifferences, NoneMeansEqual) {
  const std::string two = allow(R"("read")") + ", " + allow(R"("write")");
  EXPECT_EQ(difference(two, allow(R"("write", "read")")), "");
  const Profile a = profile(denying(two));
  EXPECT_TRUE(differences(a, a).empty());
  EXPECT_EQ(said(differences(Profile::unconfined(), a)), "(all calls)||no filter|filtered|1\n");
  EXPECT_TRUE(differences(Profile::unconfined(), Profile::unconfined()).empty());
}

TEST(SeccompDifferences, OfTheFrame) {
  Profile a = profile(denying(allow(R"("read")")));
  Profile b = a;
  b.fallback = {Action::kill_process, 0};
  EXPECT_NE(said(differences(a, b)).find("(calls that neither names)||EPERM|kills the process|1\n"),
            std::string::npos);
  b = a;
  b.foreign = {seccomp::Architecture::x86};
  EXPECT_NE(
      said(differences(a, b)).find("(all calls of SCMP_ARCH_X86)||kills the thread|as the profile says|2\n"),
      std::string::npos);
}

TEST(SeccompCommands, ResolveFollowsTheCapabilities) {
  test::FakeHost host;
  host.file("/p.json",
            R"({"defaultAction": "SCMP_ACT_ERRNO", "archMap": [{"architecture": "SCMP_ARCH_X86_64"}],
    "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"},
                 {"names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
                 {"names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4.8"}},
                 {"names": ["arm_sync"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["arm64"]}}]})");
  const Told plain = test::run_tool(host, {"seccomp", "resolve", "/p.json"});
  EXPECT_EQ(plain.exit, 0) << plain.err;
  EXPECT_EQ(plain.out.find("mount"), std::string::npos);
  EXPECT_NE(plain.out.find("ptrace"), std::string::npos);
  const Told wide = test::run_tool(host, {"seccomp", "resolve", "/p.json", "--capabilities",
                                          "docker-default,SYS_ADMIN", "--kernel", "4.4"});
  EXPECT_NE(wide.out.find("mount"), std::string::npos);
  EXPECT_EQ(wide.out.find("ptrace"), std::string::npos);
  const Told arm = test::run_tool(host, {"seccomp", "resolve", "/p.json", "--arch", "aarch64"});
  EXPECT_NE(arm.out.find("arm_sync"), std::string::npos);
}

TEST(SeccompCommands, AConfigJsonIsAProfileToo) {
  test::FakeHost host;
  host.file("/c.json",
            R"({"ociVersion": "1.0.2", "linux": {"seccomp": )" + denying(allow(R"("read")")) + "}}");
  host.file("/none.json", R"({"ociVersion": "1.0.2", "linux": {}})");
  host.file("/p.json", denying(allow(R"("read")")));
  EXPECT_EQ(test::run_tool(host, {"seccomp", "diff", "/c.json", "/p.json"}).exit, 0);
  EXPECT_EQ(test::run_tool(host, {"seccomp", "resolve", "/none.json"}).out, "null\n");
}

TEST(SeccompCommands, TheMeetIsBelowBothAndIsWhatTheProfilesAre) {
  test::FakeHost host;
  host.file("/a.json", denying(allow(R"("read", "write", "keyctl")")));
  host.file("/b.json", denying(allow(R"("read", "keyctl")")));
  const Told met = test::run_tool(host, {"seccomp", "meet", "/a.json", "/b.json"});
  EXPECT_EQ(met.exit, 0);
  const Profile meet = profile(met.out);
  EXPECT_TRUE(meet == profile(denying(allow(R"("read", "keyctl")")))) << met.out;
  const Told why = test::run_tool(host, {"seccomp", "meet", "--why", "/a.json", "/b.json"});
  EXPECT_EQ(why.out, "call   where  /a.json  in the meet\nwrite         allowed  EPERM\n");
  const Told same = test::run_tool(host, {"seccomp", "meet", "--why", "/a.json", "unconfined"});
  EXPECT_EQ(same.out, "the meet is /a.json as it is\n");
  const Told json = test::run_tool(host, {"seccomp", "meet", "--why", "--json", "/a.json", "/b.json"});
  EXPECT_EQ(json.out,
            R"({"smaller":[{"what":"write","when":"","first":"allowed","second":"EPERM","more":"first"}],)"
            R"("inexact":[]})"
            "\n");
}

TEST(SeccompCommands, DiffOfTheShippedOnes) {
  test::FakeHost host;
  const Told told = test::run_tool(host, {"seccomp", "diff", "default", "strict"});
  EXPECT_EQ(told.exit, 1);
  EXPECT_EQ(told.out,
            "default allows more than strict\n"
            "call        where                         default  strict\n"
            "ioctl       argument 1 is 21522 or 21532  allowed  EPERM\n"
            "modify_ldt                                allowed  EPERM\n\n");
  const Told same = test::run_tool(host, {"seccomp", "diff", "default", "default"});
  EXPECT_EQ(same.exit, 0);
  EXPECT_EQ(test::run_tool(host, {"seccomp", "diff", "default", "strict", "--json"}).out.substr(0, 52),
            R"({"first":"default","second":"strict","equal":false,")");
}

TEST(SeccompCommands, CheckSaysAllThatIsWrongWithItsPlace) {
  test::FakeHost host;
  host.file("/p.json",
            denying("\n" + allow(R"("raed")") + ",\n" + allow(R"("read")", argument(0, "SCMP_CMP_XX", 1)) +
                    ",\n{\"names\": [\"write\"], \"action\": \"SCMP_ACT_NONE\"}\n"));
  const Told told = test::run_tool(host, {"seccomp", "check", "/p.json"});
  EXPECT_EQ(told.exit, 1);
  EXPECT_NE(told.out.find("/p.json:3:"), std::string::npos) << told.out;
  EXPECT_NE(told.out.find("/p.json:4:"), std::string::npos) << told.out;
}

TEST(SeccompCommands, CheckSaysWhichRuleDoesNotDoWhatItSeemsTo) {
  test::FakeHost host;
  host.file("/p.json", denying("\n" + allow(R"("raed")") + ",\n" +
                               allow(R"("socket")", argument(0, "SCMP_CMP_NE", 40))));
  const Told told = test::run_tool(host, {"seccomp", "check", "/p.json"});
  EXPECT_EQ(told.exit, 1);
  EXPECT_NE(told.out.find("/p.json:2:1: warning: no system call 'raed' is known"), std::string::npos)
      << told.out;
  EXPECT_NE(told.out.find("did you mean read?"), std::string::npos) << told.out;
  EXPECT_NE(told.out.find("/p.json:3:1: warning: rule 2 (socket)"), std::string::npos) << told.out;
  EXPECT_NE(told.out.find("error: below what runc needs"), std::string::npos) << told.out;
  EXPECT_NE(told.out.find("runc loads it; it allows more than the default profile: "), std::string::npos)
      << told.out;
}

TEST(SeccompCommands, CheckUnderAPolicyFindsWhatIsAboveItsCeiling) {
  test::FakeHost host;
  const Told shipped = test::run_tool(host, {"seccomp", "resolve", "default"});
  host.file("/p.json", shipped.out);
  host.file("/strict.yaml", "version: 1\nextends: strict\n");
  host.file("/docker.yaml", "version: 1\nextends: docker-default\n");
  const Told plain = test::run_tool(host, {"seccomp", "check", "--under", "/docker.yaml", "/p.json"});
  EXPECT_EQ(plain.exit, 0) << plain.out << plain.err;
  const Told strict = test::run_tool(host, {"seccomp", "check", "--under", "/strict.yaml", "/p.json"});
  EXPECT_EQ(strict.exit, 1);
  EXPECT_NE(strict.out.find("modify_ldt"), std::string::npos) << strict.out;
  const Told notify = [&] {
    host.file("/n.json", R"({"defaultAction": "SCMP_ACT_NOTIFY", "listenerPath": "/l"})");
    return test::run_tool(host, {"seccomp", "check", "/n.json"});
  }();
  EXPECT_NE(notify.out.find("runc cannot load it: SCMP_ACT_NOTIFY cannot be the default action"),
            std::string::npos)
      << notify.out;
}

TEST(SeccompCommands, WhatCannotBeReadIsSaid) {
  test::FakeHost host;
  const Told near = test::run_tool(host, {"seccomp", "diff", "nativ", "default"});
  EXPECT_EQ(near.exit, 3);
  EXPECT_NE(near.err.find("did you mean native?"), std::string::npos) << near.err;
  EXPECT_EQ(test::run_tool(host, {"seccomp", "resolve", "default", "--arch", "pdp11"}).exit, 2);
  EXPECT_EQ(test::run_tool(host, {"seccomp", "resolve", "default", "--capabilities", "SYS_ADMN"}).exit, 2);
  EXPECT_EQ(test::run_tool(host, {"seccomp", "resolve", "default", "--kernel", "new"}).exit, 2);
}

}  // namespace
}  // namespace hardened::ctl
