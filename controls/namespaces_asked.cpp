#include "controls/namespaces_asked.h"

#include <linux/sched.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "controls/reach.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kList = "/linux/namespaces";
constexpr std::string_view kUids = "/linux/uidMappings";
constexpr std::string_view kGids = "/linux/gidMappings";

// In the order of NameSpaceKind.
constexpr std::array<std::string_view, kNameSpaceKinds> kNames{"mount", "pid",    "network", "ipc",
                                                               "uts",   "cgroup", "user",    "time"};
constexpr std::array<std::string_view, kNameSpaceKinds> kFiles{"mnt", "pid",    "net",  "ipc",
                                                               "uts", "cgroup", "user", "time"};
constexpr std::array<std::uint32_t, kNameSpaceKinds> kFlags{CLONE_NEWNS,   CLONE_NEWPID, CLONE_NEWNET,
                                                            CLONE_NEWIPC,  CLONE_NEWUTS, CLONE_NEWCGROUP,
                                                            CLONE_NEWUSER, CLONE_NEWTIME};

Result<std::size_t> read_kind(const doc::Cursor& entry) {
  const doc::Cursor type = TRY(entry.need("type"));
  const std::string_view text = TRY(type.text());
  const auto* const found = std::find(kNames.begin(), kNames.end(), text);
  if (found != kNames.end()) return static_cast<std::size_t>(found - kNames.begin());
  const std::string_view near = nearest(text, kNames);
  return type.error("unknown namespace '" + printable(text, 40) + "'" +
                    (near.empty() ? "" : ", did you mean " + std::string(near) + "?"));
}

Done read_list(const Spec& spec, NamespacesAsked& asked) {
  const auto list = TRY(reach(spec, kList));
  if (!list) return done();
  const std::vector<doc::Cursor> items = TRY(list->items());
  for (std::size_t index = 0; index < items.size(); ++index) {
    const doc::Cursor& item = items[index];
    const std::size_t kind = TRY(read_kind(item));
    NameSpaceAsked& entry = asked.entries.at(kind);
    if (entry.index)
      return item.error("namespace " + std::string(kNames.at(kind)) + " stands twice; keep one");
    entry.index = index;
    const auto path = item.find("path");
    const std::string_view text = TRY(path ? path->text() : Result<std::string_view>(std::string_view()));
    entry.path = text;
  }
  return done();
}

// Absent is zero to Go.
Result<std::uint32_t> read_id(const doc::Cursor& mapping, std::string_view key) {
  const auto value = mapping.find(key);
  if (!value) return std::uint32_t{0};
  const std::uint64_t id = TRY(value->unsigned_integer());
  if (id > UINT32_MAX) return value->error("it is above 4294967295, the last id");
  return static_cast<std::uint32_t>(id);
}

// Nothing where there are none. An entry that the kernel refuses (user_namespaces(7): no ids, or more than there are) is not
// counted on either: then the map reaches every id.
Result<std::optional<IdMap>> read_map(const Spec& spec, std::string_view pointer) {
  const auto list = TRY(reach(spec, pointer));
  if (!list) return std::optional<IdMap>();
  const std::vector<doc::Cursor> items = TRY(list->items());
  std::vector<IdMap::Entry> entries;
  for (const doc::Cursor& item : items) {
    if (item.kind() != doc::Kind::object)
      return item.error("expected an object, found " + std::string(doc::name(item.kind())));
    IdMap::Entry entry;
    entry.inside = TRY(read_id(item, "containerID"));
    entry.outside = TRY(read_id(item, "hostID"));
    entry.count = TRY(read_id(item, "size"));
    const bool refused = entry.count == 0 || entry.count > UINT32_MAX - entry.outside;
    entries.push_back(refused ? IdMap::identity().entries().front() : entry);
  }
  return entries.empty() ? std::nullopt : std::optional(IdMap(std::move(entries)));
}

bool spares_root(const std::optional<IdMap>& map) { return map && !map->outsides().has(0); }

}  // namespace

std::string_view name(NameSpaceKind kind) { return kNames.at(static_cast<std::size_t>(kind)); }
std::string_view file_of(NameSpaceKind kind) { return kFiles.at(static_cast<std::size_t>(kind)); }
std::uint32_t flag_of(NameSpaceKind kind) { return kFlags.at(static_cast<std::size_t>(kind)); }

Result<NamespacesAsked> namespaces_asked(const Spec& spec) {
  NamespacesAsked asked;
  TRY(read_list(spec, asked));
  asked.mount = asked.of(NameSpaceKind::mount).index.has_value();
  asked.user = asked.of(NameSpaceKind::user).index.has_value();
  auto uids = TRY(read_map(spec, kUids));
  auto gids = TRY(read_map(spec, kGids));
  if (!asked.has_own(NameSpaceKind::user)) return asked;
  asked.own_user = spares_root(uids) && spares_root(gids);
  asked.uids = std::move(uids);
  asked.gids = std::move(gids);
  return asked;
}

bool is_the_hosts(Host& host, NameSpaceKind kind, const NameSpace& found) {
  const std::string file = "/ns/" + std::string(file_of(kind));
  const auto ours = host.name_space("/proc/self" + file);
  if (!ours || !*ours || (*ours)->inode == found.inode) return true;
  // Process 1 is read by whoever may trace it (ptrace(2)), as all of this is. To us it is open but where it holds a power that
  // we do not; then the runtime, which is to us as we are, cannot join by its path either.
  const auto first = host.name_space("/proc/1" + file);
  return first && *first && (*first)->inode == found.inode;
}

bool leads_elsewhere(Host& host, NameSpaceKind kind, const std::string& path) {
  const auto found = host.name_space(path);
  return found && *found && (*found)->kind == flag_of(kind) && !is_the_hosts(host, kind, **found);
}

}  // namespace hardened::controls
