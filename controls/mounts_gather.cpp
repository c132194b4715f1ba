// What the sources of binds are: the only part of mounts that asks the host.
//
// What is asked for is looked up first and the list of mounts read after that, once, so that all that was found lies
// on a mount of the list.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "controls/kernel.h"
#include "controls/lexical.h"
#include "controls/mounts.h"
#include "controls/mounts_host.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

using Entry = MountsFacts::Entry;

constexpr std::uint32_t kOthersRead = 0004;
constexpr std::uint32_t kOthersSearch = 0001;

// Everybody on the host can read it, by its mode and those of the directories above it.
bool is_open_to_all(Host& host, const Identity& file) {
  if (file.stat.type != Stat::Type::file || (file.stat.mode & kOthersRead) == 0) return false;
  for (std::string at = file.path; at != "/";) {
    at = parent_of(at);
    const auto stat = host.stat(at, Links::refuse);
    if (!stat || stat->type != Stat::Type::directory || (stat->mode & kOthersSearch) == 0) return false;
  }
  return true;
}

// Nothing where nothing is there, which the runtime then says itself.
Result<std::optional<Identity>> source_of(Host& host, const AskedMount& mount) {
  const std::string& source = mount.source;
  if (!source.starts_with('/')) {
    return Error{Fault::io,
                 "a source that is no absolute path counts from a directory of the runtime's choice"};
  }
  // What is there is another thing for us than for the runtime's first process, which mounts.
  if (lies_in(clean_path(source).value_or("/proc"), "/proc")) {
    return Error{Fault::io,
                 "a path with .. or below /proc leads to what only the runtime sees; name the place itself"};
  }
  auto found = host.identify(source);
  // What is mounted on demand is mounted by the step into it, as mount(2) makes it.
  if (found && found->stat.type == Stat::Type::directory) found = host.identify(source + "/.");
  if (found) return std::optional(std::move(found).value());
  if (found.error().fault == Fault::absent) return std::optional<Identity>();
  return found.error();
}

// What rbind brings along: whatever is mounted there is seen from its root on.
Reached along(const Mount& mount) {
  Reached reached;
  reached.place.path = mount.point;
  reached.place.location = {mount.device, mount.root};
  reached.place.stat.type = Stat::Type::directory;
  reached.kind = mount.kind;
  return reached;
}

// The sources of all entries. What many entries name, or lead to, is looked up once.
class Sources {
 public:
  Sources(Host& host, MountsFacts& facts) : host_(host), facts_(facts) {}

  // False where no entry names anything of the host.
  bool look_up() {
    for (Entry& entry : facts_.entries) {
      if (entry.asked.kind != MountKind::bind) continue;
      auto found = found_.find(entry.asked.source);
      if (found == found_.end())
        found = found_.emplace(entry.asked.source, source_of(host_, entry.asked)).first;
      if (!found->second) entry.trouble = found->second.error().what;
      any_ = any_ || (found->second && *found->second);
    }
    return any_;
  }

  void locate_all(const MountTable& mounts) {
    for (Entry& entry : facts_.entries) {
      if (entry.asked.kind != MountKind::bind) continue;
      const Result<std::optional<Identity>>& found = found_.at(entry.asked.source);
      if (!found || !*found) continue;
      const Done reached = reach(mounts, **found, entry);
      if (!reached) entry.trouble = reached.error().what;
    }
  }

  // Plain containers have files of the engine alone.
  [[nodiscard]] bool may_reach_a_socket() const {
    return std::any_of(found_.begin(), found_.end(), [](const auto& one) {
      return one.second && *one.second && (*one.second)->stat.type != Stat::Type::file;
    });
  }

 private:
  Done reach(const MountTable& mounts, const Identity& identity, Entry& entry) {
    const Mount* mount = TRY(mount_under(mounts, identity));
    const auto key = std::pair{mount->number, identity.path};
    auto known = numbers_.find(key);
    if (known == numbers_.end()) {
      MountsFacts::Source source;
      source.reached.place = TRY(locate(*mount, identity));
      source.reached.kind = mount->kind;
      known = numbers_.emplace(key, facts_.sources.size()).first;
      facts_.sources.push_back(std::move(source));
    }
    entry.source = known->second;
    const bool reads = !entry.asked.powers.has(bit(MountPower::write));
    if (reads && for_reading_.insert(known->second).second)
      facts_.sources[known->second].reached.open_to_all = is_open_to_all(host_, identity);
    if (!entry.asked.recursive || identity.stat.type != Stat::Type::directory) return done();
    if (with_all_below_.insert(known->second).second)
      facts_.sources[known->second].along = numbers_below(mounts, identity.path);
    return done();
  }

  std::vector<std::size_t> numbers_below(const MountTable& mounts, const std::string& path) {
    std::vector<std::size_t> numbers;
    for (const Mount* mount : mounts.below(path)) {
      const auto [known, fresh] = along_.emplace(mount, facts_.along.size());
      if (fresh) facts_.along.push_back(along(*mount));
      numbers.push_back(known->second);
    }
    return numbers;
  }

  Host& host_;
  MountsFacts& facts_;
  bool any_ = false;
  std::map<std::string, Result<std::optional<Identity>>, std::less<>> found_;  // by what entries call them
  std::map<std::pair<std::uint64_t, std::string>, std::size_t> numbers_;       // by mount and path
  std::set<std::size_t> for_reading_;
  std::set<std::size_t> with_all_below_;
  std::map<const Mount*, std::size_t> along_;
};

// The container's own root. One that cannot be located is none that it could have.
std::string own_root(Host& host, const Spec& spec, const MountTable& mounts) {
  const auto value = spec.find("/root/path");
  const auto text = value ? value->text() : Result<std::string_view>(Error{});
  if (!text || text->empty()) return "";
  std::string path(*text);
  if (!path.starts_with('/')) {
    if (spec.container().bundle.empty()) return "";
    path.insert(0, spec.container().bundle + '/');
  }
  const auto found = host.identify(path);
  const auto place = found ? placed(mounts, *found) : Result<Placed>(found.error());
  return place ? place->location.device + ' ' + place->location.path : std::string(kNothing);
}

// Says so at the first that is too much, and nothing is looked up.
bool asks_too_much(std::vector<Entry>& entries) {
  std::size_t binds = 0;
  for (Entry& entry : entries) {
    if (entry.asked.kind != MountKind::bind || ++binds <= kMostBinds) continue;
    entry.trouble = "a container can have " + std::to_string(kMostBinds) +
                    " bind mounts at the most; mount a directory that holds them";
    return true;
  }
  return false;
}

}  // namespace

Result<MountsFacts> Mounts::gather(Host& host, const Spec& spec, const Ceiling& ceiling) {
  Facts facts;
  facts.container = spec.container().id;
  std::vector<AskedMount> asked = TRY(asked_mounts(spec));
  for (AskedMount& mount : asked) facts.entries.push_back({std::move(mount), "", std::nullopt});
  if (asks_too_much(facts.entries)) return facts;
  Sources sources(host, facts);
  const bool any = sources.look_up();
  const HostPlaces places = TRY(any ? look_up_places(host, ceiling) : Result<HostPlaces>(HostPlaces{}));
  auto hosts = own_mounts(host).within("the mounts of this host");
  // Without /proc nothing of the container can be verified either.
  if (!any && !hosts && hosts.error().fault == Fault::absent) return facts;
  const MountTable mounts = TRY(std::move(hosts));
  // Of one that asks for nothing of the host, too: that it has nothing else is told by its root.
  facts.root = own_root(host, spec, mounts);
  if (!any) return facts;
  TRY(place_all(mounts, places, ceiling, facts));
  sources.locate_all(mounts);
  TRY(look_for_swap_files(host, mounts, facts).within("the swap files of this host"));
  if (sources.may_reach_a_socket()) look_for_sockets(host, mounts, facts);
  return facts;
}

std::vector<std::string> Mounts::judged_sources(const Facts& facts) {
  std::vector<std::string> judged;
  for (const Facts::Entry& entry : facts.entries) {
    if (entry.asked.kind != MountKind::bind) {
      judged.emplace_back();
    } else if (!entry.source) {
      judged.emplace_back(kNothing);
    } else {
      const Placed& source = facts.sources[*entry.source].reached.place;
      judged.push_back(token_of(source.location, source.stat));
    }
  }
  judged.push_back(facts.root);
  std::set<std::string> along;
  for (const Reached& one : facts.along) along.insert(token_of(one.place.location, one.place.stat));
  judged.insert(judged.end(), along.begin(), along.end());
  return judged;
}

}  // namespace hardened::controls
