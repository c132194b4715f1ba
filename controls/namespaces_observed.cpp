// Which namespaces the container's first process is in, by their numbers, and what its user namespace maps.
//
// What was judged at create is not kept: of a path, all that it was not the host's, unless it is so now (then that was
// allowed: only root can change which it is). While the process waits, it is in the very namespace that the path leads to.
// Later the owner of that may be gone, and the process number another's: nothing is said of it then.
#include "controls/kernel.h"
#include "controls/namespaces.h"

namespace hardened::controls {
namespace {

Sharing granted_of(Host& host, NameSpaceKind kind, const NamespacesAsked& asked) {
  if (asked.has_own(kind)) return Sharing::own;
  if (!asked.of(kind).index) return Sharing::host;
  const auto found = host.name_space(asked.of(kind).path);
  return found && *found && is_the_hosts(host, kind, **found) ? Sharing::host : Sharing::foreign;
}

// A process is in a new time namespace with its next execve(2) or its children alone (time_namespaces(7)).
std::string_view link_of(NameSpaceKind kind) {
  return kind == NameSpaceKind::time ? "time_for_children" : file_of(kind);
}

Result<Sharing> held_of(const KernelView& kernel, NameSpaceKind kind, const NamespacesAsked& asked,
                        Sharing granted) {
  const bool joined = granted != Sharing::own;
  if (granted == Sharing::host || (joined && kernel.subject().begun == Begun::running)) return granted;
  const NameSpace found = TRY(kernel.name_space(link_of(kind)));
  if (is_the_hosts(kernel.host(), kind, found)) return Sharing::host;
  if (!joined) return granted;
  const auto wanted = kernel.host().name_space(asked.of(kind).path);
  const bool another = wanted && *wanted && (*wanted)->inode != found.inode;
  return another ? Sharing::host : granted;
}

Result<IdSet> held_ids(const KernelView& kernel, std::string_view file) {
  const std::string text = TRY(kernel.text(file));
  const IdMap map = TRY(parse_id_map(text));
  return map.outsides();
}

// Clocks that are the engine's own are not moved. A kernel before Linux 5.6 moves none.
Result<Permitted> held_clocks(const KernelView& kernel) {
  constexpr std::size_t kMost = 4096;
  const auto text = kernel.text("timens_offsets");
  if (!text && text.error().fault == Fault::absent) return Permitted(false);
  const std::string held = TRY(text);
  const File ours = TRY(kernel.host().read("/proc/self/timens_offsets", kMost, Links::refuse));
  return Permitted(held + '\n' != ours.bytes);
}

}  // namespace

Result<Observed<NamespacesGrant>> Namespaces::observe(const KernelView& kernel, const Spec& granted) {
  const NamespacesAsked asked = TRY(namespaces_asked(granted));
  Facts facts;
  for (std::size_t i = 0; i < kNameSpaceKinds; ++i) {
    facts.kinds.at(i).sharing = granted_of(kernel.host(), static_cast<NameSpaceKind>(i), asked);
  }
  Observed<Grant> observed;
  observed.granted = TRY(read(granted, facts));
  observed.held = observed.granted;
  for (std::size_t i = 0; i < kNameSpaceKinds; ++i) {
    observed.held.kinds.at(i) =
        TRY(held_of(kernel, static_cast<NameSpaceKind>(i), asked, observed.granted.kinds.at(i)));
  }
  if (asked.uids) observed.held.uids = TRY(held_ids(kernel, "uid_map"));
  if (asked.gids) observed.held.gids = TRY(held_ids(kernel, "gid_map"));
  if (asked.has_own(NameSpaceKind::time) && !observed.granted.clocks.yes()) {
    observed.held.clocks = TRY(held_clocks(kernel));
  }
  return observed;
}

std::string Namespaces::surplus(const Observed<NamespacesGrant>& observed) {
  std::string text;
  const auto say = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
  for (std::size_t i = 0; i < kNameSpaceKinds; ++i) {
    const Sharing granted = observed.granted.kinds.at(i);
    if (observed.held.kinds.at(i) <= granted) continue;
    const std::string kind(controls::name(static_cast<NameSpaceKind>(i)));
    say(granted == Sharing::own ? "has no " + kind + " namespace of its own"
                                : "is not in the " + kind + " namespace that it was to join");
  }
  const IdSet uids = minus(observed.held.uids, observed.granted.uids);
  const IdSet gids = minus(observed.held.gids, observed.granted.gids);
  if (!uids.empty()) say("has users of the host mapped: " + told(uids));
  if (!gids.empty()) say("has groups of the host mapped: " + told(gids));
  if (!leq(observed.held.clocks, observed.granted.clocks)) say("has its clocks moved");
  return text;
}

}  // namespace hardened::controls
