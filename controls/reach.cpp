#include "controls/reach.h"

#include <cstddef>
#include <string>

namespace hardened::controls {
namespace {

Error no_object(const doc::Cursor& value) {
  return value.error("expected an object, found " + std::string(doc::name(value.kind())));
}

}  // namespace

Result<std::optional<doc::Cursor>> reach(const Spec& spec, std::string_view pointer) {
  if (!spec.covers(pointer)) return std::optional<doc::Cursor>();
  const std::size_t root = root_of(spec.scope()).size();
  for (std::size_t slash = root; slash < pointer.size(); slash = pointer.find('/', slash + 1)) {
    const auto on_the_way = spec.find(pointer.substr(0, slash));
    if (!on_the_way) return std::optional<doc::Cursor>();
    if (on_the_way->kind() != doc::Kind::object) return no_object(*on_the_way);
  }
  return spec.find(pointer);
}

Result<std::optional<doc::Cursor>> reach_object(const Spec& spec, std::string_view pointer) {
  auto value = TRY(reach(spec, pointer));
  if (value && value->kind() != doc::Kind::object) return no_object(*value);
  return value;
}

}  // namespace hardened::controls
