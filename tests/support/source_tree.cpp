#include "tests/support/source_tree.h"

namespace hardened::test {

std::string source_path(std::string_view below) {
  return std::string(HARDENED_SOURCE_DIR).append("/").append(below);
}

}  // namespace hardened::test
