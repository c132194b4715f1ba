// no_new_privs: whether set-user-id programs and file capabilities may still raise what a process holds,
// prctl(2).
//
//   controls: {no_new_privileges: {on_excess: narrow, required: true}}
//
//   request   /process/noNewPrivileges; absent, null and false all mean "may raise"
//   ceiling   required: true | false   (shipped false, as Docker's daemon without --no-new-privileges)
//
// Docker writes nothing where the flag is not asked for, so an excess is always the engine's default
// (Change::by_default), which is never a reason to refuse: `on_excess: refuse` narrows here too.
// Absence means false in a process.json as well: runc and crun take the flag of an exec from its
// process document alone, whatever the container was created with.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>

#include "controls/control.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

struct NoNewPrivileges {
  static constexpr std::string_view name = "no_new_privileges";
  static constexpr std::array<std::string_view, 1> owned{"/process/noNewPrivileges"};
  static constexpr std::array<std::string_view, 1> keys{"required"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};

  using Needs = std::tuple<>;
  using Grant = Required;
  struct Ceiling {
    Required most;  // the zero value: required
  };
  using Facts = Unit;

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const std::tuple<>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{};
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<NoNewPrivileges>);

}  // namespace hardened::controls
