// The resources document that update's flags stand for.
//
//   runc update --memory 512m --pids-limit 100 web     {"memory":{"limit":536870912},"pids":{"limit":100}}
//
// Only what was given: in this document absence means *kept*. As in runc, a size is a number with an optional
// fraction and one of k, m, g, t, p (powers of 1024, with an optional b or ib behind, in any case), and -1 is
// no limit; a flag with an empty value was not given. crun reads the digits alone ("512m" is 512 bytes):
// never more.
//
// --l3-cache-schema and --mem-bw-schema stand in no resources document; they stay flags, and guarded.
#pragma once

#include <string>

#include "core/base/result.h"
#include "runtime/invocation.h"

namespace hardened::runtime {

// Errors: usage, for what is no number of the flag's kind, or one that runc would cut down to its size.
[[nodiscard]] Result<std::string> resources_of_flags(const Invocation& call);

}  // namespace hardened::runtime
