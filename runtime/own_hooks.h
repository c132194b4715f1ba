// The hooks that we add to a bundle, beside those of the engine:
//
//   poststart   hardened-hook poststart ROOT    verifies (verify.h): of `run`
//               hardened-hook begun ROOT        verifies, once user code has begun: of `create`, where it has to
//   poststop    hardened-hook poststop ROOT     removes the grant record
//
// A program that the runtime starts is the dearest of what we do, so that it stands where it can find something. What
// was made by `create` is started by `start`, which is ours and looks first; an engine that would create with one
// program and start with another has left our mediation. What the kernel shows only behind that look is left to a hook:
// the AppArmor label, which execve(2) puts in force, and the filter that crun loads last under no_new_privs.
//
// The program stands beside our own, as hardened-hook. Where it is missing, or not root's alone, none are added and
// the decision record says so: a container is verified at its start all the same, and records are collected by later
// creates. ROOT is the runtime's root directory, which the state that a hook is given does not name.
//
// A request's entries of that name are taken out first and ours stand last, so that hardening twice changes
// nothing and nobody else's words reach the program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "controls/spec.h"
#include "core/base/host.h"
#include "core/doc/edit.h"
#include "runtime/plan.h"

namespace hardened::runtime {

inline constexpr std::string_view kHookProgram = "hardened-hook";

// Its path, or why it cannot be used.
[[nodiscard]] Result<std::string> find_hook_program(Host& host);

// What the hook of poststart looks at.
enum class Looks : std::uint8_t {
  always,    // all of it: nobody else looks
  if_begun,  // where user code has begun: what waits is looked at by our start
  never,     // there is none
};
[[nodiscard]] Looks looks_of(std::string_view call, const Grants& granted);

struct OwnHooks {
  std::string program;
  std::string root;
  Looks looks = Looks::always;
};

// Adds to the edits what makes the document have our hooks, and no other of our name.
void add_hooks(const controls::Spec& spec, const OwnHooks& hooks, doc::Edits& edits);

}  // namespace hardened::runtime
