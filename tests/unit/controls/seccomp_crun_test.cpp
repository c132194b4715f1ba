// What crun reads beside the section, and `architectures: native`.
#include "controls/seccomp_crun.h"

#include <gtest/gtest.h>

#include "controls/seccomp.h"
#include "core/base/base64.h"
#include "core/doc/json.h"
#include "profiles/capability_names.h"
#include "profiles/seccomp/compile.h"
#include "tests/support/fake_host.h"

namespace hardened::controls {
namespace {

using seccomp::Architecture;

constexpr Architecture kOwn = Architecture::x86_64;
const std::string kSection =
    R"("seccomp":{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]})";
const std::string kWide = R"("seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[]})";

struct Decided {
  Outcome<Seccomp::Grant> outcome;
  std::string text;
};

Decided decide(const std::string& config,
               Seccomp::Architectures architectures = Seccomp::Architectures::requested) {
  test::FakeHost host;
  const auto document = doc::read_json("config.json", config);
  EXPECT_TRUE(document);
  const Spec spec(*document, Scope::bundle);
  const Seccomp::Ceiling ceiling{"", Seccomp::Shipped::standard, architectures};
  const auto facts = Seccomp::gather(host, spec, ceiling);
  EXPECT_TRUE(facts);
  const auto request = Seccomp::read(spec, *facts);
  EXPECT_TRUE(request) << request.error().what;
  CapabilitySets granted;
  granted.sets[0] = kDockerDefaultCapabilities;
  Decided out{Seccomp::narrow(*request, ceiling, *facts, {granted, {}}), ""};
  SpecEdits edits(Scope::bundle);
  Seccomp::write(spec, *facts, out.outcome.granted, edits);
  out.text = doc::apply(*document, edits.edits()).value_or("cannot be applied");
  return out;
}

std::string config(const std::string& section, const std::string& annotations) {
  return R"({"annotations":{"a":"b")" + annotations + R"(},"linux":{)" + section + "}}";
}

std::string annotation(const std::string& name, const std::string& value) {
  return R"(,"run.oci.)" + name + R"(":")" + value + '"';
}

// What crun would make of a section.
std::string compiled(const std::string& section) {
  const auto document = doc::read_json("section", "{" + section + "}");
  const doc::Cursor root(*document, document->root);
  const auto profile = seccomp::parse_section(*root.find("seccomp"), kOwn);
  return base64(seccomp::compile(*profile, kOwn).value_or("does not compile"));
}

TEST(SeccompCrun, AFilterPastTheSectionIsTakenOut) {
  const std::string forged = compiled(kWide);
  const Decided out = decide(config(kSection, annotation("seccomp_bpf_data", forged)));
  EXPECT_EQ(out.outcome.verdict, Verdict::narrowed);
  ASSERT_EQ(out.outcome.changes.size(), 1U);
  EXPECT_EQ(out.outcome.changes[0].pointer, kFilterAnnotation);
  EXPECT_EQ(out.outcome.changes[0].before.find(forged), std::string::npos);
  EXPECT_FALSE(out.outcome.changes[0].by_default);
  EXPECT_EQ(out.text, config(kSection, ""));
}

TEST(SeccompCrun, SoIsOneWithoutASection) {
  const Decided out = decide(config(R"("x":1)", annotation("seccomp_bpf_data", "AAAA")));
  EXPECT_EQ(out.outcome.verdict, Verdict::narrowed);
  EXPECT_EQ(out.text.find("bpf_data"), std::string::npos);
  EXPECT_NE(out.text.find("defaultAction"), std::string::npos);
}

TEST(SeccompCrun, TheSectionsOwnFilterSaysNothingNew) {
  const std::string text = config(kSection, annotation("seccomp_bpf_data", compiled(kSection)));
  const Decided out = decide(text);
  EXPECT_EQ(out.outcome.verdict, Verdict::unchanged);
  EXPECT_EQ(out.text, text);
}

TEST(SeccompCrun, TheSectionsOwnFilterGoesWithTheSection) {
  const Decided out = decide(config(kWide, annotation("seccomp_bpf_data", compiled(kWide))));
  EXPECT_EQ(out.outcome.verdict, Verdict::narrowed);
  for (const Change& change : out.outcome.changes) EXPECT_NE(change.pointer, kFilterAnnotation);
  EXPECT_EQ(out.text.find("bpf_data"), std::string::npos) << out.text;
}

TEST(SeccompCrun, PluginsAndFilesAreTakenOut) {
  for (const char* name : {"seccomp.plugins", "seccomp_bpf_file"}) {
    const Decided out = decide(config(kSection, annotation(name, R"(/tmp/x\u001b)")));
    EXPECT_EQ(out.outcome.verdict, Verdict::narrowed);
    ASSERT_EQ(out.outcome.changes.size(), 1U);
    EXPECT_EQ(out.outcome.changes[0].before, "'/tmp/x\\x1b'");
    EXPECT_EQ(out.text, config(kSection, ""));
  }
}

TEST(SeccompCrun, AReceiverIsRefusedAsAListenerIs) {
  const Decided out = decide(config(kSection, annotation("seccomp.receiver", "/run/agent")));
  EXPECT_EQ(out.outcome.verdict, Verdict::refused);
  ASSERT_EQ(out.outcome.changes.size(), 1U);
  EXPECT_EQ(out.outcome.changes[0].before, "'/run/agent'");
}

TEST(SeccompCrun, OtherAnnotationsAreNoneOfItsBusiness) {
  const std::string text = config(kSection, annotation("seccomp_bpf_data2", "AAAA"));
  const Decided out = decide(text);
  EXPECT_EQ(out.outcome.verdict, Verdict::unchanged);
  EXPECT_EQ(out.text, text);
}

TEST(SeccompNative, TakesTheOtherArchitecturesAndMarksThemAsTheEngines) {
  const std::string listed =
      R"("seccomp":{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86","SCMP_ARCH_X32"],"syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]})";
  EXPECT_EQ(decide(config(listed, "")).outcome.verdict, Verdict::unchanged);
  const Decided out = decide(config(listed, ""), Seccomp::Architectures::native);
  EXPECT_EQ(out.outcome.verdict, Verdict::narrowed);
  ASSERT_EQ(out.outcome.changes.size(), 1U);
  EXPECT_EQ(out.outcome.changes[0].before, "SCMP_ARCH_X86 and SCMP_ARCH_X32");
  EXPECT_TRUE(out.outcome.changes[0].by_default);
  EXPECT_NE(out.outcome.changes[0].reason.find("native"), std::string::npos);
  EXPECT_NE(out.text.find(R"("architectures":["SCMP_ARCH_X86_64"])"), std::string::npos) << out.text;
}

TEST(SeccompNative, AnotherMachinesArchitectureIsAUsersWish) {
  const std::string listed =
      R"("seccomp":{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86","SCMP_ARCH_AARCH64"]})";
  const Decided out = decide(config(listed, ""), Seccomp::Architectures::native);
  ASSERT_EQ(out.outcome.changes.size(), 1U);
  EXPECT_FALSE(out.outcome.changes[0].by_default);
}

TEST(SeccompNative, HoldsForARequestWithoutAFilter) {
  const Decided out = decide("{}", Seccomp::Architectures::native);
  EXPECT_TRUE(out.outcome.granted.profile.foreign.empty());
  EXPECT_TRUE(out.outcome.granted.profile.own_listed);
}

}  // namespace
}  // namespace hardened::controls
