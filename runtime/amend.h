// What updates granted since create: laid over the granted document, so that what they raised within the policy is not
// taken for more than was granted.
//
//   TRY(amend(host, root, "web", granted_resources));    // an update is about to be handed on
//
// It stands in the grant record, as one document of /linux/resources. An update that the runtime then refuses leaves its
// grant there all the same: it was granted, and what create granted is held against nobody (inspect.cpp).
#pragma once

#include <string>

#include "core/base/host.h"
#include "core/doc/value.h"

namespace hardened::runtime {

// `above` over `below`, member by member. As runc and crun take an update: what is null or 0 is left as it is, and so are
// lists.
[[nodiscard]] doc::Value laid_over(const doc::Value& below, const doc::Value& above);

// A container without a record, or of whom nothing was promised, has none to amend.
[[nodiscard]] Done amend(Host& host, const std::string& root, const std::string& id,
                         const doc::Value& resources);

}  // namespace hardened::runtime
