#include "controls/other.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "controls/kernel.h"
#include "controls/reach.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr unsigned kCaches = 0;
constexpr unsigned kPersonality = 2;
static_assert(Other::owned[kCaches] == "/linux/intelRdt");
static_assert(Other::owned[kPersonality] == "/linux/personality");

template <class Do>
void each(Do&& act) {
  for (unsigned field = 0; field < Other::owned.size(); ++field) act(field, Other::owned.at(field));
}

bool has_something(const doc::Cursor& object) {
  const auto& members = object.value().members();
  return std::any_of(members.begin(), members.end(),
                     [](const doc::Member& member) { return !member.value.is(doc::Kind::null); });
}

// The domain PER_LINUX is 0, as of every process that nobody gave another one.
bool is_plain_personality(const doc::Cursor& object) {
  const auto domain = object.find("domain");
  const auto flags = object.find("flags");
  const bool plain = !domain || domain->value().is(doc::Kind::string);
  if (!plain || (domain && domain->value().text() != "LINUX")) return false;
  return !flags || (flags->value().is(doc::Kind::array) && flags->value().items().empty());
}

// All that a personality is made of: personality(2).
Result<std::string> personality_of(Host& host, const std::string& process) {
  const File file = TRY(host.read("/proc/" + process + "/personality", 64, Links::refuse));
  return file.bytes;
}

std::string list_of(const Flags& fields) {
  std::vector<std::string> names;
  each([&](unsigned field, std::string_view pointer) {
    if (fields.has(field)) names.emplace_back(pointer);
  });
  return joined(names);
}

}  // namespace

Result<Flags> Other::read(const Spec& spec, const Facts& /*facts*/) {
  Flags there;
  for (unsigned field = 0; field < owned.size(); ++field) {
    const auto object = TRY(reach_object(spec, owned.at(field)));
    // Of intelRdt the object alone makes a resctrl group (runc: intelrdt.NewManager).
    if (!object || (field != kCaches && !has_something(*object))) continue;
    if (field == kPersonality && is_plain_personality(*object)) continue;
    there = there.with(field);
  }
  return there;
}

Flags Other::parse(const Rule& rule, doc::Diagnostics& wrong) {
  const auto list = wrong.take(rule.need("allow"));
  const auto items = list ? wrong.take(list->items()) : std::nullopt;
  if (!items) return {};
  Flags allowed;
  bool good = true;
  for (const doc::Cursor& item : *items) {
    const auto text = wrong.take(item.text());
    const auto* const field = text ? std::find(owned.begin(), owned.end(), *text) : owned.end();
    good = good && field != owned.end();
    if (field != owned.end()) allowed = allowed.with(static_cast<unsigned>(field - owned.begin()));
    if (!text || field != owned.end()) continue;
    const std::string_view meant = nearest(*text, owned);
    wrong.add(item.error("expected one of " + joined({owned.begin(), owned.end()}) + ", found '" +
                         printable(*text, 60) + "'" +
                         (meant.empty() ? "" : ", did you mean " + std::string(meant) + "?")));
  }
  return good ? allowed : Flags();
}

Result<Unit> Other::gather(Host& /*host*/, const Spec& /*spec*/, const Ceiling& /*ceiling*/) {
  return Unit{};
}

Flags Other::bound(const Ceiling& ceiling, const Facts& /*facts*/, const Earlier<Other>& /*earlier*/) {
  return ceiling;
}

Outcome<Flags> Other::narrow(const Grant& request, const Ceiling& ceiling, const Facts& /*facts*/,
                             const Earlier<Other>& /*earlier*/) {
  if (leq(request, ceiling)) return {request, Verdict::unchanged, {}, {}};
  Outcome<Grant> outcome{meet(request, ceiling), Verdict::refused, {}, {}};
  const Flags above = minus(request, ceiling);
  each([&](unsigned field, std::string_view pointer) {
    if (!above.has(field)) return;
    outcome.changes.push_back({std::string(pointer), "such a field", "",
                               "engines never write it, and controls.other.allow does not name it; leave it "
                               "out, or let the operator allow it",
                               false});
  });
  return outcome;
}

// What is granted is what was asked.
void Other::write(const Spec& /*spec*/, const Facts& /*facts*/, const Grant& /*grant*/,
                  SpecEdits& /*edits*/) {}

// Of these the kernel shows a process's personality, which the runtime sets before it waits (libcontainer
// standard_init_linux.go); a program may change its own later. That of the runtime is what it was born with. It is shown
// to those alone who could trace the process, which Yama may forbid to everybody (kernel.yama.ptrace_scope=3): then it is
// held as granted, as is what the kernel does not tell of the others.
Result<Observed<Flags>> Other::observe(const KernelView& kernel, const Spec& granted) {
  const Grant most = TRY(read(granted, Facts{}));
  Observed<Grant> observed{most, most};
  if (kernel.subject().begun != Begun::waiting || most.has(kPersonality)) return observed;
  const auto held = personality_of(kernel.host(), std::to_string(kernel.subject().process));
  const auto own = personality_of(kernel.host(), "self");
  if (held && own && *held != *own) observed.held = most.with(kPersonality);
  return observed;
}

std::string Other::surplus(const Observed<Flags>& observed) {
  return "has what it was not granted of " + list_of(minus(observed.held, observed.granted));
}

}  // namespace hardened::controls
