#include "controls/mount_engines.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/text.h"

namespace hardened::controls {
namespace {

enum class Of : std::uint8_t { any, own };
enum class What : std::uint8_t { file, directory, anything };

// `*` is any name, `#` the id of a container, `**` at the end whatever is below.
struct Pattern {
  Engine engine;
  std::string_view path;
  Of of;
  What what;
};
constexpr std::array kPatterns{
    Pattern{Engine::docker, "containers/#/hosts", Of::any, What::file},
    Pattern{Engine::docker, "containers/#/hostname", Of::any, What::file},
    Pattern{Engine::docker, "containers/#/resolv.conf", Of::any, What::file},
    Pattern{Engine::docker, "containers/#/mounts/shm", Of::any, What::directory},
    Pattern{Engine::docker, "containers/#/mounts/**", Of::own, What::anything},
    Pattern{Engine::docker, "plugins/*/propagated-mount", Of::any, What::directory},
    Pattern{Engine::docker, "buildkit/executor/*", Of::any, What::file},
    // Podman: below its graphroot and its runroot.
    Pattern{Engine::podman, "overlay-containers/#/userdata/hosts", Of::any, What::file},
    Pattern{Engine::podman, "overlay-containers/#/userdata/hostname", Of::any, What::file},
    Pattern{Engine::podman, "overlay-containers/#/userdata/resolv.conf", Of::any, What::file},
    Pattern{Engine::podman, "overlay-containers/#/userdata/shm", Of::any, What::directory},
    Pattern{Engine::podman, "overlay-containers/#/userdata/**", Of::own, What::anything},
    // The sandboxes of Kubernetes: of another id than that of the container in it.
    Pattern{Engine::containerd, "io.containerd.grpc.v1.cri/sandboxes/*/hosts", Of::any, What::file},
    Pattern{Engine::containerd, "io.containerd.grpc.v1.cri/sandboxes/*/hostname", Of::any, What::file},
    Pattern{Engine::containerd, "io.containerd.grpc.v1.cri/sandboxes/*/resolv.conf", Of::any, What::file},
    Pattern{Engine::containerd, "io.containerd.grpc.v1.cri/sandboxes/*/shm", Of::any, What::directory},
};

std::string_view take(std::string_view& path) {
  const std::string_view name = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(name.size() + 1, path.size()));
  return name;
}

bool is_number(std::string_view text) {
  unsigned long long value = 0;
  return parse_decimal(text, value);
}

// Under userns-remap the data root has a directory of its own for each mapping: "100000.100000". Root of it is that user.
std::optional<std::uint32_t> take_mapped(std::string_view& path) {
  std::string_view rest = path;
  const std::string_view name = take(rest);
  const std::size_t dot = name.find('.');
  unsigned long long user = 0;
  if (dot == std::string_view::npos || !parse_decimal(name.substr(0, dot), user) ||
      !is_number(name.substr(dot + 1)) || user > UINT32_MAX)
    return std::nullopt;
  path = rest;
  return static_cast<std::uint32_t>(user);
}

bool matches(std::string_view pattern, std::string_view path, std::string_view container) {
  const bool any = container.empty();
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = take(pattern);
    if (wanted == "**") return true;
    const std::string_view name = take(path);
    const bool right = wanted == "*" || (wanted == "#" ? any || name == container : name == wanted);
    if (name.empty() || !right) return false;
  }
  return pattern.empty() && path.empty();
}

bool is_of_type(const Stat& stat, What what) {
  switch (what) {
    case What::file: return stat.type == Stat::Type::file;
    case What::directory: return stat.type == Stat::Type::directory;
    case What::anything: return stat.type == Stat::Type::file || stat.type == Stat::Type::directory;
  }
  return false;
}

}  // namespace

const std::vector<EngineRoot>& usual_engine_roots() {
  static const std::vector<EngineRoot> roots{{Engine::podman, "/var/lib/containers/storage"},
                                             {Engine::podman, "/run/containers/storage"},
                                             {Engine::containerd, "/var/lib/containerd"},
                                             {Engine::containerd, "/run/containerd"}};
  return roots;
}

bool is_volume(Engine engine, std::string_view path) {
  if (engine == Engine::docker) take_mapped(path);
  return engine != Engine::containerd && matches("volumes/*/_data", path, "");
}

bool is_engine_file(Engine engine, std::string_view path, std::string_view container, const Stat& stat) {
  const std::string_view whole = path;
  if (is_volume(engine, whole)) return true;
  const auto mapped = engine == Engine::docker ? take_mapped(path) : std::nullopt;
  if (engine != Engine::containerd && matches("volumes/*/_data/**", path, "")) return true;
  if (stat.uid != 0 && (!mapped || stat.uid != *mapped)) return false;
  return std::any_of(kPatterns.begin(), kPatterns.end(), [&](const Pattern& one) {
    if (one.engine != engine || !is_of_type(stat, one.what)) return false;
    // Of nobody in particular, nothing is its own.
    if (one.of == Of::own && container.empty()) return false;
    return matches(one.path, path, one.of == Of::own ? container : "");
  });
}

}  // namespace hardened::controls
