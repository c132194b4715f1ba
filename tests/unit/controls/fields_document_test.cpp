// docs/fields.md is the table that the runtime walks, and no other.
#include "tests/unit/controls/fields_document.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "controls/fields.h"
#include "tests/support/source_tree.h"

namespace hardened::controls {
namespace {

bool updating() {
  const char* const value = std::getenv("HARDENED_UPDATE_FIELDS");
  return value != nullptr && std::string_view(value) == "1";
}

TEST(FieldsDocument, IsTheTable) {
  const std::string path = test::source_path("docs/fields.md");
  const std::string made = fields_document();
  if (updating()) std::ofstream(path, std::ios::binary) << made;
  std::ostringstream stands;
  stands << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_TRUE(stands.str() == made)
      << "docs/fields.md is not what the table says; HARDENED_UPDATE_FIELDS=1 writes it anew";
}

TEST(FieldsDocument, HasALineForEveryRow) {
  const std::string made = fields_document();
  for (const Field& field : field_table()) {
    const std::string cell =
        field.pointer.empty() ? "the document itself" : "`" + std::string(field.pointer) + "`";
    const std::string line = "\n| " + cell + " | ";
    const std::size_t at = made.find(line);
    ASSERT_NE(at, std::string::npos) << field.pointer;
    EXPECT_EQ(made.find(line, at + 1), std::string::npos) << field.pointer << " stands twice";
    EXPECT_EQ(std::string_view(field.by).find('|'), std::string_view::npos) << field.pointer;
  }
}

}  // namespace
}  // namespace hardened::controls
