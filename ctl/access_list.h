// The access list of a file, as the kernel keeps it (acl(5)): who beside owner and group may write.
//
//   const auto list = parse_access_list(TRY(machine.access_list("/run/docker.sock")));
//   list->users                                                     // {1000}
//
// Source: linux/posix_acl_xattr.h: version 2, then entries of tag, permissions and id, little-endian.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hardened::ctl {

struct Writers {
  std::vector<std::uint32_t> users;
  std::vector<std::uint32_t> groups;
  bool group = false;  // the file's own
};

// Nothing for what is no access list. What the mask takes away is left out.
[[nodiscard]] std::optional<Writers> parse_access_list(std::string_view bytes);

}  // namespace hardened::ctl
