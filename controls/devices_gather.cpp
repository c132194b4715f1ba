// What the host has at the paths of the nodes that a request wants.
//
// runc makes nodes with mknod(2), but in a user namespace, and where mknod is not permitted, it bind
// mounts the *host's* file at the node's path, whatever that is: a node "/etc/shadow" with the numbers of
// /dev/null would be the host's /etc/shadow (libcontainer, createDeviceNode and bindMountDeviceNode).
#include <sys/sysmacros.h>

#include <optional>
#include <utility>

#include "controls/device_rules.h"
#include "controls/devices.h"
#include "controls/lexical.h"
#include "controls/namespaces_asked.h"

namespace hardened::controls {
namespace {

bool is_that_device(const Stat& stat, const DeviceNode& node) {
  switch (node.type) {
    case DeviceNode::Type::fifo: return stat.type == Stat::Type::fifo;
    case DeviceNode::Type::character:
      if (stat.type != Stat::Type::character) return false;
      break;
    case DeviceNode::Type::block:
      if (stat.type != Stat::Type::block) return false;
      break;
  }
  return major(stat.rdev) == node.major && minor(stat.rdev) == node.minor;
}

// Below /dev, and where only root makes files: elsewhere a user could swap the file after we looked.
bool is_roots_place(const std::string& path) {
  return path != "/dev" && lies_in(path, "/dev") && !lies_in(path, "/dev/shm") &&
         !lies_in(path, "/dev/mqueue");
}

bool would_be_a_host_file(Host& host, const DeviceNode& node, bool binds) {
  if (node.path.empty()) return false;  // runc makes no file for it
  const auto path = clean_path(node.path);
  if (path == "/dev/ptmx") return false;  // runc leaves it to devpts
  if (!binds) {
    // Only a runtime that may not make nodes would bind here, and a node under another device's name is
    // fine (--device /dev/sda:/dev/xvda): so only what is a file or a socket of the host is none.
    if (!path) return false;
    const Result<Stat> stat = host.stat(*path, Links::follow);
    return stat && (stat->type == Stat::Type::file || stat->type == Stat::Type::socket);
  }
  if (!path || !is_roots_place(*path)) return true;
  const Result<Stat> stat = host.stat(*path, Links::follow);
  return !stat || !is_that_device(*stat, node);
}

}  // namespace

Result<DeviceFacts> Devices::gather(Host& host, const Spec& spec, const Ceiling& ceiling) {
  Facts facts;
  const auto list = spec.find("/linux/devices");
  if (!list) return facts;
  const std::vector<doc::Cursor> items = TRY(list->items());
  const NamespacesAsked asked = TRY(namespaces_asked(spec));
  const bool binds = asked.user || !host.caller().initial_user_namespace;
  const DeviceSet allowed = bound(ceiling, facts, {}).nodes;
  for (const doc::Cursor& item : items) {
    const DeviceNode node = TRY(read_device_node(item));
    const bool fifo = node.type == DeviceNode::Type::fifo;
    if (!fifo) facts.paths.emplace(node.range(), node.path);
    // What goes for its numbers need not be looked at: a privileged request names a hundred.
    if (!fifo && !allowed.covers(node.range(), Access::make)) continue;
    if (would_be_a_host_file(host, node, binds)) facts.host_files.insert(node.name());
  }
  return facts;
}

}  // namespace hardened::controls
