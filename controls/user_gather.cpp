// Which groups of the host are meant, and which of its groups those of the container are.
#include <optional>

#include "controls/init_process.h"
#include "controls/namespaces_asked.h"
#include "controls/user.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::size_t kMostGroups = std::size_t{1024} * 1024;
constexpr std::size_t kMostMap = std::size_t{64} * 1024;

// The third field of "docker:x:998:ann,bob" (group(5)).
std::optional<std::uint32_t> gid_of(std::string_view line) {
  const std::size_t password = line.find(':', line.find(':') + 1);
  if (password == std::string_view::npos) return std::nullopt;
  line.remove_prefix(password + 1);
  unsigned long long gid = 0;
  if (!parse_decimal(line.substr(0, line.find(':')), gid) || gid > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(gid);
}

// A host without the file has no names.
Result<std::map<std::string, std::uint32_t>> groups_named(Host& host, const std::set<std::string>& names) {
  std::map<std::string, std::uint32_t> groups;
  const auto read = host.read("/etc/group", kMostGroups, Links::follow);
  if (!read && read.error().fault == Fault::absent) return groups;
  const File file = TRY(read);
  std::string_view text = file.bytes;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string name(line.substr(0, line.find(':')));
    const auto gid = gid_of(line);
    if (gid && names.count(name) != 0) groups.emplace(name, *gid);
  }
  return groups;
}

// Where nothing is known of the container's user namespace, its groups count as the host's.
Result<IdMap> mapped(Host& host, const Spec& spec) {
  if (spec.scope() == Scope::bundle) {
    const NamespacesAsked asked = TRY(namespaces_asked(spec));
    return asked.gids.value_or(IdMap::identity());
  }
  const Container& container = spec.container();
  const auto init = init_process(host, container.root, container.id);
  if (!init || !*init) return IdMap::identity();
  const auto text =
      host.read("/proc/" + std::to_string((*init)->process) + "/gid_map", kMostMap, Links::refuse);
  if (!text) return IdMap::identity();
  return parse_id_map(text->bytes);
}

}  // namespace

// Of a request without other groups nothing need be known.
Result<UserFacts> User::gather(Host& host, const Spec& spec, const Ceiling& ceiling) {
  Facts facts;
  const Grant request = TRY(read(spec, facts));
  if (request.groups.empty()) return facts;
  if (!ceiling.protected_names.empty()) facts.groups = TRY(groups_named(host, ceiling.protected_names));
  facts.gids = TRY(mapped(host, spec));
  return facts;
}

}  // namespace hardened::controls
