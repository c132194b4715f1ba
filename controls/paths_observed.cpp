// Which of the paths that were to be covered are. A path that the container does not have needs no cover: runc and
// crun pass over it.
//
// The runtimes follow links on their way to a path, at its end too, within the container's root: so do we, and what
// is found there is known by the number of the mount that it lies on, since the list of mounts names no links.
//
// Masked is a path that is /dev/null itself (a device node with its numbers, whatever is mounted there), or
// a directory on which something is mounted and in which there is nothing. What a runtime mounted there by mistake or
// was led to (a container's own /dev/null that is a link elsewhere) is neither.
// Read-only is a path whose mount is, or the file system of it.
#include <sys/sysmacros.h>

#include <algorithm>
#include <set>
#include <utility>

#include "controls/kernel.h"
#include "controls/paths.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr const char* kNull = "/dev/null";

bool is_null(const Stat& stat) { return stat.type == Stat::Type::character && stat.rdev == makedev(1, 3); }

// Where the kernel does not number mounts, the path has to do, which is the same where no link stands on the way.
Result<bool> is_masked(const KernelView& kernel, const MountTable& mounts, const std::string& path) {
  const auto place = TRY(kernel.inside(path));
  if (!place || is_null(place->stat)) return true;
  const bool mounted = place->mount == 0 ? mounts.at(path) != nullptr : place->mounted;
  return mounted && place->stat.type == Stat::Type::directory && place->empty;
}

Result<bool> is_readonly(const KernelView& kernel, const MountTable& mounts, const std::string& path) {
  const auto place = TRY(kernel.inside(path));
  if (!place) return true;
  const Mount* mount = place->mount == 0 ? mounts.over(path) : mounts.numbered(place->mount);
  return mount != nullptr && mount->read_only();
}

// With the container's own /dev/null the runtimes mask files: where another stands there, they show that.
Result<std::string> advice_on(const KernelView& kernel) {
  const auto place = TRY(kernel.inside(kNull));
  if (!place || is_null(place->stat)) return std::string();
  return std::string(
      "files are masked with the container's /dev/null, over which something else is mounted; mount nothing "
      "there");
}

template <class Holds>
Result<Cover<std::string>> those_that_hold(const Cover<std::string>& granted, Holds holds) {
  std::set<std::string> held;
  if (granted.everything()) return Cover<std::string>(std::move(held));  // never a grant: nothing is that
  for (const std::string& path : granted.items()) {
    const bool covered = TRY(holds(path));
    if (covered) held.insert(path);
  }
  return Cover<std::string>(std::move(held));
}

void say(const Cover<std::string>& granted, const Cover<std::string>& held, std::string_view can,
         std::string& text) {
  constexpr std::size_t kMostNamed = 6;
  std::vector<std::string> open;
  for (const std::string& path : granted.items()) {
    if (!held.items().contains(path)) open.push_back(printable(path, 60));
  }
  if (open.empty()) return;
  const std::size_t more = open.size() - std::min(open.size(), kMostNamed);
  open.resize(open.size() - more);
  if (more != 0) open.push_back(std::to_string(more) + " more");
  text += (text.empty() ? "" : " and ") + std::string(can) + " " + joined(open);
}

}  // namespace

Result<Observed<PathsGrant>> Paths::observe(const KernelView& kernel, const Spec& granted) {
  Observed<Grant> observed;
  observed.granted = TRY(read(granted, Facts{}));
  const MountTable* mounts = TRY(kernel.mounts());
  observed.held.masked = TRY(those_that_hold(
      observed.granted.masked, [&](const std::string& path) { return is_masked(kernel, *mounts, path); }));
  observed.held.readonly = TRY(those_that_hold(observed.granted.readonly, [&](const std::string& path) {
    return is_readonly(kernel, *mounts, path);
  }));
  const bool all_masked = leq(observed.held.masked, observed.granted.masked);
  if (!all_masked) observed.advice = TRY(advice_on(kernel));
  return observed;
}

std::string Paths::surplus(const Observed<PathsGrant>& observed) {
  std::string text;
  say(observed.granted.masked, observed.held.masked, "shows", text);
  say(observed.granted.readonly, observed.held.readonly, "can write below", text);
  return text;
}

}  // namespace hardened::controls
