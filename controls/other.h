// What the specifications of engines never have: fields of other platforms, and of Linux those that reach the host itself.
//
//   other: {on_excess: refuse, allow: []}
//   other: {on_excess: refuse, allow: [/linux/personality]}
//
//   request   which of these fields there are
//   ceiling   which of them may be, whatever they say
//
//   /linux/intelRdt      resctrl groups: the host's processor caches and memory bandwidth, shared out by whoever asks
//   /linux/netDevices    network devices of the host, which go into the container and are gone from the host meanwhile
//   /linux/personality   what uname(2) says and how addresses are laid out (personality(2))
//   /vm, /windows, /solaris, /zos, /freebsd   of other platforms: runc and crun read none of them, another runtime may
//
// An object without a field grants nothing (but of intelRdt, which makes a group by being there), and neither does the personality that every process begins with, LINUX without
// flags: they are read as absent. A field is never taken out: an excess is refused.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>

#include "controls/control.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

struct Other {
  static constexpr std::string_view name = "other";
  static constexpr std::array<std::string_view, 8> owned{
      "/linux/intelRdt", "/linux/netDevices", "/linux/personality", "/vm", "/windows", "/solaris", "/zos",
      "/freebsd"};
  static constexpr std::array<std::string_view, 1> keys{"allow"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::observe};
  using Needs = std::tuple<>;
  using Grant = Flags;  // by their place in that list
  using Ceiling = Flags;
  using Facts = Unit;

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts, const Earlier<Other>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const Earlier<Other>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{};
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Other>);

}  // namespace hardened::controls
