// What stands on a described host (described_host.h): names and what they name, without a Host around it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"

namespace hardened::ctl {

struct DescribedWorld {
  struct Node {
    Stat stat;
    std::string bytes;  // of a file; the target of a symbolic link
  };

  std::int64_t now_ns = 0;
  Caller caller;
  Kernel kernel;
  std::array<Limit, 16> limits{};
  std::map<std::string, Node> nodes;  // by their paths without links
  std::map<std::string, NameSpace> name_spaces;
  std::vector<Listener> listeners;

  DescribedWorld();

  // Root's, with the directories above it; a later one replaces an earlier.
  void put(const std::string& path, Stat::Type type, std::uint32_t mode, std::string bytes);

  // The path without links; with Links::refuse the last component is left as it is. Links may lead to what is missing.
  [[nodiscard]] Result<std::string> resolve(std::string_view path, Links last) const;
  [[nodiscard]] Result<const Node*> find(const std::string& path, Links links) const;

 private:
  [[nodiscard]] Result<std::string> resolve(std::string_view path, Links last, int hops) const;
  std::uint64_t next_inode_ = 100;
};

// Lays a description over a world. The error names file, line and key.
[[nodiscard]] Done describe(DescribedWorld& world, const std::string& name, const std::string& yaml);

}  // namespace hardened::ctl
