// hardenedctl apparmor status: what of ours the kernel has, and who wears it.
#include <algorithm>
#include <array>
#include <utility>

#include "core/base/proc_status.h"
#include "core/base/text.h"
#include "ctl/commands.h"
#include "ctl/containers.h"
#include "profiles/apparmor/loader.h"

namespace hardened::ctl {
namespace {

constexpr std::array kOptions{kJson};
constexpr std::size_t kMostLabel = 8192;
constexpr std::size_t kShownId = 12;

struct Loaded {
  std::string name;
  std::string mode;
  bool known = false;  // the kernel shows the digest of what we loaded
  std::size_t worn = 0;
};
struct Worn {
  std::string container;
  std::string name;  // what its engine calls it
  Label label;
  bool ours = false;
  std::string trouble;
};
struct Seen {
  std::vector<Loaded> profiles;
  std::vector<Worn> containers;
};

std::vector<std::string> parts_of(const std::string& label) {
  constexpr std::string_view kBetween = "//&";
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= label.size();) {
    const std::size_t end = std::min(label.find(kBetween, at), label.size());
    parts.push_back(label.substr(at, end - at));
    at = end + kBetween.size();
  }
  return parts;
}

// Lines of "name (mode)".
Result<std::vector<Loaded>> loaded_profiles(Host& host) {
  const File file = TRY(host.read(std::string(apparmor::kKernel) + "/profiles", kMostBytes, Links::refuse));
  std::vector<Loaded> out;
  for (std::string_view rest = file.bytes; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    Label line = parse_label(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!apparmor::is_own_name(line.name)) continue;
    const bool known = apparmor::is_loaded(host, line.name).value_or(false);
    out.push_back({std::move(line.name), std::move(line.mode), known, 0});
  }
  std::sort(out.begin(), out.end(), [](const Loaded& a, const Loaded& b) { return a.name < b.name; });
  return out;
}

Worn worn_by(Host& host, const Container& container) {
  Worn worn{container.id.substr(0, kShownId), container.name, {}, false, ""};
  const std::string path = "/proc/" + std::to_string(container.process->process) + "/attr/apparmor/current";
  const auto file = host.read(path, kMostLabel, Links::refuse);
  if (!file) {
    worn.trouble = file.error().fault == Fault::absent ? "it has ended" : file.error().what;
    return worn;
  }
  worn.label = parse_label(file->bytes);
  return worn;
}

Result<Seen> look(const Context& context) {
  Seen seen;
  seen.profiles = TRY(loaded_profiles(context.host));
  const std::vector<Container> all = TRY(containers(context, {}));
  for (const Container& container : all) {
    if (!container.process) continue;
    Worn worn = worn_by(context.host, container);
    for (const std::string& part : parts_of(worn.label.name)) {
      const auto at = std::find_if(seen.profiles.begin(), seen.profiles.end(),
                                   [&](const Loaded& one) { return one.name == part; });
      worn.ours = worn.ours || apparmor::is_own_name(part);
      if (at != seen.profiles.end()) ++at->worn;
    }
    seen.containers.push_back(std::move(worn));
  }
  return seen;
}

std::string mode_of(const Worn& worn) { return worn.label.mode.empty() ? "none" : worn.label.mode; }

void print(Screen& screen, const Seen& seen) {
  const bool single = seen.profiles.size() == 1;
  screen.print("AppArmor is on, " + std::to_string(seen.profiles.size()) +
               (single ? " profile of ours is loaded\n" : " profiles of ours are loaded\n"));
  Table profiles{{"profile", "mode", "containers", "as loaded"}, {}};
  for (const Loaded& one : seen.profiles) {
    profiles.rows.push_back({{printable(one.name), Style::strong},
                             {one.mode, one.mode == "enforce" ? Style::good : Style::doubtful},
                             {std::to_string(one.worn)},
                             {one.known ? "yes" : "not known", one.known ? Style::plain : Style::doubtful}});
  }
  if (!profiles.rows.empty()) screen.print("\n" + laid_out(screen, profiles));
  Table worn{{"container", "name", "label", "mode"}, {}};
  for (const Worn& one : seen.containers) {
    const bool holds = one.ours && one.label.mode == "enforce";
    worn.rows.push_back({{printable(one.container), Style::strong},
                         {printable(one.name)},
                         {one.trouble.empty() ? printable(one.label.name, 512) : printable(one.trouble)},
                         {mode_of(one), holds ? Style::good : Style::doubtful}});
  }
  if (!worn.rows.empty()) screen.print("\n" + laid_out(screen, worn));
}

doc::Value document_of(const Seen& seen) {
  using doc::Value;
  std::vector<Value> profiles;
  for (const Loaded& one : seen.profiles) {
    profiles.push_back(Value::object({{"name", Value::string(one.name), {}},
                                      {"mode", Value::string(one.mode), {}},
                                      {"containers", Value::number(std::uint64_t{one.worn}), {}},
                                      {"as_loaded", Value::boolean(one.known), {}}}));
  }
  std::vector<Value> worn;
  for (const Worn& one : seen.containers) {
    worn.push_back(Value::object({{"container", Value::string(one.container), {}},
                                  {"name", Value::string(one.name), {}},
                                  {"label", Value::string(one.label.name), {}},
                                  {"mode", Value::string(one.label.mode), {}},
                                  {"ours", Value::boolean(one.ours), {}},
                                  {"trouble", Value::string(one.trouble), {}}}));
  }
  return Value::object({{"enabled", Value::boolean(true), {}},
                        {"profiles", Value::array(std::move(profiles)), {}},
                        {"containers", Value::array(std::move(worn)), {}}});
}

Result<Exit> status(const Context& context, const Arguments& arguments) {
  const bool enabled = TRY(apparmor::enabled(context.host));
  if (!enabled && arguments.given(kJson)) {
    context.screen.print(doc::Value::object({{"enabled", doc::Value::boolean(false), {}},
                                             {"profiles", doc::Value::array({}), {}},
                                             {"containers", doc::Value::array({}), {}}}));
    return Exit::good;
  }
  if (!enabled) {
    context.screen.print(
        "this kernel has no AppArmor, or it was switched off when it booted: no profile holds\n");
    return Exit::good;
  }
  const Seen seen = TRY(look(context));
  if (arguments.given(kJson)) {
    context.screen.print(document_of(seen));
  } else {
    print(context.screen, seen);
  }
  return Exit::good;
}

}  // namespace

const Command kApparmorStatus{
    .name = "apparmor status",
    .summary = "show which profiles of ours are loaded, and which containers wear what",
    .details =
        "As loaded: the kernel shows the digest of what was loaded, so that it is that profile and no other "
        "of its "
        "name. JSON: {enabled, profiles: [{name, mode, containers, as_loaded}], containers: [{container, "
        "name, label, "
        "mode, ours, trouble}]}",
    .options = kOptions,
    .operands = {},
    .run = status};

}  // namespace hardened::ctl
