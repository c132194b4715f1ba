// What a container has at the destinations of its mounts.
//
// Of several entries that lead to one place (a later one covers an earlier; links in the container may make two
// names one) the last counts: the mount on top is its. A destination that is no longer the root of a mount is hidden
// behind another entry's, and shows nothing of its own source; what it shows, that other entry is asked for. Of a
// container that waits, more can be told (mounts_waiting.h).
#include <map>

#include "controls/kernel.h"
#include "controls/mounts.h"
#include "controls/mounts_waiting.h"

namespace hardened::controls {
namespace {

struct Shown {
  unsigned power;
  std::string_view words;
};
constexpr std::array kShown{
    Shown{bit(MountReach::source), "though it was refused"},
    Shown{bit(MountReach::swapped), "of another source than was judged: that was changed meanwhile"},
    Shown{bit(MountPower::write), "without ro"},
    Shown{bit(MountPower::suid), "without nosuid"},
    Shown{bit(MountPower::device), "without nodev"},
    Shown{bit(MountPower::execute), "without noexec"},
    Shown{bit(MountReach::follows), "as a slave of the host's"},
    Shown{bit(MountReach::shares), "shared with the host"},
};

struct OnTop {
  const Mount* mount = nullptr;  // none where nothing is, or where another mount hides it
  Stat stat;
};

Result<OnTop> on_top(const KernelView& kernel, const MountTable& mounts, const AskedMount& asked) {
  const auto place = TRY(kernel.inside(asked.destination));
  if (!place) return OnTop{};
  if (place->mount == 0) return OnTop{mounts.at(asked.destination), place->stat};
  return OnTop{place->mounted ? mounts.numbered(place->mount) : nullptr, place->stat};
}

Flags held_by(const OnTop& top, const AskedMount& asked, const std::string& judged) {
  const Mount& mount = *top.mount;
  const Flags held = powers_of(mount, asked.propagates);
  const bool same = judged.empty() || judged == token_of({mount.device, mount.root}, top.stat);
  return same ? held : held.with(bit(MountReach::swapped));
}

}  // namespace

Result<Observed<MountsGrant>> Mounts::observe(const KernelView& kernel, const Spec& granted) {
  const std::vector<AskedMount> asked = TRY(asked_mounts(granted));
  const Grant most = TRY(read(granted, {}));
  const std::vector<std::string>& judged = kernel.subject().judged;
  // Records of earlier builds tell of the entries alone.
  if (!judged.empty() && judged.size() < asked.size()) {
    return Error{Fault::internal, "another number of mounts was judged than was granted"};
  }
  const MountTable* mounts = TRY(kernel.mounts());
  std::vector<OnTop> tops;
  std::map<const Mount*, std::size_t> last;
  for (std::size_t index = 0; index < asked.size(); ++index) {
    tops.emplace_back();
    if (asked[index].destination.empty()) continue;
    tops.back() = TRY(on_top(kernel, *mounts, asked[index]));
    last[tops.back().mount] = index;
  }
  std::vector<Flags> held;
  for (std::size_t index = 0; index < asked.size(); ++index) {
    const Mount* mount = tops[index].mount;
    const bool seen = asked[index].kind != MountKind::system && mount != nullptr && last.at(mount) == index;
    held.push_back(seen ? held_by(tops[index], asked[index], judged.empty() ? "" : judged[index])
                        : most.at(index));
  }
  const bool whole = TRY(tells_all(kernel, granted, asked.size()));
  if (whole) {
    const std::vector<Flags> above = TRY(above_in_waiting(kernel, granted, asked));
    held.resize(above.size());
    for (std::size_t index = 0; index < above.size(); ++index)
      held[index] = Flags(held[index].bits() | above[index].bits());
  }
  return Observed<Grant>{most, Grant(std::move(held))};
}

std::string Mounts::surplus(const Observed<MountsGrant>& observed) {
  std::string text;
  for (std::size_t index = 0; index < observed.held.size(); ++index) {
    const Flags more = minus(observed.held.at(index), observed.granted.at(index));
    if (more.has(bit(MountReach::unjudged)))
      text += std::string(text.empty() ? "" : ", ") + "has a mount that was not judged";
    for (const Shown& one : kShown) {
      if (!more.has(one.power)) continue;
      text += std::string(text.empty() ? "" : ", ") + "has mount " + std::to_string(index) + " of its list " +
              std::string(one.words);
    }
  }
  return text;
}

}  // namespace hardened::controls
