// The files of engines that containers are given by them, among those of their directories that no container may see.
//
//   Docker       containers/<id>/hosts        of any container: --network container:X names X's
//                containers/<id>/mounts/…     secrets and configurations: of this container alone
//                volumes/<name>/_data         of everybody who may name the volume
//
// They are known by where they lie, never by where a container wants them: that is the user's word.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"

namespace hardened::controls {

enum class Engine : std::uint8_t { docker, podman, containerd };

struct EngineRoot {
  Engine engine = Engine::docker;
  std::string path;
  friend bool operator==(const EngineRoot&, const EngineRoot&) = default;
};
// Those that an engine other than Docker has unless its own settings say otherwise; Docker's are the policy's word.
[[nodiscard]] const std::vector<EngineRoot>& usual_engine_roots();

// Is this one of them? `path` is relative to the root ("containers/4f1c/hosts"), `container` whose request it is.
[[nodiscard]] bool is_engine_file(Engine engine, std::string_view path, std::string_view container,
                                  const Stat& stat);
// The directory of a volume itself: what an engine mounts for a driver of volumes is mounted there.
[[nodiscard]] bool is_volume(Engine engine, std::string_view path);

}  // namespace hardened::controls
