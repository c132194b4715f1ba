// The table of fields, for people: docs/fields.md.
#pragma once

#include <string>

namespace hardened::controls {

// The whole file, made of field_table().
[[nodiscard]] std::string fields_document();

}  // namespace hardened::controls
