#include "controls/mount_parts.h"

#include <algorithm>
#include <array>

#include "controls/lexical.h"
#include "controls/mounts.h"

namespace hardened::controls {
namespace {

// Where services mount what they show to others, beside the engines' own roots.
constexpr std::array<std::string_view, 16> kOfServices{"/dev",
                                                       "/proc",
                                                       "/run",
                                                       "/snap",
                                                       "/sys",
                                                       "/var/lib/buildkit",
                                                       "/var/lib/lxc",
                                                       "/var/lib/lxd",
                                                       "/var/lib/incus",
                                                       "/var/lib/kubelet",
                                                       "/var/lib/docker",
                                                       "/var/lib/libvirt",
                                                       "/var/lib/machines",
                                                       "/var/lib/rancher",
                                                       "/var/lib/snapd",
                                                       "/var/lib/containers"};

Placed placed(const Mount& mount) {
  Placed part;
  part.path = mount.point;
  part.location = {mount.device, mount.root};
  part.stat.type = Stat::Type::directory;  // or a file: of a mount only the location is known
  return part;
}

class Finder {
 public:
  Finder(const MountTable& mounts, const MountsCeiling& ceiling, const MountsFacts& facts)
      : mounts_(mounts),
        ceiling_(ceiling),
        facts_(facts),
        of_services_(kOfServices.begin(), kOfServices.end()) {
    if (const Mount* root = mounts.at("/")) root_ = {root->device, root->root};
    for (const std::string& name : ceiling.guarded) add_guarded(name);
    for (const EngineRoot& root : ceiling.engines) {
      add_guarded(root.path);
      if (const Placed* place = find(root.path)) of_services_.push_back(place->path);
    }
  }

  [[nodiscard]] bool is_part(const Mount& mount, const Placed& place) const {
    const Location location{mount.device, mount.root};
    const bool shows_it_again = lies_in(place.location, location) || lies_in(root_, location);
    if (shows_it_again || lies_in(location, place.location)) return false;
    if (mounts_.at(mount.point) != &mount || is_volume(mount.point) || holds_peoples(location)) return false;
    const bool of_services =
        std::any_of(of_services_.begin(), of_services_.end(),
                    [&](std::string_view directory) { return lies_in(mount.point, directory); });
    return !of_services || (mount.root != "/" && !is_seen_outside(location));
  }

 private:
  [[nodiscard]] const Placed* find(std::string_view name) const {
    const auto found = facts_.places.find(name);
    return found == facts_.places.end() ? nullptr : &found->second;
  }
  void add_guarded(std::string_view name) {
    if (const Placed* place = find(name)) guarded_.push_back(place->path);
  }

  [[nodiscard]] bool holds_peoples(const Location& location) const {
    return std::any_of(kPeoplesPlaces.begin(), kPeoplesPlaces.end(), [&](std::string_view name) {
      const Placed* place = find(name);
      return place != nullptr && lies_in(place->location, location);
    });
  }

  [[nodiscard]] bool is_volume(const std::string& point) const {
    return std::any_of(ceiling_.engines.begin(), ceiling_.engines.end(), [&](const EngineRoot& root) {
      const Placed* place = find(root.path);
      return place != nullptr && lies_in(point, place->path) &&
             is_engine_file(root.engine, without_prefix(point, place->path), "", {});
    });
  }

  [[nodiscard]] bool is_outside(std::string_view path) const {
    return std::none_of(guarded_.begin(), guarded_.end(),
                        [&](std::string_view directory) { return lies_in(path, directory); });
  }

  [[nodiscard]] bool is_seen_outside(const Location& location) const {
    const auto found = facts_.homes.find(location.device);
    if (found == facts_.homes.end()) return false;
    const auto& [whole, parts] = found->second;
    return std::any_of(
               whole.begin(), whole.end(),
               [&](const std::string& point) { return is_outside(joined_path(point, location.path)); }) ||
           std::any_of(parts.begin(), parts.end(), [&](const Home::Part& part) {
             if (!lies_in(location.path, part.root)) return false;
             const std::string rest = "/" + without_prefix(location.path, part.root);
             return is_outside(joined_path(part.point, rest));
           });
  }

  const MountTable& mounts_;
  const MountsCeiling& ceiling_;
  const MountsFacts& facts_;
  Location root_;
  std::vector<std::string_view> of_services_;
  std::vector<std::string_view> guarded_;
};

}  // namespace

Parts parts_of(const MountTable& mounts, const MountsCeiling& ceiling, const MountsFacts& facts) {
  const Finder finder(mounts, ceiling, facts);
  Parts parts;
  for (const auto& [name, place] : facts.places) {
    for (const Mount* mount : mounts.below(place.path)) {
      if (finder.is_part(*mount, place)) parts[name].push_back(placed(*mount));
    }
  }
  return parts;
}

std::vector<Placed> parts_of(const MountTable& mounts, const Placed& place) {
  std::vector<Placed> parts;
  for (const Mount* mount : mounts.below(place.path)) {
    Placed part = placed(*mount);
    if (!lies_in(place.location, part.location)) parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace hardened::controls
