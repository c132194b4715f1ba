// The hooks that we add to a bundle, beside those of the engine:
//
//   poststart   hardened-hook poststart ROOT    verifies (verify.h): of `run`
//   poststop    hardened-hook poststop ROOT     removes the grant record
//
// A program that the runtime starts is the dearest of what we do, so that it stands where it can find something. What
// was made by `create` is started by `start`, which is ours, looks first and leaves a watcher behind for what is final only
// later; an engine that would create with one program and start with another has left our mediation.
//
// The program stands beside our own, as hardened-hook. Where it is missing, or not root's alone, none are added and
// the decision record says so: a container is verified at its start all the same, and records are collected by later
// creates. ROOT is the runtime's root directory, which the state that a hook is given does not name.
//
// A request's entries of that name are taken out first and ours stand last, so that hardening twice changes
// nothing and nobody else's words reach the program.
#pragma once

#include <string>
#include <string_view>

#include "controls/spec.h"
#include "core/base/host.h"
#include "core/doc/edit.h"

namespace hardened::runtime {

inline constexpr std::string_view kHookProgram = "hardened-hook";

// Its path, or why it cannot be used.
[[nodiscard]] Result<std::string> find_hook_program(Host& host);

struct OwnHooks {
  std::string program;
  std::string root;
  bool looks = true;  // at poststart: no `start` of ours will
};

// Adds to the edits what makes the document have our hooks, and no other of our name.
void add_hooks(const controls::Spec& spec, const OwnHooks& hooks, doc::Edits& edits);

}  // namespace hardened::runtime
