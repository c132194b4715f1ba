// Which mounts are above a ceiling, and why: a pure function of what was gathered.
#include <sys/sysmacros.h>

#include <algorithm>
#include <optional>

#include "controls/lexical.h"
#include "controls/mounts.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

using Entry = MountsFacts::Entry;

constexpr std::string_view kSocket = "socket";
constexpr std::string_view kOwn = ", by which this host bounds its containers; no policy opens that";

// With the key of the policy that would open it.
std::string opened_by(std::string_view key, std::string why) {
  if (why.empty()) return why;
  return why +
         "; mount another directory or a named volume, or let the operator open this one (controls.mounts." +
         std::string(key) + ")";
}

// A place that something lies in.
struct Within {
  const Placed* place = nullptr;
  bool by_location = true;
  std::string rest;  // of the path, from there: "containers/4f1c/hosts"
};

std::string without_prefix(std::string_view path, std::string_view prefix) {
  if (prefix != "/") path.remove_prefix(prefix.size());
  while (path.starts_with('/')) path.remove_prefix(1);
  return std::string(path);
}

const Placed* find(const MountsFacts& facts, std::string_view name) {
  const auto found = facts.places.find(name);
  return found == facts.places.end() ? nullptr : &found->second;
}

// The mounts of a whole file system other than those of volumes: where it is at home.
std::vector<std::string> homes_of(const Location& location, const MountsCeiling& ceiling,
                                  const MountsFacts& facts) {
  std::vector<std::string> homes;
  const auto found = facts.homes.find(location.device);
  if (found == facts.homes.end()) return homes;
  for (const std::string& home : found->second) {
    const bool is_a_volume =
        std::any_of(ceiling.engines.begin(), ceiling.engines.end(), [&](const EngineRoot& root) {
          const Placed* place = find(facts, root.path);
          return place != nullptr && lies_in(home, place->path) &&
                 is_volume(root.engine, without_prefix(home, place->path));
        });
    if (!is_a_volume) homes.push_back(home);
  }
  return homes;
}

class Judge {
 public:
  Judge(const Reached& reached, const Entry& entry, const MountsCeiling& ceiling, const MountsFacts& facts)
      : reached_(reached),
        location_(reached.place.location),
        entry_(entry),
        ceiling_(ceiling),
        facts_(facts),
        homes_(homes_of(reached.place.location, ceiling, facts)) {}

  [[nodiscard]] Objection objection() const {
    Objection objection = of_the_policys();
    return objection ? objection : Objection{of_own()};
  }

 private:
  [[nodiscard]] Objection of_the_policys() const {
    Objection objection{opened_by("filesystems", of_kind())};
    if (!objection) objection = {opened_by("allow", of_being_a_socket()), kSocket};
    if (!objection) objection = {opened_by("allow", of_joining())};
    if (objection || is_engines() || is_public_file()) return objection;
    objection = {of_being_a_device()};
    if (!objection) objection = {opened_by("allow", of_containing_a_socket()), kSocket};
    if (!objection) objection = {opened_by("allow", of_containing())};
    return objection ? objection : Objection{opened_by("allow", of_lying())};
  }

  // By its location; or, where the whole file system stands in a place alone, by that.
  [[nodiscard]] std::optional<Within> within(std::string_view name) const {
    const Placed* place = find(facts_, name);
    if (place == nullptr) return std::nullopt;
    if (lies_in(location_, place->location))
      return Within{place, true, without_prefix(location_.path, place->location.path)};
    const bool at_home =
        !homes_.empty() && std::all_of(homes_.begin(), homes_.end(),
                                       [&](const std::string& home) { return lies_in(home, place->path); });
    if (!at_home) return std::nullopt;
    return Within{place, false, without_prefix(joined_path(homes_.front(), location_.path), place->path)};
  }

  [[nodiscard]] std::optional<Within> deepest(const std::vector<std::string>& names) const {
    std::optional<Within> found;
    for (const std::string& name : names) {
      auto one = within(name);
      if (one && (!found || is_deeper(*one, *found))) found = std::move(one);
    }
    return found;
  }

  // Of two places that hold the same thing, one lies in the other, or both are one.
  [[nodiscard]] static bool is_deeper(const Within& a, const Within& b) {
    if (a.by_location && b.by_location) return a.place->location.path.size() > b.place->location.path.size();
    return a.place->path.size() > b.place->path.size();
  }

  [[nodiscard]] std::vector<std::string> guarded() const {
    std::vector<std::string> names = ceiling_.guarded;
    for (const EngineRoot& root : ceiling_.engines) names.push_back(root.path);
    return names;
  }

  [[nodiscard]] bool contains(const Placed& place) const {
    return place.location != location_ && lies_in(place.location, location_);
  }

  [[nodiscard]] std::string of_kind() const {
    const auto& known = ceiling_.filesystems;
    if (std::find(known.begin(), known.end(), reached_.kind) != known.end()) return "";
    const std::size_t dot = reached_.kind.find('.');  // "fuse.sshfs"
    if (dot != std::string::npos &&
        std::find(known.begin(), known.end(), reached_.kind.substr(0, dot)) != known.end())
      return "";
    return "it lies on a file system that holds no data but shows the kernel (" +
           printable(reached_.kind, 40) + ")";
  }

  [[nodiscard]] std::string of_own() const {
    for (const Placed& place : facts_.own) {
      const bool same_file =
          place.stat.type == Stat::Type::file && reached_.place.stat.type == Stat::Type::file &&
          place.stat.device == reached_.place.stat.device && place.stat.inode == reached_.place.stat.inode;
      if (same_file || lies_in(location_, place.location))
        return "it reaches " + printable(place.path) + std::string(kOwn);
      if (contains(place)) return "it contains " + printable(place.path) + std::string(kOwn);
    }
    if (!entry_.asked.powers.has(bit(MountPower::write))) return "";
    for (const Placed& place : facts_.own_logs) {
      if (lies_in(location_, place.location) || contains(place))
        return "it can write to " + printable(place.path) +
               ", where decisions are recorded; mount it read-only";
    }
    return "";
  }

  // The deepest of the two lists, where it is one of `allow`, opens.
  [[nodiscard]] bool is_allowed() const {
    const auto opening = deepest(ceiling_.allowed);
    if (!opening) return false;
    const auto closing = deepest(guarded());
    return !closing || is_deeper(*opening, *closing) || opening->place->location == closing->place->location;
  }

  [[nodiscard]] static std::string told(const Placed& socket) {
    constexpr std::array<std::string_view, 6> kEngines{"docker.sock",    "containerd.sock",
                                                       "podman.sock",    "crio.sock",
                                                       "buildkitd.sock", "containerd.sock.ttrpc"};
    const std::string name = socket.path.substr(socket.path.rfind('/') + 1);
    const bool engine = std::find(kEngines.begin(), kEngines.end(), name) != kEngines.end();
    if (!engine) return "a socket on which root listens (" + printable(socket.path) + ")";
    return "the socket of an engine (" + printable(socket.path) +
           "), through which anything can be started on this host, without any bound";
  }

  [[nodiscard]] std::string of_being_a_socket() const {
    const Stat& stat = reached_.place.stat;
    if (stat.type != Stat::Type::socket) return "";
    if (is_allowed()) return "";
    if (!facts_.sockets_known) return "it is a socket, and the kernel does not tell who listens on it";
    for (const auto& one : facts_.sockets) {
      const bool same =
          static_cast<std::uint32_t>(one.place.stat.inode) == static_cast<std::uint32_t>(stat.inode) &&
          one.place.location.device == location_.device;
      if (same) return "it is " + told(one.place);
    }
    return "";
  }

  // Volumes are mounted by the options of whoever makes them, and an overlay shows what its layers hold, by names of when
  // it was mounted. One that is mounted elsewhere as well is root's own.
  [[nodiscard]] std::string of_joining() const {
    if (reached_.kind != "overlay" || !homes_.empty() || is_allowed()) return "";
    return "it is an overlay made as a volume, which shows other directories of the host";
  }

  [[nodiscard]] bool is_engines() const {
    return std::any_of(ceiling_.engines.begin(), ceiling_.engines.end(), [&](const EngineRoot& root) {
      const auto inside = within(root.path);
      return inside && is_engine_file(root.engine, inside->rest, facts_.container, reached_.place.stat);
    });
  }

  [[nodiscard]] bool is_public_file() const {
    if (!reached_.open_to_all || entry_.asked.powers.has(bit(MountPower::write))) return false;
    return std::any_of(kPublicPlaces.begin(), kPublicPlaces.end(), [&](const PublicPlace& place) {
      return within(place.path) && (!place.roots_only || reached_.place.stat.uid == 0);
    });
  }

  // Whoever may use a device has a node of it by --device; those that each container has anyway are often mounted over
  // a file to hide it.
  [[nodiscard]] std::string of_being_a_device() const {
    const Stat& stat = reached_.place.stat;
    if (stat.type != Stat::Type::character && stat.type != Stat::Type::block) return "";
    return "it is a device; ask for it by --device";
  }

  [[nodiscard]] std::string of_containing_a_socket() const {
    if (reached_.place.stat.type != Stat::Type::directory || is_allowed()) return "";
    if (!facts_.sockets_known) return "the kernel does not tell whether root listens on a socket in it";
    for (const auto& one : facts_.sockets) {
      if (!one.by_name) continue;
      // What comes along may be a file: of it only the location is known.
      if (one.place.location == location_) return "it is " + told(one.place);
      if (contains(one.place)) return "it contains " + told(one.place);
    }
    return "";
  }

  [[nodiscard]] std::string of_containing() const {
    if (reached_.place.stat.type != Stat::Type::directory) return "";
    for (const std::string& name : guarded()) {
      const Placed* place = find(facts_, name);
      if (place != nullptr && contains(*place))
        return "it contains " + printable(place->path) + ", a protected place of this host";
    }
    return "";
  }

  [[nodiscard]] std::string of_lying() const {
    const auto closing = deepest(guarded());
    if (!closing || is_allowed()) return "";
    return (closing->rest.empty() ? "it is " : "it lies in ") + printable(closing->place->path) +
           ", a protected place of this host";
  }

  const Reached& reached_;
  const Location& location_;
  const Entry& entry_;
  const MountsCeiling& ceiling_;
  const MountsFacts& facts_;
  std::vector<std::string> homes_;
};

bool is_harmless_device(const Stat& stat) {
  if (stat.type != Stat::Type::character || major(stat.rdev) != 1) return false;
  constexpr std::array<unsigned, 5> kMinors{3, 5, 7, 8, 9};  // null, zero, full, random, urandom
  return std::find(kMinors.begin(), kMinors.end(), minor(stat.rdev)) != kMinors.end();
}

// What the runtimes need to be theirs: with the container's own /dev/null they mask files, its console and terminals
// they open as root. Below /proc runc itself lets in what lxcfs shows, and only that.
std::string of_destination(const AskedMount& mount) {
  constexpr std::array<std::string_view, 7> kPlaces{"/",         "/dev",         "/dev/null", "/dev/pts",
                                                    "/dev/ptmx", "/dev/console", "/proc"};
  if (!clean_path(mount.destination))
    return "a destination with .. leads where only the container's links tell";
  const bool taken = std::find(kPlaces.begin(), kPlaces.end(), mount.destination) != kPlaces.end();
  if (!taken) return "";
  return "what stands at " + mount.destination + " is the runtime's; mount it elsewhere";
}

std::string of_type(const AskedMount& mount, const MountsCeiling& ceiling) {
  const auto& known = ceiling.types;
  if (std::find(known.begin(), known.end(), mount.type) != known.end()) return "";
  return "a file system of type " + printable(mount.type.empty() ? "''" : mount.type, 40) +
         " would be mounted with the host's own power";
}

}  // namespace

Objection objection(const Entry& entry, const MountsCeiling& ceiling, const MountsFacts& facts) {
  if (entry.asked.kind == MountKind::system) return {};
  if (entry.asked.kind == MountKind::fresh) {
    Objection of_place{of_destination(entry.asked)};
    return of_place ? of_place : Objection{opened_by("types", of_type(entry.asked, ceiling))};
  }
  if (!entry.trouble.empty()) return {entry.trouble};
  Objection found{of_destination(entry.asked)};
  for (const Reached& reached : entry.reached) {
    if (found) return found;
    if (is_harmless_device(reached.place.stat)) continue;
    found = Judge(reached, entry, ceiling, facts).objection();
    const bool along = &reached != &entry.reached.front();
    if (found && along) found.why.insert(0, "it brings " + printable(reached.place.path) + " along: ");
  }
  return found;
}

}  // namespace hardened::controls
