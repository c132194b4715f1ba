#include "runtime/privileged.h"

#include <algorithm>
#include <array>

namespace hardened::runtime {
namespace {

using controls::Scope;
using controls::Spec;

bool has_member(const doc::Value& list, std::string_view text) {
  return std::any_of(list.items().begin(), list.items().end(),
                     [&](const doc::Value& item) { return item.text() == text; });
}

bool every_capability(const Spec& spec) {
  const auto bounding = spec.find("/process/capabilities/bounding");
  if (!bounding) return false;
  // Not "all that the kernel knows": an engine leaves out what it lacks itself.
  constexpr std::array<std::string_view, 6> telling{"CAP_SYS_ADMIN", "CAP_SYS_MODULE", "CAP_SYS_RAWIO",
                                                    "CAP_SYS_BOOT",  "CAP_MAC_ADMIN",  "CAP_NET_ADMIN"};
  return std::all_of(telling.begin(), telling.end(),
                     [&](std::string_view capability) { return has_member(bounding->value(), capability); });
}

bool every_device(const Spec& spec) {
  const auto rules = spec.find("/linux/resources/devices");
  if (!rules) return false;
  return std::any_of(rules->value().items().begin(), rules->value().items().end(),
                     [](const doc::Value& rule) {
                       const doc::Value* allow = rule.find("allow");
                       return allow != nullptr && allow->truth() && rule.find("major") == nullptr &&
                              rule.find("minor") == nullptr;
                     });
}

}  // namespace

bool asks_privileged(const Spec& spec) {
  if (spec.scope() == Scope::resources || !every_capability(spec)) return false;
  if (spec.scope() == Scope::process) return true;
  return every_device(spec) && !spec.find("/linux/maskedPaths") && !spec.find("/linux/readonlyPaths");
}

}  // namespace hardened::runtime
