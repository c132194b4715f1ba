// What a process runs, and where it begins: only the second is bounded.
//
//   command: {on_excess: refuse}
//
//   request   /process/args, env, cwd and terminal, of a container's first process and of each exec
//   ceiling   a working directory that is the container's own
//
// What runs and with which environment is the container's own business: none of it is read by the runtime before it is
// inside, and nothing of it reaches our own environment. Where it begins is the runtime's: between the two file systems it
// changes to that directory, and one that names a descriptor of its own is a place of the host (CVE-2024-21626:
// /proc/self/fd/7). So the directory is an absolute path without "..", and none of a process: /proc/self, thread-self or
// a number, and /dev/fd, which is a link to there.
//
// A link in the image, or in a volume, may still lead to one: nobody can tell before the runtime is there. observe does: of a
// container that waits, the working directory lies on one of its own mounts, or it is refused its start. runc from 1.1.12 on
// looks itself, for exec too.
//
// A directory is never exchanged for another: an excess is refused.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>

#include "controls/control.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

// Where a process begins, as far as that is beyond its container. Inside is the bottom; two places beyond have no order.
struct Beginning {
  std::string beyond;  // "" for inside
  friend bool operator==(const Beginning&, const Beginning&) = default;
  friend bool leq(const Beginning& a, const Beginning& b) { return a.beyond.empty() || a == b; }
};

struct Command {
  static constexpr std::string_view name = "command";
  static constexpr std::array<std::string_view, 4> owned{"/process/args", "/process/env", "/process/cwd",
                                                         "/process/terminal"};
  static constexpr std::array<std::string_view, 0> keys{};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::observe};
  using Needs = std::tuple<>;
  using Grant = Beginning;
  using Ceiling = Unit;
  using Facts = Unit;

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts,
                                   const Earlier<Command>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const Earlier<Command>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{};
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Command>);

}  // namespace hardened::controls
