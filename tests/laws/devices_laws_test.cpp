// The laws for devices: lists of rules in any order, odd ones too, and nodes.
#include "controls/device_rules.h"
#include "controls/devices.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::DeviceCeiling;
using controls::Devices;
using controls::DeviceSet;

const std::vector<std::string> kLines{"c 1:3 rwm", "c 5:1 rw", "c 10:229 rwm", "c 10:* r",  "c *:3 w",
                                      "c *:* m",   "b 8:0 rw", "b 8:* r",      "b *:* rwm", "a 1:* rw"};

std::string separated(const std::vector<std::string>& items) {
  std::string list = "[";
  for (const std::string& item : items) list += (list.size() > 1 ? "," : "") + item;
  return list + "]";
}

std::string rule() {
  static const std::vector<std::string> types{R"("type":"c",)", R"("type":"b",)", R"("type":"c",)",
                                              R"("type":"a",)", ""};
  static const std::vector<std::string> majors{"", R"("major":1,)", R"("major":10,)", R"("major":8,)",
                                               R"("major":-1,)"};
  static const std::vector<std::string> minors{"", R"("minor":3,)", R"("minor":229,)", R"("minor":null,)",
                                               R"("minor":0,)"};
  static const std::vector<std::string> access{"rwm", "r", "rw", "m", "wr"};
  return "{" + one_of(types) + one_of(majors) + one_of(minors) + R"("allow":)" + (coin() ? "true" : "false") +
         R"(,"access":")" + one_of(access) + "\"}";
}

std::string rules() {
  static const std::vector<std::string> begin{R"({"allow":false,"access":"rwm"})",
                                              R"({"allow":false,"access":"rwm"})",
                                              R"({"access":"mrw","allow":true,"type":"a"})"};
  static const std::vector<std::string> modest{
      R"({"allow":true,"type":"c","major":1,"minor":3,"access":"rwm"})",
      R"({"allow":true,"type":"b","access":"m"})",
      R"({"allow":false,"type":"c","major":10,"minor":229,"access":"rwm"})"};
  std::vector<std::string> list = some_of(modest);
  if (coin()) {
    for (std::uint64_t count = number(0, 3); count > 0; --count) list.push_back(rule());
  }
  if (number(0, 9) > 1) list.insert(list.begin(), one_of(begin));
  return separated(list);
}

std::string nodes() {
  static const std::vector<std::string> all{
      R"({"path":"/dev/null","type":"c","major":1,"minor":3,"fileMode":438})",
      R"({"path":"/etc/shadow","type":"c","major":1,"minor":3})",
      R"({"path":"/dev/fuse","type":"u","major":10,"minor":229})",
      R"({"path":"/dev/sda","type":"b","major":8})", R"({"path":"/run/fifo","type":"p"})"};
  return separated(some_of(all));
}

struct DevicesTrait : Trait<Devices> {
  static std::string document(Scope scope) {
    const std::string list = number(0, 9) == 9 ? "null" : rules();
    if (scope == Scope::resources)
      return coin() ? R"({"devices":)" + list + "}" : R"({"pids":{},"devices":)" + list + "}";
    const std::string made = coin() ? "" : R"("devices":)" + nodes() + ",";
    return R"({"linux":{)" + made +
           (number(0, 9) == 9 ? R"("resources":null}})" : R"("resources":{"devices":)" + list + "}}}");
  }

  static DeviceCeiling ceiling() {
    std::string list = coin() ? "docker-default" : "";
    for (const std::string& line : some_of(kLines)) list += (list.empty() ? "\"" : ", \"") + line + '"';
    return ceiling_of<Devices>("allow: [" + list + "]");
  }

  static DeviceCeiling lower(const DeviceCeiling& than) {
    DeviceSet some;
    for (const std::string& line : some_of(kLines)) some.add(*controls::parse_devices(line));
    return {meet(than.allowed, some), than.words};
  }

  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    for (const std::string line : {"c 250:7 r", "c 250:7 w", "b 250:7 m"}) {
      const DeviceSet more = *controls::parse_devices(line);
      if (leq(more, granted.most)) continue;
      Grant held = granted;
      held.most.add(more);
      above.push_back({std::move(held), "may use the devices "});
      above.back().named += line.substr(0, 7);
    }
    return above;
  }

  static Facts facts(const Spec& spec) {
    Facts facts;
    const auto list = spec.find("/linux/devices");
    if (!list) return facts;
    for (const doc::Cursor& item : require_value(list->items())) {
      const auto node = require_value(controls::read_device_node(item));
      if (number(0, 3) == 3) facts.host_files.insert(node.name());
      if (coin()) facts.paths.emplace(node.range(), node.path);
    }
    return facts;
  }

  // runc refuses a deny inside of an allow; what we write has no deny after the first rule.
  static std::string flaw(const Spec& asked, const Spec& granted) {
    const auto list = granted.find("/linux/resources/devices");
    const auto before = asked.find("/linux/resources/devices");
    if (!list || (before && before->value() == list->value())) return "";
    const auto& items = list->value().items();
    for (std::size_t index = 0; index < items.size(); ++index) {
      if (items[index].find("allow")->truth() != (index != 0))
        return "a list that does not begin with its only deny";
    }
    return items.empty() ? "an empty list" : "";
  }
};

INSTANTIATE_TEST_SUITE_P(Devices, ControlLaws, testing::ValuesIn(of<DevicesTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
