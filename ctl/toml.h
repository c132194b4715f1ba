// The strict TOML reader, the only user of toml++.
//
// Tables, arrays, texts, whole numbers and booleans become Values that know where they stood, members in the order of the
// file, so that everything that reads a document (core/doc/cursor.h) reads this one. A key twice and whatever else TOML
// 1.0 forbids is refused, with line and column; so are floats, dates and times, for which there is no reader.
#pragma once

#include <string>

#include "core/doc/value.h"

namespace hardened::ctl {

[[nodiscard]] Result<doc::Document> read_toml(std::string name, std::string text);

}  // namespace hardened::ctl
