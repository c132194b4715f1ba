#include "controls/capability_set.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "controls/capabilities.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

struct NamedSet {
  std::string_view name;
  Flags set;
};
constexpr std::array kNamedSets{NamedSet{"docker-default", kDockerDefaultCapabilities},
                                NamedSet{"all", kAllCapabilities}, NamedSet{"none", Flags{}}};

std::string upper_case(std::string_view name) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return upper;
}

std::optional<Flags> named(std::string_view name) {
  for (const NamedSet& known : kNamedSets) {
    if (known.name == name) return known.set;
  }
  auto number = capability_number(name);
  if (!number) number = capability_number("CAP_" + std::string(name));
  if (!number) return std::nullopt;
  return Flags{}.with(*number);
}

Result<Flags> with_entry(Flags so_far, const doc::Cursor& entry) {
  const std::string_view written = TRY(entry.text());
  const bool removes = !written.empty() && written.front() == '-';
  const std::string_view name = removes ? written.substr(1) : written;
  const auto set = named(name);
  if (!set) return entry.error(unknown_capability(name));
  if (!removes) return Flags(so_far.bits() | set->bits());
  // `[-MKNOD, docker-default]` would grant what its author meant to take away.
  if (meet(so_far, *set).empty()) {
    return entry.error("'" + printable(written) +
                       "' takes away what no entry before it has added; entries count in order");
  }
  return minus(so_far, *set);
}

}  // namespace

std::string unknown_capability(std::string_view name) {
  const std::string message = "unknown capability '" + printable(name) + "'";
  std::string upper = upper_case(name);
  if (upper.substr(0, 4) != "CAP_") upper.insert(0, "CAP_");
  std::string_view near = nearest(upper, kCapabilityNames);
  if (capability_number(upper)) near = upper;
  return near.empty() ? message : message + ", did you mean " + std::string(near) + "?";
}

Flags parse_capabilities(const doc::Cursor& list, doc::Diagnostics& wrong) {
  const auto entries = wrong.take(list.items());
  if (!entries) return Flags{};
  Flags set;
  bool right = true;
  for (const doc::Cursor& entry : *entries) {
    const bool is_none = entry.value().is(doc::Kind::string) && entry.value().text() == "none";
    if (is_none && entries->size() > 1) {
      wrong.add(entry.error("'none' adds nothing to other entries; let it stand alone or remove it"));
      right = false;
      continue;
    }
    const auto next = wrong.take(with_entry(set, entry));
    right = right && next;
    set = next.value_or(set);
  }
  return right ? set : Flags{};
}

std::string listed(Flags capabilities, int most) {
  constexpr unsigned kSysAdmin = *capability_number("CAP_SYS_ADMIN");
  std::string text;
  int shown = 0;
  const auto show = [&](unsigned number) {
    if (!capabilities.has(number) || shown == most) return;
    if (shown > 0) text += ", ";
    text += capability_name(number);
    ++shown;
  };
  show(kSysAdmin);
  for (unsigned number = 0; number < kCapabilityNames.size(); ++number) {
    if (number != kSysAdmin) show(number);
  }
  if (capabilities.count() > shown) text += " and " + std::to_string(capabilities.count() - shown) + " more";
  return text;
}

std::string describe(Flags capabilities) {
  constexpr int kEnough = 8;
  if (capabilities.empty()) return "none";
  if (capabilities == kAllCapabilities) return "all";
  const Flags shared = meet(capabilities, kDockerDefaultCapabilities);
  if (shared.count() <= kDockerDefaultCapabilities.count() / 2) return listed(capabilities, kEnough);
  const Flags without = minus(kDockerDefaultCapabilities, capabilities);
  const Flags with = minus(capabilities, kDockerDefaultCapabilities);
  std::string text = "docker-default";
  if (!without.empty()) text += " without " + listed(without, kEnough);
  if (!with.empty()) text += " with " + listed(with, kEnough);
  return text;
}

}  // namespace hardened::controls
