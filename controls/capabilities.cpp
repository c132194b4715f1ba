#include "controls/capabilities.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "controls/capability_set.h"
#include "controls/reach.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kObject = Capabilities::owned[0];

Result<Flags> read_set(const doc::Cursor& list) {
  Flags set;
  const auto items = TRY(list.items());
  for (const doc::Cursor& item : items) {
    const std::string_view name = TRY(item.text());
    const auto number = capability_number(name);
    if (!number) return item.error(unknown_capability(name));
    set = set.with(*number);  // a name twice says nothing new
  }
  return set;
}

}  // namespace

Flags CapabilitySets::any() const {
  std::uint64_t bits = 0;
  for (const Flags set : sets) bits |= set.bits();
  return Flags(bits);
}

bool leq(const CapabilitySets& a, const CapabilitySets& b) {
  return std::equal(a.sets.begin(), a.sets.end(), b.sets.begin(),
                    [](Flags one, Flags other) { return leq(one, other); });
}

CapabilitySets meet(const CapabilitySets& a, const CapabilitySets& b) {
  CapabilitySets both;
  for (std::size_t i = 0; i < both.sets.size(); ++i) both.sets[i] = meet(a.sets[i], b.sets[i]);
  return both;
}

Result<CapabilitySets> Capabilities::read(const Spec& spec, const Facts& /*facts*/) {
  const auto object = TRY(reach_object(spec, kObject));
  CapabilitySets request;
  if (!object) return request;  // none at create, kept in an exec: the bottom either way
  for (std::size_t i = 0; i < request.sets.size(); ++i) {
    const auto list = object->find(CapabilitySets::names[i]);
    if (!list) continue;
    request.sets[i] = TRY(read_set(*list));
  }
  return request;
}

Capabilities::Ceiling Capabilities::parse(const Rule& rule, doc::Diagnostics& wrong) {
  const auto list = wrong.take(rule.need("ceiling"));
  return list ? Ceiling{parse_capabilities(*list, wrong)} : Ceiling{};
}

Result<Unit> Capabilities::gather(Host& /*host*/, const Spec& /*spec*/, const Ceiling& /*ceiling*/) {
  return Unit{};
}

CapabilitySets Capabilities::bound(const Ceiling& ceiling, const Facts& /*facts*/,
                                   const std::tuple<>& /*earlier*/) {
  CapabilitySets most;
  most.sets.fill(ceiling.most);
  return most;
}

Outcome<CapabilitySets> Capabilities::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const std::tuple<>& earlier) {
  constexpr int kNamesShown = 8;
  CapabilitySets granted = meet(request, bound(ceiling, facts, earlier));
  if (granted == request) return {granted, Verdict::unchanged, {}, {}};
  const Flags lost = minus(request.any(), ceiling.most);
  const Change change{std::string(kObject), listed(lost, kNamesShown), "",
                      "the ceiling is " + describe(ceiling.most) +
                          "; ask for fewer capabilities, or let the operator raise capabilities.ceiling",
                      false};
  return {granted, Verdict::narrowed, {change}, {}};
}

void Capabilities::write(const Spec& spec, const Facts& /*facts*/, const Grant& grant, SpecEdits& edits) {
  const auto object = spec.find(kObject);
  if (!object) {
    if (spec.scope() == Scope::bundle) edits.set(kObject, doc::Value::object({}));
    return;
  }
  for (std::size_t i = 0; i < grant.sets.size(); ++i) {
    const auto list = object->find(CapabilitySets::names[i]);
    if (!list) continue;
    const std::string pointer = doc::child(kObject, CapabilitySets::names[i]);
    const std::vector<doc::Value>& items = list->value().items();
    for (std::size_t item = 0; item < items.size(); ++item) {
      const auto number = capability_number(items[item].text());
      // read() has refused names that are none, so this one stays only because it was granted.
      if (!number || !grant.sets[i].has(*number)) edits.remove(doc::child(pointer, item));
    }
  }
}

}  // namespace hardened::controls
