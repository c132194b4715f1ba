// Values of policies and specifications in the words of people, on one line.
//
//   flow(value)       {soft: 1024, hard: [a, b]}      as YAML's flow style writes it
//   brief(value, 40)  docker-default, -MKNOD, …       for a cell of a table; "none" for what is empty
//   brief(text, 40)   CAP_SYS_ADMIN, CAP_NET_ADMIN, …
//
// What comes out is printable, whatever stood in the document.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/doc/value.h"

namespace hardened::ctl {

[[nodiscard]] std::string flow(const doc::Value& value);
[[nodiscard]] std::string brief(const doc::Value& value, std::size_t most);
// A list is cut behind one of its words, anything else where it is too long.
[[nodiscard]] std::string brief(std::string_view text, std::size_t most);
// A text, and a list of texts, for --json.
[[nodiscard]] doc::Value text(std::string_view words);
[[nodiscard]] doc::Value texts(const std::vector<std::string>& all);
// The text at a JSON pointer; "" where something else stands there, or nothing.
[[nodiscard]] std::string text_at(const doc::Value& root, std::string_view pointer);

}  // namespace hardened::ctl
