// What a request for devices loses, and how that is said.
#include <utility>

#include "controls/devices.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::size_t kMostChanges = 32;
constexpr std::size_t kMostNames = 12;

std::string ceiling_words(const DeviceCeiling& ceiling) {
  return ceiling.words.empty() ? "what every container gets" : ceiling.words;
}

std::string rule_reason(const DeviceCeiling& ceiling) {
  return "the ceiling is " + ceiling_words(ceiling) +
         "; ask for less by --device or --device-cgroup-rule, without --privileged, or add the device to "
         "controls.devices.allow";
}

// A range of the request that the grant does not have in full.
Change lost_range(const DeviceRange& range, Access access, const DeviceGrant& granted, bool pierced,
                  const std::string& reason) {
  DeviceSet asked;
  asked.add(range, access);
  const DeviceSet left = meet(asked, granted.most);
  Change change{"/linux/resources/devices", print(asked), left.empty() ? "" : print(left), reason, false};
  if (pierced) change.reason = "a deny stands inside of it, which runc refuses; name the devices one by one";
  return change;
}

Change lost_everything(const DeviceGrant& request, const DeviceGrant& granted, const std::string& reason) {
  Change change{"/linux/resources/devices", "a *:* rwm", print(granted.most), reason, false};
  if (request.least == DeviceSet::everything()) return change;
  // No rule for all devices, or no list at all, which no user asked for: to runc it means what we write.
  change.by_default = request.least.empty();
  change.before = change.by_default ? "no rules" : "rules without one for all devices at the beginning";
  change.reason = "crun then begins with every device; " + reason;
  return change;
}

std::vector<Change> lost_rules(const DeviceGrant& request, const DeviceGrant& granted,
                               const DeviceSet& allowed, const std::string& reason) {
  if (granted.most == request.most) return {};
  if (request.most == DeviceSet::everything()) return {lost_everything(request, granted, reason)};
  std::vector<Change> changes;
  std::size_t more = 0;
  for (const auto& [range, access] : request.most.members()) {
    if (granted.most.covers(range, access)) continue;
    if (changes.size() == kMostChanges) {
      ++more;
      continue;
    }
    changes.push_back(lost_range(range, access, granted, allowed.covers(range, access), reason));
  }
  if (more != 0) {
    changes.push_back(
        Change{"/linux/resources/devices", std::to_string(more) + " more ranges", "", reason, false});
  }
  return changes;
}

std::vector<Change> lost_nodes(const DeviceGrant& request, const DeviceGrant& granted,
                               const DeviceFacts& facts, const DeviceCeiling& ceiling) {
  std::vector<std::string> names;
  std::size_t lost = 0;
  for (const auto& [range, access] : request.nodes.members()) {
    if (granted.nodes.covers(range, access)) continue;
    if (++lost > kMostNames) continue;
    const auto path = facts.paths.find(range);
    names.push_back(path == facts.paths.end() ? print(range)
                                              : printable(path->second, 50) + " (" + print(range) + ")");
  }
  if (lost == 0) return {};
  if (lost > kMostNames) names.push_back(std::to_string(lost - kMostNames) + " more");
  return {Change{"/linux/devices", joined(names), "",
                 "the ceiling is " + ceiling_words(ceiling) +
                     "; ask without --privileged, or add the device to controls.devices.allow",
                 false}};
}

std::vector<Change> lost_files(const DeviceGrant& request, const DeviceGrant& granted) {
  std::vector<Change> changes;
  for (const std::string& name : request.host_files.items()) {
    if (granted.host_files.has(name)) continue;
    if (changes.size() == kMostChanges) break;
    changes.push_back(
        Change{"/linux/devices", name, "",
               "instead of a node the runtime may bind the host's file of this path, which is not that "
               "device; give the device its own path of the host",
               false});
  }
  return changes;
}

void append(std::vector<Change>& all, std::vector<Change> some) {
  for (Change& change : some) all.push_back(std::move(change));
}

}  // namespace

Outcome<DeviceGrant> Devices::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                     const Earlier<Devices>& earlier) {
  const Grant top = bound(ceiling, facts, earlier);
  if (leq(request, top)) return {request, Verdict::unchanged, {}, {}};
  Grant granted{request.most, request.least, meet(request.nodes, top.nodes),
                meet(request.host_files, top.host_files)};
  // Only a list above the ceiling is written anew; it then means the same to every runtime.
  if (!leq(request.most, top.most) || !leq(request.least, top.least)) {
    granted.least = meet(request.least, top.least);
    granted.most = granted.least;
  }
  std::vector<Change> changes = lost_rules(request, granted, top.most, rule_reason(ceiling));
  append(changes, lost_nodes(request, granted, facts, ceiling));
  append(changes, lost_files(request, granted));
  return {std::move(granted), Verdict::narrowed, std::move(changes), {}};
}

}  // namespace hardened::controls
