// Kernel settings that a container asks for: those below /proc/sys that its namespaces have for themselves.
//
//   sysctls: {on_excess: refuse, allow: [docker-default]}
//   sysctls: {on_excess: refuse, allow: [net.core.somaxconn, "kernel.shm*", {name: net.ipv4.ip_local_port_range,
//                                                                          values: ["1024..65535 1024..65535"]}]}
//
//   request   /linux/sysctl, a map of names and texts
//   ceiling   what is allowed, each a name or the beginning of names and a `*`; with values, or any. A value is words
//             that are compared one by one: a text, `*` for any, LOW..HIGH for a number between the two
//
// A name is written with dots or with slashes between its parts, whichever stands first (sysctl.d(5), and so runc and
// crun): net.ipv4.conf.eth0/1.forwarding is net/ipv4/conf/eth0.1/forwarding. Policies are compared part by part with
// either. A name with an empty part, "." or ".." is none: no policy allows it.
//
// Whatever is allowed, a setting that a namespace has for itself is granted only to a container that has one of that
// kind, as runc and crun do it: kernel.msg*, kernel.sem, kernel.shm* and fs.mqueue.* of an ipc namespace, net.* of a
// network namespace, kernel.domainname of a uts namespace, user.* of a user namespace. All others are the host's own
// (`docker-default` has none of them).
//
// narrow drops an entry: the container then has its kernel's default. Absence is the bottom.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "controls/control.h"
#include "controls/namespaces_asked.h"
#include "controls/sysctl_rules.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

struct Sysctls {
  static constexpr std::string_view name = "sysctls";
  static constexpr std::array<std::string_view, 1> owned{"/linux/sysctl"};
  static constexpr std::array<std::string_view, 1> keys{"allow"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};
  using Needs = std::tuple<>;

  // A name as the request spells it, and its value.
  using Setting = std::pair<std::string, std::string>;
  using Grant = Set<Setting>;
  using Ceiling = std::vector<SysctlRule>;
  struct Facts {
    // The kinds of namespaces that it has: its own, or joined ones that are not the host's.
    std::array<bool, kNameSpaceKinds> kinds{};
    std::vector<Setting> asked;  // of what is asked, what may be granted
  };

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts,
                                   const Earlier<Sysctls>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const Earlier<Sysctls>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  // What gather reads of the request; joined namespaces count as had.
  [[nodiscard]] static Result<Facts> facts_of(const Spec& spec);

  static constexpr Flags lifted_by{};
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Sysctls>);

}  // namespace hardened::controls
