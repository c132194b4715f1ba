// What the kernel does with calls under filters, seen from outside.
//
//   observe({ceiling, asked}, calls)      on one thread under both, the second loaded on top of the first
//   observe({granted}, calls)             on one thread under one
//
// Each in a process of its own. Where several filters say ERRNO, the one that was loaded last is heard (kernel,
// seccomp_run_filters): load the ceiling first and the request's errno stays.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/support/seccomp_compile.h"
#include "tests/support/seccomp_model.h"

namespace hardened::test {

enum class End : std::uint8_t { unseen, returned, trapped, thread_killed, process_killed, not_loaded };
struct Seen {
  End end = End::unseen;
  int code = 0;  // errno; 0 where the call succeeded
  friend bool operator==(const Seen&, const Seen&) = default;
};

// A call that ends its thread ends the run; the next one begins after it, at most `most_deaths` times.
[[nodiscard]] std::vector<Seen> observe(const std::vector<Program>& filters, const std::vector<Call>& calls,
                                        unsigned most_deaths);
// Does this kernel take 32-bit calls of a 64-bit process at all (CONFIG_IA32_EMULATION)?
[[nodiscard]] bool has_int80();

}  // namespace hardened::test
