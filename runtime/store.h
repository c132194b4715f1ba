// Puts what was granted where the runtime will read it: in the bundle, behind the grant record, or in what is handed over.
//
//   const std::optional<Document> handed = TRY(store(service, judged));
//
// A call without a document has none to store. Profiles are loaded first: nothing may be written that starts a container
// whose profile the kernel does not hold.
#pragma once

#include <optional>

#include "runtime/handoff.h"
#include "runtime/service.h"

namespace hardened::runtime {

[[nodiscard]] Result<std::optional<Document>> store(const Service& service, const Judged& judged);

}  // namespace hardened::runtime
