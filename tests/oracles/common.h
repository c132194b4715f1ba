// What the oracles share: the meet in question, the seed, the search for a failing pair and its shrinking.
//
//   HARDENED_ORACLE_SEED=7 build/release/tests/oracles/oracle_programs       one seed
//   HARDENED_ORACLE_PAIRS=100000 …                                           more pairs than 10,000
//   HARDENED_ORACLE_FAILURES=5 …              goes on after the first failing pair
//
// A failing pair prints the seed, both profiles and the meet as JSON, the call, and the three answers, after
// rules have been dropped for as long as it still fails.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "tests/support/seccomp_judge.h"

namespace hardened::test {

// The one switch: what is asked of seccomp::meet.
inline constexpr Demand kDemand = Demand::exact;

using Meet = std::function<Three(const Pair&)>;
[[nodiscard]] Three real_meet(const Pair& pair);

[[nodiscard]] std::uint64_t seed();
[[nodiscard]] std::size_t pairs();

struct Failure {
  Three three;
  Call call;
  std::string what;  // with the answers
};
// What an oracle says of one pair: nothing where it agrees. `calls` empty: it draws its own.
using Oracle = std::function<std::optional<Failure>(const Three& three, const std::vector<Call>& calls)>;

// By the words; by the programs. Both look at every call and at the same with high bits set.
[[nodiscard]] std::optional<Failure> ask_words(Demand demand, const Three& three,
                                               const std::vector<Call>& calls);
[[nodiscard]] std::optional<Failure> ask_programs(Demand demand, const Three& three,
                                                  const std::vector<Call>& calls);

// By the kernel: the calls that are harmless are made on a thread under the request's filter on top of the ceiling's,
// and on another under the meet's.
[[nodiscard]] std::optional<Failure> ask_kernel(Demand demand, const Three& three,
                                                const std::vector<Call>& calls);
// Are the programs of both inputs what their words say? Where not, libseccomp has a defect (known_defect), and there
// is nothing that the meet of the words could be compared with.
[[nodiscard]] bool is_sound(const Judge& judge, const Programs& programs, const Call& call);

// How often it was asked, so that a search that compares nothing fails.
struct Searched {
  std::size_t calls = 0;
  std::size_t pairs = 0;  // without those of which runc refuses a side: two answers to one condition
  std::string failure;    // "" or all that a person needs
};
[[nodiscard]] Searched search(const Meet& meet, const Oracle& oracle, std::size_t count);
[[nodiscard]] std::string report(const Failure& failure, std::uint64_t pair_seed);
// Drops rules, names, conditions and architectures of both sides while the oracle still fails at that call.
[[nodiscard]] Failure shrunk(const Meet& meet, const Oracle& oracle, Failure failure);

}  // namespace hardened::test
