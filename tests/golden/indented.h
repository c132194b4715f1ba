// JSON for people: two blanks a level, members in their order.
#pragma once

#include <string>

#include "core/doc/value.h"

namespace hardened::test {

[[nodiscard]] std::string indented(const doc::Value& value);

}  // namespace hardened::test
