#include "controls/seccomp.h"

#include <gtest/gtest.h>

#include "core/doc/json.h"
#include "core/doc/yaml.h"
#include "profiles/capability_names.h"
#include "tests/support/fake_host.h"
#include "tests/support/seccomp_model.h"

namespace hardened::controls {
namespace {

using seccomp::Action;
using seccomp::Answer;
using seccomp::Architecture;
using test::FakeHost;

struct Decided {
  Outcome<Seccomp::Grant> outcome;
  std::string text;  // of the document afterwards
};

constexpr const char* kDefaultRule = "{profile: default, architectures: requested}";

Result<Seccomp::Ceiling> ceiling_of(const std::string& rule) {
  const doc::Document document = TRY(doc::read_yaml("policy.yaml", rule));
  doc::Diagnostics wrong;
  auto ceiling = Seccomp::parse(Rule(doc::Cursor(document, document.root), std::nullopt), wrong);
  if (wrong.any()) return wrong.error(Fault::policy);
  return ceiling;
}

Result<Decided> decide(Host& host, std::string config, Flags bounding = kDockerDefaultCapabilities,
                       const std::string& rule = kDefaultRule, Required no_new_privileges = {}) {
  const doc::Document document = TRY(doc::read_json("config.json", std::move(config)));
  const Seccomp::Ceiling ceiling = TRY(ceiling_of(rule));
  const Spec spec(document, Scope::bundle);
  const Seccomp::Facts facts = TRY(Seccomp::gather(host, spec, ceiling));
  const Seccomp::Grant request = TRY(Seccomp::read(spec, facts));
  CapabilitySets granted;
  granted.sets[0] = bounding;
  Decided out{Seccomp::narrow(request, ceiling, facts, {granted, no_new_privileges}), ""};
  SpecEdits edits(Scope::bundle);
  Seccomp::write(spec, facts, out.outcome.granted, edits);
  out.text = TRY(doc::apply(document, edits.edits()));
  return out;
}

Decided decided(const std::string& config, Flags bounding = kDockerDefaultCapabilities) {
  FakeHost host;
  auto out = decide(host, config, bounding);
  EXPECT_TRUE(out) << out.error().what;
  return out ? *out : Decided{};
}

Answer answer_to(const Decided& decided, const std::string& name, std::uint64_t first = 0) {
  return test::evaluate(decided.outcome.granted.profile, Architecture::x86_64,
                        {Architecture::x86_64, name, {first}})
      .mildest;
}

bool allows(const Decided& decided, const std::string& name, std::uint64_t first = 0) {
  return answer_to(decided, name, first).action == Action::allow;
}

std::string request(const std::string& names, const std::string& more = "") {
  return R"({"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":[)" +
         names + R"(],"action":"SCMP_ACT_ALLOW"})" + more + "]}}}";
}

Flags with(std::string_view name) { return kDockerDefaultCapabilities.with(*capability_number(name)); }

TEST(Seccomp, BoundsARequestWithoutAFilter) {
  for (const char* config :
       {"{}", R"({"linux":{}})", R"({"linux":{"seccomp":null}})", R"({"linux":{"seccomp":{}}})"}) {
    const Decided out = decided(config);
    EXPECT_EQ(out.outcome.verdict, Verdict::narrowed) << config;
    ASSERT_EQ(out.outcome.changes.size(), 1U);
    EXPECT_EQ(out.outcome.changes[0].before, "unconfined");
    EXPECT_EQ(out.outcome.changes[0].pointer, "/linux/seccomp");
    EXPECT_FALSE(out.outcome.changes[0].by_default);
    EXPECT_TRUE(allows(out, "read"));
    EXPECT_FALSE(allows(out, "io_uring_setup"));
    EXPECT_FALSE(allows(out, "mount"));
    EXPECT_NE(out.text.find("SCMP_ARCH_X86_64"), std::string::npos);
    const Decided again = decided(out.text);
    EXPECT_EQ(again.outcome.verdict, Verdict::unchanged);
    EXPECT_EQ(again.text, out.text);
  }
}

TEST(Seccomp, BoundsAFilterThatLetsEverythingThrough) {
  const Decided out = decided(R"({"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW"}}})");
  EXPECT_EQ(out.outcome.verdict, Verdict::narrowed);
  EXPECT_TRUE(allows(out, "openat"));
  EXPECT_FALSE(allows(out, "keyctl"));
  ASSERT_FALSE(out.outcome.changes.empty());
  EXPECT_EQ(out.outcome.changes[0].before, "SCMP_ACT_ALLOW");
  EXPECT_EQ(out.outcome.changes[0].after, "SCMP_ACT_ERRNO");
}

TEST(Seccomp, LeavesTheBytesOfAModestRequest) {
  const std::string config =
      "{ \"linux\" :{\"seccomp\":  {\"defaultAction\":\"SCMP_ACT_ERRNO\",\n\"syscalls\":[ "
      "{\"action\":\"SCMP_ACT_ALLOW\",\"names\":"
      "[\"read\" ,\"clone\"],\"args\":[{\"op\":\"SCMP_CMP_EQ\",\"index\":0,\"value\":17}]},"
      "{\"names\":[\"capget\",\"capset\",\"chdir\",\"close\",\"execve\",\"faccessat2\",\"fstat\",\"fstatfs\","
      "\"getcwd\",\"getdents64\",\"getpid\",\"getppid\",\"newfstatat\",\"openat\",\"prctl\",\"setgid\","
      "\"setgroups\",\"setuid\",\"write\"],\"action\":\"SCMP_ACT_ALLOW\"}]} }, \"x\": 1.50e0}";
  const Decided out = decided(config);
  EXPECT_EQ(out.outcome.verdict, Verdict::unchanged);
  EXPECT_EQ(out.text, config);
  EXPECT_TRUE(out.outcome.notes.empty());
}

TEST(Seccomp, MarksWhatAnOlderEngineAsksForByItself) {
  const Decided out = decided(request(R"("read","io_uring_setup","io_uring_enter","socket")"));
  EXPECT_EQ(out.outcome.verdict, Verdict::narrowed);
  ASSERT_EQ(out.outcome.changes.size(), 1U);
  EXPECT_EQ(out.outcome.changes[0].before, "io_uring_setup, io_uring_enter and socket (some arguments)");
  EXPECT_EQ(out.outcome.changes[0].after, "");
  EXPECT_TRUE(out.outcome.changes[0].by_default);
  EXPECT_FALSE(allows(out, "io_uring_setup"));
  EXPECT_TRUE(allows(out, "socket", 2));
  EXPECT_FALSE(allows(out, "socket", 38));
  EXPECT_FALSE(allows(out, "socket", 40));
}

TEST(Seccomp, TakesTodaysDockerSocketsForAnEnginesOwn) {
  const auto rule = [](const std::string& condition) {
    return R"(,{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,)" + condition + "}]}";
  };
  const Decided out = decided(request(R"("read")", rule(R"("value":38,"op":"SCMP_CMP_LT")") +
                                                       rule(R"("value":39,"op":"SCMP_CMP_EQ")") +
                                                       rule(R"("value":40,"op":"SCMP_CMP_GT")")));
  ASSERT_EQ(out.outcome.changes.size(), 1U);
  EXPECT_EQ(out.outcome.changes[0].before, "socket (some arguments)");
  EXPECT_TRUE(out.outcome.changes[0].by_default);
  for (std::uint64_t family = 0; family < 46; ++family) {
    EXPECT_EQ(allows(out, "socket", family), family != 38 && family != 40) << family;
    EXPECT_EQ(allows(out, "socket", family | 0x100000000U), family != 38 && family != 40) << family;
  }
}

TEST(Seccomp, AUsersCallsAreNotTheEngines) {
  const Decided out = decided(request(R"("read","io_uring_setup","keyctl")"));
  ASSERT_EQ(out.outcome.changes.size(), 1U);
  EXPECT_FALSE(out.outcome.changes[0].by_default);
  EXPECT_EQ(out.outcome.changes[0].pointer, "/linux/seccomp/syscalls");
}

TEST(Seccomp, NamesAFewAndCountsTheRest) {
  const Decided out = decided(request(
      R"("add_key","keyctl","request_key","bpf","mount","umount2","setns","unshare","userfaultfd","swapon","reboot")"));
  ASSERT_EQ(out.outcome.changes.size(), 1U);
  EXPECT_EQ(out.outcome.changes[0].before,
            "add_key, keyctl, request_key, bpf, mount, umount2, setns, unshare and 3 more");
}

TEST(Seccomp, PrintsNoBytesOfAName) {
  const Decided out = decided(request(R"("read","evil\u001b[31m")"));
  ASSERT_EQ(out.outcome.changes.size(), 1U);
  EXPECT_EQ(out.outcome.changes[0].before.find('\x1b'), std::string::npos);
}

TEST(Seccomp, FollowsTheGrantedBoundingSet) {
  const std::string config = request(R"("read","mount","bpf","setns","clone3","chroot")");
  const Decided admin = decided(config, with("CAP_SYS_ADMIN"));
  EXPECT_EQ(admin.outcome.verdict, Verdict::unchanged);
  EXPECT_EQ(admin.text, config);
  const Decided without = decided(config);
  for (const char* call : {"mount", "bpf", "setns", "clone3"}) EXPECT_FALSE(allows(without, call)) << call;
  EXPECT_EQ(answer_to(without, "clone3"), (Answer{Action::error, seccomp::kEnosys}));
  EXPECT_TRUE(allows(without, "chroot"));
  const Decided nothing = decided(config, Flags());
  EXPECT_FALSE(allows(nothing, "chroot"));
}

TEST(Seccomp, DropsArchitecturesThatTheProfileDoesNotList) {
  const Decided out = decided(R"({"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ERRNO",
    "architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_AARCH64","SCMP_ARCH_X86"]}}})");
  EXPECT_EQ(out.outcome.granted.profile.foreign, std::vector{Architecture::x86});
  ASSERT_EQ(out.outcome.changes.size(), 1U);
  EXPECT_EQ(out.outcome.changes[0].before, "SCMP_ARCH_AARCH64");
}

TEST(Seccomp, RefusesAListener) {
  const Decided by_path =
      decided(R"({"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ERRNO","listenerPath":"/run/agent"}}})");
  EXPECT_EQ(by_path.outcome.verdict, Verdict::refused);
  ASSERT_FALSE(by_path.outcome.changes.empty());
  EXPECT_EQ(by_path.outcome.changes[0].before, "/run/agent");
  const Decided by_action =
      decided(request(R"("read")", R"(,{"names":["mount"],"action":"SCMP_ACT_NOTIFY"})"));
  EXPECT_EQ(by_action.outcome.verdict, Verdict::refused);
}

TEST(Seccomp, SaysThatARequestStopsRuncItself) {
  const Decided out = decided(R"({"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ERRNO"}}})");
  EXPECT_EQ(out.outcome.verdict, Verdict::unchanged);
  ASSERT_EQ(out.outcome.notes.size(), 1U);
  EXPECT_NE(out.outcome.notes[0].find("the request itself denies close, execve"), std::string::npos);
}

TEST(Seccomp, RuncNeedsMoreOfAContainerThatMayGainPrivileges) {
  const std::string config =
      request(R"("close","execve","fstatfs","getdents64","openat","write","epoll_ctl","getpid")");
  FakeHost host;
  const auto may = decide(host, config, kDockerDefaultCapabilities, kDefaultRule, Required{false});
  const auto may_not = decide(host, config, kDockerDefaultCapabilities, kDefaultRule, Required{true});
  ASSERT_TRUE(may && may_not);
  ASSERT_EQ(may->outcome.notes.size(), 1U);
  EXPECT_NE(may->outcome.notes[0].find("denies capget, capset"), std::string::npos);
  EXPECT_TRUE(may_not->outcome.notes.empty());
}

TEST(Seccomp, AMalformedRequestIsASyntaxErrorWithItsRule) {
  FakeHost host;
  const auto out = decide(host, request(R"("read")", R"(,{"names":["mount"],"action":"ALLOW"})"));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().fault, Fault::syntax);
  EXPECT_NE(out.error().what.find("rule 2 (mount)"), std::string::npos) << out.error().what;
  EXPECT_FALSE(decide(host, R"({"linux":{"seccomp":[]}})"));
}

TEST(Seccomp, AnExecCarriesNoFilter) {
  FakeHost host;
  host.fail(test::Operation::read, "", {Fault::io, "nothing is read"});
  const auto document = doc::read_json("process.json", R"({"args":["true"]})");
  ASSERT_TRUE(document);
  const Spec spec(*document, Scope::process);
  const auto facts = Seccomp::gather(host, spec, {"/etc/hardened/seccomp.json"});
  ASSERT_TRUE(facts);
  const auto kept = Seccomp::read(spec, *facts);
  ASSERT_TRUE(kept);
  EXPECT_TRUE(identical(kept->profile, seccomp::Profile{}));
  SpecEdits edits(Scope::process);
  Seccomp::write(spec, *facts, *kept, edits);
  EXPECT_TRUE(edits.edits().empty());
}

// --- a profile of the host's own ---

TEST(SeccompProfile, BelowWhatEveryStartNeedsIsNoPolicy) {
  FakeHost host;
  host.file("/etc/hardened/seccomp.json",
            R"({"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"},
               {"names":["close","fstatfs","getdents64","openat","write"],"action":"SCMP_ACT_ALLOW"},
               {"names":["execve"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_ADMIN"]}}]})");
  const auto out = decide(host, request(R"("read")"), kDockerDefaultCapabilities,
                          "{profile: /etc/hardened/seccomp.json, architectures: requested}");
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().fault, Fault::policy);
  EXPECT_NE(out.error().what.find("execve"), std::string::npos);
  EXPECT_EQ(out.error().what.find("close"), std::string::npos);
}

constexpr const char* kOwnRule = "{profile: /etc/hardened/seccomp.json, architectures: requested}";

TEST(SeccompProfile, IsReadFromAFileOfRoots) {
  FakeHost host;
  host.file("/etc/hardened/seccomp.json",
            R"({"defaultAction":"SCMP_ACT_KILL_PROCESS","syscalls":[
               {"names":["read","openat2","close","execve","fstatfs","getdents64","openat","write","epoll_ctl","getpid"],
                "action":"SCMP_ACT_ALLOW"},
               {"names":["mount"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_ADMIN"]}}]})");
  const auto out =
      decide(host, request(R"("read","lseek","mount","openat2")"), kDockerDefaultCapabilities, kOwnRule);
  ASSERT_TRUE(out) << out.error().what;
  EXPECT_TRUE(allows(*out, "read"));
  EXPECT_EQ(answer_to(*out, "lseek").action, Action::kill_process);
  EXPECT_FALSE(allows(*out, "mount"));
  EXPECT_TRUE(allows(*decide(host, request(R"("mount")"), with("CAP_SYS_ADMIN"), kOwnRule), "mount"));
  ASSERT_EQ(out->outcome.notes.size(), 1U);
  EXPECT_NE(out->outcome.notes[0].find("the request itself denies close"), std::string::npos);
  EXPECT_NE(out->outcome.changes[0].reason.find("/etc/hardened/seccomp.json"), std::string::npos);
}

std::string refusal(const std::string& profile, test::Owner owner = {}) {
  FakeHost host;
  host.file("/etc/hardened/seccomp.json", profile, owner);
  const auto out = decide(host, "{}", kDockerDefaultCapabilities, kOwnRule);
  EXPECT_FALSE(out);
  if (out) return "none";
  EXPECT_EQ(out.error().fault, Fault::policy) << out.error().what;
  return out.error().what;
}

TEST(SeccompProfile, IsTrustedOnlyIfNobodyElseCanWriteIt) {
  const std::string good = R"({"defaultAction":"SCMP_ACT_ERRNO"})";
  EXPECT_NE(refusal(good, {.mode = 0664}), "none");
  EXPECT_NE(refusal(good, {.uid = 1000}), "none");
  FakeHost host;
  const auto missing = decide(host, "{}", kDockerDefaultCapabilities, kOwnRule);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().fault, Fault::policy);
}

TEST(SeccompProfile, SaysWhatIsWrongWithIt) {
  EXPECT_NE(refusal("{}").find("confines nothing"), std::string::npos);
  EXPECT_NE(refusal(R"({"defaultAction":"SCMP_ACT_ERRNO","listenerPath":"/run/x"})").find("listener"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"defaultAction":"SCMP_ACT_NOTIFY"})").find("listener"), std::string::npos);
  EXPECT_NE(refusal(R"({"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"yes"}]})")
                .find("rule 1 (read)"),
            std::string::npos);
}

TEST(SeccompProfile, NeedsAMachineThatProfilesKnow) {
  FakeHost host;
  host.machine.kernel.machine = "vax";
  EXPECT_FALSE(decide(host, "{}"));
  host.machine.kernel = {.release = "6.1.0", .machine = "aarch64"};
  const auto arm = decide(host, "{}");
  ASSERT_TRUE(arm);
  EXPECT_NE(arm->text.find(R"(["SCMP_ARCH_AARCH64","SCMP_ARCH_ARM"])"), std::string::npos);
}

TEST(SeccompRule, IsDefaultOrAnAbsolutePath) {
  const auto file = [](const std::string& profile) {
    return ceiling_of("{profile: " + profile + ", architectures: requested}");
  };
  EXPECT_EQ(file("default")->file, "");
  EXPECT_EQ(file("/etc/hardened/seccomp.json")->file, "/etc/hardened/seccomp.json");
  for (const char* profile : {"docker-default", "seccomp.json", "7", "/", "/etc/../tmp/x", "[]"}) {
    const auto ceiling = file(profile);
    ASSERT_FALSE(ceiling) << profile;
    EXPECT_EQ(ceiling.error().fault, Fault::policy);
  }
  EXPECT_FALSE(ceiling_of("architectures: native"));
}

TEST(SeccompRule, SaysWhichArchitecturesStay) {
  using Architectures = Seccomp::Architectures;
  EXPECT_EQ(ceiling_of(kDefaultRule)->architectures, Architectures::requested);
  EXPECT_EQ(ceiling_of("{profile: default, architectures: native}")->architectures, Architectures::native);
  EXPECT_FALSE(ceiling_of("profile: default"));
  const auto wrong = ceiling_of("{profile: default, architectures: x86}");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().what.find("expected requested or native, found 'x86'"), std::string::npos);
  EXPECT_EQ(Seccomp::Ceiling{}.architectures, Architectures::native);
}

}  // namespace
}  // namespace hardened::controls
