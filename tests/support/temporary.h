// A directory of its own for one test, removed afterwards with all that is in it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hardened::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

  std::string write(std::string_view name, std::string_view bytes) const;  // the file's path
  [[nodiscard]] std::string read(std::string_view name) const;
  [[nodiscard]] std::size_t entries() const;

 private:
  std::string path_ = "/tmp/hardened-test-XXXXXX";
};

}  // namespace hardened::test
