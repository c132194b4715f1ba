// Which mounts are above a ceiling, and why: a pure function of what was gathered.
#include <sys/sysmacros.h>

#include <algorithm>
#include <optional>

#include "controls/lexical.h"
#include "controls/mount_within.h"
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

class Judge {
 public:
  Judge(const Reached& reached, bool writes, const Spots& spots, const MountsCeiling& ceiling,
        const MountsFacts& facts)
      : reached_(reached),
        location_(reached.place.location),
        writes_(writes),
        spots_(spots),
        ceiling_(ceiling),
        facts_(facts),
        at_(reached.place.location, spots, facts) {}

  [[nodiscard]] Objection objection() const {
    Objection objection = of_the_policys();
    return objection ? objection : Objection{of_own()};
  }

 private:
  [[nodiscard]] Objection of_the_policys() const {
    Objection objection{opened_by("filesystems", of_kind())};
    if (!objection) objection = {opened_by("allow", of_being_a_socket()), kSocket};
    if (!objection) objection = {opened_by("allow", of_being_swap())};
    if (!objection) objection = {opened_by("allow", of_joining())};
    if (objection || is_engines() || is_public_file()) return objection;
    objection = {of_being_a_device()};
    if (!objection) objection = {opened_by("allow", of_containing_a_socket()), kSocket};
    if (!objection) objection = {opened_by("allow", of_containing_swap())};
    if (!objection) objection = {opened_by("allow", of_containing())};
    return objection ? objection : Objection{opened_by("allow", of_lying())};
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
      if (at_.contains(place)) return "it contains " + printable(place.path) + std::string(kOwn);
    }
    if (!writes_) return "";
    for (const Placed& place : facts_.own_logs) {
      if (lies_in(location_, place.location) || at_.contains(place))
        return "it can write to " + printable(place.path) +
               ", where decisions are recorded; mount it read-only";
    }
    return "";
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
    if (at_.is_allowed()) return "";
    if (!facts_.sockets_known) return "it is a socket, and the kernel does not tell who listens on it";
    for (const auto& one : facts_.sockets) {
      const bool same =
          static_cast<std::uint32_t>(one.place.stat.inode) == static_cast<std::uint32_t>(stat.inode) &&
          one.place.location.device == location_.device;
      if (same) return "it is " + told(one.place);
    }
    return "";
  }

  // Under any name, hard links too; of what comes along only the location is known.
  [[nodiscard]] std::string of_being_swap() const {
    const Stat& stat = reached_.place.stat;
    for (const Placed& swap : facts_.swaps) {
      const bool same_file =
          stat.type == Stat::Type::file && stat.device == swap.stat.device && stat.inode == swap.stat.inode;
      if ((same_file || swap.location == location_) && !at_.is_allowed())
        return "it is a swap file of the host (" + printable(swap.path) + "), in which its memory lies";
    }
    return "";
  }

  // Root of a container reads what root of the host keeps to itself.
  [[nodiscard]] std::string of_containing_swap() const {
    if (reached_.place.stat.type != Stat::Type::directory) return "";
    for (const Placed& swap : facts_.swaps) {
      if (at_.contains(swap) && !at_.is_allowed())
        return "it contains a swap file of the host (" + printable(swap.path) + "), in which its memory lies";
    }
    return "";
  }

  // Volumes are mounted by the options of whoever makes them, and an overlay shows what its layers hold, by names of when
  // it was mounted. One that is mounted elsewhere as well is root's own.
  [[nodiscard]] std::string of_joining() const {
    if (reached_.kind != "overlay" || at_.has_home() || at_.is_allowed()) return "";
    return "it is an overlay made as a volume, which shows other directories of the host";
  }

  [[nodiscard]] bool is_engines() const {
    return std::any_of(spots_.engines.begin(), spots_.engines.end(), [&](const Spots::OfEngine& one) {
      const auto inside = at_.within(one.spot);
      return inside && is_engine_file(one.engine, inside->rest, facts_.container, reached_.place.stat);
    });
  }

  [[nodiscard]] bool is_public_file() const {
    if (!reached_.open_to_all || writes_) return false;
    return std::any_of(spots_.publics.begin(), spots_.publics.end(), [&](const Spots::OfPublic& one) {
      return at_.within(one.spot) && (!one.roots_only || reached_.place.stat.uid == 0);
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
    if (reached_.place.stat.type != Stat::Type::directory || at_.is_allowed()) return "";
    if (!facts_.sockets_known) return "the kernel does not tell whether root listens on a socket in it";
    for (const auto& one : facts_.sockets) {
      if (!one.by_name) continue;
      // What comes along may be a file: of it only the location is known.
      if (one.place.location == location_) return "it is " + told(one.place);
      if (at_.contains(one.place)) return "it contains " + told(one.place);
    }
    return "";
  }

  [[nodiscard]] std::string of_containing() const {
    if (reached_.place.stat.type != Stat::Type::directory) return "";
    const Placed* place = at_.contained();
    if (place == nullptr) return "";
    return "it contains " + printable(place->path) + ", a protected place of this host";
  }

  [[nodiscard]] std::string of_lying() const {
    const auto closing = at_.deepest(spots_.guarded);
    if (!closing || at_.is_allowed()) return "";
    return (closing->itself ? "it is " : "it lies in ") + printable(closing->at->path) +
           ", a protected place of this host";
  }

  const Reached& reached_;
  const Location& location_;
  bool writes_;
  const Spots& spots_;
  const MountsCeiling& ceiling_;
  const MountsFacts& facts_;
  Whereabouts at_;
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

// Each of what entries lead to, judged when it is first asked for.
class Judgements {
 public:
  Judgements(const MountsCeiling& ceiling, const MountsFacts& facts)
      : ceiling_(ceiling),
        facts_(facts),
        spots_(spots_of(ceiling, facts)),
        of_sources_(2 * facts.sources.size()),
        of_along_(2 * facts.along.size()) {}

  [[nodiscard]] Objection of_bind(const Entry& entry) {
    if (!entry.trouble.empty()) return {entry.trouble};
    Objection found{of_destination(entry.asked)};
    if (found || !entry.source) return found;
    const bool writes = entry.asked.powers.has(bit(MountPower::write));
    const MountsFacts::Source& source = facts_.sources[*entry.source];
    found = judged(source.reached, of_sources_[2 * *entry.source + (writes ? 1 : 0)], writes);
    if (found || !entry.asked.recursive) return found;
    for (const std::size_t number : source.along) {
      const Reached& along = facts_.along[number];
      found = judged(along, of_along_[2 * number + (writes ? 1 : 0)], writes);
      if (!found) continue;
      found.why.insert(0, "it brings " + printable(along.place.path) + " along: ");
      break;
    }
    return found;
  }

 private:
  const Objection& judged(const Reached& reached, std::optional<Objection>& kept, bool writes) const {
    if (kept) return *kept;
    const bool harmless = is_harmless_device(reached.place.stat);
    kept = harmless ? Objection{} : Judge(reached, writes, spots_, ceiling_, facts_).objection();
    return *kept;
  }

  const MountsCeiling& ceiling_;
  const MountsFacts& facts_;
  Spots spots_;
  std::vector<std::optional<Objection>> of_sources_;  // for reading, and for writing
  std::vector<std::optional<Objection>> of_along_;
};

}  // namespace

std::vector<Objection> objections(const MountsCeiling& ceiling, const MountsFacts& facts) {
  Judgements judgements(ceiling, facts);
  std::vector<Objection> found;
  found.reserve(facts.entries.size());
  for (const Entry& entry : facts.entries) {
    found.emplace_back();
    if (entry.asked.kind == MountKind::bind) found.back() = judgements.of_bind(entry);
    if (entry.asked.kind != MountKind::fresh) continue;
    found.back() = {of_destination(entry.asked)};
    if (!found.back()) found.back() = {opened_by("types", of_type(entry.asked, ceiling))};
  }
  return found;
}

}  // namespace hardened::controls
