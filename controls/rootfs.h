// The root of the container: where it lies, whether it can be written to, and what mounts it passes on.
//
//   rootfs: {on_excess: narrow, readonly: optional, propagation: slave}
//
//   path         /root/path, from the bundle on. Any directory that is none of the host's own (root_place.h): engines keep
//                theirs where their data root is, bundles made by hand beside config.json. Another cannot be had
//                instead, so that a protected one is refused, whatever on_excess says but observe. So is one whose /dev is
//                a symbolic link: runc makes its own links below it by a path that is resolved on the host
//                (setupDevSymlinks; CVE-2026-41579)
//   readonly     required | optional. /root/readonly; absent means writable, which is every engine's default
//   propagation  private | slave | shared. /linux/rootfsPropagation, which the runtime gives to all mounts of the new
//                namespace before it makes the container's own (runc: prepareRoot). Absent is rslave to runc, rprivate to
//                crun. Without the r it is the root's own, and the other mounts stay as the host has them, shared as a rule;
//                only shared and rshared are more. Docker writes rslave and shared, for a volume that asks for it
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "controls/control.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

// By how much of what is mounted in there shows on the host, or the other way round. The strictest first.
enum class Propagation : std::uint8_t {
  unbindable,  // runbindable
  closed,      // rprivate
  slave,       // rslave, or nothing: from the host to the container
  root_alone,  // private, slave, unbindable: other mounts stay as on the host
  shared,      // shared, rshared: to the host as well
};

struct RootfsGrant {
  std::optional<std::string> path;  // as it is written; nothing: none
  Required readonly;
  Propagation propagation = Propagation::unbindable;

  friend bool operator==(const RootfsGrant&, const RootfsGrant&) = default;
  friend bool leq(const RootfsGrant& a, const RootfsGrant& b);
};

struct RootfsCeiling {
  bool readonly = true;
  Propagation propagation = Propagation::unbindable;
};

struct RootfsFacts {
  std::string path;    // as it is written
  std::string what{};  // why it cannot be one: "/etc of the host"; "" where it can
  std::string why{};
};

struct Rootfs {
  static constexpr std::string_view name = "rootfs";
  static constexpr std::array<std::string_view, 2> owned{"/root", "/linux/rootfsPropagation"};
  static constexpr std::array<std::string_view, 2> keys{"readonly", "propagation"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};
  using Needs = std::tuple<>;
  using Grant = RootfsGrant;
  using Ceiling = RootfsCeiling;
  using Facts = RootfsFacts;

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const std::tuple<>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{std::uint64_t{1} << 21U};  // CAP_SYS_ADMIN
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Rootfs>);

// "slave, from the host to the container"
[[nodiscard]] std::string_view told(Propagation propagation);

}  // namespace hardened::controls
