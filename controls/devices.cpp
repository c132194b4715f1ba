#include "controls/devices.h"

#include <initializer_list>
#include <optional>
#include <utility>

#include "controls/device_rules.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::size_t kMostRules = 4096;

constexpr std::string_view kNodes = "/linux/devices";
constexpr std::string_view kRules = "/linux/resources/devices";

struct Numbers {
  std::int64_t major;  // -1: any
  std::int64_t minor;
};

DeviceSet characters(std::initializer_list<Numbers> devices) {
  DeviceSet set;
  const auto number = [](std::int64_t value) {
    return value < 0 ? std::nullopt : std::optional(static_cast<std::uint32_t>(value));
  };
  for (const Numbers& one : devices) {
    set.add({DeviceType::character, number(one.major), number(one.minor)}, Access::all);
  }
  return set;
}

// A node is worth something only with read or write; its making is always allowed.
DeviceSet nodes_of(const DeviceSet& allowed) {
  DeviceSet nodes;
  for (const auto& [range, access] : allowed.members()) {
    if ((access & (Access::read | Access::write)) != Access::none) nodes.add(range, Access::make);
  }
  return nodes;
}

DeviceSet ceiling_set(const DeviceCeiling& ceiling) {
  DeviceSet all = devices_of_every_container();
  all.add(ceiling.allowed);
  return all;
}

Result<std::vector<DeviceNode>> nodes_in(const Spec& spec) {
  std::vector<DeviceNode> nodes;
  const auto list = spec.find(kNodes);
  if (!list) return nodes;
  const std::vector<doc::Cursor> items = TRY(list->items());
  for (const doc::Cursor& item : items) {
    DeviceNode node = TRY(read_device_node(item));
    nodes.push_back(std::move(node));
  }
  return nodes;
}

bool is_granted(const DeviceNode& node, const DeviceFacts& facts, const DeviceGrant& grant) {
  const std::string name = node.name();
  if (facts.host_files.contains(name)) return grant.host_files.has(name);
  return node.type == DeviceNode::Type::fifo || grant.nodes.covers(node.range(), Access::make);
}

}  // namespace

// runc: specconv.AllowedDevices; crun: default_devices (which has 5:1 in addition).
const DeviceSet& devices_of_every_container() {
  static const DeviceSet set = [] {
    DeviceSet all =
        characters({{1, 3}, {1, 5}, {1, 7}, {1, 8}, {1, 9}, {5, 0}, {5, 2}, {136, -1}, {10, 200}});
    all.add({DeviceType::character, std::nullopt, std::nullopt}, Access::make);
    all.add({DeviceType::block, std::nullopt, std::nullopt}, Access::make);
    return all;
  }();
  return set;
}

// zero, null, urandom, random, tty, console.
const DeviceSet& devices_of_docker() {
  static const DeviceSet set = characters({{1, 5}, {1, 3}, {1, 9}, {1, 8}, {5, 0}, {5, 1}});
  return set;
}

bool leq(const DeviceGrant& a, const DeviceGrant& b) {
  return leq(a.most, b.most) && leq(a.least, b.least) && leq(a.nodes, b.nodes) &&
         leq(a.host_files, b.host_files);
}

DeviceGrant meet(const DeviceGrant& a, const DeviceGrant& b) {
  return {meet(a.most, b.most), meet(a.least, b.least), meet(a.nodes, b.nodes),
          meet(a.host_files, b.host_files)};
}

Result<DeviceGrant> Devices::read(const Spec& spec, const Facts& facts) {
  Grant grant;
  const std::vector<DeviceNode> nodes = TRY(nodes_in(spec));
  std::set<std::string> host_files;
  for (const DeviceNode& node : nodes) {
    if (facts.host_files.contains(node.name())) {
      host_files.insert(node.name());
    } else if (node.type != DeviceNode::Type::fifo) {
      grant.nodes.add(node.range(), Access::make);
    }
  }
  grant.host_files = Set<std::string>(std::move(host_files));
  if (!spec.covers(kRules)) return grant;
  std::vector<doc::Cursor> rules;
  if (const auto list = spec.find(kRules)) {
    rules = TRY(list->items());
    // Each rule is compared with those before it; a privileged request has some two hundred.
    if (rules.size() > kMostRules)
      return list->error("more than " + std::to_string(kMostRules) + " device rules");
  }
  // In an update all that is not named is kept; at create it depends on the runtime (see the header).
  const bool kept = spec.scope() == Scope::resources;
  DeviceMeaning meaning = TRY(read_device_rules(rules, kept ? DeviceSet() : DeviceSet::everything()));
  grant.most = std::move(meaning.most);
  grant.least = std::move(meaning.least);
  return grant;
}

DeviceCeiling Devices::parse(const Rule& rule, doc::Diagnostics& wrong) {
  const auto allow = wrong.take(rule.need("allow"));
  if (!allow) return {};
  const auto items = wrong.take(allow->items());
  if (!items) return {};
  Ceiling ceiling;
  std::vector<std::string> words;
  bool good = true;
  for (const doc::Cursor& item : *items) {
    const auto text = wrong.take(item.text());
    good = good && text.has_value();
    if (!text) continue;
    words.emplace_back(printable(*text, 60));
    if (*text == "docker-default") {
      ceiling.allowed.add(devices_of_docker());
      continue;
    }
    constexpr std::array<std::string_view, 1> named{"docker-default"};
    const bool misspelt = text->find(' ') == std::string_view::npos && !nearest(*text, named).empty();
    const auto set = misspelt
                         ? Result<DeviceSet>(Error{Fault::policy, "unknown devices '" + printable(*text, 60) +
                                                                      "', did you mean docker-default?"})
                         : parse_devices(*text);
    good = good && set.ok();
    if (set) ceiling.allowed.add(*set);
    if (!set) wrong.add(item.error(set.error().what));
  }
  if (!good) return {};
  ceiling.words = joined(words);
  return ceiling;
}

DeviceGrant Devices::bound(const Ceiling& ceiling, const Facts&, const Earlier<Devices>&) {
  const DeviceSet allowed = ceiling_set(ceiling);
  return {allowed, allowed, nodes_of(allowed), {}};
}

void Devices::write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
  const Result<Grant> now = read(spec, facts);
  if (!now) return;  // such a document was never decided upon
  if (now->most != grant.most || now->least != grant.least) {
    edits.set(kRules, write_device_rules(grant.most));
  }
  const Result<std::vector<DeviceNode>> nodes = nodes_in(spec);
  if (!nodes) return;
  for (std::size_t index = 0; index < nodes->size(); ++index) {
    if (!is_granted((*nodes)[index], facts, grant)) edits.remove(doc::child(kNodes, index));
  }
}

}  // namespace hardened::controls
