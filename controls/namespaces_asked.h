// Which namespaces a bundle asks for: what stands in /linux/namespaces and the mappings of its ids.
//
//   const NamespacesAsked asked = TRY(namespaces_asked(spec));
//   asked.of(NameSpaceKind::network).path        // of the one that it joins
//   asked.has_own(NameSpaceKind::time)
//
// Errors, as of runc: an entry without a kind or of a kind that Linux has none of, and a kind that stands twice.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "controls/spec.h"
#include "core/base/host.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace hardened::controls {

enum class NameSpaceKind : std::uint8_t { mount, pid, network, ipc, uts, cgroup, user, time };
inline constexpr std::size_t kNameSpaceKinds = 8;

// "network" of the specification, "net" below /proc/<pid>/ns, CLONE_NEWNET of clone(2).
[[nodiscard]] std::string_view name(NameSpaceKind kind);
[[nodiscard]] std::string_view file_of(NameSpaceKind kind);
[[nodiscard]] std::uint32_t flag_of(NameSpaceKind kind);

struct NameSpaceAsked {
  std::optional<std::size_t> index;  // in the list; nothing where the kind is not asked for
  std::string path;                  // of one that exists already; "" for a new one
};

struct NamespacesAsked {
  std::array<NameSpaceAsked, kNameSpaceKinds> entries;
  // Of a user namespace of its own. Of one that it joins, and where the mappings are absent (then runc refuses, and crun
  // takes some of /etc/subuid), nothing is known: nothing.
  std::optional<IdMap> uids;
  std::optional<IdMap> gids;

  bool mount = false;  // one of its own, or one that it joins
  bool user = false;   // likewise
  // A user namespace of its own in which nobody is the host's root: no entry of the id mappings reaches
  // host id 0. Joining one by path is not its own, whatever that is.
  bool own_user = false;

  [[nodiscard]] const NameSpaceAsked& of(NameSpaceKind kind) const {
    return entries.at(static_cast<std::size_t>(kind));
  }
  [[nodiscard]] bool has_own(NameSpaceKind kind) const { return of(kind).index && of(kind).path.empty(); }
};
[[nodiscard]] Result<NamespacesAsked> namespaces_asked(const Spec& spec);

// Is it the one of its kind that we are in ourselves, or process 1 is? Also where nothing is known of our own.
[[nodiscard]] bool is_the_hosts(Host& host, NameSpaceKind kind, const NameSpace& found);
// Is it of that kind, and another than that?
[[nodiscard]] bool leads_elsewhere(Host& host, NameSpaceKind kind, const std::string& path);

}  // namespace hardened::controls
