// Is this request what `docker run --privileged` makes?
//
// Privileged is no field of the specification: engines turn it into many wide requests, and each
// control narrows its own. It is recognised for the record ("asked privileged, ran bounded") and for
// the rule `privileged: {on_excess: refuse}`, nothing else.
#pragma once

#include "controls/spec.h"

namespace hardened::runtime {

// bundle: the capabilities that only --privileged gives together, every device allowed, and neither
// masked nor read-only paths. process (exec --privileged): those capabilities alone.
[[nodiscard]] bool asks_privileged(const controls::Spec& spec);

}  // namespace hardened::runtime
