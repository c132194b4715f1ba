#include "controls/mounts.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kMounts = "/mounts";
constexpr std::string_view kPropagation = "propagation";

struct ReachWords {
  unsigned bit;
  std::string_view before;
  std::string_view after;
  std::string_view reason;
  std::string_view aspect{};
};
constexpr std::array kWords{
    ReachWords{bit(MountPower::suid), "without nosuid", "nosuid",
               "required on every mount (controls.mounts.required)"},
    ReachWords{bit(MountPower::device), "without nodev", "nodev",
               "required on every mount (controls.mounts.required)"},
    ReachWords{bit(MountPower::execute), "without noexec", "noexec",
               "required on every mount (controls.mounts.required)"},
    ReachWords{bit(MountReach::shares), "shared", "slave",
               "what a container mounts does not appear on the host; ask for rslave, or set "
               "controls.mounts.propagation",
               kPropagation},
    ReachWords{bit(MountReach::follows), "slave", "private",
               "what the host mounts does not appear in a container; ask for rprivate, or set "
               "controls.mounts.propagation",
               kPropagation},
};

Flags allowed(const MountsFacts::Entry& entry, const MountsCeiling& ceiling, const Objection& objection) {
  if (entry.asked.kind == MountKind::system) return Flags();
  Flags powers = minus(open_powers({}), ceiling.required);
  if (ceiling.propagation != MostPropagation::apart) powers = powers.with(bit(MountReach::follows));
  if (ceiling.propagation == MostPropagation::shares) powers = powers.with(bit(MountReach::shares));
  return objection ? powers : powers.with(bit(MountReach::source));
}

MountsGrant most(const MountsCeiling& ceiling, const MountsFacts& facts,
                 const std::vector<Objection>& objections) {
  std::vector<Flags> powers;
  powers.reserve(facts.entries.size());
  for (std::size_t index = 0; index < facts.entries.size(); ++index)
    powers.push_back(allowed(facts.entries[index], ceiling, objections[index]));
  return MountsGrant(std::move(powers));
}

void say(std::size_t index, const AskedMount& asked, Flags lost, std::vector<Change>& changes) {
  for (const ReachWords& words : kWords) {
    if (!lost.has(words.bit)) continue;
    const bool both = words.bit == bit(MountReach::shares) && lost.has(bit(MountReach::follows));
    if (both) continue;  // said by the other
    changes.push_back(Change{doc::child(kMounts, index), asked.label + " " + std::string(words.before),
                             std::string(words.after), std::string(words.reason), false, words.aspect});
  }
}

void apply(std::string_view pointer, const AskedMount& mount, Flags lost, SpecEdits& edits) {
  const OptionEdits changes = without_reach(mount, lost);
  const std::string list = doc::child(pointer, "options");
  for (const auto& [index, word] : changes.replace)
    edits.set(doc::child(list, index), doc::Value::string(std::string(word)));
  if (mount.has_options) {
    for (const std::string_view word : changes.append)
      edits.set(list + "/-", doc::Value::string(std::string(word)));
    return;
  }
  std::vector<doc::Value> items;
  for (const std::string_view word : changes.append) items.push_back(doc::Value::string(std::string(word)));
  if (!items.empty()) edits.set(list, doc::Value::array(std::move(items)));
}

}  // namespace

Result<MountsGrant> Mounts::read(const Spec& spec, const Facts&) {
  const std::vector<AskedMount> asked = TRY(asked_mounts(spec));
  std::vector<Flags> powers;
  powers.reserve(asked.size());
  for (const AskedMount& mount : asked) powers.push_back(mount.powers);
  return Grant(std::move(powers));
}

MountsGrant Mounts::bound(const Ceiling& ceiling, const Facts& facts, const Earlier<Mounts>&) {
  return most(ceiling, facts, objections(ceiling, facts));
}

Outcome<MountsGrant> Mounts::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                    const Earlier<Mounts>&) {
  const std::vector<Objection> found = objections(ceiling, facts);
  const Grant top = most(ceiling, facts, found);
  if (leq(request, top)) return {request, Verdict::unchanged, {}, {}};
  std::vector<Change> changes;
  bool refused = false;
  for (std::size_t index = 0; index < std::min(request.size(), facts.entries.size()); ++index) {
    const Flags lost = minus(request.at(index), top.at(index));
    const Facts::Entry& entry = facts.entries[index];
    if (lost.has(bit(MountReach::source))) {
      refused = true;
      const auto& [why, about] = found[index];
      changes.push_back(Change{doc::child(kMounts, index), entry.asked.label, "", why, false, about});
    }
    say(index, entry.asked, lost, changes);
  }
  if (refused) return {Grant{}, Verdict::refused, std::move(changes), {}};
  return {meet(request, top), Verdict::narrowed, std::move(changes), {}};
}

void Mounts::write(const Spec& spec, const Facts&, const Grant& grant, SpecEdits& edits) {
  const Result<std::vector<AskedMount>> asked = asked_mounts(spec);
  if (!asked) return;  // such a document was never decided upon
  for (std::size_t index = 0; index < asked->size(); ++index) {
    const AskedMount& mount = (*asked)[index];
    const Flags lost = minus(mount.powers, grant.at(index));
    if (!lost.empty()) apply(doc::child(kMounts, index), mount, lost, edits);
  }
}

}  // namespace hardened::controls
