#include "ctl/shadow.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"
#include "ctl/diversions.h"
#include "runtime/low_level.h"

namespace hardened::ctl {
namespace {

// In the order of the PATH that systemd gives to dockerd. containerd puts a directory of its own before it.
constexpr std::array<const char*, 5> kRuncs{"/opt/containerd/bin/runc", "/usr/local/sbin/runc",
                                            "/usr/local/bin/runc", "/usr/sbin/runc", "/usr/bin/runc"};
constexpr std::uint32_t kExecutable = 0111;
constexpr std::size_t kMostPolicies = 1024;
constexpr std::string_view kSuffix = ".runtime";

Error refuse(const std::string& path, const std::string& why) {
  return Error{Fault::policy, "cannot stand in the place of " + printable(path) + ": " + why};
}

// Without symbolic links on the way to it: /sbin/runc is /usr/sbin/runc to dpkg.
Result<std::string> place_of(Host& host, const std::string& path) {
  if (!path.starts_with('/')) return Error{Fault::usage, "--runc needs an absolute path"};
  const Located directory = TRY(locate_trusted(host, directory_of(path)));
  return (directory.path == "/" ? "" : directory.path) + path.substr(path.rfind('/'));
}

Result<std::string> find_runc(Host& host, const std::string& program, std::vector<std::string>& notes) {
  const Stat own = TRY(host.stat(program, Links::follow));
  std::optional<std::string> chosen;
  std::vector<Stat> seen;
  for (const char* path : kRuncs) {
    const Result<Stat> stat = host.stat(path, Links::follow);
    if (!stat) continue;
    const bool known =
        std::any_of(seen.begin(), seen.end(), [&](const Stat& one) { return same(one, *stat); });
    if (chosen && !known && !same(*stat, own)) {
      notes.push_back(std::string(path) + " is another runc, which still passes hardened by");
    }
    seen.push_back(*stat);
    if (!chosen) chosen = path;
  }
  if (!chosen) return Error{Fault::policy, "there is no runc in whose place to stand: --runc names it"};
  return place_of(host, *chosen);
}

// What stands at the name of runc, of the aside one, and where dpkg puts runc.
struct Scene {
  std::string runc;
  std::string aside;
  std::string program;
  std::optional<Stat> real{};  // runc itself, at its own name; nothing where we stand there
  std::optional<Stat> set_aside{};
  std::optional<std::string> true_name{};  // nothing where there is no dpkg
  [[nodiscard]] bool diverted() const { return true_name == aside; }
};

Done check_real(Host& host, const Scene& scene) {
  const Stat stat = TRY(stat_trusted(host, scene.runc));
  if (stat.type != Stat::Type::file || (stat.mode & kExecutable) == 0) {
    return refuse(scene.runc, "it is no executable file");
  }
  const Stat own = TRY(host.stat(scene.program, Links::follow));
  if (same(own, stat))
    return refuse(scene.runc, "it is hardened already, by a hard link: put runc back first");
  return done();
}

Result<Scene> look_around(Host& host, const std::string& runc, const std::string& program) {
  Scene scene{.runc = runc, .aside = runc + std::string(runtime::kAsideSuffix), .program = program};
  scene.set_aside = TRY(look(host, scene.aside));
  scene.true_name = TRY(true_name(host, runc));
  if (scene.true_name && scene.true_name != runc && !scene.diverted()) {
    return refuse(runc, "dpkg diverts it to " + printable(*scene.true_name) + " already");
  }
  const std::optional<std::string> target = TRY(link_target(host, runc));
  if (target && target != program) {
    return refuse(runc,
                  "it is a symbolic link to " + printable(*target) + ": --runc names the program itself");
  }
  if (target) return scene;
  TRY(check_real(host, scene));
  scene.real = TRY(host.stat(runc, Links::refuse));
  return scene;
}

// Which runc is newer, where two differ: dpkg puts new ones aside from the diversion on, and at runc's own name without.
Result<bool> needs_second_name(const Scene& scene, const Journal& journal) {
  if (!scene.real) return false;
  if (!scene.set_aside) return true;
  if (same(*scene.real, *scene.set_aside)) return false;
  const bool ours = journal.shadow && journal.shadow->aside == scene.aside;
  if (!ours)
    return refuse(scene.runc, printable(scene.aside) + " is there and is not the same file: remove it");
  return !scene.diverted();
}

struct Link {
  std::string path;
  std::optional<std::string> points;
};

// The *.runtime of each policy, whether or not it is there.
Result<std::vector<Link>> links(Host& host, const Journal& journal) {
  const std::string directory(kPolicyDirectory);
  std::vector<std::string> paths{runtime::runtime_link(directory + "/policy.yaml")};
  for (const MadeFile& made : journal.policies) remember(paths, runtime::runtime_link(made.path));
  const std::optional<Stat> there = TRY(look(host, directory));
  const std::vector<std::string> names =
      there ? TRY(host.list(directory, kMostPolicies)) : std::vector<std::string>();
  for (const std::string& name : names) {
    if (name.ends_with(kSuffix) || name.ends_with(".yaml")) {
      remember(paths, name.ends_with(kSuffix) ? directory + '/' + name
                                              : runtime::runtime_link(directory + '/' + name));
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Link> all;
  for (const std::string& path : paths) {
    const std::optional<Stat> stat = TRY(look(host, path));
    if (stat && stat->type != Stat::Type::symlink) return refuse(path, "it is no symbolic link");
    std::optional<std::string> points = TRY(link_target(host, path));
    all.push_back({path, std::move(points)});
  }
  return all;
}

// Does that link lead to the runc in whose place we are to stand?
bool leads_to_runc(Host& host, const Link& link, const Scene& scene) {
  if (link.points == scene.runc) return true;
  const Result<Stat> stat = host.stat(link.path, Links::follow);
  return stat && scene.real && same(*stat, *scene.real);
}

void remember_link(ShadowJournal& shadow, const Link& link) {
  const bool known = std::any_of(shadow.links.begin(), shadow.links.end(),
                                 [&](const FormerLink& one) { return one.path == link.path; });
  if (!known) shadow.links.push_back({link.path, link.points});
}

// Who called `runc` got runc so far: it must not become crun, which knows nothing of runc's containers.
Error refuse_other(const Link& link, const Scene& scene) {
  return refuse(scene.runc, "who calls it would get " + printable(*link.points) + ", where " + link.path +
                                " points to: ln -sfn " + scene.runc + ' ' + link.path);
}

Done plan_links(const Context& context, const Scene& scene, const Journal& journal, ShadowJournal& shadow,
                Steps& steps) {
  const std::string main = runtime::runtime_link(std::string(kPolicyDirectory) + "/policy.yaml");
  const std::vector<Link> all = TRY(links(context.host, journal));
  for (const Link& link : all) {
    if (link.points == scene.aside) continue;
    if (link.points && !leads_to_runc(context.host, link, scene)) {
      if (link.path == main) return refuse_other(link, scene);
      continue;
    }
    remember_link(shadow, link);
    steps.push_back(point(context, link.path, scene.aside, {"linked", "-> " + scene.aside}));
  }
  return done();
}

Step switch_over(const Context& context, const Scene& scene) {
  Step step = point(context, scene.runc, scene.program, {"switched", "-> " + scene.program});
  // The last look before it: what hands over must know where to.
  step.act = [context, aside = scene.aside, act = step.act]() -> Done {
    const std::string found = TRY(runtime::low_level_runtime(
        context.host, std::string(kPolicyDirectory) + "/policy.yaml", runtime::OnBrokenLink::refuse));
    const Stat chosen = TRY(context.host.stat(found, Links::follow));
    const Stat wanted = TRY(context.host.stat(aside, Links::follow));
    if (!same(chosen, wanted)) return refuse(aside, "hardened would hand over to " + printable(found));
    return act();
  };
  return step;
}

}  // namespace

Done plan_shadow(const Context& context, const ShadowRequest& request, Journal& journal, Steps& steps,
                 std::vector<std::string>& notes) {
  Host& host = context.host;
  const std::string runc =
      TRY(request.runc.empty() ? find_runc(host, request.program, notes) : place_of(host, request.runc));
  if (journal.shadow && journal.shadow->runc != runc) {
    return Error{Fault::usage, "it stands in the place of " + printable(journal.shadow->runc) +
                                   " already: hardenedctl uninstall comes first"};
  }
  const Scene scene = TRY(look_around(host, runc, request.program));
  if (!scene.real && !scene.set_aside) {
    return refuse(runc,
                  "it is hardened already, and " + printable(scene.aside) + " is missing: reinstall runc");
  }
  const bool second = TRY(needs_second_name(scene, journal));
  ShadowJournal shadow = journal.shadow.value_or(
      ShadowJournal{.runc = runc, .aside = scene.aside, .program = request.program, .links = {}});
  if (second) {
    steps.push_back(second_name(context, runc, scene.aside, {"linked", "runc itself, under a second name"}));
  }
  if (scene.true_name && !scene.diverted()) {
    const auto act = [&host, runc, aside = scene.aside] { return divert(host, runc, aside); };
    steps.push_back({runc, {"diverted", "packages put runc at " + scene.aside}, act});
  }
  TRY(plan_links(context, scene, journal, shadow, steps));
  if (scene.real) steps.push_back(switch_over(context, scene));
  if (!scene.true_name) {
    notes.push_back(
        "there is no dpkg here: an upgrade of runc takes its place back, and the same command puts hardened "
        "there again");
  }
  journal.shadow = std::move(shadow);
  return done();
}

}  // namespace hardened::ctl
