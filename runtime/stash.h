// What was worked out before, kept for the next call: a directory of root's alone on a tmpfs.
//
//   constexpr Stash kFilters{"/run/hardened/seccomp", "hardened filter 1", 1 << 20, 256, 4 << 20};
//   std::optional<std::string> bytes = find(host, kFilters, key).bytes;
//   if (...) keep(host, kFilters, key, bytes);
//
// A file is named by its key, the digest of all that its bytes were made from, and begins with one line:
//
//   <format> <sha256 of key and bytes>
//
// On a tmpfs: what is there was written since the machine started, under this kernel, and no create waits for a
// disk. Each use looks again at owner, mode, size and digest, so that bytes are only ever used for what they were
// made from; a file that fails any of it is deleted and made anew. Files are replaced whole, so that calls at once
// see none or a whole one. The oldest go first where there are too many; creates at the same moment may each add one
// before the next one counts.
//
// Whatever goes wrong, nothing is found or kept, and the call works it out for itself: a fault here neither
// blocks nor weakens anything.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/host.h"

namespace hardened::runtime {

struct Stash {
  std::string_view directory;
  std::string_view format;     // changes with the meaning of the bytes
  std::size_t most_bytes = 0;  // of one entry
  std::size_t most_files = 0;
  std::size_t most_in_all = 0;  // bytes
};

struct Found {
  std::optional<std::string> bytes;
  bool place = false;  // there is a directory to keep them in,
  bool free = false;   // and nothing stands in their way (any more)
};

[[nodiscard]] Found find(Host& host, const Stash& stash, const std::string& key);
// For who only looks (`hardenedctl status`): no directory is made, and what is broken stays.
[[nodiscard]] std::optional<std::string> look_up(Host& host, const Stash& stash, const std::string& key);
void keep(Host& host, const Stash& stash, const std::string& key, const std::string& bytes);

}  // namespace hardened::runtime
