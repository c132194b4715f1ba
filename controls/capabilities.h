// Capabilities: which of root's powers a process may hold, capabilities(7).
//
//   controls: {capabilities: {on_excess: narrow, ceiling: [docker-default, -MKNOD, NET_ADMIN]}}
//
//   request   /process/capabilities: five lists of names, "CAP_" and upper case, as runc reads them. A name
//             that is no capability is a syntax error: runc ignores it with a warning, crun takes
//             lower-case ones, so that two readers would see two requests.
//   ceiling   entries in order: docker-default, all, none, and names with or without CAP_; -X takes X
//             (a name or a set) out again. One set bounds all five lists.
//
// An absent object is *none* at create; it is written as {} even when nothing was narrowed, since runc
// up to 1.2 reads none there and runc from 1.3 on all that it has itself. In a process.json absence
// means what the container has, and nothing is written. Absent lists within the object are empty.
//
// Cutting all five lists with the same set keeps what runc demands of them: effective within
// permitted, ambient within inheritable and permitted (else `unable to apply caps`).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>

#include "controls/control.h"
#include "core/lattice/shapes.h"
#include "profiles/capability_names.h"

namespace hardened::controls {

// The five sets of a process, in the order of the specification's lists.
struct CapabilitySets {
  static constexpr std::array<std::string_view, 5> names{"bounding", "effective", "permitted", "inheritable",
                                                         "ambient"};
  std::array<Flags, 5> sets{};  // by the numbers of profiles/capability_names.h

  [[nodiscard]] Flags bounding() const { return sets[0]; }
  [[nodiscard]] Flags any() const;  // in at least one of the sets

  friend bool operator==(const CapabilitySets&, const CapabilitySets&) = default;
  friend bool leq(const CapabilitySets& a, const CapabilitySets& b);
  friend CapabilitySets meet(const CapabilitySets& a, const CapabilitySets& b);
};

// What Docker grants when nothing is asked for: the mask of moby's default list of 14.
inline constexpr Flags kDockerDefaultCapabilities{0xa80425fb};
inline constexpr Flags kAllCapabilities{(std::uint64_t{1} << kCapabilityNames.size()) - 1};
static_assert(kDockerDefaultCapabilities.count() == 14);

struct Capabilities {
  static constexpr std::string_view name = "capabilities";
  static constexpr std::array<std::string_view, 1> owned{"/process/capabilities"};
  static constexpr std::array<std::string_view, 1> keys{"ceiling"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};

  using Needs = std::tuple<>;
  using Grant = CapabilitySets;
  struct Ceiling {
    Flags most;
  };
  using Facts = Unit;

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const std::tuple<>& earlier);
  // Takes names out, item by item: those that stay keep their bytes and their order.
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{};
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Capabilities>);

}  // namespace hardened::controls
