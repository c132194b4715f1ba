#include "profiles/apparmor/dfa.h"

#include <array>
#include <deque>
#include <set>
#include <utility>

namespace hardened::apparmor {
namespace {

constexpr std::uint8_t kNetwork = 4;
constexpr std::uint8_t kPtrace = 9;
constexpr std::uint8_t kSignal = 10;
constexpr std::uint8_t kLabelledNetwork = 14;  // AA_CLASS_NET of a v8 network: what kernels since 4.17 ask
constexpr unsigned kOtherShift = 14;
constexpr std::string_view kStacked = "//&";
constexpr unsigned kBytes = 256;

std::string two_bytes(std::uint16_t number) {  // as the kernel hands them over: big-endian
  return {static_cast<char>(number >> 8U), static_cast<char>(number & 0xFFU)};
}

std::uint32_t of_both(std::uint32_t allow) { return allow & (allow >> kOtherShift) & file::kAll; }

}  // namespace

std::uint32_t Automaton::step(std::uint32_t state, std::uint8_t byte) const {
  const auto found = states_.find(state);
  if (found == states_.end()) return 0;
  const auto next = found->second.next.find(byte);
  return next == found->second.next.end() ? found->second.otherwise : next->second;
}

std::uint32_t Automaton::allowed_in(std::uint32_t state) const {
  const auto found = states_.find(state);
  return found == states_.end() ? 0 : found->second.allow;
}

std::uint32_t Automaton::at(std::string_view bytes) const {
  std::uint32_t state = start_;
  for (const char byte : bytes) state = step(state, static_cast<std::uint8_t>(byte));
  return allowed_in(state);
}

std::uint32_t Automaton::path(std::string_view path) const { return of_both(at(path)); }

std::uint32_t Automaton::label(std::string_view before, std::string_view label) const {
  const std::string prefix(before);
  std::uint32_t each = ~0U;
  for (std::string_view left = label;;) {
    const std::size_t end = left.find(kStacked);
    each &= at(prefix + std::string(left.substr(0, end)));
    if (end == std::string_view::npos) break;
    left.remove_prefix(end + kStacked.size());
  }
  return at(prefix + std::string(label)) | each;
}

std::uint32_t Automaton::signal(std::uint8_t number, std::string_view peer) const {
  const std::array<char, 2> before{static_cast<char>(kSignal), static_cast<char>(number)};
  return label({before.data(), before.size()}, peer);
}

std::uint32_t Automaton::ptrace(std::string_view peer) const {
  return label(std::string(1, static_cast<char>(kPtrace)), peer);
}

std::uint32_t Automaton::socket(std::uint16_t family, std::uint16_t type) const {
  const std::uint8_t kind = mediates(kLabelledNetwork) ? kLabelledNetwork : kNetwork;
  return at(std::string(1, static_cast<char>(kind)) + two_bytes(family) + two_bytes(type));
}

bool Automaton::mediates(std::uint8_t kind) const { return step(start_, kind) != 0; }

Automaton Automaton::behind(std::string_view bytes) const {
  std::uint32_t state = start_;
  for (const char byte : bytes) state = step(state, static_cast<std::uint8_t>(byte));
  return {states_, state};
}

Excess first_excess(const Automaton& lower, const Automaton& upper, Inputs inputs, std::uint32_t bits) {
  struct Place {
    std::uint32_t lower;
    std::uint32_t upper;
    bool slash;  // the last byte is one
    auto operator<=>(const Place&) const = default;
  };
  const Place start{lower.start(), upper.start(), inputs == Inputs::below};
  std::set<Place> seen{start};
  std::deque<std::pair<Place, std::string>> todo{{start, ""}};
  while (!todo.empty()) {
    const auto [place, input] = todo.front();
    todo.pop_front();
    const std::uint32_t more = lower.allowed_in(place.lower) & ~upper.allowed_in(place.upper) & bits;
    if (more != 0) return {true, input, more};
    // No path and no label holds a NUL: what lies behind one are conditions of an attachment or a target.
    for (unsigned byte = 1; byte < kBytes; ++byte) {
      const auto one = static_cast<std::uint8_t>(byte);
      const bool slash = one == '/' && inputs != Inputs::bytes;
      if (slash && place.slash) continue;
      const Place next{lower.step(place.lower, one), upper.step(place.upper, one), slash};
      // From nowhere nothing is allowed any more.
      if (next.lower == 0 || !seen.insert(next).second) continue;
      todo.emplace_back(next, input + static_cast<char>(one));
    }
  }
  return {};
}

}  // namespace hardened::apparmor
