// The strict YAML reader, the only user of yaml-cpp.
//
// One document of maps with string keys, lists and scalars. Anchors, aliases, tags, duplicate
// keys, several documents, invalid UTF-8, NUL and nesting over 64 are refused with line and column.
// A plain scalar is a boolean only as `true` and `false`, a number only in decimal digits with an
// optional minus (at most 40, no zero before others), null only as `null`, `~` or nothing;
// everything else, and every quoted scalar, is a string (`no`, `010` and `0x10` are strings).
//
// A value knows where it begins, not where it ends: its range is empty. So apply() is for JSON.
#pragma once

#include <string>

#include "core/doc/value.h"

namespace hardened::doc {

[[nodiscard]] Result<Document> read_yaml(std::string name, std::string text);

}  // namespace hardened::doc
