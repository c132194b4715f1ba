#include "controls/device_rules.h"

#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "core/base/text.h"

namespace hardened::controls {
namespace {

// mknod(2) keeps 12 bits of the major and 20 of the minor number: above, another device would be made.
constexpr std::int64_t kLastMajor = 4095;
constexpr std::int64_t kLastMinor = 1048575;

struct DeviceRule {
  bool allow = false;
  bool of_all = false;  // type a: runc and cgroup v1 then ignore the numbers and the access
  DeviceRange range;    // its type counts only when not of_all
  Access access = Access::none;
};

Result<std::string_view> text_at(const doc::Cursor& holder, std::string_view key) {
  const auto value = holder.find(key);
  if (!value) return std::string_view();  // Go's zero value
  return value->text();
}

// Absent, null and -1 are any number.
Result<std::optional<std::uint32_t>> number_at(const doc::Cursor& rule, std::string_view key) {
  const auto value = rule.find(key);
  if (!value) return std::optional<std::uint32_t>();
  const std::int64_t number = TRY(value->signed_integer());
  if (number == -1) return std::optional<std::uint32_t>();
  if (number < 0 || number > std::numeric_limits<std::uint32_t>::max()) {
    return value->error("no device number: 0 to 4294967295, or -1 for any");
  }
  return std::optional<std::uint32_t>(static_cast<std::uint32_t>(number));
}

Result<DeviceRule> read_rule(const doc::Cursor& rule) {
  DeviceRule out;
  if (!rule.value().is(doc::Kind::object)) return rule.error("expected an object");
  if (const auto allow = rule.find("allow")) out.allow = TRY(allow->boolean());
  const std::string_view type = TRY(text_at(rule, "type"));
  if (type != "" && type != "a" && type != "b" && type != "c") {
    return rule.error("unknown type '" + printable(type, 20) + "' of a device rule, expected a, b or c");
  }
  out.of_all = type == "" || type == "a";
  out.range.type = type == "b" ? DeviceType::block : DeviceType::character;
  out.range.major = TRY(number_at(rule, "major"));
  out.range.minor = TRY(number_at(rule, "minor"));
  const std::string_view access = TRY(text_at(rule, "access"));
  const auto parsed = parse_access(access);
  if (!parsed)
    return rule.error("the access of a device rule is some of r, w, m, not '" + printable(access, 20) + "'");
  out.access = *parsed;
  return out;
}

bool is_total(const DeviceRule& rule) {
  return rule.of_all && !rule.range.major && !rule.range.minor && rule.access == Access::all;
}

// Follows a list rule by rule.
class Reading {
 public:
  explicit Reading(DeviceSet start) : meaning_{std::move(start), {}} {}

  void apply(const DeviceRule& rule) {
    if (rule.of_all) return apply_to_all(rule);
    if (rule.allow) return allow(rule.range, rule.access);
    deny(rule.range, rule.access);
  }
  [[nodiscard]] DeviceMeaning meaning() && { return std::move(meaning_); }

 private:
  void apply_to_all(const DeviceRule& rule) {
    const bool total = is_total(rule);
    if (total) {
      const DeviceSet now = rule.allow ? DeviceSet::everything() : DeviceSet();
      meaning_ = {now, now};
      denied_.clear();
      denies_by_default_ = !rule.allow;
      return;
    }
    // "a 42:1 r" is everything to runc, and two ranges to crun on cgroup v2. A deny takes nothing from
    // `most`, since crun would leave the rest.
    denies_by_default_ = false;
    if (!rule.allow) {
      meaning_.least = {};
      return;
    }
    for (const DeviceType type : {DeviceType::character, DeviceType::block}) {
      allow({type, rule.range.major, rule.range.minor}, rule.access);
    }
    meaning_.most = DeviceSet::everything();
  }

  void allow(const DeviceRange& range, Access access) {
    meaning_.most.add(range, access);
    // Where the default is to allow, cgroup v1 lets an allow undo only a deny of the same numbers: one
    // that stands inside or around this range goes on.
    for (const auto& [denied, of] : denied_) {
      if (denied != range && meet(denied, range)) access = minus(access, of);
    }
    meaning_.least.add(range, access);
  }

  // Never takes anything from `most`: cgroup v1 ignores a deny inside a wider allow without a word, and
  // one that is wider than the allows it means to undo.
  void deny(const DeviceRange& range, Access access) {
    meaning_.least.drop_touching(range, access);
    if (!denies_by_default_) denied_[range] = denied_[range] | access;
  }

  DeviceMeaning meaning_;
  std::map<DeviceRange, Access> denied_;  // denies that may stand as exceptions from "allow"
  bool denies_by_default_ = false;
};

doc::Value rule_value(bool allow, const DeviceRange* range, Access access) {
  std::vector<doc::Member> members;
  const auto add = [&members](std::string key, doc::Value value) {
    members.push_back(doc::Member{std::move(key), std::move(value), {}});
  };
  add("allow", doc::Value::boolean(allow));
  if (range != nullptr) {
    add("type", doc::Value::string(range->type == DeviceType::character ? "c" : "b"));
    if (range->major) add("major", doc::Value::number(std::uint64_t{*range->major}));
    if (range->minor) add("minor", doc::Value::number(std::uint64_t{*range->minor}));
  }
  add("access", doc::Value::string(letters(access)));
  return doc::Value::object(std::move(members));
}

// Go's zero value is 0.
Result<std::uint32_t> node_number(const doc::Cursor& node, std::string_view key, std::int64_t last) {
  const auto value = node.find(key);
  if (!value) return std::uint32_t{0};
  const std::int64_t number = TRY(value->signed_integer());
  if (number < 0 || number > last) {
    return value->error("no " + std::string(key) + " number of a device: 0 to " + std::to_string(last));
  }
  return static_cast<std::uint32_t>(number);
}

}  // namespace

Result<DeviceMeaning> read_device_rules(const std::vector<doc::Cursor>& rules, DeviceSet start) {
  Reading reading(std::move(start));
  for (const doc::Cursor& rule : rules) {
    const DeviceRule one = TRY(read_rule(rule));
    reading.apply(one);
  }
  return std::move(reading).meaning();
}

doc::Value write_device_rules(const DeviceSet& allowed) {
  std::vector<doc::Value> rules;
  rules.push_back(rule_value(false, nullptr, Access::all));
  for (const auto& [range, access] : allowed.members()) {
    // With what wider ranges grant on it as well: cgroup v2 wants one rule to allow all of an access.
    rules.push_back(rule_value(true, &range, allowed.granted_on(range)));
  }
  return doc::Value::array(std::move(rules));
}

DeviceRange DeviceNode::range() const {
  return {type == Type::block ? DeviceType::block : DeviceType::character, major, minor};
}

std::string DeviceNode::name() const {
  return printable(path, 100) + " (" + (type == Type::fifo ? "fifo" : print(range())) + ")";
}

Result<DeviceNode> read_device_node(const doc::Cursor& node) {
  if (!node.value().is(doc::Kind::object)) return node.error("expected an object");
  DeviceNode out;
  const std::string_view type = TRY(text_at(node, "type"));
  const std::string_view path = TRY(text_at(node, "path"));
  out.path = std::string(path);
  if (type == "p") {
    out.type = DeviceNode::Type::fifo;  // its numbers say nothing
    return out;
  }
  if (type != "c" && type != "u" && type != "b") {
    return node.error("unknown type '" + printable(type, 20) + "' of a device node, expected c, b, u or p");
  }
  out.type = type == "b" ? DeviceNode::Type::block : DeviceNode::Type::character;
  out.major = TRY(node_number(node, "major", kLastMajor));
  out.minor = TRY(node_number(node, "minor", kLastMinor));
  return out;
}

}  // namespace hardened::controls
