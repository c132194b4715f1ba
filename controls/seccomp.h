// Seccomp: which system calls a container may make, linux.seccomp.
//
//   controls: {seccomp: {on_excess: narrow, profile: default, architectures: requested}}
//   controls: {seccomp: {on_excess: narrow, profile: /etc/hardened/seccomp.json, architectures: native}}
//   controls: {seccomp: {on_excess: narrow, profile: default, architectures: native, also: [clone, unshare]}}
//
//   request   /linux/seccomp; absent, null or {} is unconfined: no filter at all, the top
//   ceiling   a profile of Docker's format (profiles/seccomp/parse.h), `default`, `strict` (the same without
//             modify_ldt and what types into terminals, profiles/seccomp/strict.json) or a file of root's; `also` are
//             calls that are allowed beside it, whatever their arguments. It is resolved for this machine and for the bounding set that is *granted*: a container that loses
//             CAP_SYS_ADMIN loses mount(2) with it. `architectures: native` takes the other architectures of
//             the profile away (the 32-bit calls of x86): socketcall(2) there hides its arguments from every
//             condition, and a filter for one architecture is made in a fraction of the time
//   grant     the meet of both (profiles/seccomp/meet.h); an unconfined request gets the ceiling whole. A
//             request that asks for nothing above the ceiling keeps its bytes
//
// Refused, since there is nothing to narrow it to: a listener (listenerPath, SCMP_ACT_NOTIFY), which hands
// a container's calls to a process outside that may answer them as it likes. crun's annotations that say the
// same, or bring a filter past the section, are never granted (seccomp_crun.h).
//
// What only an older engine's default profile has above the ceiling is marked as asked by default, and so are
// the architectures of the host's own profile where native takes them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "controls/capabilities.h"
#include "controls/control.h"
#include "controls/no_new_privileges.h"
#include "controls/seccomp_crun.h"
#include "controls/seccomp_known.h"
#include "profiles/seccomp/order.h"
#include "profiles/seccomp/resolve.h"

namespace hardened::controls {

struct Seccomp {
  static constexpr std::string_view name = "seccomp";
  static constexpr std::array<std::string_view, 5> owned{"/linux/seccomp", CrunSeccomp::pointers[0],
                                                         CrunSeccomp::pointers[1], CrunSeccomp::pointers[2],
                                                         CrunSeccomp::pointers[3]};
  static constexpr std::array<std::string_view, 3> keys{"profile", "architectures", "also"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};

  using Needs = std::tuple<Capabilities, NoNewPrivileges>;
  struct Grant {
    seccomp::Profile profile;
    CrunSeccomp crun;
    friend bool operator==(const Grant& a, const Grant& b) {
      return a.profile == b.profile && a.crun == b.crun;
    }
    friend bool leq(const Grant& a, const Grant& b) {
      return leq(a.profile, b.profile) && leq(a.crun, b.crun);
    }
  };
  enum class Architectures : std::uint8_t { native, requested };
  enum class Shipped : std::uint8_t { strict, standard };
  struct Ceiling {
    std::string file;                   // absolute; "" is a shipped profile:
    Shipped shipped = Shipped::strict;  // this one
    Architectures architectures = Architectures::native;
    std::vector<std::string> also{};
  };
  struct Facts {
    seccomp::Machine machine;
    // Of a call that carries no profile everything is bounded away.
    bool carries = false;
    std::shared_ptr<const seccomp::DockerProfile> file{};  // the ceiling's, where it is not a shipped one
    std::optional<std::string> own_filter{};  // of a request that carries a program (seccomp_crun.h)
    std::string question{};            // digest of the section, the ceiling, the machine and libseccomp
    std::optional<KnownMeet> known{};  // what became of it before (seccomp_known.h)
  };

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts,
                                   const Earlier<Seccomp>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const Earlier<Seccomp>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{};
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Seccomp>);

// What profiles are resolved for; Fault::policy for a machine that has no seccomp.
[[nodiscard]] Result<seccomp::Machine> machine_of(const Kernel& kernel);

}  // namespace hardened::controls
