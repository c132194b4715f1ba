// The strict JSON reader, the only user of RapidJSON.
//
// What another reader might take differently is refused, with line and column: a key twice in
// one object, data after the value, a NUL byte, a byte order mark, invalid UTF-8 (lone surrogates
// too), nesting over 64, more than kMostBytes. Numbers are kept as written.
#pragma once

#include <string>

#include "core/doc/value.h"

namespace hardened::doc {

inline constexpr int kDeepest = 64;

[[nodiscard]] Result<Document> read_json(std::string name, std::string text);

}  // namespace hardened::doc
