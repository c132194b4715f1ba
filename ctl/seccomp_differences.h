// In what two profiles differ, call by call and argument by argument.
//
//   differences(a, b)      {{"keyctl", "", "allowed", "EPERM", More::first},
//                           {"socket", "argument 0 is 40", "EPERM", "allowed", More::second}}
//
// What is compared is what rules mean (profiles/seccomp/views.h). Where they mean the same, and one of the two lets more
// through than it means, since the kernel reads less than its filter compares or libseccomp gets its rules wrong,
// that is a difference too. None at all: each lets through what the other does, and denies it with the same words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "profiles/seccomp/profile.h"

namespace hardened::ctl {

enum class More : std::uint8_t {
  first,
  second,
  neither
};  // who allows more; neither: what is denied is told otherwise

struct Difference {
  std::string what;  // a call, or in brackets what is none: "(calls that neither names)"
  std::string when;  // for which of its arguments; "" for all
  std::string first;
  std::string second;
  More more = More::neither;
};

// Both for one machine. Those in which the first allows more come first.
[[nodiscard]] std::vector<Difference> differences(const seccomp::Profile& first,
                                                  const seccomp::Profile& second);

// One difference for all calls that have the same, their names behind one another.
[[nodiscard]] std::vector<Difference> gathered(const std::vector<Difference>& all);

[[nodiscard]] doc::Value document_of(const std::vector<Difference>& all);

}  // namespace hardened::ctl
