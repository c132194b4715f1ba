#include "controls/mounts_host.h"

#include <sys/sysmacros.h>

#include <array>
#include <utility>

namespace hardened::controls {
namespace {

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

Done place_own(const MountTable& mounts, const OwnPlaces& places, std::vector<Placed>& found) {
  for (const OwnPlace& place : places) {
    Placed one = TRY(placed(mounts, place.nearest));
    if (!place.rest.empty()) {
      one.path = joined_path(one.path, place.rest);
      one.location.path = joined_path(one.location.path, place.rest);
      one.stat = {};
    }
    for (Placed& part : parts_of(mounts, one)) found.push_back(std::move(part));
    found.push_back(std::move(one));
  }
  return done();
}

std::string device_words(std::uint64_t device) {
  return std::to_string(major(device)) + ':' + std::to_string(minor(device));
}

}  // namespace

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

// A place that is not there cannot be reached.
Result<HostPlaces> look_up_places(Host& host, const MountsCeiling& ceiling) {
  HostPlaces look;
  std::vector<std::string> names = ceiling.guarded;
  names.insert(names.end(), ceiling.allowed.begin(), ceiling.allowed.end());
  for (const EngineRoot& root : ceiling.engines) names.push_back(root.path);
  for (const PublicPlace& place : kPublicPlaces) names.emplace_back(place.path);
  names.insert(names.end(), kPeoplesPlaces.begin(), kPeoplesPlaces.end());
  for (std::string& name : names) {
    if (look.named.contains(name)) continue;
    auto found = host.identify(name);
    if (!found && found.error().fault == Fault::absent) continue;
    Identity identity = TRY(std::move(found));
    look.named.emplace(std::move(name), std::move(identity));
  }
  for (const char* path : kOwn) TRY(add(host, path, look.own));
  // Hooks stand beside the program (runtime/own_hooks.h).
  const std::string program = host.own_executable();
  if (program.starts_with('/')) {
    TRY(add(host, program, look.own));
    TRY(add(host, parent_of(program) + "/hardened-hook", look.own));
  }
  TRY(add(host, kOwnLog, look.own_logs));
  return look;
}

Result<Placed> placed(const MountTable& mounts, const Identity& identity) {
  const Mount* mount = TRY(mount_under(mounts, identity));
  return locate(*mount, identity);
}

Done place_all(const MountTable& mounts, const HostPlaces& found, const MountsCeiling& ceiling,
               MountsFacts& facts) {
  for (const auto& [name, identity] : found.named) {
    Placed one = TRY(placed(mounts, identity));
    facts.places.emplace(name, std::move(one));
  }
  facts.homes = homes_of(mounts);
  facts.parts = parts_of(mounts, ceiling, facts);
  TRY(place_own(mounts, found.own, facts.own));
  return place_own(mounts, found.own_logs, facts.own_logs);
}

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

Done look_for_swap_files(Host& host, const MountTable& mounts, MountsFacts& facts) {
  constexpr std::size_t kMost = std::size_t{64} * 1024;
  const auto text = host.read("/proc/swaps", kMost, Links::refuse);
  if (!text && text.error().fault == Fault::absent) return done();
  const File said = TRY(text);
  for (const std::string& path : swap_files(said.bytes)) {
    const auto found = host.identify(path);
    // Under a name that is gone none can be had: a swap file cannot be unlinked (vfs_unlink, Linux 5.14), or has
    // " (deleted)" for an end.
    if (!found && found.error().fault == Fault::absent) continue;
    const Identity identity = TRY(found);
    Placed one = TRY(placed(mounts, identity));
    facts.swaps.push_back(std::move(one));
  }
  return done();
}

}  // namespace hardened::controls
