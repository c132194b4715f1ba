// Numbers of users and groups, and how a user namespace maps them (user_namespaces(7)).
//
//   IdSet       a set of ids: fewer is stricter. IdSet::all() is the top, IdSet() none
//   IdMap       what stands in /proc/<pid>/uid_map: ranges of ids inside, and what they are outside
//
//   const IdMap map = TRY(parse_id_map("0 100000 65536\n"));
//   map.outside(6)                       // 100006
//   map.outsides()                       // {100000-165535}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace hardened {

// The last id that a process may be given: runc takes none above (libcontainer/user: maxID). crun takes what is -1 in 32
// bits, 4294967295, as "leave it": such a process stays root.
inline constexpr std::uint32_t kLastUser = 2147483647;

class IdSet {
 public:
  struct Range {  // both ends included
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    friend bool operator==(const Range&, const Range&) = default;
  };
  IdSet() = default;
  // In any order; they may overlap. One that ends before it begins is none.
  explicit IdSet(std::vector<Range> ranges);
  [[nodiscard]] static IdSet of(std::uint32_t id) { return IdSet({{id, id}}); }
  [[nodiscard]] static IdSet all() { return IdSet({{0, UINT32_MAX}}); }

  // Ascending, with a gap between one and the next.
  [[nodiscard]] const std::vector<Range>& ranges() const { return ranges_; }
  [[nodiscard]] bool empty() const { return ranges_.empty(); }
  [[nodiscard]] bool has(std::uint32_t id) const { return leq(of(id), *this); }

  friend bool operator==(const IdSet&, const IdSet&) = default;
  friend bool leq(const IdSet& a, const IdSet& b);
  friend IdSet meet(const IdSet& a, const IdSet& b);
  friend IdSet minus(const IdSet& a, const IdSet& b);

 private:
  std::vector<Range> ranges_;
};
// "0-4, 6 and 10-4294967295"; more than some are cut.
[[nodiscard]] std::string told(const IdSet& ids);

class IdMap {
 public:
  struct Entry {
    std::uint32_t inside = 0;
    std::uint32_t outside = 0;
    std::uint32_t count = 0;
  };
  // Of nobody. An entry that runs over the last id counts up to it.
  IdMap() = default;
  explicit IdMap(std::vector<Entry> entries) : entries_(std::move(entries)) {}
  // Every id as itself: without a user namespace of one's own.
  [[nodiscard]] static IdMap identity() { return IdMap({{0, 0, UINT32_MAX}}); }

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] std::optional<std::uint32_t> outside(std::uint32_t inside) const;
  // All ids outside that somebody inside is.
  [[nodiscard]] IdSet outsides() const;
  // Who inside is one of those.
  [[nodiscard]] IdSet insides(const IdSet& outside) const;

 private:
  std::vector<Entry> entries_;
};
// Of /proc/<pid>/uid_map and gid_map, as a process of the outer user namespace reads them.
[[nodiscard]] Result<IdMap> parse_id_map(std::string_view text);

}  // namespace hardened
