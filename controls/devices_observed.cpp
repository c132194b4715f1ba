// Which devices the container's cgroup lets it use: on version 1 the list that the kernel keeps, on version 2
// whether a program decides at all. What that program answers the kernel does not tell, so where there is one, what
// is held is what was granted. Nor does an open of ours tell: it would be judged by our own cgroup, and to
// move ourselves into the container's costs the kernel tens of milliseconds.
//
// Nodes are held as granted: one that is there and whose device the cgroup refuses is of no use, and runtimes make
// some that no list names.
#include "controls/devices.h"
#include "controls/kernel.h"

namespace hardened::controls {
namespace {

// The runtimes' own additions are in each container's list, whatever was granted: they are no excess. crun adds
// the console to them.
bool every_runtime_adds(const DeviceRange& range, Access access) {
  static const DeviceRange console{DeviceType::character, 5, 1};
  return range == console || devices_of_every_container().covers(range, access);
}

// Lines like "c 1:3 rwm" and "a *:* rwm": those of our policies.
Result<DeviceSet> parse_devices_list(std::string_view text) {
  DeviceSet set;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const DeviceSet line = TRY(parse_devices(text.substr(0, end)).within("the kernel's devices.list"));
    set.add(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return set;
}

DeviceSet without_additions(const DeviceSet& set) {
  DeviceSet rest;
  for (const auto& [range, access] : set.members()) {
    if (!every_runtime_adds(range, access)) rest.add(range, access);
  }
  return rest;
}

// Below a systemd scope crun makes one more cgroup; the scope is the container's own as well, and the program may be
// attached to either.
Result<bool> has_program(Host& host, const std::string& cgroup) {
  const std::uint32_t own = TRY(host.device_programs(cgroup));
  const std::string above = cgroup.substr(0, cgroup.rfind('/'));
  if (own > 0 || !above.ends_with(".scope")) return own > 0;
  const std::uint32_t of_scope = TRY(host.device_programs(above));
  return of_scope > 0;
}

}  // namespace

Result<Observed<DeviceGrant>> Devices::observe(const KernelView& kernel, const Spec& granted) {
  Observed<Grant> observed;
  observed.granted = TRY(read(granted, Facts{}));
  observed.held = observed.granted;
  if (leq(DeviceSet::everything(), observed.granted.most)) return observed;  // the top
  const KernelView::Cgroup cgroup = TRY(kernel.cgroup("devices"));
  DeviceSet held;
  if (cgroup.version == 1) {
    const std::string text = TRY(kernel.cgroup_file(cgroup, "devices.list"));
    held = TRY(parse_devices_list(text));
  } else {
    const bool decides = TRY(has_program(kernel.host(), cgroup.directory));
    if (decides) return observed;
    held = DeviceSet::everything();
  }
  const DeviceSet of_grant = without_additions(held);
  if (leq(of_grant, observed.granted.most)) return observed;
  observed.held.most = of_grant;
  return observed;
}

std::string Devices::surplus(const Observed<DeviceGrant>& observed) {
  DeviceSet more;
  for (const auto& [range, access] : observed.held.most.members()) {
    if (!observed.granted.most.covers(range, access)) more.add(range, access);
  }
  return "may use the devices " + print(more);
}

}  // namespace hardened::controls
