// What the paths of a request lead to.
#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "controls/init_process.h"
#include "controls/namespaces.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kProc = "/proc/";
// Where Docker, podman and ip-netns(8) keep networks beside the containers that are in them.
constexpr std::array<std::string_view, 2> kNetworks{"/run/docker/netns", "/run/netns"};

// The process of /proc/4711/ns/net.
std::optional<std::uint32_t> process_of(std::string_view path, NameSpaceKind kind) {
  if (!path.starts_with(kProc)) return std::nullopt;
  path.remove_prefix(kProc.size());
  std::uint32_t process = 0;
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), process);
  if (error != std::errc()) return std::nullopt;
  path.remove_prefix(static_cast<std::size_t>(end - path.data()));
  return path == "/ns/" + std::string(file_of(kind)) ? std::optional(process) : std::nullopt;
}

// The directory that it stands in, without links, where nobody but root can change what it names.
std::optional<std::string> place_of(Host& host, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const auto directory = locate_trusted(host, slash == 0 ? "/" : path.substr(0, slash));
  return directory ? std::optional(directory->path) : std::nullopt;
}

// Where the runtimes of one engine keep their state, of its namespace: dockerd gives each runtime that it knows a directory of
// its own beside the others, /run/docker/runtime-<name>/moby.
std::vector<std::string> roots_of_the_engine(Host& host, const std::string& root) {
  constexpr std::string_view kRuntime = "runtime-";
  constexpr std::size_t kMostRuntimes = 256;
  std::vector<std::string> roots{root};
  const std::size_t space = root.rfind('/');
  const std::size_t runtime = space == std::string::npos || space == 0 ? space : root.rfind('/', space - 1);
  if (runtime == std::string::npos || root.compare(runtime + 1, kRuntime.size(), kRuntime) != 0) return roots;
  const auto names = host.list(root.substr(0, runtime), kMostRuntimes);
  if (!names) return roots;  // then it is one of this runtime's, or foreign
  for (const std::string& name : *names) {
    if (!name.starts_with(kRuntime)) continue;
    std::string other = root.substr(0, runtime + 1) + name + root.substr(space);
    if (other != root) roots.push_back(std::move(other));
  }
  return roots;
}

bool is_the_engines(Host& host, const std::string& root, std::uint32_t process) {
  if (root.empty()) return false;
  if (is_first_process(host, root, process)) return true;
  const std::vector<std::string> roots = roots_of_the_engine(host, root);
  return std::any_of(roots.begin() + 1, roots.end(),
                     [&](const std::string& other) { return is_first_process(host, other, process); });
}

struct Judgement {
  Sharing sharing;
  std::string_view why;
};

Judgement judge_known(Host& host, const std::string& root, NameSpaceKind kind, const std::string& path) {
  if (const auto process = process_of(path, kind)) {
    if (is_the_engines(host, root, *process)) return {Sharing::joined, "of a container of this engine"};
    return {Sharing::foreign, "of no container of this engine"};
  }
  const auto place = place_of(host, path);
  if (!place) return {Sharing::host, "others than root can change which it is"};
  const bool network = kind == NameSpaceKind::network && (*place == kNetworks[0] || *place == kNetworks[1]);
  if (network) return {Sharing::joined, "among the engine's networks"};
  return {Sharing::foreign, "of no container of this engine"};
}

Judgement judge(Host& host, const std::string& root, NameSpaceKind kind, const std::string& path) {
  // Whoever starts the runtime stands in a directory of his own choice.
  if (!path.starts_with('/')) return {Sharing::host, "it is not absolute"};
  const auto found = host.name_space(path);
  if (!found) return {Sharing::host, "nothing can be seen there"};
  // crun joins what it finds, of whatever kind.
  if (!*found || (*found)->kind != flag_of(kind))
    return {Sharing::host, "no namespace of that kind is there"};
  if (is_the_hosts(host, kind, **found)) return {Sharing::host, "it is the host's"};
  return judge_known(host, root, kind, path);
}

}  // namespace

Result<NamespacesFacts> Namespaces::gather(Host& host, const Spec& spec, const Ceiling& /*ceiling*/) {
  const NamespacesAsked asked = TRY(namespaces_asked(spec));
  Facts facts;
  for (std::size_t i = 0; i < kNameSpaceKinds; ++i) {
    const NameSpaceAsked& entry = asked.entries.at(i);
    JudgedNameSpace& judged = facts.kinds.at(i);
    judged.pointer = owned[0];
    if (!entry.index) continue;
    judged.pointer = doc::child(owned[0], *entry.index);
    judged.path = entry.path;
    judged.sharing = Sharing::own;
    if (entry.path.empty()) continue;
    const Judgement what = judge(host, spec.container().root, static_cast<NameSpaceKind>(i), entry.path);
    judged.sharing = what.sharing;
    judged.why = what.why;
  }
  return facts;
}

}  // namespace hardened::controls
