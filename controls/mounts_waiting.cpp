#include "controls/mounts_waiting.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "controls/hook_list.h"
#include "controls/lexical.h"
#include "controls/namespaces_asked.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

// What runtimes mount on their own account.
constexpr std::array<std::string_view, 7> kAnew{"proc",   "sysfs",  "cgroup", "cgroup2",
                                                "mqueue", "devpts", "tmpfs"};
// And what the host's own /sys brings, where it takes that (crun: a user namespace, but the host's network).
constexpr std::array<std::string_view, 8> kBelowSys{"securityfs", "debugfs", "tracefs",   "configfs",
                                                    "pstore",     "bpf",     "selinuxfs", "efivarfs"};

template <class List>
bool has(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Devices that a runtime gives to each container (config-linux.md, default devices).
std::set<std::uint64_t> devices_of(const Spec& spec) {
  std::set<std::uint64_t> numbers{makedev(1, 3), makedev(1, 5), makedev(1, 7),
                                  makedev(1, 8), makedev(1, 9), makedev(5, 0)};
  const auto list = spec.find("/linux/devices");
  const auto items = list ? list->items() : Result<std::vector<doc::Cursor>>(std::vector<doc::Cursor>{});
  if (!items) return numbers;
  for (const doc::Cursor& item : *items) {
    const auto number = [&item](std::string_view key) -> std::optional<std::uint64_t> {
      const auto value = item.find(key);
      const auto told = value ? value->unsigned_integer() : Result<std::uint64_t>(Error{});
      return told && *told <= UINT32_MAX ? std::optional(*told) : std::nullopt;
    };
    const auto high = number("major");
    const auto low = number("minor");
    if (high && low) numbers.insert(makedev(static_cast<unsigned>(*high), static_cast<unsigned>(*low)));
  }
  return numbers;
}

std::set<std::string> masked_by(const Spec& spec) {
  std::set<std::string> paths;
  const auto list = spec.find("/linux/maskedPaths");
  const auto items = list ? list->items() : Result<std::vector<doc::Cursor>>(std::vector<doc::Cursor>{});
  if (!items) return paths;
  for (const doc::Cursor& item : *items) {
    const auto text = item.text();
    if (text) paths.emplace(*text);
  }
  return paths;
}

// dockerd's hook makes a network, ours mount nothing (hooks.h bounds which programs these are).
Result<bool> hooks_may_mount(const Spec& spec) {
  const std::vector<Hook> hooks = TRY(hooks_asked(spec));
  return std::any_of(hooks.begin(), hooks.end(), [](const Hook& hook) {
    const bool before_the_wait = hook.id.stage == Stage::prestart || hook.id.stage == Stage::create_runtime ||
                                 hook.id.stage == Stage::create_container;
    const bool network = !hook.id.arguments.empty() && hook.id.arguments.front() == "libnetwork-setkey";
    return before_the_wait && !network && !hook.id.path.ends_with("/hardened-hook");
  });
}

class Waiting {
 public:
  Waiting(const KernelView& kernel, const Spec& spec, const std::vector<AskedMount>& asked,
          const MountTable& mounts, const MountTable& hosts)
      : kernel_(kernel), spec_(spec), asked_(asked), mounts_(mounts), judged_(kernel.subject().judged) {
    for (const Mount& mount : hosts.all()) of_the_host_.insert(mount.device);
    for (std::size_t index = 0; index < asked.size(); ++index) {
      if (!judged_[index].empty()) entries_[judged_[index]].push_back(index);
    }
    along_.insert(judged_.begin() + static_cast<std::ptrdiff_t>(asked.size()) + 1, judged_.end());
    devices_ = devices_of(spec);
    masked_ = masked_by(spec);
  }

  Result<std::vector<Flags>> above() {
    const bool others = TRY(hooks_may_mount(spec_));
    above_.resize(std::max<std::size_t>(asked_.size(), 1));
    for (const Mount& mount : mounts_.all()) {
      const bool judged = TRY(is_judged(mount));
      if (judged || others) continue;
      const bool runtimes = TRY(is_runtimes(mount));
      if (!runtimes) above_.front() = above_.front().with(bit(MountReach::unjudged));
    }
    for (const auto& [token, indices] : entries_) {
      // What came along with another is there beside it, and makes up for none.
      const std::size_t wanted = indices.size() + (along_.contains(token) ? 1 : 0);
      if (token == kNothing || found_[token] >= wanted) continue;
      for (const std::size_t index : indices) above_[index] = above_[index].with(bit(MountReach::swapped));
    }
    return above_;
  }

 private:
  // What stands at the point of a mount, if that is on top there.
  Result<std::optional<Place>> shown(const Mount& mount) const {
    auto place = TRY(kernel_.inside(mount.point));
    if (!place) return place;
    const bool on_top = place->mount == 0 ? mounts_.at(mount.point) == &mount : place->mount == mount.number;
    return on_top ? place : std::optional<Place>();
  }

  // Of a directory the location says it all; a file can be put in another's place, and has to be seen.
  Result<bool> is_judged(const Mount& mount) {
    const Location location{mount.device, mount.root};
    Stat directory;
    directory.type = Stat::Type::directory;
    if (is_token(token_of(location, directory), mount)) return true;
    if (!has_files_at(location)) return false;
    const auto place = TRY(shown(mount));
    return place && is_token(token_of(location, place->stat), mount);
  }

  bool is_token(const std::string& token, const Mount& mount) {
    const bool came_along = along_.contains(token);
    const auto found = entries_.find(token);
    if (found == entries_.end()) return came_along;
    ++found_[token];
    if (came_along) return true;  // as the host has it
    Flags granted;
    bool propagates = true;
    for (const std::size_t index : found->second) {
      granted = Flags(granted.bits() | asked_[index].powers.bits());
      propagates = propagates && asked_[index].propagates;
    }
    const std::size_t first = found->second.front();
    above_[first] = Flags(above_[first].bits() | minus(powers_of(mount, propagates), granted).bits());
    return true;
  }

  // A long token is a digest, and may be of any.
  [[nodiscard]] bool has_files_at(const Location& location) const {
    const std::string start = location.device + ' ' + location.path + ' ';
    return std::any_of(entries_.begin(), entries_.end(), [&start](const auto& one) {
      return one.first.starts_with(start) || one.first.starts_with("sha256:");
    });
  }

  Result<bool> is_runtimes(const Mount& mount) {
    const std::string& root = judged_[asked_.size()];
    const bool of_root = root.empty() || root == mount.device + ' ' + mount.root;
    if (mount.point == "/") return of_root;
    if (is_anew(mount)) return true;
    // /linux/readonlyPaths: binds of what stands there already.
    const std::size_t blank = root.find(' ');
    if (blank != std::string::npos && mount.read_only() && mount.device == root.substr(0, blank) &&
        lies_in(mount.root, root.substr(blank + 1)))
      return true;
    const auto place = TRY(shown(mount));
    if (!place) return false;
    const bool is_node = place->stat.type == Stat::Type::character || place->stat.type == Stat::Type::block;
    if (is_node) return devices_.contains(place->stat.rdev);
    return place->stat.type == Stat::Type::directory && place->empty && mount.read_only() &&
           masked_.contains(mount.point);
  }

  [[nodiscard]] bool is_anew(const Mount& mount) const {
    const bool usual = has(kAnew, mount.kind);
    const bool shared = of_the_host_.contains(mount.device);
    if (usual && !shared) return true;
    const bool kernels = (usual && mount.kind != "tmpfs") || has(kBelowSys, mount.kind);
    return std::any_of(asked_.begin(), asked_.end(), [&](const AskedMount& one) {
      if (one.kind == MountKind::fresh)
        return one.type == mount.kind && (!shared || one.destination == mount.point);
      return one.kind == MountKind::system && kernels && !one.destination.empty() &&
             lies_in(mount.point, one.destination);
    });
  }

  const KernelView& kernel_;
  const Spec& spec_;
  const std::vector<AskedMount>& asked_;
  const MountTable& mounts_;
  const std::vector<std::string>& judged_;
  std::set<std::string> of_the_host_;                        // devices
  std::map<std::string, std::vector<std::size_t>> entries_;  // by token
  std::map<std::string, std::size_t> found_;
  std::set<std::string> along_;
  std::set<std::uint64_t> devices_;
  std::set<std::string> masked_;
  std::vector<Flags> above_;
};

}  // namespace

Result<bool> tells_all(const KernelView& kernel, const Spec& granted, std::size_t entries) {
  const NamespacesAsked namespaces = TRY(namespaces_asked(granted));
  return kernel.subject().begun == Begun::waiting && kernel.subject().judged.size() > entries &&
         namespaces.has_own(NameSpaceKind::mount);
}

Flags powers_of(const Mount& mount, bool propagates) {
  Flags held = Flags().with(bit(MountReach::source));
  if (!mount.read_only()) held = held.with(bit(MountPower::write));
  if (!mount.has("nosuid")) held = held.with(bit(MountPower::suid));
  if (!mount.has("nodev")) held = held.with(bit(MountPower::device));
  if (!mount.has("noexec")) held = held.with(bit(MountPower::execute));
  // Without a word of its own it is as the root of the container has it, which is not ours to judge.
  if (mount.shared && propagates) held = held.with(bit(MountReach::shares));
  if ((mount.shared || mount.follows) && propagates) held = held.with(bit(MountReach::follows));
  return held;
}

Result<std::vector<Flags>> above_in_waiting(const KernelView& kernel, const Spec& granted,
                                            const std::vector<AskedMount>& asked) {
  const MountTable* mounts = TRY(kernel.mounts());
  const MountTable hosts = TRY(own_mounts(kernel.host()));
  return Waiting(kernel, granted, asked, *mounts, hosts).above();
}

}  // namespace hardened::controls
