// What a container was granted at its create, and what its first process holds of it now, for `explain`.
//
//   const HeldReport report = look_at_container(host, container);
//   report.seen.outcome == Outcome::above      // it holds more than it was granted
//
// What was asked is told by the decision log, where its line still stands there; what was granted by the document that the
// grant record names; what is held by the kernel (runtime/inspect.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"
#include "core/doc/value.h"
#include "ctl/containers.h"
#include "ctl/screen.h"
#include "runtime/inspect.h"

namespace hardened::ctl {

struct HeldControl {
  enum class State : std::uint8_t {
    as_granted,
    above,     // `words` say what
    observed,  // its rule only observed: nothing was promised
    untold,    // the container runs, and was granted a capability by which it can lift this bound itself
    unseen,    // nobody looked: it does not run, or cannot be read
  };
  std::string_view control;
  State state = State::unseen;
  std::string words;
  std::string advice;
  std::vector<doc::Member> granted;  // what the document says of it, by pointer
};

struct HeldReport {
  Container container;
  runtime::Verification seen;
  std::vector<HeldControl> controls;    // those above first; none where the granted document cannot be read
  std::optional<doc::Document> record;  // of its create, from the decision log
};
[[nodiscard]] HeldReport look_at_container(Host& host, const Container& container);

[[nodiscard]] std::string_view name(HeldControl::State state);
[[nodiscard]] std::string_view name(runtime::Verification::Outcome outcome);

[[nodiscard]] std::string told(const Screen& screen, const HeldReport& report);
[[nodiscard]] doc::Value json_of(const HeldReport& report);

}  // namespace hardened::ctl
