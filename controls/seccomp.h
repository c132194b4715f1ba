// Seccomp: which system calls a container may make, linux.seccomp.
//
//   controls: {seccomp: {on_excess: narrow, profile: default}}
//   controls: {seccomp: {on_excess: narrow, profile: /etc/hardened/seccomp.json}}
//
//   request   /linux/seccomp; absent, null or {} is unconfined: no filter at all, the top
//   ceiling   a profile of Docker's format (profiles/seccomp/parse.h), `default` or a file of root's, resolved
//             for this machine and for the bounding set that is *granted*: a container that loses
//             CAP_SYS_ADMIN loses mount(2) with it
//   grant     the meet of both (profiles/seccomp/meet.h); an unconfined request gets the ceiling whole. A
//             request that asks for nothing above the ceiling keeps its bytes
//
// Refused, since there is nothing to narrow it to: a listener (listenerPath, SCMP_ACT_NOTIFY), which hands
// a container's calls to a process outside that may answer them as it likes.
//
// What only an older engine's default profile has above the ceiling is marked as asked by default.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "controls/capabilities.h"
#include "controls/control.h"
#include "profiles/seccomp/order.h"
#include "profiles/seccomp/resolve.h"

namespace hardened::controls {

struct Seccomp {
  static constexpr std::string_view name = "seccomp";
  static constexpr std::array<std::string_view, 1> owned{"/linux/seccomp"};
  static constexpr std::array<std::string_view, 1> keys{"profile"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};

  using Needs = std::tuple<Capabilities>;
  using Grant = seccomp::Profile;
  struct Ceiling {
    std::string file;  // absolute; "" is the shipped profile
  };
  struct Facts {
    seccomp::Machine machine;
    // Nothing for a call that carries no profile; bounds everything away then.
    std::shared_ptr<const seccomp::DockerProfile> profile;
  };

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts,
                                   const Earlier<Seccomp>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const Earlier<Seccomp>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);
};

}  // namespace hardened::controls
