// How a row of the table of fields is written (fields.h).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "controls/fields.h"

namespace hardened::controls::rows {

using enum Shape;

// A control that is built decides what stands here.
constexpr Field owned(std::string_view pointer, Shape shape, std::string_view control,
                      std::string_view also = {}) {
  return {pointer, shape, Standing::owned, control, also};
}

// A control that is still to come will decide it; until then it is passed on and recorded.
constexpr Field waiting(std::string_view pointer, Shape shape, std::string_view control,
                        std::string_view also = {}) {
  return {pointer, shape, Standing::waiting, control, also};
}

// Nothing that a policy would have to decide, and why.
constexpr Field harmless(std::string_view pointer, Shape shape, std::string_view reason) {
  return {pointer, shape, Standing::harmless, reason, {}};
}

// An object that grants nothing by being there.
constexpr Field holder(std::string_view pointer, Shape shape = object) {
  return harmless(pointer, shape, "holds fields, each with a row of its own; grants nothing by being there");
}

template <std::size_t... Sizes>
constexpr auto joined(const std::array<Field, Sizes>&... parts) {
  std::array<Field, (Sizes + ...)> all{};
  std::size_t at = 0;
  const auto append = [&](const auto& part) {
    for (const Field& field : part) all[at++] = field;
  };
  (append(parts), ...);
  return all;
}

}  // namespace hardened::controls::rows
