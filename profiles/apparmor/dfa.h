// What a compiled AppArmor profile allows, walked as the kernel walks it. No kernel with AppArmor is needed.
//
//   apparmor_parser -Q -K -T --features-file /etc/apparmor.d/abi/3.0 -D dfa-states PROFILE 2>&1
//
//   const Policy policy = TRY(read_policy(output));
//   policy.files.path("/proc/sysrq-trigger") & file::kWrite     // 0: nobody may write it
//   policy.rest.signal(9, "unconfined") & rest::kSend
//
// The parser prints two automata: one whose input is a path, and one whose input begins with the number of a
// class (signals, sockets, …; security/apparmor/include/apparmor.h, AA_CLASS_*). Deny rules are taken off
// the allow bits already. A label is matched as the kernel does (label.c, aa_label_match): as a whole, and where
// that does not allow it, each part of the stack by itself.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace hardened::apparmor {

namespace file {  // security/apparmor/include/file.h, of the old layout: seven bits for owners, seven for others
inline constexpr std::uint32_t kExecute = 1;
inline constexpr std::uint32_t kWrite = 2;
inline constexpr std::uint32_t kRead = 4;
inline constexpr std::uint32_t kAppend = 8;
inline constexpr std::uint32_t kLink = 16;
inline constexpr std::uint32_t kLock = 32;
inline constexpr std::uint32_t kMap = 64;
inline constexpr std::uint32_t kAll = 127;
}  // namespace file

namespace rest {
inline constexpr std::uint32_t kSend = 2;     // signals
inline constexpr std::uint32_t kReceive = 4;  // signals
inline constexpr std::uint32_t kTrace = 2;    // ptrace
inline constexpr std::uint32_t kReadProcess = 4;
inline constexpr std::uint32_t kTraced = 8;
inline constexpr std::uint32_t kReadBy = 16;
}  // namespace rest

class Automaton {
 public:
  struct State {
    std::uint32_t allow = 0;
    std::map<std::uint8_t, std::uint32_t> next;  // where a byte leads; 0: nowhere
    std::uint32_t otherwise = 0;
  };

  Automaton() = default;
  Automaton(std::map<std::uint32_t, State> states, std::uint32_t start)
      : states_(std::move(states)), start_(start) {}

  // What is allowed behind these bytes; 0 where they lead nowhere.
  [[nodiscard]] std::uint32_t at(std::string_view bytes) const;
  // The bits of `file` that both owners and others have.
  [[nodiscard]] std::uint32_t path(std::string_view path) const;
  [[nodiscard]] std::uint32_t signal(std::uint8_t number, std::string_view peer) const;
  [[nodiscard]] std::uint32_t ptrace(std::string_view peer) const;
  // socket(family, type); any bit means that it may be made.
  [[nodiscard]] std::uint32_t socket(std::uint16_t family, std::uint16_t type) const;
  // Whether anything of this class is mediated at all: what is not is allowed.
  [[nodiscard]] bool mediates(std::uint8_t kind) const;

  // The same, as it goes on behind these bytes.
  [[nodiscard]] Automaton behind(std::string_view bytes) const;

  [[nodiscard]] std::uint32_t start() const { return start_; }
  [[nodiscard]] std::uint32_t step(std::uint32_t state, std::uint8_t byte) const;
  [[nodiscard]] std::uint32_t allowed_in(std::uint32_t state) const;

 private:
  [[nodiscard]] std::uint32_t label(std::string_view before, std::string_view label) const;

  std::map<std::uint32_t, State> states_;
  std::uint32_t start_ = 0;
};

// A shortest input for which `lower` allows something that `upper` does not, of these bits. Both are walked
// together through every pair of states that an input can bring them to, so that finding none is a proof.
// In the kernel's paths no / follows a /; `below` are such that begin behind one.
enum class Inputs : std::uint8_t { bytes, paths, below };
struct Excess {
  bool found = false;
  std::string input;
  std::uint32_t bits = 0;
};
[[nodiscard]] Excess first_excess(const Automaton& lower, const Automaton& upper, Inputs inputs,
                                  std::uint32_t bits = ~0U);

struct Policy {
  Automaton files;
  Automaton rest;
};
// A syntax error names the line that cannot be read; what stands before the first automaton (warnings) is passed
// over.
[[nodiscard]] Result<Policy> read_policy(std::string_view dump);

}  // namespace hardened::apparmor
