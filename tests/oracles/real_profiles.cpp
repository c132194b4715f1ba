#include "tests/oracles/real_profiles.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "core/doc/json.h"
#include "profiles/seccomp/parse.h"
#include "profiles/seccomp/resolve.h"
#include "tests/support/seccomp_dice.h"
#include "tests/support/source_tree.h"

namespace hardened::test {
namespace {

using seccomp::Profile;

constexpr const char* kPodmans = "/usr/share/containers/seccomp.json";
constexpr std::uint64_t kDockers = 0xa80425fb;  // the bounding set of a plain docker run
constexpr std::uint64_t kSysAdmin = std::uint64_t{1} << 21;
constexpr std::uint64_t kAll = (std::uint64_t{1} << 41) - 1;

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().what);
  return *result;
}

seccomp::DockerProfile file(const std::string& path) {
  const auto document = value_of(doc::read_json(path, contents(path)));
  return value_of(seccomp::parse_docker(doc::Cursor(document, document.root)));
}

Profile resolved(const std::string& path, std::uint64_t bounding) {
  return seccomp::resolve(file(path), Flags(bounding), {kOwn, {6, 1}});
}

Profile section(const std::string& text) {
  const auto document = value_of(doc::read_json("profile", text));
  return value_of(seccomp::parse_section(doc::Cursor(document, document.root), kOwn));
}

constexpr const char* kBlocked =
    R"("names":["chown","chown32","fchown","lchown","fchownat","mkdir","mkdirat","kill",
    "tkill","tgkill","uname"])";

std::string deny_list(const std::string& architectures) {
  return R"({"defaultAction":"SCMP_ACT_ALLOW","architectures":[)" + architectures + R"(],"syscalls":[{)" +
         kBlocked + R"(,"action":"SCMP_ACT_ERRNO"}]})";
}

// Families, requests, domains and flags, in the ways in which people write them.
constexpr const char* kRich =
    R"({"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[
  {"names":["socket"],"action":"SCMP_ACT_ERRNO","errnoRet":97,"args":[{"index":0,"value":38,"op":"SCMP_CMP_EQ"}]},
  {"names":["socket"],"action":"SCMP_ACT_ERRNO","errnoRet":97,"args":[{"index":0,"value":40,"op":"SCMP_CMP_GE"}]},
  {"names":["ioctl"],"action":"SCMP_ACT_ERRNO","errnoRet":25,"args":[{"index":1,"value":21522,"op":"SCMP_CMP_EQ"}]},
  {"names":["ioctl"],"action":"SCMP_ACT_KILL_THREAD",
   "args":[{"index":1,"value":4294901760,"valueTwo":1074200576,"op":"SCMP_CMP_MASKED_EQ"}]},
  {"names":["clone","unshare"],"action":"SCMP_ACT_ERRNO",
   "args":[{"index":0,"value":268435456,"valueTwo":268435456,"op":"SCMP_CMP_MASKED_EQ"}]},
  {"names":["personality"],"action":"SCMP_ACT_TRAP","args":[{"index":0,"value":8,"op":"SCMP_CMP_GT"}]},
  {"names":["kill"],"action":"SCMP_ACT_LOG","args":[{"index":1,"value":9,"op":"SCMP_CMP_EQ"}]},
  {"names":["fchmod"],"action":"SCMP_ACT_ERRNO","errnoRet":30,
   "args":[{"index":1,"value":2048,"valueTwo":2048,"op":"SCMP_CMP_MASKED_EQ"}]},
  {"names":["prctl"],"action":"SCMP_ACT_ERRNO","errnoRet":22,"args":[{"index":0,"value":22,"op":"SCMP_CMP_NE"},
   {"index":1,"value":4096,"op":"SCMP_CMP_GE"}]}]})";

constexpr const char* kOld =
    R"({"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86"],
  "syscalls":[{"names":["read","write","close","lseek","ioctl","fcntl","fcntl64","exit","exit_group","getrandom","socket",
  "socketcall","bind","clone","memfd_create"],"action":"SCMP_ACT_ALLOW"},
  {"names":["prctl"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":15,"op":"SCMP_CMP_EQ"}]}]})";

// The same without the calls of kBlocked.
Profile without_blocked(Profile profile) {
  for (seccomp::Rule& rule : profile.rules) {
    for (const char* name : {"chown", "chown32", "fchown", "lchown", "fchownat", "mkdir", "mkdirat", "kill",
                             "tkill", "tgkill", "uname"})
      std::erase(rule.names, name);
  }
  std::erase_if(profile.rules, [](const seccomp::Rule& rule) { return rule.names.empty(); });
  return profile;
}

}  // namespace

bool has_podmans() { return std::ifstream(kPodmans).good(); }

std::vector<NamedProfile> real_profiles() {
  const std::string ours = source_path("profiles/seccomp/default.json");
  std::vector<NamedProfile> out{
      {"ours", resolved(ours, kDockers)},
      {"ours without capabilities", resolved(ours, 0)},
      {"ours with SYS_ADMIN", resolved(ours, kDockers | kSysAdmin)},
      {"ours with all capabilities", resolved(ours, kAll)},
      {"ours without chown, mkdir, kill, uname", without_blocked(resolved(ours, kDockers))},
      {"a deny list", section(deny_list(R"("SCMP_ARCH_X86_64")"))},
      {"a deny list for x86, too", section(deny_list(R"("SCMP_ARCH_X86_64","SCMP_ARCH_X86")"))},
      {"rich in arguments", section(kRich)},
      {"an old one", section(kOld)}};
  if (has_podmans()) {
    out.emplace_back("podman's", resolved(kPodmans, kDockers));
    out.emplace_back("podman's with SYS_ADMIN", resolved(kPodmans, kDockers | kSysAdmin));
  }
  return out;
}

}  // namespace hardened::test
