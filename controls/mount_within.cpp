#include "controls/mount_within.h"

#include <algorithm>

#include "controls/lexical.h"

namespace hardened::controls {
namespace {

using How = Within::How;

// Of two places that hold the same thing, one lies in the other, or both are one. What is named goes before what is
// mounted within something that is named.
bool is_deeper(const Within& a, const Within& b) {
  if (a.how == How::home || b.how == How::home) return a.named->path.size() > b.named->path.size();
  const std::size_t depth = a.at->location.path.size();
  const std::size_t other = b.at->location.path.size();
  if (depth != other) return depth > other;
  if (a.how != b.how) return a.how == How::place;
  return a.how == How::part && a.named->path.size() > b.named->path.size();
}

}  // namespace

Spots spots_of(const MountsCeiling& ceiling, const MountsFacts& facts) {
  Spots spots;
  const auto spot = [&facts](std::string_view name) -> std::optional<Spot> {
    const auto place = facts.places.find(name);
    if (place == facts.places.end()) return std::nullopt;
    const auto parts = facts.parts.find(name);
    return Spot{&place->second, parts == facts.parts.end() ? nullptr : &parts->second};
  };
  for (const std::string& name : ceiling.guarded) {
    if (const auto found = spot(name)) spots.guarded.push_back(*found);
  }
  for (const EngineRoot& root : ceiling.engines) {
    const auto found = spot(root.path);
    if (!found) continue;
    spots.guarded.push_back(*found);
    spots.engines.push_back({root.engine, *found});
  }
  for (const std::string& name : ceiling.allowed) {
    if (const auto found = spot(name)) spots.allowed.push_back(*found);
  }
  for (const PublicPlace& place : kPublicPlaces) {
    if (const auto found = spot(place.path)) spots.publics.push_back({place.roots_only, *found});
  }
  return spots;
}

Whereabouts::Whereabouts(const Location& location, const Spots& spots, const MountsFacts& facts)
    : location_(location), spots_(spots) {
  const auto found = facts.homes.find(location.device);
  if (found == facts.homes.end()) return;
  all_homes_ = &found->second;
  for (const std::string& home : all_homes_->whole) {
    if (!is_volume(home)) homes_.push_back(home);
  }
}

bool Whereabouts::is_volume(std::string_view point) const {
  return std::any_of(spots_.engines.begin(), spots_.engines.end(), [&](const Spots::OfEngine& one) {
    const std::string& root = one.spot.place->path;
    return lies_in(point, root) && controls::is_volume(one.engine, without_prefix(point, root));
  });
}

// A subvolume, or a bind mount, is a home as well: the whole of a file system may be mounted beside them to look at it.
bool Whereabouts::is_at_home_in(const Placed& place) const {
  const auto is_inside = [&place](std::string_view home) { return lies_in(home, place.path); };
  if (homes_.empty() || !std::all_of(homes_.begin(), homes_.end(), is_inside)) return false;
  return std::none_of(all_homes_->parts.begin(), all_homes_->parts.end(), [&](const Home::Part& part) {
    return lies_in(location_.path, part.root) && !is_inside(part.point) && !is_volume(part.point);
  });
}

const Placed* Whereabouts::part_of(const Spot& spot) const {
  const Placed* deepest = nullptr;
  if (spot.parts == nullptr) return deepest;
  for (const Placed& part : *spot.parts) {
    if (!lies_in(location_, part.location)) continue;
    if (deepest == nullptr || part.location.path.size() > deepest->location.path.size()) deepest = &part;
  }
  return deepest;
}

std::optional<Within> Whereabouts::within(const Spot& spot) const {
  const Placed& place = *spot.place;
  if (lies_in(location_, place.location)) {
    return Within{How::place, &place, &place, location_ == place.location,
                  without_prefix(location_.path, place.location.path)};
  }
  if (const Placed* deepest = part_of(spot)) {
    const std::string below = "/" + without_prefix(location_.path, deepest->location.path);
    const std::string whole = joined_path(deepest->path, below);
    return Within{How::part, &place, deepest, location_ == deepest->location,
                  without_prefix(whole, place.path)};
  }
  if (!is_at_home_in(place)) return std::nullopt;
  std::string rest = without_prefix(joined_path(homes_.front(), location_.path), place.path);
  const bool itself = rest.empty();
  return Within{How::home, &place, &place, itself, std::move(rest)};
}

std::optional<Within> Whereabouts::deepest(const std::vector<Spot>& spots) const {
  std::optional<Within> found;
  for (const Spot& spot : spots) {
    auto one = within(spot);
    if (one && (!found || is_deeper(*one, *found))) found = std::move(one);
  }
  return found;
}

bool Whereabouts::contains(const Placed& place) const {
  return place.location != location_ && lies_in(place.location, location_);
}

const Placed* Whereabouts::contained() const {
  for (const Spot& spot : spots_.guarded) {
    if (contains(*spot.place)) return spot.place;
  }
  for (const Spot& spot : spots_.guarded) {
    if (spot.parts == nullptr) continue;
    const auto part = std::find_if(spot.parts->begin(), spot.parts->end(),
                                   [this](const Placed& one) { return contains(one); });
    if (part != spot.parts->end()) return &*part;
  }
  return nullptr;
}

bool Whereabouts::is_allowed() const {
  const auto opening = deepest(spots_.allowed);
  if (!opening) return false;
  const auto closing = deepest(spots_.guarded);
  if (!closing || is_deeper(*opening, *closing)) return true;
  return opening->at->location == closing->at->location && !is_deeper(*closing, *opening);
}

}  // namespace hardened::controls
