#include "tests/unit/controls/fields_document.h"

#include <array>
#include <string_view>

#include "controls/fields.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kHead =
    R"(# Every field of a container's document

What a runtime is handed is a `config.json` of the OCI runtime specification 1.3 (an exec: what stands at `/process`
there, an update: at `/linux/resources`). These are all of its fields, those of earlier versions that engines still
write, and the keys of maps that have a meaning of their own. `*` is any item of a list, or any other key of a map.

* **owned**: a control decides it, by the rule of its name below `controls:` in the policy.
* **harmless**: nothing that a policy would have to decide, and why.
* **waiting**: passed on as it is asked, and named in the decision record.

A field in no row is refused, or passed and recorded, as `unknown_fields` says.

This file is made of the table that the runtime itself walks (`controls/fields_*.h`); a test holds it to that.
`HARDENED_UPDATE_FIELDS=1` writes it anew.
)";

constexpr std::array<std::string_view, 3> kStandings{"owned", "waiting", "harmless"};

std::string_view word(Shape shape) {
  switch (shape) {
    case Shape::text: return "text";
    case Shape::number: return "number";
    case Shape::boolean: return "boolean";
    case Shape::list: return "list";
    case Shape::object: return "object";
    case Shape::map: return "map";
    case Shape::anything: return "anything";
  }
  return "";
}

// "/linux/resources" and "/linux" have sections of their own, all else is under the top.
std::string_view section_of(std::string_view pointer) {
  constexpr std::array<std::string_view, 3> sections{"/linux/resources", "/linux", "/process"};
  for (const std::string_view section : sections) {
    const bool below =
        pointer.starts_with(section) && (pointer.size() == section.size() || pointer[section.size()] == '/');
    if (below) return section;
  }
  return "";
}

std::string title(std::string_view section) {
  return section.empty() ? "The container as a whole" : "`" + std::string(section) + "`";
}

std::string standing(const Field& field) {
  if (field.standing == Standing::harmless) return "harmless: " + std::string(field.by);
  const std::string owners =
      "`" + std::string(field.by) + (field.also.empty() ? "`" : "` and `" + std::string(field.also) + "`");
  if (field.standing == Standing::owned) return "owned by " + owners;
  return "waiting for " + owners;
}

std::string counts() {
  std::array<std::size_t, kStandings.size()> rows{};
  for (const Field& field : field_table()) ++rows.at(static_cast<std::size_t>(field.standing));
  std::string text = "\n" + std::to_string(field_table().size()) + " rows:";
  for (std::size_t i = 0; i < kStandings.size(); ++i) {
    text += (i == 0 ? " " : ", ") + std::to_string(rows.at(i)) + " " + std::string(kStandings.at(i));
  }
  return text + ".\n";
}

}  // namespace

std::string fields_document() {
  std::string text = std::string(kHead) + counts();
  for (const std::string_view section : {"", "/process", "/linux", "/linux/resources"}) {
    text += "\n## " + title(section) + "\n\n| field | shape | who decides |\n| --- | --- | --- |\n";
    for (const Field& field : field_table()) {
      if (section_of(field.pointer) != section) continue;
      const std::string pointer =
          field.pointer.empty() ? "the document itself" : "`" + std::string(field.pointer) + "`";
      text += "| " + pointer + " | " + std::string(word(field.shape)) + " | " + standing(field) + " |\n";
    }
  }
  return text;
}

}  // namespace hardened::controls
