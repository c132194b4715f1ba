#include "ctl/engine_homes.h"

#include <set>
#include <string_view>

#include "core/base/canonical.h"
#include "core/base/text.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kMostHomes = 65536;

bool is_remapped(std::string_view name) {
  const std::size_t dot = name.find('.');
  unsigned long long number = 0;
  return dot != std::string_view::npos && parse_decimal(name.substr(0, dot), number) &&
         parse_decimal(name.substr(dot + 1), number);
}

}  // namespace

Result<std::vector<std::string>> engine_homes(Host& host, const std::vector<std::string>& data_roots) {
  std::set<std::string> found;
  for (const std::string& data_root : data_roots) {
    const std::string root = TRY(canonical(host, data_root));
    if (!found.insert(root).second) continue;
    const auto listed = host.list(root, kMostHomes);
    if (!listed && listed.error().fault == Fault::absent) continue;
    const std::vector<std::string> names = TRY(listed);
    for (const std::string& name : names) {
      if (is_remapped(name)) found.insert(root + '/' + name);
    }
  }
  return std::vector<std::string>(found.begin(), found.end());
}

}  // namespace hardened::ctl
