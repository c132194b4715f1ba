#include "core/base/root_only.h"

namespace hardened {

bool root_only(const Stat& stat, Stat::Type type) {
  return stat.type == type && stat.uid == 0 && (stat.mode & 077U) == 0;
}

bool root_only_directory(Host& host, const std::string& path) {
  const Result<Stat> stat = stat_trusted(host, path);
  return stat.ok() && root_only(*stat, Stat::Type::directory);
}

}  // namespace hardened
