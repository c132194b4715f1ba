#include "ctl/containers.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/doc/json.h"
#include "ctl/container_names.h"
#include "ctl/container_roots.h"
#include "runtime/container_state.h"
#include "runtime/invocation.h"
#include "runtime/patience.h"
#include "runtime/record.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kMostContainers = 65536;

// What is remembered of one that ended stays until it is deleted, and its number may be another's by then.
bool lives(Host& host, const controls::InitProcess& init) {
  const auto held = host.hold(init.process);
  if (!held) return false;
  const auto stat = runtime::stat_of(host, init);
  return stat && *stat && (*held)->lives();
}

class Finder {
 public:
  Finder(Host& host, const std::vector<std::string>& data_roots) : host_(host), names_(host, data_roots) {}

  // Nothing where the runtime keeps no container of that name.
  [[nodiscard]] std::optional<Container> find(const std::string& root, const std::string& id) {
    if (!runtime::valid_id(id) || !remembered(root, id)) return std::nullopt;
    Container one;
    one.root = root;
    one.id = id;
    read_process(one);
    read_record(one);
    if (auto bundle = runtime::bundle_of(host_, root, id)) one.bundle = std::move(bundle).value();
    tell_engine(one);
    name(one);
    return one;
  }

 private:
  // Beside containers a root may hold what its runtime made for itself.
  [[nodiscard]] bool remembered(const std::string& root, const std::string& id) {
    const std::string state = controls::runtime_state(root, id);
    return host_.stat(state + "/state.json", Links::refuse).ok() ||
           host_.stat(state + "/status", Links::refuse).ok();
  }

  void read_process(Container& one) {
    const auto init = controls::init_process(host_, one.root, one.id);
    if (!init) return add_trouble(one, init.error());
    if (*init && lives(host_, **init)) one.process = *init;
  }

  void read_record(Container& one) {
    auto kept = runtime::find_kept(host_, one.root, one.id);
    if (!kept) return add_trouble(one, kept.error());
    one.kept = std::move(kept).value();
  }

  // The root tells, then the record, then what the bundle says of itself, which anybody can write.
  void tell_engine(Container& one) {
    one.engine = runtime::engine_of(one.root);
    if (one.engine.empty() && one.kept) one.engine = one.kept->engine;
    if (!one.engine.empty() || one.bundle.empty()) return;
    auto file = host_.read(one.bundle + "/config.json", kMostBytes, Links::refuse);
    if (!file) return;
    const auto config = doc::read_json("config.json", std::move(file.value().bytes));
    if (config) one.engine = runtime::engine_of(controls::Spec(*config, controls::Scope::bundle));
  }

  void name(Container& one) {
    auto named = one.engine == "docker plugin" ? names_.plugin(one.id) : names_.docker(one.id);
    if (!named) named = names_.storage(one.id);
    if (!named) return name_by_record(one);
    one.name = std::move(named->name);
    one.image = std::move(named->image);
    one.runtime = std::move(named->runtime);
    if (!named->trouble.empty()) add_trouble(one, {Fault::io, named->trouble});
  }

  static void name_by_record(Container& one) {
    if (!one.kept || !one.kept->identity) return;
    one.name = one.kept->identity->name;
    one.image = one.kept->identity->id;
  }

  static void add_trouble(Container& one, const Error& error) {
    if (!one.trouble.empty()) one.trouble += "; ";
    one.trouble += error.what;
  }

  Host& host_;
  Names names_;
};

Error ambiguous(std::string_view meant, const std::vector<const Container*>& found) {
  std::vector<std::string> ids;
  for (const Container* one : found) {
    constexpr std::size_t kShort = 12;
    ids.push_back(printable(one->id.substr(0, kShort)) + " below " + printable(one->root, 4096));
  }
  return {Fault::usage, "several containers are meant by " + printable(meant) + ": " + joined(ids)};
}

}  // namespace

Result<SeenContainers> look_for_containers(const Context& context,
                                           const std::vector<std::string>& more_roots) {
  ContainerRoots roots = TRY(container_roots(context, more_roots));
  const std::vector<std::string> data_roots = TRY(engine_data_roots(context));
  Finder finder(context.host, data_roots);
  SeenContainers seen{{}, std::move(roots.troubles)};
  for (const std::string& root : roots.roots) {
    auto ids = context.host.list(root, kMostContainers);
    if (!ids) {
      if (ids.error().fault != Fault::absent) seen.unread.push_back({root, ids.error().what});
      continue;
    }
    std::sort(ids.value().begin(), ids.value().end());
    for (const std::string& id : *ids) {
      if (auto one = finder.find(root, id)) seen.all.push_back(*std::move(one));
    }
  }
  return seen;
}

Result<std::vector<Container>> containers(const Context& context,
                                          const std::vector<std::string>& more_roots) {
  SeenContainers seen = TRY(look_for_containers(context, more_roots));
  for (const RootTrouble& one : seen.unread) {
    context.screen.complain("hardenedctl: containers of " + printable(one.root, 4096) +
                            " could not be looked at: " + one.why + "\n");
  }
  return std::move(seen.all);
}

Result<Container> find_container(const std::vector<Container>& all, std::string_view meant) {
  const auto found_by = [&](const auto& is_meant) {
    std::vector<const Container*> found;
    for (const Container& one : all) {
      if (is_meant(one)) found.push_back(&one);
    }
    return found;
  };
  auto found = found_by([&](const Container& one) { return one.id == meant; });
  if (found.empty() && !meant.empty()) {
    found = found_by([&](const Container& one) { return one.name == meant; });
  }
  if (found.empty() && !meant.empty()) {
    found = found_by([&](const Container& one) { return one.id.starts_with(meant); });
  }
  if (found.empty()) return Error{Fault::absent, "no container is called " + printable(meant)};
  if (found.size() > 1) return ambiguous(meant, found);
  return *found.front();
}

std::string shown(const Container& container) {
  constexpr std::size_t kShort = 12;
  const std::string id = container.id.substr(0, kShort);
  return printable(container.name.empty() ? id : container.name + " " + id);
}

}  // namespace hardened::ctl
