// Is a pointer that a case expects something at one at which something can stand?
//
//   not_told_at("/linux/resources/pids/limt", asked)   // "no field of the specification, did you mean …?"
//   not_told_at("/annotations/org.example", asked)     // "": keys of maps are anybody's
//
// What is misspelt is never there: where nothing is expected, such a case would pass whatever is granted.
#pragma once

#include <string>
#include <string_view>

#include "controls/spec.h"

namespace hardened::ctl {

// Why nothing can be told of it; "" where it can. A field that the specification does not have, but the request has, is
// one that the policy may accept (accepted_fields).
[[nodiscard]] std::string not_told_at(std::string_view pointer, const controls::Spec& asked);

}  // namespace hardened::ctl
