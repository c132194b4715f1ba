#include "controls/capabilities.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::Capabilities;
using controls::CapabilitySets;
using controls::kAllCapabilities;
using controls::kDockerDefaultCapabilities;

Flags draw_set(Flags within) {
  if (coin()) return within;
  return Flags(number(0, kAllCapabilities.bits()) & within.bits());
}

// In an order of its own, some names twice.
std::string list_of(Flags set) {
  std::string text;
  const auto add = [&](unsigned capability) {
    if (!set.has(capability)) return;
    if (!text.empty()) text += ",";
    text += "\"" + std::string(capability_name(capability)) + "\"";
  };
  const auto first = static_cast<unsigned>(number(0, 40));
  for (unsigned i = 0; i <= 40; ++i) add((first + i) % 41);
  if (coin()) add(first);
  return "[" + text + "]";
}

// What the kernel demands of the sets that runc applies, capset(2) and prctl(2).
bool is_valid(const CapabilitySets& sets) {
  const auto [bounding, effective, permitted, inheritable, ambient] = sets.sets;
  return leq(effective, permitted) && leq(ambient, meet(inheritable, permitted));
}

struct CapabilitiesTrait : Trait<Capabilities> {
  static std::string document(Scope scope) {
    if (number(0, 7) == 0) return process_document(scope, one_of({"", R"("capabilities":null)"}));
    const Flags top = draw_set(coin() ? kDockerDefaultCapabilities : kAllCapabilities);
    const bool odd = number(0, 3) == 0;  // sets that have nothing to do with each other
    const Flags permitted = draw_set(top);
    const Flags inheritable = draw_set(top);
    const Flags effective = draw_set(odd ? top : permitted);
    const Flags ambient = draw_set(odd ? top : meet(permitted, inheritable));
    std::string lists;
    const auto add = [&](const char* name, Flags set) {
      const std::string text = set.empty() && coin() ? "null" : list_of(set);
      if (set.empty() && coin()) return;
      lists += (lists.empty() ? "\"" : ",\"") + std::string(name) + "\":" + text;
    };
    add("bounding", odd ? draw_set(top) : top);
    add("effective", effective);
    add("permitted", permitted);
    add("inheritable", inheritable);
    add("ambient", ambient);
    return process_document(scope, "\"capabilities\":{" + lists + "}");
  }

  static Capabilities::Ceiling ceiling() {
    const std::string start = one_of({"docker-default", "all", "none", "docker-default, -MKNOD"});
    const std::string more =
        start == "none" ? "" : one_of({"", ", CAP_NET_ADMIN", ", NET_ADMIN, SYS_ADMIN", ", -CHOWN"});
    return ceiling_of<Capabilities>("ceiling: [" + start + more + "]");
  }
  static Capabilities::Ceiling lower(const Capabilities::Ceiling& than) { return {draw_set(than.most)}; }

  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    for (std::size_t set = 0; set < granted.sets.size(); ++set) {
      for (const unsigned capability : {0U, 21U, 40U}) {
        if (granted.sets.at(set).has(capability)) continue;
        Grant held = granted;
        held.sets.at(set) = Flags(held.sets.at(set).bits() | (std::uint64_t{1} << capability));
        above.push_back({held, std::string(capability_name(capability)) + " (" +
                                   std::string(CapabilitySets::names.at(set)) + ")"});
      }
    }
    return above;
  }

  static bool normalised(const Spec& spec) {
    return spec.scope() == Scope::bundle && !spec.find("/process/capabilities");
  }
  static std::string flaw(const Spec& asked, const Spec& granted) {
    const auto before = require_value(Capabilities::read(asked, {}));
    const auto after = require_value(Capabilities::read(granted, {}));
    if (is_valid(before) && !is_valid(after)) return "the kernel refuses these sets";
    if (granted.scope() == Scope::bundle && !granted.find("/process/capabilities"))
      return "no sets are all to runc 1.3";
    return "";
  }
};

INSTANTIATE_TEST_SUITE_P(Capabilities, ControlLaws, testing::ValuesIn(of<CapabilitiesTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
