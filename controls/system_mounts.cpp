#include "controls/system_mounts.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "controls/namespaces_asked.h"
#include "controls/words.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kMounts = "/mounts";

struct PowerWords {
  MountPower power;
  std::string_view before;
  std::string_view after;
  std::string_view reason;
};
constexpr std::array kWords{
    PowerWords{
        MountPower::write, "writable", "ro",
        "read-only unless the container has a user namespace of its own; ask without --privileged, or set "
        "controls.system_mounts"},
    PowerWords{MountPower::suid, "without nosuid", "nosuid", "mounted as Docker mounts it; ask without suid"},
    PowerWords{MountPower::device, "without nodev", "nodev", "mounted as Docker mounts it; ask without dev"},
    PowerWords{MountPower::execute, "without noexec", "noexec",
               "mounted as Docker mounts it; ask without exec"},
    PowerWords{MountPower::elsewhere, "outside of its place", "",
               "no masked or read-only path applies there; mount proc on /proc and sysfs on /sys only"},
    PowerWords{MountPower::remount, "by remount", "",
               "a mount that is in place is not changed; put the options on that mount"},
    PowerWords{MountPower::hosts, "of the host", "",
               "it is the host's own; ask for a tmpfs or a cgroup mount instead"},
    PowerWords{MountPower::release_agent, "with release_agent", "without",
               "the kernel runs that program on the host; ask without it"},
};

// An option takes these away; for the others there is only a refusal.
bool is_mended_by_options(MountPower power) {
  return power != MountPower::elsewhere && power != MountPower::remount && power != MountPower::hosts;
}

Flags allowed(SystemMount kind, const SystemMountsCeiling& ceiling, bool own_user_namespace) {
  Flags powers;
  const bool sysfs = kind == SystemMount::sysfs && (ceiling.sysfs_writable || own_user_namespace);
  const bool cgroup = kind == SystemMount::cgroup && (ceiling.cgroup_writable || own_user_namespace);
  if (sysfs || cgroup) powers = powers.with(bit(MountPower::write));
  if (own_user_namespace) powers = powers.with(bit(MountPower::elsewhere));
  return powers;
}

Result<std::vector<MountEntry>> entries_of(const Spec& spec) {
  std::vector<MountEntry> entries;
  const auto list = spec.find(kMounts);
  if (!list) return entries;
  const std::vector<doc::Cursor> items = TRY(list->items());
  for (const doc::Cursor& item : items) {
    MountEntry entry = TRY(read_mount(item));
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::optional<bool> parse_writable(const Rule& rule, std::string_view key, doc::Diagnostics& wrong) {
  const auto value = wrong.take(rule.need(key));
  if (!value) return std::nullopt;
  constexpr std::array<std::string_view, 2> known{"read-only", "writable"};
  const auto text = value->text();
  if (text && *text == "read-only") return false;
  if (text && *text == "writable") return true;
  wrong.add(no_such_word(*value, known));
  return std::nullopt;
}

std::string label_of(const SystemMountsFacts& facts, std::size_t index) {
  if (index < facts.entries.size()) return facts.entries[index].label;
  return "mount " + std::to_string(index);
}

// One change for each power that the entry loses.
void say(std::size_t index, Flags lost, const SystemMountsFacts& facts, std::vector<Change>& changes) {
  for (const PowerWords& words : kWords) {
    if (!lost.has(bit(words.power))) continue;
    changes.push_back(Change{doc::child(kMounts, index),
                             label_of(facts, index) + " " + std::string(words.before),
                             std::string(words.after), std::string(words.reason), false});
  }
}

void apply(std::string_view pointer, const MountEntry& entry, Flags lost, SpecEdits& edits) {
  const OptionEdits changes = without_powers(entry.options, lost);
  const std::string list = doc::child(pointer, "options");
  for (const auto& [index, word] : changes.replace)
    edits.set(doc::child(list, index), doc::Value::string(std::string(word)));
  for (const std::size_t index : changes.remove) edits.remove(doc::child(list, index));
  if (entry.has_options) {
    for (const std::string_view word : changes.append)
      edits.set(list + "/-", doc::Value::string(std::string(word)));
    return;
  }
  std::vector<doc::Value> items;
  for (const std::string_view word : changes.append) items.push_back(doc::Value::string(std::string(word)));
  if (!items.empty()) edits.set(list, doc::Value::array(std::move(items)));
}

}  // namespace

SystemMountsGrant::SystemMountsGrant(std::vector<Flags> powers) : powers_(std::move(powers)) {
  while (!powers_.empty() && powers_.back().empty()) powers_.pop_back();
}

bool leq(const SystemMountsGrant& a, const SystemMountsGrant& b) {
  for (std::size_t index = 0; index < a.size(); ++index) {
    if (!leq(a.at(index), b.at(index))) return false;
  }
  return true;
}

SystemMountsGrant meet(const SystemMountsGrant& a, const SystemMountsGrant& b) {
  std::vector<Flags> both;
  for (std::size_t index = 0; index < std::min(a.size(), b.size()); ++index) {
    both.push_back(meet(a.at(index), b.at(index)));
  }
  return SystemMountsGrant(std::move(both));
}

Result<SystemMountsGrant> SystemMounts::read(const Spec& spec, const Facts&) {
  const std::vector<MountEntry> entries = TRY(entries_of(spec));
  std::vector<Flags> powers;
  powers.reserve(entries.size());
  for (const MountEntry& entry : entries) powers.push_back(entry.powers);
  return Grant(std::move(powers));
}

SystemMountsCeiling SystemMounts::parse(const Rule& rule, doc::Diagnostics& wrong) {
  const auto sysfs = parse_writable(rule, "sysfs", wrong);
  const auto cgroup = parse_writable(rule, "cgroup", wrong);
  if (!sysfs || !cgroup) return {};
  return {*sysfs, *cgroup};
}

Result<SystemMountsFacts> SystemMounts::facts_of(const Spec& spec) {
  Facts facts;
  const NamespacesAsked asked = TRY(namespaces_asked(spec));
  facts.own_user_namespace = asked.own_user;
  const std::vector<MountEntry> entries = TRY(entries_of(spec));
  for (const MountEntry& entry : entries) facts.entries.push_back({entry.kind, entry.label});
  return facts;
}

Result<SystemMountsFacts> SystemMounts::gather(Host&, const Spec& spec, const Ceiling&) {
  return facts_of(spec);
}

SystemMountsGrant SystemMounts::bound(const Ceiling& ceiling, const Facts& facts,
                                      const Earlier<SystemMounts>&) {
  std::vector<Flags> powers;
  for (const Facts::Entry& entry : facts.entries) {
    powers.push_back(allowed(entry.kind, ceiling, facts.own_user_namespace));
  }
  return Grant(std::move(powers));
}

Outcome<SystemMountsGrant> SystemMounts::narrow(const Grant& request, const Ceiling& ceiling,
                                                const Facts& facts, const Earlier<SystemMounts>& earlier) {
  const Grant top = bound(ceiling, facts, earlier);
  if (leq(request, top)) return {request, Verdict::unchanged, {}, {}};
  std::vector<Change> changes;
  bool refused = false;
  for (std::size_t index = 0; index < request.size(); ++index) {
    const Flags lost = minus(request.at(index), top.at(index));
    for (const PowerWords& words : kWords) {
      refused = refused || (lost.has(bit(words.power)) && !is_mended_by_options(words.power));
    }
    say(index, lost, facts, changes);
  }
  if (refused) return {Grant{}, Verdict::refused, std::move(changes), {}};
  return {meet(request, top), Verdict::narrowed, std::move(changes), {}};
}

void SystemMounts::write(const Spec& spec, const Facts&, const Grant& grant, SpecEdits& edits) {
  const Result<std::vector<MountEntry>> entries = entries_of(spec);
  if (!entries) return;  // such a document was never decided upon
  for (std::size_t index = 0; index < entries->size(); ++index) {
    const MountEntry& entry = (*entries)[index];
    const Flags lost = minus(entry.powers, grant.at(index));
    if (!lost.empty()) apply(doc::child(kMounts, index), entry, lost, edits);
  }
}

}  // namespace hardened::controls
