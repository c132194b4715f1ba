// Who the container's first process is, by its status: numbers of the host, as we read it.
//
// Behind its execve(2) a program whose file is set-user-id may have become another user, unless no_new_privs stops that.
// In a user namespace that it joined the numbers are not known. Both are held as they were granted.
#include "controls/kernel.h"
#include "controls/namespaces_asked.h"
#include "controls/user.h"

namespace hardened::controls {
namespace {

IdSet outside(const IdSet& one, const IdMap& map) {
  std::vector<IdSet::Range> ranges;
  for (const IdSet::Range& range : one.ranges()) {
    for (std::uint64_t id = range.first; id <= range.last; ++id) {
      const auto number = map.outside(static_cast<std::uint32_t>(id));
      if (number) ranges.push_back({*number, *number});
    }
  }
  return IdSet(std::move(ranges));
}

template <class Ids>
IdSet set_of(const Ids& ids) {
  std::vector<IdSet::Range> ranges;
  for (const std::uint32_t id : ids) ranges.push_back({id, id});
  return IdSet(std::move(ranges));
}

}  // namespace

Result<Observed<UserGrant>> User::observe(const KernelView& kernel, const Spec& granted) {
  Observed<Grant> observed;
  observed.granted = TRY(read(granted, {}));
  const NamespacesAsked asked = TRY(namespaces_asked(granted));
  const ProcStatus status = TRY(kernel.status());
  const bool running = kernel.subject().begun == Begun::running;
  const bool unknown = asked.user && !(asked.uids && asked.gids);
  if (unknown || (running && !status.no_new_privileges)) {
    observed.held = observed.granted;
    return observed;
  }
  const IdMap uids = asked.uids.value_or(IdMap::identity());
  const IdMap gids = asked.gids.value_or(IdMap::identity());
  Grant& most = observed.granted;
  most = Grant{outside(most.uid, uids), outside(most.gid, gids), outside(most.groups, gids)};
  observed.held = Grant{set_of(status.uids), set_of(status.gids), minus(set_of(status.groups), most.gid)};
  return observed;
}

std::string User::surplus(const Observed<UserGrant>& observed) {
  std::string text;
  const auto say = [&](std::string_view what, const IdSet& held, const IdSet& granted) {
    const IdSet more = minus(held, granted);
    if (!more.empty()) text += (text.empty() ? "is " : ", ") + std::string(what) + " " + told(more);
  };
  say("user", observed.held.uid, observed.granted.uid);
  say("group", observed.held.gid, observed.granted.gid);
  say("in group", observed.held.groups, observed.granted.groups);
  return text;
}

}  // namespace hardened::controls
