#include "ctl/container_roots.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "core/base/canonical.h"
#include "ctl/daemons.h"
#include "runtime/kept.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kMostNamespaces = 4096;
constexpr std::array<std::string_view, 2> kPlainRoots{"/run/runc", "/run/crun"};
constexpr std::string_view kContainerd = "/run/containerd/runc";
// Where containers may be left of a dockerd that no longer runs.
constexpr std::string_view kDefaultExecRoot = "/run/docker";
constexpr std::string_view kDefaultDataRoot = "/var/lib/docker";
constexpr std::string_view kDockers = "/runtime-runc";

// Where engines keep a directory for each of their namespaces.
Result<std::set<std::string>> homes(const Context& context) {
  std::set<std::string> found{std::string(kContainerd),
                              std::string(kDefaultExecRoot) + std::string(kDockers)};
  const std::vector<Daemon> known = TRY(daemons(context));
  for (const Daemon& daemon : known) found.insert(daemon.exec_root + std::string(kDockers));
  return found;
}

class Roots {
 public:
  explicit Roots(Host& host) : host_(host) {}

  void add(const std::string& path) { note(path, try_to_add(path)); }
  void add_below(const std::string& home) {
    const auto names = host_.list(home, kMostNamespaces);
    if (!names) return note(home, names.error());
    for (const std::string& name : *names) add(home + '/' + name);
  }
  void note(const std::string& root, const Done& looked) {
    if (!looked && looked.error().fault != Fault::absent) troubles_.push_back({root, looked.error().what});
  }
  [[nodiscard]] ContainerRoots all() && { return {{found_.begin(), found_.end()}, std::move(troubles_)}; }

 private:
  Done try_to_add(const std::string& path) {
    const std::string root = TRY(canonical(host_, path));
    const Stat stat = TRY(host_.stat(root, Links::refuse));
    if (stat.type == Stat::Type::directory) found_.insert(root);
    return done();
  }

  Host& host_;
  std::set<std::string> found_;
  std::vector<RootTrouble> troubles_;
};

}  // namespace

Result<ContainerRoots> container_roots(const Context& context, const std::vector<std::string>& more) {
  Roots roots(context.host);
  for (const std::string_view root : kPlainRoots) roots.add(std::string(root));
  const std::set<std::string> known = TRY(homes(context));
  for (const std::string& home : known) roots.add_below(home);
  const Result<std::vector<std::string>> recorded = runtime::kept_roots(context.host);
  if (!recorded) roots.note(std::string(runtime::kKeptDirectory), recorded.error());
  if (recorded) {
    for (const std::string& root : *recorded) roots.add(root);
  }
  for (const std::string& root : more) roots.add(root);
  return std::move(roots).all();
}

Result<std::vector<std::string>> engine_data_roots(const Context& context) {
  std::vector<std::string> found{std::string(kDefaultDataRoot)};
  const std::vector<Daemon> known = TRY(daemons(context));
  for (const Daemon& daemon : known) {
    if (std::find(found.begin(), found.end(), daemon.data_root) == found.end())
      found.push_back(daemon.data_root);
  }
  return found;
}

}  // namespace hardened::ctl
