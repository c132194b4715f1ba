// The way from the root of a call's document to a field.
#pragma once

#include <optional>
#include <string_view>

#include "controls/spec.h"
#include "core/base/result.h"
#include "core/doc/cursor.h"

namespace hardened::controls {

// What stands at `pointer`; nothing where it, or an object on the way, is absent or null, or where the
// call does not carry it. A list or a text where the way wants an object is no absence but a
// syntax error: Go's decoder refuses it as well, and a reader that did not would see another request.
[[nodiscard]] Result<std::optional<doc::Cursor>> reach(const Spec& spec, std::string_view pointer);
// The same; what stands there must be an object.
[[nodiscard]] Result<std::optional<doc::Cursor>> reach_object(const Spec& spec, std::string_view pointer);

}  // namespace hardened::controls
