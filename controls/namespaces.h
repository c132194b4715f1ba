// The namespaces that a container has for itself (namespaces(7)), and those that it shares with others.
//
//   namespaces: {on_excess: refuse, network: joined, ipc: joined, uts: joined, pid: own, mount: own,
//                cgroup: any, user: any, time: any, time_offsets: any}
//
//   request   for each kind what stands in /linux/namespaces:
//               own       a new one
//               joined    one that exists already, of a container of the same engine (--network container:NAME, a
//                         pod), or in the engine's own directory of networks (/run/netns, /run/docker/netns)
//               foreign   another one, of which only root can change which it is
//               host      none: the container is in the host's. Or what cannot be told from that
//             the ids of the host that its user namespace maps, and whether its clocks are moved
//   ceiling   for each kind the most of these (any: the host's too). user: own asks for one that maps nobody to the
//             host's root, too. time_offsets: none | any, of a time namespace of its own (runc refuses others)
//
// own < joined < foreign < host. No namespace is ever made or taken away: an engine sets up the network by its own list, and
// would then do so in the host's. What is above the ceiling is refused.
//
// A path is judged by what it leads to. The host's namespaces are those that we are in, which are the engine's, and
// those of process 1. Where those of process 1 cannot be read, its path is refused to the runtime just so.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>

#include "controls/control.h"
#include "controls/namespaces_asked.h"
#include "core/base/ids.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

enum class Sharing : std::uint8_t { own, joined, foreign, host };

struct NamespacesGrant {
  std::array<Sharing, kNameSpaceKinds> kinds{};
  IdSet uids;  // of the host
  IdSet gids;
  Permitted clocks;

  [[nodiscard]] Sharing of(NameSpaceKind kind) const { return kinds.at(static_cast<std::size_t>(kind)); }
  friend bool operator==(const NamespacesGrant&, const NamespacesGrant&) = default;
  friend bool leq(const NamespacesGrant& a, const NamespacesGrant& b);
};

struct NamespacesCeiling {
  std::array<Sharing, kNameSpaceKinds> kinds{};
  bool time_offsets = false;
};

// Of one kind of the request. Also of what is not asked for: the host's.
struct JudgedNameSpace {
  Sharing sharing = Sharing::host;
  std::string path;      // of one that exists already
  std::string_view why;  // what is known of that
  std::string pointer;   // where it stands
};

struct NamespacesFacts {
  std::array<JudgedNameSpace, kNameSpaceKinds> kinds;
};

struct Namespaces {
  static constexpr std::string_view name = "namespaces";
  static constexpr std::array<std::string_view, 4> owned{"/linux/namespaces", "/linux/uidMappings",
                                                         "/linux/gidMappings", "/linux/timeOffsets"};
  // Of the kinds, in the order of NameSpaceKind, and one more.
  static constexpr std::array<std::string_view, 9> keys{"mount",  "pid",  "network", "ipc",         "uts",
                                                        "cgroup", "user", "time",    "time_offsets"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::observe};

  using Needs = std::tuple<>;
  using Grant = NamespacesGrant;
  using Ceiling = NamespacesCeiling;
  using Facts = NamespacesFacts;

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const std::tuple<>& earlier);
  // Nothing is ever written: what is granted is the request.
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{std::uint64_t{1} << 21U};  // CAP_SYS_ADMIN: setns(2)
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Namespaces>);

}  // namespace hardened::controls
