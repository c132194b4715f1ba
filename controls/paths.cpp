#include "controls/paths.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "controls/lexical.h"
#include "controls/namespaces_asked.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kMasked = "/linux/maskedPaths";
constexpr std::string_view kReadonly = "/linux/readonlyPaths";
constexpr std::string_view kCpus = "/sys/devices/system/cpu";
constexpr std::size_t kMostCpus = 65536;

// Docker 29 (daemon/pkg/oci, DefaultLinuxSpec). Those that Docker 20.10 has too come first.
constexpr std::array<std::string_view, 12> kDockerMasked{
    "/proc/asound",        "/proc/acpi",       "/proc/kcore",       "/proc/keys",
    "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
    "/proc/scsi",          "/sys/firmware",    "/proc/interrupts",  "/sys/devices/virtual/powercap"};
constexpr std::span<const std::string_view> kOldDockerMasked = std::span(kDockerMasked).first(10);
constexpr std::array<std::string_view, 5> kDockerReadonly{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                                                          "/proc/sysrq-trigger"};

Result<Cover<std::string>> read_list(const Spec& spec, std::string_view pointer) {
  std::set<std::string> covered;
  const auto list = spec.find(pointer);
  if (!list) return Cover<std::string>(std::move(covered));
  const std::vector<doc::Cursor> items = TRY(list->items());
  for (const doc::Cursor& item : items) {
    const std::string_view text = TRY(item.text());
    if (auto path = clean_path(text)) covered.insert(*std::move(path));
  }
  return Cover<std::string>(std::move(covered));
}

// A path of a policy has to be as the kernel would print it.
std::optional<std::string> policy_path(const doc::Cursor& item, std::string_view text,
                                       doc::Diagnostics& wrong) {
  constexpr std::array<std::string_view, 1> named{"docker-default"};
  if (!nearest(text, named).empty()) {
    wrong.add(item.error("unknown paths '" + printable(text, 60) + "', did you mean docker-default?"));
    return std::nullopt;
  }
  auto path = clean_path(text);
  if (path && *path == text && *path != "/") return path;
  const std::string hint = path && *path != "/" ? ", did you mean " + printable(*path, 200) + "?" : "";
  wrong.add(item.error("'" + printable(text, 200) + "' is no clean absolute path below /" + hint));
  return std::nullopt;
}

// Nothing when something is wrong.
std::optional<Cover<std::string>> parse_list(const Rule& rule, std::string_view key,
                                             std::span<const std::string_view> docker, bool& named_docker,
                                             doc::Diagnostics& wrong) {
  const auto list = wrong.take(rule.need(key));
  if (!list) return std::nullopt;
  const auto items = wrong.take(list->items());
  if (!items) return std::nullopt;
  std::set<std::string> covered;
  bool good = true;
  for (const doc::Cursor& item : *items) {
    const auto text = wrong.take(item.text());
    if (text && *text == "docker-default") {
      named_docker = true;
      covered.insert(docker.begin(), docker.end());
      continue;
    }
    auto path = text ? policy_path(item, *text, wrong) : std::nullopt;
    good = good && path.has_value();
    if (path) covered.insert(*std::move(path));
  }
  if (!good) return std::nullopt;
  return Cover<std::string>(std::move(covered));
}

bool is_cpu(std::string_view name) {
  unsigned long long number = 0;
  return name.substr(0, 3) == "cpu" && parse_decimal(name.substr(3), number);
}

std::vector<std::string> missing(const Cover<std::string>& from, const Cover<std::string>& wanted) {
  std::vector<std::string> paths;
  if (from.everything() || wanted.everything()) return paths;
  std::set_difference(wanted.items().begin(), wanted.items().end(), from.items().begin(), from.items().end(),
                      std::back_inserter(paths));
  return paths;
}

// Does it cover what a Docker covers of its own, so that what is missing was not taken away by a user?
bool is_an_engines(const Cover<std::string>& request, std::span<const std::string_view> docker) {
  if (request.everything()) return false;
  return std::all_of(docker.begin(), docker.end(), [&request](std::string_view path) {
    return request.items().contains(std::string(path));
  });
}

void say(std::string_view pointer, const Cover<std::string>& request, const Cover<std::string>& top,
         std::span<const std::string_view> docker, std::vector<Change>& changes) {
  constexpr std::size_t kMostNamed = 12;
  std::vector<std::string> lost = missing(request, top);
  if (lost.empty()) return;
  const bool masked = pointer == kMasked;
  const std::size_t more = lost.size() - std::min(lost.size(), kMostNamed);
  lost.resize(lost.size() - more);
  for (std::string& path : lost) path = printable(path, 60);
  if (more != 0) lost.push_back(std::to_string(more) + " more");
  changes.push_back(Change{std::string(pointer), joined(lost) + (masked ? " visible" : " writable"),
                           masked ? "masked" : "read-only",
                           "the policy covers these paths (controls.paths." +
                               std::string(masked ? "masked" : "readonly") +
                               "); ask without --privileged and without systempaths=unconfined",
                           is_an_engines(request, docker)});
}

void append_missing(const Spec& spec, std::string_view pointer, const Cover<std::string>& grant,
                    SpecEdits& edits) {
  const Result<Cover<std::string>> now = read_list(spec, pointer);
  if (!now) return;  // such a document was never decided upon
  const std::vector<std::string> paths = missing(*now, grant);
  if (paths.empty()) return;
  if (spec.find(pointer)) {
    for (const std::string& path : paths) edits.set(std::string(pointer) + "/-", doc::Value::string(path));
    return;
  }
  std::vector<doc::Value> items;
  for (const std::string& path : paths) items.push_back(doc::Value::string(path));
  edits.set(pointer, doc::Value::array(std::move(items)));
}

}  // namespace

bool leq(const PathsGrant& a, const PathsGrant& b) {
  return leq(a.masked, b.masked) && leq(a.readonly, b.readonly);
}

PathsGrant meet(const PathsGrant& a, const PathsGrant& b) {
  return {meet(a.masked, b.masked), meet(a.readonly, b.readonly)};
}

Result<PathsGrant> Paths::read(const Spec& spec, const Facts&) {
  if (!spec.covers(kMasked)) return Grant{};  // not of this call: kept
  Grant grant;
  grant.masked = TRY(read_list(spec, kMasked));
  grant.readonly = TRY(read_list(spec, kReadonly));
  return grant;
}

PathsCeiling Paths::parse(const Rule& rule, doc::Diagnostics& wrong) {
  Ceiling ceiling;
  bool unused = false;
  auto masked = parse_list(rule, "masked", kDockerMasked, ceiling.of_each_cpu, wrong);
  auto readonly = parse_list(rule, "readonly", kDockerReadonly, unused, wrong);
  if (!masked || !readonly) return {};
  ceiling.masked = *std::move(masked);
  ceiling.readonly = *std::move(readonly);
  return ceiling;
}

Result<PathsFacts> Paths::gather(Host& host, const Spec& spec, const Ceiling& ceiling) {
  Facts facts;
  const NamespacesAsked asked = TRY(namespaces_asked(spec));
  facts.mount_namespace = asked.mount;
  if (!ceiling.of_each_cpu || ceiling.masked.everything()) return facts;
  const Grant request = TRY(read(spec, facts));
  const Result<std::vector<std::string>> listed = host.list(std::string(kCpus), kMostCpus);
  if (!listed && listed.error().fault == Fault::absent) return facts;  // nothing there to hide
  const std::vector<std::string> names = TRY(listed);
  for (const std::string& entry : names) {
    if (!is_cpu(entry)) continue;
    std::string path = std::string(kCpus) + "/" + entry + "/thermal_throttle";
    // Docker names those that exist. What the request names already need not be looked for.
    if (!request.masked.items().contains(path)) {
      const Result<Stat> stat = host.stat(path, Links::refuse);
      if (!stat && stat.error().fault == Fault::absent) continue;
      TRY(stat);
    }
    facts.of_each_cpu.push_back(std::move(path));
  }
  return facts;
}

PathsGrant Paths::bound(const Ceiling& ceiling, const Facts& facts, const Earlier<Paths>&) {
  const std::set<std::string> cpus(facts.of_each_cpu.begin(), facts.of_each_cpu.end());
  const bool of_each_cpu = ceiling.of_each_cpu && !cpus.empty();
  return {of_each_cpu ? meet(ceiling.masked, Cover<std::string>(cpus)) : ceiling.masked, ceiling.readonly};
}

Outcome<PathsGrant> Paths::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                  const Earlier<Paths>& earlier) {
  const Grant top = bound(ceiling, facts, earlier);
  if (leq(request, top)) return {request, Verdict::unchanged, {}, {}};
  if (!facts.mount_namespace || top.masked.everything() || top.readonly.everything()) {
    const std::string_view pointer = leq(request.masked, top.masked) ? kReadonly : kMasked;
    return {Grant{},
            Verdict::refused,
            {Change{std::string(pointer), "no mount namespace", "",
                    "the policy's paths can be masked or read-only only in a mount namespace; add one to the "
                    "namespaces of the "
                    "bundle",
                    false}},
            {}};
  }
  std::vector<Change> changes;
  say(kMasked, request.masked, top.masked, kOldDockerMasked, changes);
  say(kReadonly, request.readonly, top.readonly, kDockerReadonly, changes);
  return {meet(request, top), Verdict::narrowed, std::move(changes), {}};
}

void Paths::write(const Spec& spec, const Facts&, const Grant& grant, SpecEdits& edits) {
  append_missing(spec, kMasked, grant.masked, edits);
  append_missing(spec, kReadonly, grant.readonly, edits);
}

}  // namespace hardened::controls
