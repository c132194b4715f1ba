// Devices: which nodes a container is born with, and which devices its cgroup lets it use.
//
//   devices: {on_excess: narrow, allow: [docker-default, "c 10:229 rwm"]}
//
// The ceiling is what `allow` names and what runc and crun allow to every container whatever the list
// says (they append it: mknod of anything, null, zero, full, random, urandom, tty, the terminals,
// tun). `docker-default` is the list that Docker writes on its own. "a *:* rwm" is every device.
//
// Absence. At create, runc reads a missing list as "nothing" and crun as "everything that the parent
// cgroup allows" (it then writes no rule at all), so it reads as both and is written out. In resources
// (update) it means kept. In a node, missing numbers are 0, as for Go.
//
// A node is granted when the ceiling lets the device be read or written. A node's path is harmless (it is
// a file of the container) except where the runtime binds the host's file of that path instead of making
// a node: in a user namespace. There the path has to be that very device on the host.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "controls/control.h"
#include "controls/device_set.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

struct DeviceGrant {
  DeviceSet most;               // the rules, as the most liberal runtime reads them
  DeviceSet least;              // the rules, as all runtimes read them; equal to `most` in what we write
  DeviceSet nodes;              // devices that have a node, as "make"; without those of host_files
  Set<std::string> host_files;  // nodes that would be something else: names as DeviceNode::name makes them

  friend bool operator==(const DeviceGrant&, const DeviceGrant&) = default;
  friend bool leq(const DeviceGrant& a, const DeviceGrant& b);
  friend DeviceGrant meet(const DeviceGrant& a, const DeviceGrant& b);
};

// Beside what every container gets.
struct DeviceCeiling {
  DeviceSet allowed;
  std::string words;  // as the policy names it, for messages
};

struct DeviceFacts {
  std::set<std::string> host_files;          // of the request's nodes, as in DeviceGrant
  std::map<DeviceRange, std::string> paths;  // where the request's nodes stand, for messages
};

struct Devices {
  static constexpr std::string_view name = "devices";
  static constexpr std::array<std::string_view, 2> owned{"/linux/devices", "/linux/resources/devices"};
  static constexpr std::array<std::string_view, 1> keys{"allow"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};
  using Needs = std::tuple<>;
  using Grant = DeviceGrant;
  using Ceiling = DeviceCeiling;
  using Facts = DeviceFacts;

  static Result<Grant> read(const Spec& spec, const Facts& facts);
  static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  static Grant bound(const Ceiling& ceiling, const Facts& facts, const Earlier<Devices>& earlier);
  static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                               const Earlier<Devices>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{std::uint64_t{1} << 21U};  // CAP_SYS_ADMIN
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Devices>);

// What runc and crun grant to every container, and what Docker's own list adds to it.
[[nodiscard]] const DeviceSet& devices_of_every_container();
[[nodiscard]] const DeviceSet& devices_of_docker();

}  // namespace hardened::controls
