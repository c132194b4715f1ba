// In which of the named places of a ceiling something lies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controls/mounts.h"

namespace hardened::controls {

// A named place, as it was found on this host.
struct Spot {
  const Placed* place = nullptr;
  const std::vector<Placed>* parts = nullptr;  // none where nothing is mounted in it
};

// All that a ceiling names and that is there.
struct Spots {
  struct OfEngine {
    Engine engine;
    Spot spot;
  };
  struct OfPublic {
    bool roots_only;
    Spot spot;
  };
  std::vector<Spot> guarded;  // the engines' among them
  std::vector<Spot> allowed;
  std::vector<OfEngine> engines;
  std::vector<OfPublic> publics;
};
[[nodiscard]] Spots spots_of(const MountsCeiling& ceiling, const MountsFacts& facts);

// A place that something lies in.
struct Within {
  enum class How : std::uint8_t {
    place,  // by its location
    part,   // by that of what is mounted in the place
    home,   // since the whole file system stands in the place alone
  };
  How how = How::place;
  const Placed* named = nullptr;
  const Placed* at = nullptr;  // the place, or the part of it
  bool itself = false;         // it is that, and not below it
  std::string rest;            // of the path, from the named place: "containers/4f1c/hosts"
};

class Whereabouts {
 public:
  Whereabouts(const Location& location, const Spots& spots, const MountsFacts& facts);

  [[nodiscard]] std::optional<Within> within(const Spot& spot) const;
  [[nodiscard]] std::optional<Within> deepest(const std::vector<Spot>& spots) const;
  // The first of the guarded places, or parts of them, that it contains.
  [[nodiscard]] const Placed* contained() const;
  [[nodiscard]] bool contains(const Placed& place) const;
  // The deepest of both lists, where it is one of `allow`, opens.
  [[nodiscard]] bool is_allowed() const;
  // The whole of its file system is mounted somewhere else than as a volume.
  [[nodiscard]] bool has_home() const { return !homes_.empty(); }

 private:
  [[nodiscard]] const Placed* part_of(const Spot& spot) const;  // the deepest that it lies in
  [[nodiscard]] bool is_volume(std::string_view point) const;
  [[nodiscard]] bool is_at_home_in(const Placed& place) const;

  const Location& location_;
  const Spots& spots_;
  const Home* all_homes_ = nullptr;
  std::vector<std::string_view> homes_;
};

}  // namespace hardened::controls
