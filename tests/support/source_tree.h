// Where the project's own files are read from by tests that need some of them.
//
//   source_path("tests/golden/host.yaml")
//
// The only file that is compiled with the place of the tree: all others are the same in every clone, and a
// compiler cache knows them again.
#pragma once

#include <string>
#include <string_view>

namespace hardened::test {

[[nodiscard]] std::string source_path(std::string_view below);

}  // namespace hardened::test
