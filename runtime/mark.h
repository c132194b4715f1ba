// The annotation that we leave on a container (kMark in plan.h).
#pragma once

#include <string>

#include "controls/spec.h"

namespace hardened::runtime {

// Takes every `io.hardened.*` annotation of the request out and writes ours; no edit where ours is
// the only one there already, so that hardening twice changes nothing.
void write_mark(const controls::Spec& spec, const std::string& policy_id, controls::SpecEdits& edits);

}  // namespace hardened::runtime
