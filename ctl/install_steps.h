// What install and uninstall do, as data: each step is one change that leaves a host on which everything works, so that it
// may end between any two. `--dry-run` prints the same list without acting.
//
//   Steps steps;
//   steps.push_back(write_file(context, "/etc/hardened/policy.yaml", text, 0644, {"made", "extends docker-default"}));
//   TRY(take(steps, done));       // `done` holds the ones that were taken, also when one failed
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/sha256.h"
#include "ctl/command.h"

namespace hardened::ctl {

// Behind a name: what it is made as before it is renamed. One that was killed in between leaves it.
inline constexpr std::string_view kNewSuffix = ".hardened-new";

struct Said {
  std::string what;    // "made"
  std::string detail;  // "extends docker-default"; may be empty
};

struct Step {
  std::string path;
  Said said;
  std::function<Done()> act;
};
using Steps = std::vector<Step>;

// In order, until one fails.
[[nodiscard]] Done take(const Steps& steps, std::vector<Step>& done);
[[nodiscard]] std::string laid_out(const Screen& screen, const Steps& steps);
[[nodiscard]] doc::Value as_json(const Steps& steps);

// The directory of an absolute path.
[[nodiscard]] std::string directory_of(const std::string& path);
[[nodiscard]] inline bool same(const Stat& a, const Stat& b) {
  return a.device == b.device && a.inode == b.inode;
}
// Nothing where nothing has that name; links are not followed.
[[nodiscard]] Result<std::optional<Stat>> look(Host& host, const std::string& path);
// Where a symbolic link leads, as it is written; nothing where there is none of that name, or something else.
[[nodiscard]] Result<std::optional<std::string>> link_target(Host& host, const std::string& path);

// Each waits until the disk has it: what comes next may count on it after a power cut.
[[nodiscard]] Step make_directory(const Context& context, const std::string& path);
[[nodiscard]] Step write_file(const Context& context, const std::string& path, std::string bytes,
                              std::uint32_t mode, Said said);
[[nodiscard]] Step remove_file(const Context& context, const std::string& path, Said said);
// Where it is empty; where it is not, or is gone already, that is no error.
[[nodiscard]] Step remove_empty_directory(const Context& context, const std::string& path);
// A symbolic link of that name, whatever stood there before: made under another name, then renamed.
[[nodiscard]] Step point(const Context& context, const std::string& path, const std::string& target,
                         Said said);
// A second name of a file, the same way.
[[nodiscard]] Step second_name(const Context& context, const std::string& file, const std::string& name,
                               Said said);

}  // namespace hardened::ctl
