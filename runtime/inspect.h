// What the kernel holds of a container against what it was granted: a look, which changes nothing.
//
//   const Verification seen = inspect(host, root, "web");
//   if (seen.outcome == Verification::Outcome::above) ...      // it holds more: see seen.surpluses
//
// No policy is read. What was granted is the bundle's own document, known by the digest that create kept of it, and what
// updates granted since; each control reads its grant from there and from the kernel, and what is held may not be above what was granted. Of a
// container whose user code has begun, a control whose bound the container could lift by a capability that it was granted
// says nothing (Observed in controls/control.h), nor does one whose rule only observed.
//
// `status` shows it to people; verify.h is the same look, and ends what it finds.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"
#include "core/doc/value.h"
#include "runtime/kept.h"

namespace hardened::runtime {

// What one control found above its grant.
struct Surplus {
  std::string_view control;
  std::string words;   // "holds CAP_SYS_ADMIN (bounding)"
  std::string advice;  // "" where the low-level runtime is to blame
};

struct Verification {
  enum class Outcome : std::uint8_t {
    unreadable,  // it is ours, and what it holds cannot be told: `why`
    above,       // it holds more than it was granted
    as_granted,
    gone,       // no such process (any more): nothing to verify
    unmanaged,  // created without hardened, or before it verified
  };
  Outcome outcome = Outcome::unreadable;
  Error why;
  std::vector<Surplus> surpluses;
  std::optional<Kept> kept;
  std::unique_ptr<HeldProcess> process;  // that was looked at: whoever ends it means no other
  bool ended = false;                    // the process was sent SIGKILL; never by a look
  bool to_come =
      false;  // as granted, for what the kernel shows of a process that waits: the rest is for watch()
};

// The granted document itself, with what updates granted since laid over it; an error where that is no longer what create wrote.
[[nodiscard]] Result<doc::Document> granted_document(Host& host, const Promise& promise);

[[nodiscard]] Verification inspect(Host& host, const std::string& root, const std::string& id);

}  // namespace hardened::runtime
