// Which namespaces a bundle asks for, as far as other controls must know.
#pragma once

#include "controls/spec.h"
#include "core/base/result.h"

namespace hardened::controls {

struct NamespacesAsked {
  bool mount = false;  // one of its own, or one that it joins
  bool user = false;   // likewise
  // A user namespace of its own in which nobody is the host's root: no entry of the id mappings reaches
  // host id 0. Joining one by path is not its own, whatever that is.
  bool own_user = false;
};
[[nodiscard]] Result<NamespacesAsked> namespaces_asked(const Spec& spec);

}  // namespace hardened::controls
