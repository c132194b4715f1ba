// Which roots there are grant records of. A record's directory is named by a digest of the root, so that one of the
// records in it has to say what that is.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/sha256.h"
#include "core/doc/json.h"
#include "runtime/kept.h"

namespace hardened::runtime {
namespace {

constexpr std::size_t kMostRoots = 4096;
constexpr std::size_t kMostRecords = 65536;
constexpr std::size_t kDigits = 16;  // kept.cpp, directory_of

struct Said {
  std::string root;
  bool of_this_boot = false;
};

std::optional<Said> said_by(Host& host, const std::string& path, const std::string& boot) {
  auto file = read_trusted(host, path, kMostBytes);
  if (!file) return std::nullopt;
  const auto record = doc::read_json(path, std::move(file.value().bytes));
  if (!record) return std::nullopt;
  const doc::Value* root = record->root.find("root");
  const doc::Value* of_boot = record->root.find("boot_id");
  if (root == nullptr || of_boot == nullptr) return std::nullopt;
  return Said{root->text(), of_boot->text() == boot};
}

// "" where no record there is of this boot.
std::string root_of(Host& host, const std::string& name, const std::string& boot) {
  const std::string directory = std::string(kKeptDirectory) + '/' + name;
  for (const std::string& record : host.list(directory, kMostRecords).value_or({})) {
    const auto said = said_by(host, directory + '/' + record, boot);
    if (said && said->of_this_boot && sha256(said->root).compare(0, kDigits, name) == 0) return said->root;
  }
  return "";
}

}  // namespace

Result<std::vector<std::string>> kept_roots(Host& host) {
  const auto names = host.list(std::string(kKeptDirectory), kMostRoots);
  if (!names && names.error().fault == Fault::absent) return std::vector<std::string>{};
  const std::vector<std::string> directories = TRY(names);
  const std::string boot = TRY(boot_id(host));
  std::vector<std::string> roots;
  for (const std::string& name : directories) {
    if (std::string root = root_of(host, name, boot); !root.empty()) roots.push_back(std::move(root));
  }
  std::sort(roots.begin(), roots.end());
  return roots;
}

}  // namespace hardened::runtime
