#include "controls/sysctls.h"

#include <algorithm>
#include <set>

#include "controls/reach.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kSysctl = Sysctls::owned[0];
constexpr std::string_view kDocker = "docker-default";

// What runc and crun take at all (validator.go, sysctl; linux.c, validate_sysctl), by the namespace that has it for
// itself. A name that ends in a slash is the beginning of more.
using Kind = NameSpaceKind;
struct Group {
  std::string_view path;
  Kind kind;
};
constexpr std::array<Group, 12> kNamespaced{{{"kernel/msgmax", Kind::ipc},
                                             {"kernel/msgmnb", Kind::ipc},
                                             {"kernel/msgmni", Kind::ipc},
                                             {"kernel/sem", Kind::ipc},
                                             {"kernel/shmall", Kind::ipc},
                                             {"kernel/shmmax", Kind::ipc},
                                             {"kernel/shmmni", Kind::ipc},
                                             {"kernel/shm_rmid_forced", Kind::ipc},
                                             {"fs/mqueue/", Kind::ipc},
                                             {"net/", Kind::network},
                                             {"kernel/domainname", Kind::uts},
                                             {"user/", Kind::user}}};

const Group* group_of(std::string_view path) {
  const auto* const at = std::find_if(kNamespaced.begin(), kNamespaced.end(), [&](const Group& group) {
    return group.path.back() == '/' ? path.starts_with(group.path) : path == group.path;
  });
  return at == kNamespaced.end() ? nullptr : at;
}

bool allows_name(const Sysctls::Ceiling& ceiling, std::string_view path) {
  return std::any_of(ceiling.begin(), ceiling.end(),
                     [&](const SysctlRule& rule) { return matches_name(rule, path); });
}

bool allows(const Sysctls::Ceiling& ceiling, std::string_view path, std::string_view value) {
  return std::any_of(ceiling.begin(), ceiling.end(),
                     [&](const SysctlRule& rule) { return matches(rule, path, value); });
}

bool lacks_namespace(const Sysctls::Facts& facts, std::string_view path) {
  const Group* const group = group_of(path);
  return group != nullptr && !facts.kinds.at(static_cast<std::size_t>(group->kind));
}

std::string why_not(const Sysctls::Ceiling& ceiling, const Sysctls::Facts& facts, const std::string& path) {
  if (path.empty()) return "it is no name of a setting; ask for one as net.core.somaxconn";
  if (!allows_name(ceiling, path)) {
    return std::string(group_of(path) == nullptr ? "it is the host's own, and " : "") +
           "controls.sysctls.allow does not name it; ask for less, or let the operator allow it";
  }
  if (lacks_namespace(facts, path)) {
    return "it belongs to the " + std::string(name(group_of(path)->kind)) +
           " namespace, of which the container has none of its own; ask for one, or do without the setting";
  }
  return "controls.sysctls.allow names it with other values; ask for one of them, or let the operator allow "
         "more";
}

// The rules that docker-default stands for: what a namespace has for itself, with any value.
void add_docker(Sysctls::Ceiling& ceiling) {
  for (const Group& group : kNamespaced)
    ceiling.push_back({std::string(group.path), group.path.back() == '/', true, {}});
}

Result<std::vector<Sysctls::Setting>> settings_of(const Spec& spec) {
  std::vector<Sysctls::Setting> settings;
  const auto map = TRY(reach_object(spec, kSysctl));
  if (!map) return settings;
  const std::vector<doc::Entry> entries = TRY(map->entries());
  for (const doc::Entry& entry : entries) {
    const std::string_view value = TRY(entry.value.text());
    settings.emplace_back(entry.key, value);
  }
  return settings;
}

}  // namespace

Result<Sysctls::Grant> Sysctls::read(const Spec& spec, const Facts& /*facts*/) {
  const std::vector<Setting> settings = TRY(settings_of(spec));
  return Grant(std::set<Setting>(settings.begin(), settings.end()));
}

Sysctls::Ceiling Sysctls::parse(const Rule& rule, doc::Diagnostics& wrong) {
  const auto list = wrong.take(rule.need("allow"));
  const auto items = list ? wrong.take(list->items()) : std::nullopt;
  if (!items) return {};
  Ceiling ceiling;
  bool good = true;
  for (const doc::Cursor& item : *items) {
    if (item.value().is(doc::Kind::string) && item.value().text() == kDocker) {
      add_docker(ceiling);
      continue;
    }
    auto one = parse_sysctl_rule(item, wrong);
    good = good && one.has_value();
    if (one) ceiling.push_back(*std::move(one));
  }
  return good ? ceiling : Ceiling{};
}

Result<Sysctls::Facts> Sysctls::facts_of(const Spec& spec) {
  Facts facts;
  facts.asked = TRY(settings_of(spec));
  if (facts.asked.empty()) return facts;
  const NamespacesAsked namespaces = TRY(namespaces_asked(spec));
  for (std::size_t kind = 0; kind < kNameSpaceKinds; ++kind)
    facts.kinds.at(kind) = namespaces.entries.at(kind).index.has_value();
  return facts;
}

// A joined one may be the host's: for a container on its network Docker writes the path of that (runc compares as well).
Result<Sysctls::Facts> Sysctls::gather(Host& host, const Spec& spec, const Ceiling& /*ceiling*/) {
  Facts facts = TRY(facts_of(spec));
  if (facts.asked.empty()) return facts;
  const NamespacesAsked namespaces = TRY(namespaces_asked(spec));
  for (std::size_t kind = 0; kind < kNameSpaceKinds; ++kind) {
    const std::string& path = namespaces.entries.at(kind).path;
    if (!path.empty() && !leads_elsewhere(host, static_cast<Kind>(kind), path)) facts.kinds.at(kind) = false;
  }
  return facts;
}

// Of what is asked for: of all that could be, there is no end.
Sysctls::Grant Sysctls::bound(const Ceiling& ceiling, const Facts& facts,
                              const Earlier<Sysctls>& /*earlier*/) {
  std::set<Setting> most;
  for (const Setting& setting : facts.asked) {
    const std::string path = sysctl_path(setting.first);
    const bool granted =
        !path.empty() && !lacks_namespace(facts, path) && allows(ceiling, path, setting.second);
    if (granted) most.insert(setting);
  }
  return Grant(std::move(most));
}

Outcome<Sysctls::Grant> Sysctls::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                        const Earlier<Sysctls>& earlier) {
  const Grant most = bound(ceiling, facts, earlier);
  if (leq(request, most)) return {request, Verdict::unchanged, {}, {}};
  Outcome<Grant> outcome{meet(request, most), Verdict::narrowed, {}, {}};
  for (const Setting& setting : request.items()) {
    if (most.has(setting)) continue;
    outcome.changes.push_back({doc::child(kSysctl, setting.first),
                               setting.second.empty() ? "an empty text" : printable(setting.second, 60), "",
                               why_not(ceiling, facts, sysctl_path(setting.first)), false});
  }
  return outcome;
}

void Sysctls::write(const Spec& spec, const Facts& /*facts*/, const Grant& grant, SpecEdits& edits) {
  const auto settings = settings_of(spec);
  if (!settings) return;  // such a document was never decided upon
  for (const Setting& setting : *settings) {
    if (!grant.has(setting)) edits.remove(doc::child(kSysctl, setting.first));
  }
}

// The kernel shows these files to a process as those of its own namespaces (net/sysctl_net.c, ipc/ipc_sysctl.c): from
// outside they cannot be read, so that they are held as they were granted. What was not granted was never written.
Result<Observed<Sysctls::Grant>> Sysctls::observe(const KernelView& /*kernel*/, const Spec& granted) {
  const Grant grant = TRY(read(granted, Facts{}));
  return Observed<Grant>{grant, grant};
}

std::string Sysctls::surplus(const Observed<Grant>& observed) {
  std::string names;
  for (const Setting& setting : observed.held.items()) {
    if (!observed.granted.has(setting)) names += (names.empty() ? "" : ", ") + setting.first;
  }
  return printable("has settings of the kernel that it was not granted: " + names, 1000);
}

}  // namespace hardened::controls
