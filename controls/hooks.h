// Hooks: programs that the runtime starts beside the container, as root of the host.
//
//   hooks:
//     on_excess: refuse
//     start_container: allowed
//     allow:
//       - engine-default
//       - host-default
//       - {path: /usr/bin/nvidia-container-runtime-hook, stages: [prestart], args: [nvidia-container-runtime-hook],
//          env: [NVIDIA_CTK_DEBUG], timeout: 120, brings: "the NVIDIA devices that the image asks for"}
//
//   engine-default   what dockerd up to 27 adds to a container with a network of its own: itself (/proc/<pid>/exe) as
//                    libnetwork-setkey, at prestart, with the id of this container, or, for a step of a build, with one
//                    that it gave to the step's network. By identity: what that process runs is the file of the host's
//                    own /…/dockerd, so that a container's process, whose file looks like root's as well, is none
//   host-default     what root's files in the hook and device directories of the host name (hooks_declared.h), word for word
//   {path, …}        a program; `stages` bounds when (all but startContainer), `args` how its arguments begin (absent: its
//                    own name), `env` what it may be given: LANG (any value), LANG=C (that one), or `inherited`;
//                    `timeout` how many seconds it may take; `brings`, for people, what it gives a container
//   start_container  allowed | refused: hooks of that stage are run by the container's own process, in its namespaces,
//                    under its filter, with its capabilities (runc: standard_init_linux.go, after the exec fifo; crun:
//                    container_init, behind libcrun_apply_seccomp). They are no more than process.args is, so their
//                    path, which is the container's, is free
//
// A program has to be root's and not writable by others, as has each directory on the way to it (locate_trusted).
// What is not allowed is refused; no hook is ever taken out, since those that expect it would run into what it
// was to prepare. Of an allowed one the environment and the time are narrowed: they are the engine's or the
// host's words, not a user's, so that this is no reason to refuse (Change::by_default). What `engine-default` and
// `host-default` allow is left as it is, byte for byte: to inherit the runtime's environment is to have the
// engine's, which no container writes.
//
// Our own hooks (runtime/own_hooks.h) are not judged: those whose path is the very program beside ours, root's alone, are
// passed over here and written anew there. Another program of that name is judged as any other.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "controls/control.h"
#include "controls/hook_list.h"
#include "controls/hook_powers.h"

namespace hardened::controls {

struct HooksGrant {
  std::map<HookId, HookPowers> hooks;

  friend bool operator==(const HooksGrant&, const HooksGrant&) = default;
  friend bool leq(const HooksGrant& a, const HooksGrant& b);
  friend HooksGrant meet(const HooksGrant& a, const HooksGrant& b);
};

struct HookRule {
  std::string path;
  Flags stages;
  std::vector<std::string> arguments;  // what its own begin with; none: the name of the program
  bool inherits = false;
  std::vector<std::string> environment;
  AtMost seconds = AtMost::unlimited();
  std::string brings;
};

struct HooksCeiling {
  bool engine_default = false;
  bool host_default = false;
  bool start_container = false;
  std::vector<HookRule> rules;
};

struct HooksFacts {
  struct Asked {
    Hook hook;
    bool ours = false;
    bool engines = false;
    bool declared = false;  // by the host's own files
    std::string program;    // where its path leads to; "" where that cannot be trusted
    std::string distrust;   // and then why
  };
  std::vector<Asked> asked;
};

struct Hooks {
  static constexpr std::string_view name = "hooks";
  static constexpr std::array<std::string_view, 1> owned{"/hooks"};
  static constexpr std::array<std::string_view, 2> keys{"allow", "start_container"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::observe};
  using Needs = std::tuple<>;
  using Grant = HooksGrant;
  using Ceiling = HooksCeiling;
  using Facts = HooksFacts;

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const std::tuple<>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  // Which hooks a container was made with, nobody but the runtime's own state tells: they are held as granted.
  static constexpr Flags lifted_by{};
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Hooks>);

}  // namespace hardened::controls
