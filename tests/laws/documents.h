// Documents as the laws look at them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "controls/spec.h"
#include "core/base/result.h"
#include "core/doc/value.h"
#include "draw.h"

namespace hardened::laws {

// The value, or the law fails with the error's words.
template <class T>
[[nodiscard]] T require_value(Result<T> result) {
  require(result.ok(), result.ok() ? "" : result.error().what);
  return std::move(result).value();
}

// A call's document with these members ("\"noNewPrivileges\":true", comma between them) in its process, or in
// its linux.resources. Where there are none, what is on the way may be empty, null or absent.
[[nodiscard]] std::string process_document(controls::Scope scope, const std::string& members);
[[nodiscard]] std::string resources_document(controls::Scope scope, const std::string& members);

[[nodiscard]] doc::Document read_text(std::string json);
[[nodiscard]] std::string apply_all(const doc::Document& document, const controls::SpecEdits& edits);

[[nodiscard]] std::string_view scope_name(controls::Scope scope);
[[nodiscard]] bool lies_below_one(std::string_view pointer, std::span<const std::string_view> owned);
// One line of at most 4096 bytes, without control characters.
[[nodiscard]] bool is_printable_line(std::string_view text);

// What both documents say outside of the owned fields, as text with every byte in its place. An object that
// had to be made on the way to an owned field (resources, where they were null) counts as owned.
[[nodiscard]] std::pair<std::string, std::string> outside_of(const std::vector<std::string>& owned,
                                                             const controls::Spec& before,
                                                             const controls::Spec& after);

}  // namespace hardened::laws
