// What a call gets under a profile: a model of runc and libseccomp for tests, which shares nothing with the
// code that decides but the types and the table of call numbers.
//
//   const Words words(profile, Architecture::x86_64);
//   words.of({Architecture::x86_64, "socket", {40}, 41})     Verdicts: what socket(40) gets
//
// Where several rules of different actions match, libseccomp's answer depends on its tree; the model then
// says from the strictest to the mildest.
//
// On x86 a rule for one of the calls of socketcall(2) and ipc(2) is a rule for those as well (measured on
// libseccomp 2.5.4): what it says of argument 0 is replaced by "argument 0 is the number of the call", what it says
// of the others is asked of the arguments of socketcall itself (which are a pointer and whatever the registers hold).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/seccomp/calls.h"
#include "profiles/seccomp/profile.h"

namespace hardened::test {

struct Call {
  seccomp::Architecture architecture = seccomp::Architecture::x86_64;
  std::string name;  // empty for a number that no call has
  std::array<std::uint64_t, 6> arguments{};
  std::optional<int> number{};  // absent: the one of the name
};

struct Verdicts {
  seccomp::Answer strictest;
  seccomp::Answer mildest;
  bool newer = false;       // denied by runc's stub, before the filter
  bool many_codes = false;  // several answers of one action match: which of their codes is told is open
  bool by_rule = false;     // not the fallback

  [[nodiscard]] bool contested() const { return strictest.action != mildest.action; }
};

[[nodiscard]] bool is_narrow(seccomp::Architecture architecture);
[[nodiscard]] bool holds(const seccomp::Condition& condition, const Call& call);
[[nodiscard]] bool has_twice(const seccomp::Rule& rule);
// For calls that share a number on x86 (accept, send) nothing; elsewhere what the kernel dispatches on.
[[nodiscard]] std::optional<int> number_of(std::string_view name, seccomp::Architecture architecture);
// The call of `inside` within socketcall or ipc, by its first argument on x86.
[[nodiscard]] std::optional<unsigned> multiplexed_number(std::string_view multiplexer,
                                                         std::string_view inside);

class Words {
 public:
  // Keeps a pointer to the profile.
  Words(const seccomp::Profile& profile, seccomp::Architecture own);

  [[nodiscard]] Verdicts of(const Call& call) const;
  [[nodiscard]] bool mentions(std::string_view name) const;
  // Is the architecture in the filter at all?
  [[nodiscard]] bool has(seccomp::Architecture architecture) const;
  // The largest number that runc's stub lets through to the filter; nothing where it puts no stub.
  [[nodiscard]] std::optional<int> newest(seccomp::Architecture architecture) const;

 private:
  struct Counted {  // one of runc's rules: all conditions must hold
    seccomp::Answer answer;
    std::vector<seccomp::Condition> conditions;
  };
  void index_names(seccomp::Architecture architecture);
  [[nodiscard]] bool is_newer(const Call& call) const;
  [[nodiscard]] Verdicts by_filter(const Call& call) const;
  [[nodiscard]] std::vector<Counted> rules_for(const Call& call) const;

  const seccomp::Profile* profile_;
  seccomp::Architecture own_;
  std::map<std::string, std::vector<Counted>, std::less<>> rules_;
  std::map<seccomp::Architecture, int> newest_;
};

[[nodiscard]] inline Verdicts evaluate(const seccomp::Profile& profile, seccomp::Architecture own,
                                       const Call& call) {
  return Words(profile, own).of(call);
}

}  // namespace hardened::test
