// Annotations: notes that a container carries, of which some are orders to whatever runs below us.
//
//   annotations: {on_excess: narrow, allow: ["*", -io.katacontainers.*]}
//   annotations: {on_excess: narrow, allow: [engine-default, "com.example.*"]}
//
//   request   /annotations, a map of names and texts, but for those that others own: seccomp's of crun
//             (seccomp_crun.h) and our own mark, io.hardened.* (runtime/mark.h)
//   ceiling   names, or the beginning of names and a `*`; with a `-` before it, what is taken away from the others.
//             `engine-default` are those that engines write of themselves
//
// To most readers they are text. What low-level runtimes do something about is above every ceiling, whatever is listed,
// since it stands beside all that the policy decides (runc features and crun features list them as potentially unsafe):
//
//   org.systemd.property.*   properties of the container's unit, from a tasks limit to what the host does when it fails
//   run.oci.*                crun: its handler, files that hooks write to, groups that are kept, a filter instead of ours
//   org.criu.*               what a restore does
//   krun.*, module.wasm*     crun: another kind of container
//   org.opencontainers.runc.* runc: on which processors an exec begins
//   bundle                   runc keeps annotations beside its own labels, of which this is one (libcontainer/utils)
//
// Of those a few are granted by their value, since engines write them into every container and they give nothing: podman's
// signal and time-out of a stop (up to what systemd takes where nobody says), and in which option a mount's label stands.
//
// Names are data: case counts, as it does to runc and crun. narrow drops an entry. Absence is the bottom.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "controls/control.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

struct AnnotationRule {
  std::string name;
  bool beginning = false;  // of more names
  bool taken = false;      // -NAME
};

struct Annotations {
  static constexpr std::string_view name = "annotations";
  static constexpr std::array<std::string_view, 1> owned{"/annotations"};
  static constexpr std::array<std::string_view, 1> keys{"allow"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};
  using Needs = std::tuple<>;

  using Note = std::pair<std::string, std::string>;  // a name and its text
  using Grant = Set<Note>;
  using Ceiling = std::vector<AnnotationRule>;
  struct Facts {
    Grant asked;  // of what is asked, what may be granted
  };

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts,
                                   const Earlier<Annotations>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const Earlier<Annotations>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{};
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Annotations>);

}  // namespace hardened::controls
