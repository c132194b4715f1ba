#include "tests/support/temporary.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace hardened::test {

TemporaryDirectory::TemporaryDirectory() {
  if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp");
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::write(std::string_view name, std::string_view bytes) const {
  std::ofstream(*this / name, std::ios::binary) << bytes;
  return *this / name;
}

std::string TemporaryDirectory::read(std::string_view name) const {
  std::ostringstream bytes;
  bytes << std::ifstream(*this / name, std::ios::binary).rdbuf();
  return bytes.str();
}

std::size_t TemporaryDirectory::entries() const {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
}

}  // namespace hardened::test
