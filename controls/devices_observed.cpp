// Which devices the container's cgroup lets it use: on version 1 the list that the kernel keeps, on version 2
// whether a program decides at all, and what it answers about the devices of this machine that matter most: a child of
// ours that is born in the container's cgroup asks (Host::device_access). What it may use of those is held. Of the
// others the kernel tells nothing, and what is held is what was granted.
//
// Nodes are held as granted: one that is there and whose device the cgroup refuses is of no use, and runtimes make
// some that no list names.
#include <sys/sysmacros.h>

#include <array>

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

// What gives a host away: its memory, disks, log, keyboard, screens, virtual machines, file systems of one's own making.
constexpr std::array<const char*, 24> kTellingNodes{
    "/dev/mem",           "/dev/port",      "/dev/kmsg",         "/dev/nvram",    "/dev/fuse",
    "/dev/kvm",           "/dev/vhost-net", "/dev/loop-control", "/dev/loop0",    "/dev/mapper/control",
    "/dev/btrfs-control", "/dev/sda",       "/dev/vda",          "/dev/xvda",     "/dev/nvme0n1",
    "/dev/sr0",           "/dev/tty0",      "/dev/vcs",          "/dev/uinput",   "/dev/input/event0",
    "/dev/snapshot",      "/dev/hwrng",     "/dev/watchdog",     "/dev/dri/card0"};

// A node of ours, and what of it was not granted.
struct Telling {
  std::string path;
  DeviceRange range;
  Access denied = Access::none;
};

std::vector<Telling> telling_nodes(Host& host, const DeviceSet& granted) {
  std::vector<Telling> nodes;
  for (const char* const path : kTellingNodes) {
    const auto stat = host.stat(path, Links::refuse);
    if (!stat) continue;
    const bool block = stat->type == Stat::Type::block;
    if (!block && stat->type != Stat::Type::character) continue;
    const DeviceRange range{block ? DeviceType::block : DeviceType::character, major(stat->rdev),
                            minor(stat->rdev)};
    Access denied = Access::none;
    for (const Access one : {Access::read, Access::write}) {
      if (!granted.covers(range, one) && !every_runtime_adds(range, one)) denied = denied | one;
    }
    if (denied != Access::none) nodes.push_back({path, range, denied});
  }
  return nodes;
}

// What it may use and was not granted. Fails open where no child of ours gets to ask (pids.max is reached, the cgroup is
// frozen, Linux before 5.7): then it is known that a program decides, and not what.
DeviceSet used_beyond(Host& host, const std::string& cgroup, const DeviceSet& granted) {
  const std::vector<Telling> nodes = telling_nodes(host, granted);
  std::vector<std::string> paths;
  for (const Telling& node : nodes) paths.push_back(node.path);
  DeviceSet beyond;
  const auto access = host.device_access(cgroup, paths);
  if (!access || access->size() != nodes.size()) return beyond;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const DeviceAccess& may = access->at(i);
    const Access used = (may.read ? Access::read : Access::none) | (may.write ? Access::write : Access::none);
    const Access more = used & nodes[i].denied;
    if (more != Access::none) beyond.add(nodes[i].range, more);
  }
  return beyond;
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
    held = decides ? used_beyond(kernel.host(), cgroup.directory, observed.granted.most)
                   : DeviceSet::everything();
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
