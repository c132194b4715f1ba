// What changes in a short text, line by line, for people: two lines around it, `-` before and `+` after.
#pragma once

#include <string>
#include <string_view>

namespace hardened::ctl {

// One block from the first line that differs to the last. "" where nothing does.
[[nodiscard]] std::string line_diff(std::string_view before, std::string_view after);

}  // namespace hardened::ctl
