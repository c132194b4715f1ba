// Drawn seccomp profiles, rich in arguments, and the calls at which two of them are compared.
//
//   Dice dice(seed);
//   const Pair pair = draw_pair(dice);                  mostly related: one is the other after some edits
//   for (const Call& call : corners(dice, pair)) …      canonical calls around every value that the two name
//   with_high_bits(dice, call)                          the same to the kernel, other bits set in its ints
//
// A generator of our own, not rapidcheck's: thousands of pairs in seconds, and a seed that draws the same
// pair on its own.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "profiles/seccomp/profile.h"
#include "tests/support/seccomp_model.h"

namespace hardened::test {

inline constexpr seccomp::Architecture kOwn = seccomp::Architecture::x86_64;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  // Below `count`, which is above 0.
  [[nodiscard]] std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  [[nodiscard]] bool one_in(std::size_t count) { return below(count) == 0; }
  [[nodiscard]] std::uint64_t bits() { return engine_(); }
  template <class C>
  [[nodiscard]] const typename C::value_type& of(const C& choices) {
    return choices[below(choices.size())];
  }

 private:
  std::mt19937_64 engine_;
};

struct Pair {
  seccomp::Profile asked;
  seccomp::Profile ceiling;
};

// The calls that drawn profiles speak of, and from which calls that neither does are taken.
[[nodiscard]] const std::vector<std::string>& drawn_calls();

[[nodiscard]] seccomp::Profile draw_profile(Dice& dice);
// Some small edits of it.
[[nodiscard]] seccomp::Profile draw_near(Dice& dice, const seccomp::Profile& profile);
[[nodiscard]] Pair draw_pair(Dice& dice);

// What the kernel makes of the arguments: each that it reads in fewer bits extended from those (width_of); on a
// 32-bit architecture all of them cut to 32 bits.
[[nodiscard]] Call canonical(const Call& call);
// The same call to the kernel. Itself where it reads all the bits of all arguments.
[[nodiscard]] Call with_high_bits(Dice& dice, const Call& call);
// Canonical calls: around all values of the conditions, through all architectures of either, and calls and numbers
// that neither names, around the newest names too.
[[nodiscard]] std::vector<Call> corners(Dice& dice, const Pair& pair);

[[nodiscard]] std::string text_of(const seccomp::Profile& profile);
[[nodiscard]] std::string text_of(const Call& call);

}  // namespace hardened::test
