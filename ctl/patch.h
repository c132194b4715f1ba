// The edits of a plan as a JSON patch (RFC 6902), for `explain --diff`.
//
//   const doc::Value patch = TRY(patch_of(document, plan.edits));
//   [{"op":"remove","path":"/linux/devices/3"},{"op":"add","path":"/linux/devices/-","value":…}]
//
// Edits name places of the source; an operation of a patch names those of what the ones before it left. So in each list
// what is replaced comes first, then what goes, from the last item to the first, and then what is added at its end.
#pragma once

#include "core/doc/edit.h"
#include "core/doc/value.h"

namespace hardened::ctl {

// Applied to the document it gives what doc::apply() gives. Errors: as there.
[[nodiscard]] Result<doc::Value> patch_of(const doc::Document& document, const doc::Edits& edits);

}  // namespace hardened::ctl
