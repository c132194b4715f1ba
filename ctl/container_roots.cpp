#include "ctl/container_roots.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

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
Result<std::vector<std::string>> homes(const Context& context) {
  std::vector<std::string> found{std::string(kContainerd),
                                 std::string(kDefaultExecRoot) + std::string(kDockers)};
  const std::vector<Daemon> known = TRY(daemons(context));
  for (const Daemon& daemon : known) found.push_back(daemon.exec_root + std::string(kDockers));
  return found;
}

class Roots {
 public:
  explicit Roots(Host& host) : host_(host) {}

  Done add(const std::string& path) {
    const std::string root = TRY(canonical(host_, path));
    const auto stat = host_.stat(root, Links::refuse);
    if (!stat && stat.error().fault == Fault::absent) return done();
    const Stat found = TRY(stat);
    if (found.type == Stat::Type::directory) found_.insert(root);
    return done();
  }
  Done add_below(const std::string& home) {
    const auto names = host_.list(home, kMostNamespaces);
    if (!names && names.error().fault == Fault::absent) return done();
    const std::vector<std::string> namespaces = TRY(names);
    for (const std::string& name : namespaces) TRY(add(home + '/' + name));
    return done();
  }
  [[nodiscard]] std::vector<std::string> all() const { return {found_.begin(), found_.end()}; }

 private:
  Host& host_;
  std::set<std::string> found_;
};

}  // namespace

Result<std::vector<std::string>> container_roots(const Context& context,
                                                 const std::vector<std::string>& more) {
  Roots roots(context.host);
  for (const std::string_view root : kPlainRoots) TRY(roots.add(std::string(root)));
  const std::vector<std::string> known = TRY(homes(context));
  for (const std::string& home : known) TRY(roots.add_below(home));
  const std::vector<std::string> recorded = TRY(runtime::kept_roots(context.host));
  for (const std::string& root : recorded) TRY(roots.add(root));
  for (const std::string& root : more) TRY(roots.add(root));
  return roots.all();
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
