// How one container stands: against what it was granted, against the kernel, and against today's policy.
//
//   const std::optional<Standing> one = standing_of(context, container, policies, {});
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ctl/again.h"
#include "ctl/containers.h"
#include "runtime/inspect.h"

namespace hardened::ctl {

// Worst first: this is the order in which they are shown. A container is of the first that is true of it.
enum class State : std::uint8_t {
  unmanaged,   // it did not start under hardened
  above,       // the kernel holds more of it than it was granted
  unreadable,  // what it holds, or what it was granted, cannot be told
  observed,    // its policy only observed, every control of it: nothing bounds it
  older,       // today's policy would not grant it, or a waiver that granted it no longer holds
  waived,      // a waiver holds
  as_granted,
};
[[nodiscard]] std::string_view name(State state);  // "above its grant"

struct Standing {
  Container container;
  State state = State::unmanaged;
  std::vector<runtime::Surplus> surpluses;
  std::string why;            // of unreadable; and of an older one, why today's policy cannot be asked
  bool older_policy = false;  // the policy's own text is another; what it names may be another all the same
  std::vector<Objection> today;  // what today's policy would take away
  std::vector<Waived> waivers;
  std::vector<std::string> observing;  // controls whose rule only observed: they bound nothing
};

// Nothing where the container ended meanwhile. Today's policy is what stands at the path of the one that it was granted
// under, or `policy` where one is named.
[[nodiscard]] std::optional<Standing> standing_of(Host& host, const Container& container, Policies& policies,
                                                  const std::optional<std::string>& policy);

// What there is to say of it, for people.
[[nodiscard]] std::string told(const Standing& one);
[[nodiscard]] doc::Value json(const Standing& one);

}  // namespace hardened::ctl
