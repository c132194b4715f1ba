// Every field of the OCI runtime specification 1.3, with its owner or the reason why it needs none.
//
// The table is data (fields_*.h): one row a pointer, `*` for any item of a list or any key of a map.
//
//   /process/capabilities        owned by    capabilities
//   /linux/sysctl                waiting for sysctls        (named, passed, recorded)
//   /hostname                    harmless    "only inside the container's own UTS namespace; without one runc
//   refuses (…)"
//
// check_fields walks a whole document: a field in no row is refused or recorded, as the policy
// says; in struct-like objects a key that case-folds to a known one (Go's decoder would take it) or
// is not ASCII is refused always; in maps (annotations, sysctl, unified) any key is data.
//
//   const FieldFindings found = TRY(check_fields(spec, policy.fields, policy.path));
//   if (!found.refused.empty()) ...                      // the verdict is refused, each message says why
//
// A null field is an absent field (core/doc/cursor.h). A null item of a list or of a map is a syntax
// error: Go's decoder makes an entry of it whose fields are all empty. So are a number that is no integer of
// 64 bits and a text with a NUL inside, whatever the field (fields_lexical.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "controls/spec.h"
#include "core/base/result.h"

namespace hardened::controls {

enum class Standing : std::uint8_t { owned, waiting, harmless };

// What stands at a pointer. `map` is an object whose keys are data, `anything` is a section that is not
// ours to read (another platform's).
enum class Shape : std::uint8_t { text, number, boolean, list, object, map, anything };

struct Field {
  std::string_view pointer;
  Shape shape = Shape::anything;
  Standing standing = Standing::waiting;
  std::string_view by;      // owned, waiting: the control's name; harmless: the reason, with its citation
  std::string_view also{};  // a second control that owns some entries of this list, by a predicate of its own
};
// In the order of a tree: a field stands behind what it is part of, and before the next field of that.
[[nodiscard]] std::span<const Field> field_table();

enum class UnknownFields : std::uint8_t { refuse, record };

struct FieldRules {
  UnknownFields unknown = UnknownFields::refuse;
  std::vector<std::string> accepted;  // pointers, opened by name
  std::string origin;                 // "policy.yaml:7", for messages
};

struct FieldFindings {
  std::vector<std::string> refused;  // messages: the field, and the line that would accept it
  std::vector<std::string> unknown;  // pointers that were let pass by `record` or `accepted_fields`
  std::vector<std::string> waiting;  // present, and their control is still to come: "/mounts (mounts)"
};

// A syntax error for what no policy can accept (look-alike keys, an object where a list belongs).
// `file` is the policy's own, which the messages say the line is to be written into.
[[nodiscard]] Result<FieldFindings> check_fields(const Spec& spec, const FieldRules& rules,
                                                 std::string_view file);

}  // namespace hardened::controls
