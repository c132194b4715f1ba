// Who a container's process is: its user, its group, and the groups beside.
//
//   user: {on_excess: narrow, run_as: any, protected_groups: [docker, disk, 42]}
//
//   request   /process/user: uid, gid, umask, additionalGids. Absent is 0, as it is to runc; also in a process.json that
//             has none, where crun takes the container's own. Above 2147483647 is none: crun would leave such a process root
//   ceiling   run_as: any | non-root | a list of users, each a number or a range: [1000-1999, 65534]. The container's own
//             numbers, whatever its user namespace makes of them
//             protected_groups: of the host, by name or number. A name is looked up in /etc/group, and one that is not
//             there protects nothing. In a user namespace a group is the one that it is mapped to
//
// A user above the ceiling is refused: it is never changed. Of the groups beside, protected ones are dropped, but for the
// first group itself: an image has numbers of its own, and who is its user is not ours to say. The umask is the process's
// own to change.
//
// Of root such a group is `by_default`: engines take root's groups from the image's /etc/group (Alpine's root is in
// disk), and no container is refused for its image's.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "controls/control.h"
#include "core/base/ids.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

struct UserGrant {
  IdSet uid;     // one, or none
  IdSet gid;     // likewise
  IdSet groups;  // beside that

  friend bool operator==(const UserGrant&, const UserGrant&) = default;
  friend bool leq(const UserGrant& a, const UserGrant& b) {
    return leq(a.uid, b.uid) && leq(a.gid, b.gid) && leq(a.groups, b.groups);
  }
  friend UserGrant meet(const UserGrant& a, const UserGrant& b) {
    return {meet(a.uid, b.uid), meet(a.gid, b.gid), meet(a.groups, b.groups)};
  }
};

struct UserCeiling {
  IdSet run_as;
  std::set<std::string> protected_names;
  IdSet protected_groups = IdSet::all();
};

struct UserFacts {
  std::map<std::string, std::uint32_t> groups;  // of the host: those of the ceiling's names that it has
  IdMap gids = IdMap::identity();               // of the container's user namespace
};

struct User {
  static constexpr std::string_view name = "user";
  static constexpr std::array<std::string_view, 1> owned{"/process/user"};
  static constexpr std::array<std::string_view, 2> keys{"run_as", "protected_groups"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};

  using Needs = std::tuple<>;
  using Grant = UserGrant;
  using Ceiling = UserCeiling;
  using Facts = UserFacts;

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const std::tuple<>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{(std::uint64_t{1} << 6U) |
                                   (std::uint64_t{1} << 7U)};  // CAP_SETGID, CAP_SETUID
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<User>);

}  // namespace hardened::controls
