#include "controls/annotations.h"

#include <gtest/gtest.h>

#include "harden.h"
#include "observing.h"

namespace hardened::controls {
namespace {

constexpr const char* kAll = R"({allow: ["*"]})";

std::string with_notes(const std::string& notes) { return R"({"annotations":{)" + notes + "}}"; }

Hardened<Annotations> hardened(const std::string& notes, const std::string& rule = kAll) {
  const std::string json = with_notes(notes);
  const auto document = doc::read_json("config.json", json);
  EXPECT_TRUE(document.ok());
  test::FakeHost host;
  const auto facts = Annotations::gather(host, Spec(*document, Scope::bundle), {});
  EXPECT_TRUE(facts.ok());
  return harden<Annotations>(Scope::bundle, json, rule, facts ? *facts : Annotations::Facts{});
}

bool granted(const std::string& name, const std::string& value = "1", const std::string& rule = kAll) {
  const std::string note = '"' + name + R"(":")" + value + '"';
  const auto out = hardened(note, rule);
  EXPECT_EQ(out.fault, "");
  const bool kept = out.outcome.verdict == Verdict::unchanged;
  EXPECT_EQ(out.text, with_notes(kept ? note : "")) << name;
  return kept;
}

// runc features and crun features, "potentiallyUnsafeConfigAnnotations"; a name that ends in a dot is the beginning of more.
TEST(Annotations, ThatRuntimesCallUnsafeAreNeverGranted) {
  for (const std::string name : {"bundle", "org.systemd.property.", "org.criu.config",
                                 "module.wasm.image/variant", "run.oci.", "org.criu.", "krun."}) {
    EXPECT_FALSE(granted(name.ends_with('.') ? name + "x" : name)) << name;
  }
  for (const char* name :
       {"org.systemd.property.SuccessAction", "org.systemd.property.TasksMax", "run.oci.keep_original_groups",
        "run.oci.hooks.stdout", "run.oci.handler", "run.oci.scheduler", "module.wasm",
        "org.opencontainers.runc.exec.isolated-cpu-affinity-transition", "bundle=/x"})
    EXPECT_FALSE(granted(name)) << name;
}

// What podman, CRI engines, nerdctl and image labels write, and a user's own.
TEST(Annotations, ThatAreNotesPass) {
  for (const char* name :
       {"com.example.note", "io.container.manager", "io.podman.annotations.init", "io.kubernetes.cri-o.TTY",
        "io.kubernetes.cri.container-type", "org.opencontainers.image.stopSignal", "nerdctl/name", "x", "",
        "Run.OCI.handler", "bundles", "bundle.x", "org.systemd.propert", "run.oci"})
    EXPECT_TRUE(granted(name)) << name;
}

TEST(Annotations, ThatPodmanWritesIntoEveryContainerPassByTheirValue) {
  const std::string none = "{allow: []}";
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"org.systemd.property.KillSignal", "15"},
           {"org.systemd.property.KillSignal", "37"},
           {"org.systemd.property.TimeoutStopUSec", "uint64 10000000"},
           {"org.systemd.property.TimeoutStopUSec", "uint64 90000000"},
           {"run.oci.mount_context_type", "rootcontext"}}) {
    EXPECT_TRUE(granted(name, value, none)) << name << ' ' << value;
  }
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"org.systemd.property.KillSignal", "0"},
           {"org.systemd.property.KillSignal", "65"},
           {"org.systemd.property.KillSignal", "'SIGTERM'"},
           {"org.systemd.property.TimeoutStopUSec", "uint64 90000001"},
           {"org.systemd.property.TimeoutStopUSec", "uint64 18446744073709551615"},
           {"org.systemd.property.TimeoutStopUSec", "uint64 0"},
           {"org.systemd.property.TimeoutStopUSec", "10000000"},
           {"org.systemd.property.TimeoutStopUSec", "uint64 1 "},
           {"org.systemd.property.TimeoutStopSec", "uint64 1"},
           {"run.oci.mount_context_type", "fscontext"}}) {
    EXPECT_FALSE(granted(name, value)) << name << ' ' << value;
  }
}

TEST(Annotations, AreAllowedByNameAndByTheBeginningOfNames) {
  constexpr const char* kRule =
      R"({allow: [com.example.note, "org.example.*", -org.example.secret, "-org.example.x*"]})";
  EXPECT_TRUE(granted("com.example.note", "1", kRule));
  EXPECT_FALSE(granted("com.example.note2", "1", kRule));
  EXPECT_FALSE(granted("com.example", "1", kRule));
  EXPECT_TRUE(granted("org.example.a", "1", kRule));
  EXPECT_TRUE(granted("org.example.", "1", kRule));
  EXPECT_FALSE(granted("org.example", "1", kRule));
  EXPECT_FALSE(granted("org.example.secret", "1", kRule));
  EXPECT_TRUE(granted("org.example.secret2", "1", kRule));
  EXPECT_FALSE(granted("org.example.xyz", "1", kRule));
  EXPECT_FALSE(granted("Com.example.note", "1", kRule));
}

TEST(Annotations, OfEnginesAreASet) {
  constexpr const char* kRule = "{allow: [engine-default]}";
  for (const char* name : {"io.container.manager", "io.podman.annotations.init",
                           "io.kubernetes.cri.container-type", "org.opencontainers.image.stopSignal"})
    EXPECT_TRUE(granted(name, "1", kRule)) << name;
  for (const char* name : {"com.example.note", "io.container.manager2", "org.opencontainers.runc.x"})
    EXPECT_FALSE(granted(name, "1", kRule)) << name;
}

TEST(Annotations, OfOthersAreLeftToThem) {
  const std::string notes =
      R"("run.oci.seccomp_bpf_data":"x","run.oci.seccomp_bpf_file":"x","run.oci.seccomp.plugins":"x",)"
      R"("run.oci.seccomp.receiver":"x","io.hardened.policy":"x","io.hardened.x":"y")";
  const auto out = hardened(notes, "{allow: []}");
  EXPECT_EQ(out.outcome.verdict, Verdict::unchanged);
  EXPECT_EQ(out.text, with_notes(notes));
}

TEST(Annotations, ThatAreNotAllowedAreLeftOutAndSaid) {
  const auto out = hardened(R"("a":"1","run.oci.handler":"krun","c/d":"","org.x":"1")", "{allow: [a]}");
  EXPECT_EQ(out.text, with_notes(R"("a":"1")"));
  EXPECT_EQ(out.outcome.verdict, Verdict::narrowed);
  ASSERT_EQ(out.outcome.changes.size(), 3U);
  EXPECT_EQ(out.outcome.changes[0].pointer, "/annotations/c~1d");
  EXPECT_EQ(out.outcome.changes[0].before, "an empty text");
  EXPECT_NE(out.outcome.changes[0].reason.find("controls.annotations.allow"), std::string::npos);
  EXPECT_EQ(out.outcome.changes[2].pointer, "/annotations/run.oci.handler");
  EXPECT_EQ(out.outcome.changes[2].before, "krun");
  EXPECT_NE(out.outcome.changes[2].reason.find("never granted"), std::string::npos);
}

TEST(Annotations, ThatAreNoTextAreAFault) {
  EXPECT_NE(harden<Annotations>(Scope::bundle, R"({"annotations":{"a":5}})", kAll).fault, "");
  EXPECT_NE(harden<Annotations>(Scope::bundle, R"({"annotations":[]})", kAll).fault, "");
}

TEST(Annotations, OfAnExecThereAreNone) {
  EXPECT_FALSE(takes_part<Annotations>(Scope::process));
  EXPECT_FALSE(takes_part<Annotations>(Scope::resources));
}

TEST(Annotations, RulesThatAreWrongAreAllNamed) {
  const std::string wrong = wrong_with<Annotations>(
      R"({allow: [5, "", "-", "a*b", run.oci.handler, "krun.*", bundle, "-run.oci.*"]})");
  for (const char* part : {"a string", "found ''", "found '-'", "found 'a*b'", "about run.oci.handler",
                           "about krun.*", "about bundle"})
    EXPECT_NE(wrong.find(part), std::string::npos) << part << "\n" << wrong;
  EXPECT_EQ(wrong.find("about -run"), std::string::npos);
}

TEST_F(ObservedTest, AnnotationsAreHeldAsGranted) {
  EXPECT_EQ(surplus<Annotations>(R"({"annotations":{"run.oci.handler":"x"}})"), "");
}

}  // namespace
}  // namespace hardened::controls
