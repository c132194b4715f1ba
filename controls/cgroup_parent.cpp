#include "controls/cgroup_parent.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace hardened::controls {
namespace {

constexpr std::string_view kSlice = ".slice";
constexpr std::string_view kRoot = "/";
constexpr std::string_view kOfRuntimes = "system.slice";  // where systemd's form names no slice

std::vector<std::string_view> parts_of(std::string_view text, char between) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find(between, at);
    parts.push_back(text.substr(at, end - at));
    if (end == std::string_view::npos) return parts;
    at = end + 1;
  }
}

bool is_slice(std::string_view name) {
  if (!name.ends_with(kSlice) || name.find('/') != std::string_view::npos) return false;
  const std::string_view stem = name.substr(0, name.size() - kSlice.size());
  return !stem.empty() && stem.front() != '-' && stem.back() != '-' &&
         stem.find("--") == std::string_view::npos;
}

// Each dash is a level (systemd.slice(5)).
std::string path_of_slice(std::string_view name) {
  std::string path;
  const std::string_view stem = name.substr(0, name.size() - kSlice.size());
  for (std::size_t dash = stem.find('-'); dash != std::string_view::npos; dash = stem.find('-', dash + 1))
    path += "/" + std::string(stem.substr(0, dash)) + std::string(kSlice);
  return path + "/" + std::string(name);
}

bool is_unit(std::string_view name) {
  constexpr std::array<std::string_view, 5> kKinds{".service", ".scope", ".socket", ".mount", ".swap"};
  return std::any_of(kKinds.begin(), kKinds.end(),
                     [&](std::string_view kind) { return name.ends_with(kind); });
}

struct Place {
  std::string parent;  // "" is the root
  std::string leaf;
};

// runc and crun agree on three words alone: crun splits at the first colon, whatever comes then.
std::optional<Place> place_in_slice(std::string_view asked) {
  const auto words = parts_of(asked, ':');
  if (words.size() != 3 || words[2].empty() || asked.find('/') != std::string_view::npos) return std::nullopt;
  const std::string_view slice = words[0].empty() ? kOfRuntimes : words[0];
  if (slice == "-.slice") return Place{"", std::string(words[2])};
  if (!is_slice(slice)) return std::nullopt;
  return Place{path_of_slice(slice), std::string(words[2])};
}

// Nothing for what the runtimes take differently. A path that does not begin with / lies below the runtime's own cgroup to
// runc, and below the root to crun.
std::optional<Place> place_of(std::string_view asked) {
  if (asked.front() != '/') return place_in_slice(asked);
  auto parts = parts_of(asked.substr(1), '/');
  const auto strange = [](std::string_view part) { return part.empty() || part == "." || part == ".."; };
  if (std::any_of(parts.begin(), parts.end(), strange)) return std::nullopt;
  Place place{"", std::string(parts.back())};
  parts.pop_back();
  for (const std::string_view part : parts) place.parent += "/" + std::string(part);
  // A scope that systemd has made is a unit; in its own form above, the last word is none yet.
  if (is_unit(place.leaf)) place.parent += "/" + place.leaf;
  return place;
}

bool in_a_unit(const Place& place) {
  if (place.leaf.starts_with("libpod-payload-")) return false;
  const auto parts = parts_of(place.parent, '/');
  return std::any_of(parts.begin(), parts.end(), is_unit);
}

bool at_or_below(const std::string& path, const std::string& parent) {
  return parent == kRoot || path == parent || path.starts_with(parent + "/");
}

}  // namespace

std::string path_of_parent(std::string_view parent) {
  if (parent == kRoot) return std::string(kRoot);
  if (is_slice(parent)) return path_of_slice(parent);
  if (parent.empty() || parent.front() != '/') return "";
  const auto place = place_of(parent);
  return place ? std::string(parent) : "";
}

std::string why_not_there(std::string_view cgroups_path, const CgroupParents& parents) {
  if (cgroups_path.empty()) return "";
  const auto place = place_of(cgroups_path);
  if (!place)
    return "it is neither an absolute path without '..' nor slice:prefix:name; ask for another "
           "--cgroup-parent";
  if (in_a_unit(*place))
    return "it lies in a service of the host, which is bounded and ended as one; ask for a slice, or for no "
           "--cgroup-parent";
  const bool listed =
      std::any_of(parents.listed.begin(), parents.listed.end(),
                  [&](const std::string& parent) { return at_or_below(place->parent, parent); });
  if (place->parent.empty() && !listed)
    return "it stands beside all that the host runs, under no limit of the host; ask for a slice, or for no "
           "--cgroup-parent";
  if (parents.any) return "";
  return listed ? ""
                : "it lies below none of resources.cgroup_parents; ask for no --cgroup-parent, or let the "
                  "operator list it";
}

}  // namespace hardened::controls
