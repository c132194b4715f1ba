// What the sources of binds are: the only part of mounts that asks the host.
//
// What is asked for is looked up first and the list of mounts read after that, once, so that all that was found lies
// on a mount of the list.
#include <sys/sysmacros.h>

#include <algorithm>
#include <set>
#include <utility>

#include "controls/kernel.h"
#include "controls/lexical.h"
#include "controls/mounts.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

using Entry = MountsFacts::Entry;

constexpr std::uint32_t kOthersRead = 0004;
constexpr std::uint32_t kOthersSearch = 0001;

// What stands at runtime/low_level.h and runtime/kept.h.
constexpr std::array<const char*, 8> kOwn{"/etc/hardened",
                                          "/run/hardened",
                                          "/etc/hardened/policy.runtime",
                                          "/usr/sbin/runc",
                                          "/usr/sbin/runc.hardened-real",
                                          "/usr/bin/runc",
                                          "/usr/bin/runc.hardened-real",
                                          "/usr/bin/crun"};
constexpr const char* kOwnLog = "/var/log/hardened";

// Of hardened's own: what stands there or, where nothing does yet, on the way there, and the rest of the path. The first
// record makes its directory when the first container was judged already.
struct OwnPlace {
  Identity nearest;
  std::string rest;
};
using OwnPlaces = std::vector<OwnPlace>;

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

// Everybody on the host can read it, by its mode and those of the directories above it.
bool is_open_to_all(Host& host, const Identity& file) {
  if (file.stat.type != Stat::Type::file || (file.stat.mode & kOthersRead) == 0) return false;
  for (std::string at = file.path; at != "/";) {
    at = parent_of(at);
    const auto stat = host.stat(at, Links::refuse);
    if (!stat || stat->type != Stat::Type::directory || (stat->mode & kOthersSearch) == 0) return false;
  }
  return true;
}

// Nothing where nothing is there, which the runtime then says itself.
Result<std::optional<Identity>> source_of(Host& host, const AskedMount& mount) {
  const std::string& source = mount.source;
  if (!source.starts_with('/')) {
    return Error{Fault::io,
                 "a source that is no absolute path counts from a directory of the runtime's choice"};
  }
  // What is there is another thing for us than for the runtime's first process, which mounts.
  if (lies_in(clean_path(source).value_or("/proc"), "/proc")) {
    return Error{Fault::io,
                 "a path with .. or below /proc leads to what only the runtime sees; name the place itself"};
  }
  auto found = host.identify(source);
  // What is mounted on demand is mounted by the step into it, as mount(2) makes it.
  if (found && found->stat.type == Stat::Type::directory) found = host.identify(source + "/.");
  if (found) return std::optional(std::move(found).value());
  if (found.error().fault == Fault::absent) return std::optional<Identity>();
  return found.error();
}

// The host, as far as it was asked; located when the list of mounts is known.
struct Look {
  std::vector<std::optional<Identity>> sources;  // one for each entry
  std::map<std::string, Identity, std::less<>> places;
  OwnPlaces own;
  OwnPlaces own_logs;
};

Done add(Host& host, std::string path, OwnPlaces& found) {
  std::string rest;
  auto nearest = host.identify(path);
  while (!nearest && nearest.error().fault == Fault::absent && path != "/") {
    rest.insert(0, path.substr(path.rfind('/')));
    path = parent_of(path);
    nearest = host.identify(path);
  }
  Identity identity = TRY(std::move(nearest));
  found.push_back({std::move(identity), std::move(rest)});
  return done();
}

// A place that is not there cannot be reached.
Done look_up_places(Host& host, const MountsCeiling& ceiling, Look& look) {
  std::vector<std::string> names = ceiling.guarded;
  names.insert(names.end(), ceiling.allowed.begin(), ceiling.allowed.end());
  for (const EngineRoot& root : ceiling.engines) names.push_back(root.path);
  for (const PublicPlace& place : kPublicPlaces) names.emplace_back(place.path);
  for (std::string& name : names) {
    if (look.places.contains(name)) continue;
    auto found = host.identify(name);
    if (!found && found.error().fault == Fault::absent) continue;
    Identity identity = TRY(std::move(found));
    look.places.emplace(std::move(name), std::move(identity));
  }
  for (const char* path : kOwn) TRY(add(host, path, look.own));
  // Hooks stand beside the program (runtime/own_hooks.h).
  const std::string program = host.own_executable();
  if (program.starts_with('/')) {
    TRY(add(host, program, look.own));
    TRY(add(host, parent_of(program) + "/hardened-hook", look.own));
  }
  return add(host, kOwnLog, look.own_logs);
}

Result<Placed> placed(const MountTable& mounts, const Identity& identity) {
  const Mount* mount = TRY(mount_under(mounts, identity));
  return locate(*mount, identity);
}

Done place_own(const MountTable& mounts, const OwnPlaces& places, std::vector<Placed>& found) {
  for (const OwnPlace& place : places) {
    Placed one = TRY(placed(mounts, place.nearest));
    if (!place.rest.empty()) {
      one.path = joined_path(one.path, place.rest);
      one.location.path = joined_path(one.location.path, place.rest);
      one.stat = {};
    }
    found.push_back(std::move(one));
  }
  return done();
}

Done place_all(const MountTable& mounts, const Look& look, MountsFacts& facts) {
  for (const auto& [name, identity] : look.places) {
    Placed one = TRY(placed(mounts, identity));
    facts.places.emplace(name, std::move(one));
  }
  TRY(place_own(mounts, look.own, facts.own));
  return place_own(mounts, look.own_logs, facts.own_logs);
}

// What rbind brings along: whatever is mounted there is seen from its root on.
Reached along(const Mount& mount) {
  Reached reached;
  reached.place.path = mount.point;
  reached.place.location = {mount.device, mount.root};
  reached.place.stat.type = Stat::Type::directory;
  reached.kind = mount.kind;
  return reached;
}

Done reach(Host& host, const MountTable& mounts, const Identity& source, Entry& entry) {
  const Mount* mount = TRY(mount_under(mounts, source));
  Reached first;
  first.place = TRY(locate(*mount, source));
  first.kind = mount->kind;
  const bool reads = !entry.asked.powers.has(bit(MountPower::write));
  first.open_to_all = reads && is_open_to_all(host, source);
  entry.reached.push_back(std::move(first));
  if (!entry.asked.recursive || source.stat.type != Stat::Type::directory) return done();
  for (const Mount* below : mounts.below(source.path)) entry.reached.push_back(along(*below));
  return done();
}

std::string device_words(std::uint64_t device) {
  return std::to_string(major(device)) + ':' + std::to_string(minor(device));
}

// Of those on which root listens: where they stand, as far as their names still lead to them.
void look_for_sockets(Host& host, const MountTable& mounts, MountsFacts& facts) {
  const auto listeners = host.listeners();
  facts.sockets_known = listeners.ok();
  if (!listeners) return;
  for (const Listener& listener : *listeners) {
    MountsFacts::Listening one;
    one.place.path = listener.name;
    one.place.location.device = device_words(listener.device);
    one.place.stat.inode = listener.inode;
    // Not by whose the file is, which its owner can give away.
    if (listener.uid.value_or(0) != 0) continue;
    const auto found =
        listener.name.starts_with('/') ? host.identify(listener.name) : Result<Identity>(Error{});
    const bool same = found && found->stat.type == Stat::Type::socket &&
                      static_cast<std::uint32_t>(found->stat.inode) == listener.inode;
    auto place = same ? placed(mounts, *found) : Result<Placed>(Error{});
    one.by_name = place.ok() && place->location.device == one.place.location.device;
    if (one.by_name) one.place = std::move(place).value();
    facts.sockets.push_back(std::move(one));
  }
}

// The container's own root. One that cannot be located is none that it could have.
std::string own_root(Host& host, const Spec& spec, const MountTable& mounts) {
  const auto value = spec.find("/root/path");
  const auto text = value ? value->text() : Result<std::string_view>(Error{});
  if (!text || text->empty()) return "";
  std::string path(*text);
  if (!path.starts_with('/')) {
    if (spec.container().bundle.empty()) return "";
    path.insert(0, spec.container().bundle + '/');
  }
  const auto found = host.identify(path);
  const auto place = found ? placed(mounts, *found) : Result<Placed>(found.error());
  return place ? place->location.device + ' ' + place->location.path : std::string(kNothing);
}

// Plain containers have files of the engine alone.
bool may_reach_a_socket(const Look& look) {
  return std::any_of(look.sources.begin(), look.sources.end(),
                     [](const auto& source) { return source && source->stat.type != Stat::Type::file; });
}

// False where no entry names anything of the host.
bool look_up_sources(Host& host, MountsFacts& facts, Look& look) {
  bool any = false;
  for (Entry& entry : facts.entries) {
    look.sources.emplace_back();
    if (entry.asked.kind != MountKind::bind) continue;
    auto source = source_of(host, entry.asked);
    if (!source) entry.trouble = source.error().what;
    if (source) look.sources.back() = *std::move(source);
    any = any || look.sources.back();
  }
  return any;
}

}  // namespace

Result<MountsFacts> Mounts::gather(Host& host, const Spec& spec, const Ceiling& ceiling) {
  Facts facts;
  facts.container = spec.container().id;
  std::vector<AskedMount> asked = TRY(asked_mounts(spec));
  for (AskedMount& mount : asked) facts.entries.push_back({std::move(mount), "", {}});
  Look look;
  if (!look_up_sources(host, facts, look)) return facts;
  TRY(look_up_places(host, ceiling, look));
  const MountTable mounts = TRY(own_mounts(host).within("the mounts of this host"));
  TRY(place_all(mounts, look, facts));
  facts.homes = homes_of(mounts);
  for (std::size_t index = 0; index < facts.entries.size(); ++index) {
    const auto& source = look.sources[index];
    if (!source) continue;
    const Done reached = reach(host, mounts, *source, facts.entries[index]);
    if (!reached) facts.entries[index].trouble = reached.error().what;
  }
  if (may_reach_a_socket(look)) look_for_sockets(host, mounts, facts);
  facts.root = own_root(host, spec, mounts);
  return facts;
}

std::vector<std::string> Mounts::judged_sources(const Facts& facts) {
  std::vector<std::string> judged;
  std::set<std::string> along;
  bool any = false;
  for (const Facts::Entry& entry : facts.entries) {
    const bool bind = entry.asked.kind == MountKind::bind;
    any = any || bind;
    if (!bind) {
      judged.emplace_back();
    } else if (entry.reached.empty()) {
      judged.emplace_back(kNothing);
    } else {
      const Placed& source = entry.reached.front().place;
      judged.push_back(token_of(source.location, source.stat));
    }
    for (std::size_t index = 1; index < entry.reached.size(); ++index) {
      const Placed& place = entry.reached[index].place;
      along.insert(token_of(place.location, place.stat));
    }
  }
  if (!any) return {};
  judged.push_back(facts.root);
  judged.insert(judged.end(), along.begin(), along.end());
  return judged;
}

}  // namespace hardened::controls
