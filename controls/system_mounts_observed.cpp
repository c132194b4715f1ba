// What the runtime's own file systems leave open, by the container's list of mounts: the mount on top of each
// entry's destination. cgroup v1 is one entry and several mounts, one a controller, below a tmpfs of the runtime's own,
// which may stay writable; there, all mounts of cgroups at and below the destination count.
//
// Powers that no flag of a mount shows (a second procfs, a release agent) are held as granted, and so is an entry that
// has no mount: where nothing is, nothing is open.
#include <map>

#include "controls/kernel.h"
#include "controls/lexical.h"
#include "controls/system_mounts.h"

namespace hardened::controls {
namespace {

struct Shown {
  MountPower power;
  std::string_view taken_by;  // the option
};
constexpr std::array kShown{Shown{MountPower::write, "ro"}, Shown{MountPower::suid, "nosuid"},
                            Shown{MountPower::device, "nodev"}, Shown{MountPower::execute, "noexec"}};

// Read-only it is as well when its file system is; the others are properties of mounts.
Flags open_in(const Mount& mount) {
  Flags open;
  for (const Shown& one : kShown) {
    const bool taken = one.power == MountPower::write ? mount.read_only() : mount.has(one.taken_by);
    if (!taken) open = open.with(bit(one.power));
  }
  return open;
}

bool is_cgroup(const Mount& mount) { return mount.kind == "cgroup" || mount.kind == "cgroup2"; }

Flags open_at(const MountTable& mounts, SystemMount kind, const std::string& destination) {
  if (kind != SystemMount::cgroup) {
    const Mount* mount = mounts.at(destination);
    return mount == nullptr ? Flags() : open_in(*mount);
  }
  Flags open;
  for (const Mount& mount : mounts.all()) {
    if (!is_cgroup(mount) || !lies_in(mount.point, destination)) continue;
    if (mounts.at(mount.point) != &mount) continue;  // another one is on top
    open = Flags(open.bits() | open_in(mount).bits());
  }
  return open;
}

// Of what a mount leaves open only that counts which its kind is judged by: a procfs is writable, and that is no power.
Flags judged(SystemMount kind) {
  Flags all;
  for (const Shown& one : kShown) all = all.with(bit(one.power));
  switch (kind) {
    case SystemMount::sysfs:
    case SystemMount::cgroup: return all;
    case SystemMount::proc:
    case SystemMount::mqueue: return all.without(bit(MountPower::write));
    case SystemMount::devpts: return Flags().with(bit(MountPower::suid)).with(bit(MountPower::execute));
    case SystemMount::dev: return Flags().with(bit(MountPower::suid));
    case SystemMount::none:
    case SystemMount::remount:
    case SystemMount::hosts: return Flags();
  }
  return all;
}

// Others are hidden by a later one at the same place. Whoever asks for mounts may ask for thousands.
std::map<std::string_view, std::size_t> last_ones(const std::vector<std::string>& destinations) {
  std::map<std::string_view, std::size_t> last;
  for (std::size_t index = 0; index < destinations.size(); ++index) last[destinations[index]] = index;
  return last;
}

Result<std::vector<std::string>> destinations_of(const Spec& spec) {
  std::vector<std::string> destinations;
  const auto list = spec.find(SystemMounts::owned[0]);
  if (!list) return destinations;
  const std::vector<doc::Cursor> items = TRY(list->items());
  for (const doc::Cursor& item : items) {
    const auto value = item.find("destination");
    const std::string_view text = TRY(value ? value->text() : Result<std::string_view>(std::string_view()));
    destinations.push_back(clean_path("/" + std::string(text)).value_or(""));
  }
  return destinations;
}

}  // namespace

Result<Observed<SystemMountsGrant>> SystemMounts::observe(const KernelView& kernel, const Spec& granted) {
  const Facts facts = TRY(facts_of(granted));
  const Grant most = TRY(read(granted, facts));
  const std::vector<std::string> destinations = TRY(destinations_of(granted));
  const MountTable* mounts = TRY(kernel.mounts());
  const auto last = last_ones(destinations);
  std::vector<Flags> held;
  for (std::size_t index = 0; index < destinations.size(); ++index) {
    const SystemMount kind = facts.entries[index].kind;
    const Flags shown = judged(kind);
    const Flags unseen = minus(most.at(index), shown);
    const bool seen = !shown.empty() && last.at(destinations[index]) == index;
    const Flags open =
        seen ? meet(open_at(*mounts, kind, destinations[index]), shown) : meet(most.at(index), shown);
    held.emplace_back(unseen.bits() | open.bits());
  }
  return Observed<Grant>{most, Grant(std::move(held))};
}

std::string SystemMounts::surplus(const Observed<SystemMountsGrant>& observed) {
  std::string text;
  for (std::size_t index = 0; index < observed.held.size(); ++index) {
    const Flags more = minus(observed.held.at(index), observed.granted.at(index));
    for (const Shown& one : kShown) {
      if (!more.has(bit(one.power))) continue;
      text += std::string(text.empty() ? "" : ", ") + "has mount " + std::to_string(index) +
              " of its list without " + std::string(one.taken_by);
    }
  }
  return text;
}

}  // namespace hardened::controls
