// The process document that exec's flags stand for.
//
//   runc exec --user 1000:1000 --env A=1 --cap CAP_SYS_ADMIN web sh -c id
//
// becomes the container's own process (the `process` of the grant record) with what the flags say laid over
// it, as JSON text that doc::read_json takes. Two runtimes, one document (read in their sources, August
// 2026):
//
//   flag                 runc                                     crun
//   args                 replaced                                 replaced
//   --cwd                replaced when not empty                  replaced
//   --env                appended to the container's              instead of the container's
//   --tty                always written, false when not given     the same
//   --user uid[:gid]     uid, and gid when given                  uid and gid (0), no additional groups
//   --additional-gids    appended                                 unknown flag
//   --cap                appended to bounding, effective and      instead of the container's, in all sets but
//                        permitted always; to inheritable until   inheritable (older: in all)
//                        1.1.1; to ambient always until 1.3,
//                        then only beside some inheritable
//   --apparmor           replaced when not empty                  replaced
//   --process-label      replaced when not empty                  replaced
//   --no-new-privs       as given; else the container's           true; else the container's
//
// Where they differ the document says the most that one of them would grant: it is what gets narrowed, and it
// is handed over only when it was. So --cap goes into all five sets, and env, caps and groups are appended.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/doc/value.h"
#include "runtime/invocation.h"

namespace hardened::runtime {

// `recorded` is the container's /process, an object. Errors: usage (a user that is no number), syntax (a
// recorded process of another shape).
[[nodiscard]] Result<std::string> process_of_flags(const Invocation& call, const doc::Value& recorded);

}  // namespace hardened::runtime
