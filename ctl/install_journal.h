// What `hardenedctl install` did to a host, and what stood there before: /etc/hardened/install.json.
//
// It is written before the first step that it names: whoever is killed between two steps leaves a journal that names more
// than was done. So nothing is undone because it stands here: each undoing looks whether what we made is still there.
// It stands beside the policies and not below /var/lib because no container may have that place (controls/mounts.h): who
// could write it would say what root renames at the next uninstall. It is read only if root alone can have written it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"
#include "ctl/daemon_json.h"

namespace hardened::ctl {

inline constexpr std::string_view kPolicyDirectory = "/etc/hardened";
inline constexpr std::string_view kInstallJournal = "/etc/hardened/install.json";

struct DockerJournal {
  std::string named;   // as it was named, and as dockerd knows it
  std::string config;  // without symbolic links
  bool existed = false;
  std::string backup;  // beside it; "" where there was nothing to keep
  OurSettings ours;
  FormerSettings before;
  // sha256 of all that we wrote there: as long as it holds one of these, nobody else wrote it since.
  std::vector<std::string> written;
  bool foreign = false;  // somebody else wrote it between two writes of ours
  // Of an uninstall that has told a dockerd to forget us, and was interrupted before it took that out again.
  InterimSettings interim{};
  bool interim_file = false;  // there was no file any more: it was made to hold these
};

struct FormerLink {
  std::string path;                    // "/etc/hardened/policy.runtime"
  std::optional<std::string> pointed;  // where it led; nothing where it was not there
};

struct ShadowJournal {
  std::string runc;     // "/usr/sbin/runc"
  std::string aside;    // "/usr/sbin/runc.hardened-real"
  std::string program;  // that runc's name leads to: a later install may name another one
  std::vector<FormerLink> links;
};

struct MadeFile {
  std::string path;
  std::string digest;  // sha256 of what was written
};

struct Journal {
  std::string program;  // "/usr/sbin/hardened-runtime"
  std::optional<DockerJournal> docker;
  std::optional<ShadowJournal> shadow;
  std::vector<MadeFile> policies;
  std::vector<std::string> names;        // links to the program, or a former one: "/usr/sbin/hardened-ci"
  std::vector<std::string> formers;      // programs of earlier installs
  std::vector<std::string> directories;  // that were not there: "/etc/docker"
};

// Once: an install that goes on after it was interrupted says it again.
void remember(std::vector<std::string>& all, const std::string& one);

[[nodiscard]] Result<std::optional<Journal>> read_journal(Host& host);
[[nodiscard]] std::string printed(const Journal& journal);

}  // namespace hardened::ctl
