// A key of a rule whose value is one of a few words.
//
//   constexpr std::array kKnown{"requested"sv, "native"sv};
//   wrong.add(no_such_word(value, kKnown));
//   // expected requested or native, found 'natve', did you mean native?
#pragma once

#include <span>
#include <string_view>

#include "core/doc/cursor.h"

namespace hardened::controls {

// The fault of a value that is none of `known`; `others`: what it may be beside them ("a list of names").
[[nodiscard]] Error no_such_word(const doc::Cursor& at, std::span<const std::string_view> known,
                                 std::string_view others = "");

}  // namespace hardened::controls
