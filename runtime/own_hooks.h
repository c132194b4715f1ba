// The hooks that we add to a bundle, beside those of the engine:
//
//   poststart   hardened-hook poststart ROOT    verifies again (verify.h)
//   poststop    hardened-hook poststop ROOT     removes the grant record
//
// The program stands beside our own, as hardened-hook. Where it is missing, or not root's alone, none are added and
// the decision record says so: a container is verified at its start all the same, and records are collected by later
// creates. ROOT is the runtime's root directory, which the state that a hook is given does not name.
//
// A request's entries of that name are taken out first and ours stand last, so that hardening twice changes
// nothing and nobody else's words reach the program.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controls/spec.h"
#include "core/base/host.h"
#include "core/doc/edit.h"

namespace hardened::runtime {

inline constexpr std::string_view kHookProgram = "hardened-hook";

// Its path, or why it cannot be used.
[[nodiscard]] Result<std::string> find_hook_program(Host& host);

// Adds to the edits what makes the document have our hooks.
void add_hooks(const controls::Spec& spec, const std::string& program, const std::string& root,
               doc::Edits& edits);

}  // namespace hardened::runtime
