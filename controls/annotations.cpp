#include "controls/annotations.h"

#include <algorithm>
#include <optional>
#include <set>

#include "controls/reach.h"
#include "controls/seccomp_crun.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kAnnotations = Annotations::owned[0];
constexpr std::string_view kEngines = "engine-default";
constexpr std::string_view kOurs = "io.hardened.";

// A name that ends in a `*` is the beginning of more.
constexpr bool matches(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with('*')) return name == pattern;
  return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

constexpr std::array<std::string_view, 6> kActedOn{
    "org.systemd.property.*",   "run.oci.*", "org.criu.*", "krun.*", "module.wasm*",
    "org.opencontainers.runc.*"};

bool is_acted_on(std::string_view name) {
  // runc writes each as one text NAME=VALUE, and reads the name up to the first `=` of it.
  if (name.substr(0, name.find('=')) == "bundle") return true;
  return std::any_of(kActedOn.begin(), kActedOn.end(),
                     [&](std::string_view pattern) { return matches(pattern, name); });
}

constexpr std::array<std::string_view, 9> kOfEngines{
    "io.container.manager", "io.podman.*",     "io.buildah.*", "io.kubernetes.*", "org.opencontainers.*",
    "io.containerd.*",      "moby.buildkit.*", "com.docker.*", "nerdctl/*"};

// Of scopes: DefaultTimeoutStopSec= of systemd-system.conf(5).
constexpr unsigned long long kSystemdStopsWithin = 90'000'000;

bool is_number(std::string_view text, unsigned long long least, unsigned long long most) {
  unsigned long long number = 0;
  return parse_decimal(text, number) && least <= number && number <= most;
}

// Why this fails open: which signal asks a container's own processes to stop, and when they are killed, gives them
// nothing where the time is no longer than without it; and a mount's label is the same one in either option (mount(8),
// context=, rootcontext=).
bool gives_nothing(std::string_view name, std::string_view value) {
  constexpr std::string_view kMicroseconds = "uint64 ";
  if (name == "org.systemd.property.KillSignal") return is_number(value, 1, 64);
  if (name == "org.systemd.property.TimeoutStopUSec") {
    return value.starts_with(kMicroseconds) &&
           is_number(value.substr(kMicroseconds.size()), 1, kSystemdStopsWithin);
  }
  return name == "run.oci.mount_context_type" && (value == "context" || value == "rootcontext");
}

bool is_of_others(std::string_view name) {
  return name.starts_with(kOurs) ||
         std::any_of(CrunSeccomp::pointers.begin(), CrunSeccomp::pointers.end(),
                     [&](std::string_view pointer) { return doc::child(kAnnotations, name) == pointer; });
}

bool allows(const Annotations::Ceiling& ceiling, std::string_view name) {
  const auto speaks = [&](bool taken) {
    return std::any_of(ceiling.begin(), ceiling.end(), [&](const AnnotationRule& rule) {
      return rule.taken == taken && (rule.beginning ? name.starts_with(rule.name) : name == rule.name);
    });
  };
  return speaks(false) && !speaks(true);
}

std::string why_not(std::string_view name) {
  if (!is_acted_on(name)) {
    return "controls.annotations.allow does not let it pass; ask for less, or let the operator allow it";
  }
  return "low-level runtimes do something about it that no control bounds, so that it is never granted; ask "
         "by the "
         "engine's own flags";
}

// NAME, NAME*, -NAME or -NAME*.
AnnotationRule rule_of(std::string_view text) {
  AnnotationRule rule;
  rule.taken = text.starts_with('-');
  if (rule.taken) text.remove_prefix(1);
  rule.beginning = text.ends_with('*');
  if (rule.beginning) text.remove_suffix(1);
  rule.name = text;
  return rule;
}

std::optional<AnnotationRule> parse_rule(const doc::Cursor& item, std::string_view text,
                                         doc::Diagnostics& wrong) {
  AnnotationRule rule = rule_of(text);
  const bool says = rule.beginning || !rule.name.empty();
  if (says && rule.name.find('*') == std::string::npos) return rule;
  wrong.add(item.error(
      "expected a name as com.example.note, the beginning of names as com.example.*, or either behind "
      "a -, found '" +
      printable(text, 60) + "'"));
  return std::nullopt;
}

// Whoever lists what is never granted would think that it is.
bool is_vain(const AnnotationRule& rule) {
  return !rule.taken && !rule.name.empty() && is_acted_on(rule.name);
}

}  // namespace

Result<Annotations::Grant> Annotations::read(const Spec& spec, const Facts& /*facts*/) {
  std::set<Note> notes;
  const auto map = TRY(reach_object(spec, kAnnotations));
  if (!map) return Grant();
  const std::vector<doc::Entry> entries = TRY(map->entries());
  for (const doc::Entry& entry : entries) {
    if (is_of_others(entry.key)) continue;
    const std::string_view text = TRY(entry.value.text());
    notes.emplace(entry.key, text);
  }
  return Grant(std::move(notes));
}

Annotations::Ceiling Annotations::parse(const Rule& rule, doc::Diagnostics& wrong) {
  const auto list = wrong.take(rule.need("allow"));
  const auto items = list ? wrong.take(list->items()) : std::nullopt;
  if (!items) return {};
  Ceiling ceiling;
  bool good = true;
  for (const doc::Cursor& item : *items) {
    const auto text = wrong.take(item.text());
    if (text && *text == kEngines) {
      for (const std::string_view pattern : kOfEngines) ceiling.push_back(rule_of(pattern));
      continue;
    }
    auto one = text ? parse_rule(item, *text, wrong) : std::nullopt;
    if (one && is_vain(*one)) {
      wrong.add(item.error("low-level runtimes do something about " + printable(*text, 60) +
                           ", so that it is never granted; take it out"));
      one.reset();
    }
    good = good && one.has_value();
    if (one) ceiling.push_back(*std::move(one));
  }
  return good ? ceiling : Ceiling{};
}

Result<Annotations::Facts> Annotations::gather(Host& /*host*/, const Spec& spec, const Ceiling& /*ceiling*/) {
  Facts facts;
  facts.asked = TRY(read(spec, facts));
  return facts;
}

// Of what is asked for: of all that could be, there is no end.
Annotations::Grant Annotations::bound(const Ceiling& ceiling, const Facts& facts,
                                      const Earlier<Annotations>& /*earlier*/) {
  std::set<Note> most;
  for (const Note& note : facts.asked.items()) {
    const bool granted =
        is_acted_on(note.first) ? gives_nothing(note.first, note.second) : allows(ceiling, note.first);
    if (granted) most.insert(note);
  }
  return Grant(std::move(most));
}

Outcome<Annotations::Grant> Annotations::narrow(const Grant& request, const Ceiling& ceiling,
                                                const Facts& facts, const Earlier<Annotations>& earlier) {
  const Grant most = bound(ceiling, facts, earlier);
  if (leq(request, most)) return {request, Verdict::unchanged, {}, {}};
  Outcome<Grant> outcome{meet(request, most), Verdict::narrowed, {}, {}};
  for (const Note& note : request.items()) {
    if (most.has(note)) continue;
    const std::string value = note.second.empty() ? "an empty text" : printable(note.second, 60);
    outcome.changes.push_back({doc::child(kAnnotations, note.first), value, "", why_not(note.first), false});
  }
  return outcome;
}

void Annotations::write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
  const auto request = read(spec, facts);
  if (!request) return;  // such a document was never decided upon
  for (const Note& note : request->items()) {
    if (!grant.has(note)) edits.remove(doc::child(kAnnotations, note.first));
  }
}

// The kernel knows nothing of them: what was not granted, nobody was told.
Result<Observed<Annotations::Grant>> Annotations::observe(const KernelView& /*kernel*/, const Spec& granted) {
  const Grant grant = TRY(read(granted, Facts{}));
  return Observed<Grant>{grant, grant};
}

std::string Annotations::surplus(const Observed<Grant>& observed) {
  std::string names;
  for (const Note& note : observed.held.items()) {
    if (!observed.granted.has(note)) names += (names.empty() ? "" : ", ") + note.first;
  }
  return printable("has annotations that it was not granted: " + names, 1000);
}

}  // namespace hardened::controls
