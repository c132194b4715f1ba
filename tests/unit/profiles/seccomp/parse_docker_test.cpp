#include <gtest/gtest.h>

#include "core/doc/json.h"
#include "profiles/capability_names.h"
#include "profiles/seccomp/parse.h"
#include "profiles/seccomp/resolve.h"
#include "tests/unit/profiles/seccomp/trouble.h"

namespace hardened::seccomp {
namespace {

Result<DockerProfile> docker(std::string text) {
  const auto document = doc::read_json("profile.json", std::move(text));
  if (!document) return document.error();
  return parse_docker(doc::Cursor(*document, document->root));
}

// After a first rule that is right, so that the number in a message says something.
Result<DockerProfile> with_rule(const std::string& rule) {
  return docker(
      R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}, )" +
      rule + "]}");
}

Result<DockerProfile> with_filter(const std::string& filter) {
  return with_rule(R"({"names": ["a"], "action": "SCMP_ACT_ALLOW", "includes": )" + filter + "}");
}

Result<DockerProfile> with_errno(const std::string& members) {
  return with_rule(R"({"names": ["a"], "action": "SCMP_ACT_ERRNO", )" + members + "}");
}

TEST(DockerFormat, ReadsConditionsOnTheHost) {
  const auto read = docker(R"({"defaultAction": "SCMP_ACT_ERRNO",
    "archMap": [{"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]}],
    "syscalls": [{"name": "ptrace", "action": "SCMP_ACT_ALLOW", "comment": "words", "args": null,
      "includes": {"caps": ["CAP_SYS_PTRACE", "CAP_BPF"], "arches": ["amd64"], "minKernel": "4.8"}, "excludes": {}}]})");
  ASSERT_TRUE(read) << trouble(read);
  ASSERT_EQ(read->rules.size(), 1U);
  EXPECT_EQ(read->rules[0].rule.names, std::vector<std::string>{"ptrace"});
  EXPECT_EQ(read->rules[0].includes.capabilities, Flags().with(19).with(39));
  EXPECT_EQ(read->rules[0].includes.architectures, std::vector{Architecture::x86_64});
  EXPECT_EQ(read->rules[0].includes.least_kernel, (KernelVersion{4, 8}));
  ASSERT_EQ(read->families.size(), 1U);
  EXPECT_EQ(read->families[0].compatible, std::vector{Architecture::arm});
}

TEST(DockerFormat, IsStrictAboutWhatAPersonWrote) {
  EXPECT_SAYS(docker(R"({"defaultAction": "SCMP_ACT_ERRNO", "sycalls": []})"), "did you mean syscalls?");
  EXPECT_SAYS(docker(R"({"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86"],
    "archMap": [{"architecture": "SCMP_ARCH_X86_64"}]})"),
              "'architectures' and 'archMap' together");
  EXPECT_SAYS(with_rule(R"({"names": ["a"], "name": "b", "action": "SCMP_ACT_ALLOW"})"),
              "'name' and 'names' together");
  EXPECT_SAYS(with_rule(R"({"action": "SCMP_ACT_ALLOW"})"), "no system call is named");
  EXPECT_SAYS(with_rule(R"({"names": ["a"], "action": "SCMP_ACT_ALLOW", "include": {}})"), "rule 2 (a)");
  EXPECT_SAYS(with_filter(R"({"caps": ["SYS_ADMIN"]})"), "rule 2 (a)");
  EXPECT_SAYS(with_filter(R"({"caps": ["SYS_ADMIN"]})"), "unknown capability 'SYS_ADMIN'");
  EXPECT_SAYS(with_filter(R"({"arches": ["x86_64"]})"), "unknown architecture 'x86_64' in 'arches'");
  for (const char* version : {"4", "4.8.1", "4.", ".8", "256.0", "0.0", "4.x", "-4.8"}) {
    EXPECT_SAYS(with_filter(R"({"minKernel": ")" + std::string(version) + "\"}"),
                "'minKernel' is two numbers")
        << version;
  }
}

TEST(DockerFormat, KnowsEveryCapabilityByItsExactName) {
  for (unsigned number = 0; number < kCapabilityNames.size(); ++number) {
    const auto read = with_filter(R"({"caps": [")" + std::string(capability_name(number)) + R"("]})");
    ASSERT_TRUE(read) << trouble(read);
    EXPECT_EQ(read->rules[1].includes.capabilities, Flags().with(number));
  }
  EXPECT_EQ(capability_name(40), "CAP_CHECKPOINT_RESTORE");
  for (const char* name : {"cap_sys_admin", "CAP_SYS_ADMIN ", "CAP_ALL", "ALL", "CAP_41", ""}) {
    EXPECT_SAYS(with_filter(R"({"caps": [")" + std::string(name) + R"("]})"), "rule 2 (a)") << name;
  }
}

TEST(DockerFormat, KnowsArchitecturesByTheNamesOfLibseccompsGoBinding) {
  const auto read = with_filter(
      R"({"arches": ["amd64", "x86", "x32", "arm64", "arm", "mips", "mips64", "mips64n32", "mipsel", "mipsel64",
                     "mipsel64n32", "ppc", "ppc64", "ppc64le", "riscv64", "s390", "s390x", "loongarch64"]})");
  ASSERT_TRUE(read) << trouble(read);
  EXPECT_EQ(read->rules[1].includes.architectures.size(), 18U);
  EXPECT_EQ(read->rules[1].includes.architectures.back(), Architecture::loongarch64);
  for (const char* name : {"loong64", "386", "AMD64", "aarch64", ""}) {
    EXPECT_SAYS(with_filter(R"({"arches": [")" + std::string(name) + R"("]})"), "rule 2 (a)") << name;
  }
}

TEST(DockerFormat, ReadsAnEmptyKernelAsMobyDoes) {
  // 0.0, which every kernel reaches: such a rule always counts among includes, and never among excludes.
  const auto in = with_rule(R"({"names": ["a"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": ""}})");
  const auto out =
      with_rule(R"({"names": ["a"], "action": "SCMP_ACT_ALLOW", "excludes": {"minKernel": ""}})");
  const auto absent =
      with_rule(R"({"names": ["a"], "action": "SCMP_ACT_ALLOW", "excludes": {"minKernel": null}})");
  ASSERT_TRUE(in && out && absent);
  const Machine old{Architecture::x86_64, {2, 6}};
  EXPECT_EQ(resolve(*in, {}, old).rules.size(), 2U);
  EXPECT_EQ(resolve(*out, {}, old).rules.size(), 1U);
  EXPECT_EQ(resolve(*absent, {}, old).rules.size(), 2U);
}

TEST(DockerFormat, ReadsErrorsByTheirNames) {
  const auto read =
      docker(R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrno": "ENOSYS", "defaultErrnoRet": 38,
    "syscalls": [{"names": ["a"], "action": "SCMP_ACT_ERRNO", "errno": "EINVAL"},
                 {"names": ["b"], "action": "SCMP_ACT_ERRNO", "errno": "", "errnoRet": 13},
                 {"names": ["c"], "action": "SCMP_ACT_ERRNO", "errno": "95"},
                 {"names": ["d"], "action": "SCMP_ACT_ERRNO", "errno": null},
                 {"names": ["e"], "action": "SCMP_ACT_ERRNO", "errno": "EPERM", "errnoRet": 1}]})");
  ASSERT_TRUE(read) << trouble(read);
  EXPECT_EQ(read->fallback, (Answer{Action::error, kEnosys}));
  std::vector<unsigned> codes;
  for (const DockerRule& rule : read->rules) codes.push_back(rule.rule.answer.code);
  EXPECT_EQ(codes, (std::vector<unsigned>{22, 13, 95, 1, 1}));
}

TEST(DockerFormat, RefusesErrorsThatContradict) {
  EXPECT_SAYS(with_errno(R"("errno": "ENOSYS", "errnoRet": 1)"), "rule 2 (a)");
  EXPECT_SAYS(with_errno(R"("errno": "ENOSYS", "errnoRet": 1)"),
              "'errno' is 38 and 'errnoRet' is 1: which of them is meant?");
  EXPECT_SAYS(with_errno(R"("errno": "0", "errnoRet": 1)"), "'errno' is 0 and 'errnoRet' is 1");
  EXPECT_SAYS(
      docker(R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrno": "ENOSYS", "defaultErrnoRet": 1})"),
      "'defaultErrno' is 38 and 'defaultErrnoRet' is 1");
  for (const char* name : {"ENOSUCH", "enosys", "-1", "+1", "0x26", " EPERM"}) {
    EXPECT_SAYS(with_errno(R"("errno": ")" + std::string(name) + '"'), "unknown error") << name;
    EXPECT_SAYS(with_errno(R"("errno": ")" + std::string(name) + '"'), "rule 2 (a)") << name;
  }
  EXPECT_SAYS(with_errno(R"("errno": "65536")"), "'errno' is at most 65535");
  EXPECT_SAYS(with_errno(R"("errno": 38)"), "expected a string");
}

TEST(DockerFormat, NamesTheRuleThatIsWrong) {
  for (const char* rule :
       {R"({"names": ["a"], "action": "ALLOW"})", R"({"names": ["a"]})", R"({"names": ["a"], "action": ""})",
        R"({"names": ["a"], "action": 7})", R"({"names": ["a", ""], "action": "SCMP_ACT_ALLOW"})",
        R"({"names": ["a"], "action": "SCMP_ACT_ALLOW", "args": {}})",
        R"({"names": ["a"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 6, "op": "SCMP_CMP_EQ"}]})",
        R"({"names": ["a"], "action": "SCMP_ACT_ALLOW", "comment": 1})",
        R"({"names": ["a"], "action": "SCMP_ACT_ALLOW", "includes": []})",
        R"({"names": ["a"], "action": "SCMP_ACT_ALLOW", "excludes": {"caps": "CAP_BPF"}})",
        R"({"name": 7, "action": "SCMP_ACT_ALLOW"})", R"({"names": "a", "action": "SCMP_ACT_ALLOW"})", "[]",
        "7", R"("a")", "null"}) {
    EXPECT_SAYS(with_rule(rule), "rule 2") << rule;
  }
  EXPECT_SAYS(docker(R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": {}})"), "syscalls");
}

TEST(DockerFormat, ReadsFilesThatAllowEverything) {
  const auto read = docker(R"({"defaultAction": "SCMP_ACT_ALLOW"})");
  ASSERT_TRUE(read) << trouble(read);
  EXPECT_TRUE(read->confined);
  EXPECT_EQ(read->fallback, (Answer{Action::allow, 0}));
  EXPECT_TRUE(read->rules.empty());
}

TEST(DockerFormat, AnEmptyFileIsNoFilter) {
  for (const char* text : {"{}", R"({"syscalls": []})", R"({"defaultAction": null, "syscalls": null})"}) {
    const auto read = docker(text);
    ASSERT_TRUE(read) << trouble(read);
    EXPECT_FALSE(read->confined) << text;
  }
  EXPECT_SAYS(docker(R"({"defaultAction": ""})"), "unknown action ''");
  EXPECT_SAYS(docker("[]"), "an object");
  EXPECT_SAYS(docker(R"({"syscalls": [{"names": ["a"], "action": "SCMP_ACT_ALLOW"}]})"),
              "'defaultAction' is missing");
}

std::string file_of(std::size_t rules, const std::string& rule) {
  std::string text = R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [)";
  for (std::size_t i = 0; i < rules; ++i) text += (i == 0 ? "" : ",") + rule;
  return text + "]}";
}

TEST(DockerFormat, TakesFourThousandRules) {
  const auto read =
      docker(file_of(4000, R"({"names": ["a"], "action": "SCMP_ACT_ERRNO", "errno": "ENOSYS", "args": [
    {"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 1, "value": 2, "op": "SCMP_CMP_EQ"}]})"));
  ASSERT_TRUE(read) << trouble(read);
  EXPECT_EQ(read->rules.size(), 4000U);
}

TEST(DockerFormat, IsBoundedInCallsAndConditions) {
  const std::string thirty_two =
      R"({"names": ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"],
    "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "op": "SCMP_CMP_NE"}, {"index": 1, "op": "SCMP_CMP_NE"}]})";
  EXPECT_TRUE(docker(file_of(2048, thirty_two)));
  const auto more = docker(file_of(2049, thirty_two));
  EXPECT_SAYS(more, "rule 2049 (a, b, c and 13 more)");
  EXPECT_SAYS(more, "more than 65536 calls and conditions");
}

}  // namespace
}  // namespace hardened::seccomp
