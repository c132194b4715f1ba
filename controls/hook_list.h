// The hooks of a bundle, as they are asked for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controls/spec.h"
#include "core/base/result.h"

namespace hardened::controls {

// The six moments at which a runtime starts hooks (runtime-spec 1.3, config.md, POSIX-platform hooks). All but
// start_container are programs of the host that run as the runtime does, create_container too: it is in the container's
// mount namespace, but with the host's root.
enum class Stage : std::uint8_t {
  prestart,
  create_runtime,
  create_container,
  start_container,
  poststart,
  poststop
};
inline constexpr std::array<std::string_view, 6> kStages{"prestart",       "createRuntime", "createContainer",
                                                         "startContainer", "poststart",     "poststop"};
[[nodiscard]] inline std::string_view name(Stage stage) { return kStages[static_cast<std::size_t>(stage)]; }

// Which hook of a list it is, and which program.
struct HookId {
  Stage stage = Stage::prestart;
  std::size_t index = 0;  // in the list of its stage
  std::string path;       // "" where there is none
  std::vector<std::string> arguments;

  [[nodiscard]] std::string pointer() const;  // "/hooks/prestart/0"
  friend bool operator==(const HookId&, const HookId&) = default;
  friend bool operator<(const HookId& a, const HookId& b);
};

struct Hook {
  HookId id;
  std::optional<std::vector<std::string>> environment;  // nothing: it inherits the runtime's
  std::optional<std::int64_t> timeout;                  // seconds
};

[[nodiscard]] Result<std::vector<Hook>> hooks_asked(const Spec& spec);
// One of them, wherever it is written: {path, args, env, timeout}.
[[nodiscard]] Result<Hook> read_hook(const doc::Cursor& item);

}  // namespace hardened::controls
