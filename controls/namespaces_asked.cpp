#include "controls/namespaces_asked.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace hardened::controls {
namespace {

// Absent mappings leave all ids unmapped (runc refuses them): nobody is root then, but nothing is said
// either.
Result<bool> spares_root(const Spec& spec, std::string_view pointer) {
  const auto list = spec.find(pointer);
  if (!list) return false;
  const std::vector<doc::Cursor> mappings = TRY(list->items());
  for (const doc::Cursor& mapping : mappings) {
    const auto host_id = mapping.find("hostID");
    if (!host_id) return false;  // 0 to Go
    const std::uint64_t first = TRY(host_id->unsigned_integer());
    if (first == 0) return false;
    // A range that runs over the end of 32 bits is refused by the kernel; we do not count on it.
    const auto size = mapping.find("size");
    if (!size) return false;
    const std::uint64_t count = TRY(size->unsigned_integer());
    if (first > UINT32_MAX || count > UINT32_MAX - first) return false;
  }
  return !mappings.empty();
}

}  // namespace

Result<NamespacesAsked> namespaces_asked(const Spec& spec) {
  NamespacesAsked asked;
  const auto list = spec.find("/linux/namespaces");
  if (!list) return asked;
  const std::vector<doc::Cursor> entries = TRY(list->items());
  bool joins = false;
  for (const doc::Cursor& entry : entries) {
    const doc::Cursor type_value = TRY(entry.need("type"));
    const std::string_view type = TRY(type_value.text());
    asked.mount = asked.mount || type == "mount";
    if (type != "user") continue;
    asked.user = true;
    const auto path = entry.find("path");
    if (!path) continue;
    const std::string_view where = TRY(path->text());
    joins = joins || !where.empty();
  }
  if (!asked.user || joins) return asked;
  const bool users = TRY(spares_root(spec, "/linux/uidMappings"));
  const bool groups = TRY(spares_root(spec, "/linux/gidMappings"));
  asked.own_user = users && groups;
  return asked;
}

}  // namespace hardened::controls
