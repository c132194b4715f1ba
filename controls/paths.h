// Paths below /proc and /sys that a container does not see (masked) or cannot write (readonly).
//
//   paths: {on_excess: narrow, masked: [docker-default, /proc/x], readonly: [docker-default]}
//
// What the policy names is added to what the request covers; the request's own entries stay, with their
// bytes. `docker-default` is the list of today's Docker; an older Docker's shorter one is completed, and
// marked as asked by default. For the masked paths it includes the thermal_throttle directories of those
// CPUs of the host that have one.
//
// Absence (and null: --privileged, --security-opt systempaths=unconfined) covers nothing: the top.
// Paths are compared after lexical cleaning; an entry that is relative or has ".." covers nothing that
// we could name. A runtime masks only in a mount namespace: a request without one is refused.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "controls/control.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

struct PathsGrant {
  Cover<std::string> masked;
  Cover<std::string> readonly;

  friend bool operator==(const PathsGrant&, const PathsGrant&) = default;
  friend bool leq(const PathsGrant& a, const PathsGrant& b);
  friend PathsGrant meet(const PathsGrant& a, const PathsGrant& b);
};

// The zero value covers everything, which no runtime can do: it refuses every request.
struct PathsCeiling {
  Cover<std::string> masked;
  Cover<std::string> readonly;
  bool of_each_cpu = false;  // docker-default is among the masked: the thermal_throttle directories too
};

struct PathsFacts {
  bool mount_namespace = false;
  std::vector<std::string> of_each_cpu;  // /sys/devices/system/cpu/cpu0/thermal_throttle, …
};

struct Paths {
  static constexpr std::string_view name = "paths";
  static constexpr std::array<std::string_view, 2> owned{"/linux/maskedPaths", "/linux/readonlyPaths"};
  static constexpr std::array<std::string_view, 2> keys{"masked", "readonly"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};
  using Needs = std::tuple<>;
  using Grant = PathsGrant;
  using Ceiling = PathsCeiling;
  using Facts = PathsFacts;

  static Result<Grant> read(const Spec& spec, const Facts& facts);
  static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  static Grant bound(const Ceiling& ceiling, const Facts& facts, const Earlier<Paths>& earlier);
  static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                               const Earlier<Paths>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{std::uint64_t{1} << 21U};  // CAP_SYS_ADMIN
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Paths>);

}  // namespace hardened::controls
