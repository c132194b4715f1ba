// Reads profiles: the OCI section of a bundle, and Docker's own format, in which profiles are kept in files.
//
//   parse_section(cursor, Architecture::x86_64)      linux.seccomp of a config.json
//   parse_docker(cursor)                             default.json, or what --security-opt seccomp= takes
//
// Docker's format is the OCI section with conditions on the host around it:
//
//   {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
//    "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
//    "syscalls": [{"names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "comment": "any text",
//                  "includes": {"caps": ["CAP_SYS_PTRACE"], "arches": ["amd64"], "minKernel": "4.8"},
//                  "excludes": {"caps": ["CAP_SYS_ADMIN"]}}]}
//
// and podman's files say the number of an error by its name as well: "errno" beside or instead of "errnoRet",
// "defaultErrno" beside or instead of "defaultErrnoRet" (/usr/share/containers/seccomp.json). `arches` are the names
// of libseccomp's Go binding ("amd64", "arm64", "ppc64le", "s390x"), not those of SCMP_ARCH_*.
//
// Every error names the rule ("rule 3 (ptrace, process_vm_readv): …"), and is a syntax error; whoever
// reads an operator's file makes it a policy error. Both readers take what runc takes. In the section an
// unknown key is left to controls/fields.h; in a file of Docker's format it is an error, since what a
// person wrote there would silently not hold: so is a capability or an architecture that nobody knows, which
// dockerd, comparing strings, takes for one that no container has.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/doc/cursor.h"
#include "core/lattice/shapes.h"
#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

struct KernelVersion {
  unsigned major = 0;
  unsigned minor = 0;
  friend auto operator<=>(const KernelVersion&, const KernelVersion&) = default;
};
// The two leading numbers of a release: "6.1.0-30-amd64" is 6.1.
[[nodiscard]] std::optional<KernelVersion> kernel_version(std::string_view release);

// When a rule of Docker's format counts (resolve.h).
struct Filter {
  Flags capabilities;  // by number
  std::vector<Architecture> architectures;
  std::optional<KernelVersion> least_kernel;
};

struct DockerRule {
  Rule rule;
  Filter includes;
  Filter excludes;
};
[[nodiscard]] inline const Rule& plain(const DockerRule& rule) { return rule.rule; }

struct ArchitectureFamily {
  Architecture architecture = Architecture::x86_64;
  std::vector<Architecture> compatible;  // subArchitectures
};

struct DockerProfile {
  bool confined = false;  // an empty file says "no filter", as it does to dockerd
  Answer fallback;
  std::vector<Architecture> architectures;
  std::vector<ArchitectureFamily> families;  // archMap; not together with architectures
  std::optional<std::vector<std::string>> flags;
  std::string listener_path;
  std::string listener_metadata;
  std::vector<DockerRule> rules;
};

// `own` is the machine's architecture. An object without defaultAction and without syscalls is unconfined,
// as it is to runc (specconv, SetupSeccomp).
[[nodiscard]] Result<Profile> parse_section(const doc::Cursor& section, Architecture own);
[[nodiscard]] Result<DockerProfile> parse_docker(const doc::Cursor& file);
// All that parse_docker has to object to, where it tells of the first alone: a person mends a file as a whole.
[[nodiscard]] doc::Diagnostics wrong_in_docker(const doc::Cursor& file);

// A list of architectures as a Profile keeps it: the machine's own apart, each of the others once.
void set_architectures(Profile& profile, const std::vector<Architecture>& listed, Architecture own);

}  // namespace hardened::seccomp
