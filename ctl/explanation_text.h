// An explanation as a person reads it.
//
//   /tmp/config.json: create would be narrowed by /etc/hardened/policy.yaml; it asks for all of --privileged
//
//   control       asked                 ceiling         granted  rule            CIS
//   capabilities  CAP_SYS_ADMIN, …      docker-default  none     docker-default  5.4
//
//   why
//     capabilities: the ceiling is docker-default; ask for fewer capabilities, …
//   as asked: no_new_privileges, namespaces, …
#pragma once

#include <string>

#include "ctl/explanation.h"
#include "ctl/screen.h"

namespace hardened::ctl {

[[nodiscard]] std::string told(const Screen& screen, const Explanation& told, const Asked& asked);

}  // namespace hardened::ctl
