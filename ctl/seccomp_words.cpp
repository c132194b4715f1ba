#include "ctl/seccomp_words.h"

#include <cstring>
#include <optional>

#include "core/base/text.h"

namespace hardened::ctl {
namespace {

using seccomp::Box;
using seccomp::Values;
using seccomp::Width;

constexpr std::size_t kMostMerged = 256;
constexpr std::size_t kMostTold = 8;
constexpr std::uint64_t kDecimalUpTo = 0xffff;

std::string hexadecimal(std::uint64_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (; number != 0 || out.empty(); number >>= 4U) out.insert(out.begin(), kDigits[number & 15U]);
  return "0x" + out;
}

bool is_negative(std::uint64_t number, const Width& width) {
  return width.is_signed && number > seccomp::most_of(width.bits - 1U);
}

std::string number(std::uint64_t value, const Width& width) {
  if (is_negative(value, width)) return "-" + std::to_string(seccomp::most_of(width.bits) - value + 1);
  return value <= kDecimalUpTo ? std::to_string(value) : hexadecimal(value);
}

// Does it say nothing but what the bits of its mask are?
bool is_block(const Values& values, const Values& all) {
  return values.mask != 0 && values.low == values.value &&
         values.high == (values.value | (all.high & ~values.mask));
}

std::string bits(const Values& values) {
  return "& " + hexadecimal(values.mask) + " is " + (values.value == 0 ? "0" : hexadecimal(values.value));
}

std::string range(const Values& values, const Values& all, const Width& width) {
  if (values.low == values.high) return number(values.low, width);
  const bool to_the_end = values.high == all.high;
  if (to_the_end && !width.is_signed) return "at least " + number(values.low, width);
  if (to_the_end && !is_negative(values.low, width))
    return (values.low == 0 ? "0" : "at least " + number(values.low, width)) + " or negative";
  if (values.low == 0 && !is_negative(values.high, width))
    return width.is_signed ? "0 to " + number(values.high, width) : "at most " + number(values.high, width);
  if (is_negative(values.low, width) == is_negative(values.high, width))
    return number(values.low, width) + " to " + number(values.high, width);
  return hexadecimal(values.low) + " to " + hexadecimal(values.high);
}

// "argument 0 is at most 37", "argument 0 & 0x7e020000 is 0".
std::string condition(std::size_t index, const Values& values, const Values& all, const Width& width) {
  const std::string argument = "argument " + std::to_string(index);
  if (is_block(values, all)) return argument + " " + bits(values);
  std::string out = argument + " is " + range(values, all, width);
  if (values.mask != 0) out += " with " + bits(values);
  return out;
}

std::string conditions(const Box& box, const Box& all, const seccomp::Space& space) {
  std::string out;
  for (std::size_t i = 0; i < seccomp::kArguments; ++i) {
    if (box[i] == all[i]) continue;
    if (!out.empty()) out += " and ";
    out += condition(i, box[i], all[i], space.widths[i]);
  }
  return out;
}

// The only argument that it looks at.
std::optional<std::size_t> only_argument(const Box& box, const Box& all) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < seccomp::kArguments; ++i) {
    if (box[i] == all[i]) continue;
    if (found) return std::nullopt;
    found = i;
  }
  return found;
}

// All boxes look at that one argument: "argument 0 is 0 to 37, 39 or at least 41".
std::optional<std::string> of_one_argument(const std::vector<Box>& boxes, const Box& all,
                                           const seccomp::Space& space) {
  const auto index = only_argument(boxes.front(), all);
  if (!index) return std::nullopt;
  std::string out = "argument " + std::to_string(*index) + " is ";
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    if (only_argument(boxes[i], all) != index || boxes[i][*index].mask != 0) return std::nullopt;
    if (i > 0) out += i + 1 == boxes.size() ? " or " : ", ";
    out += range(boxes[i][*index], all[*index], space.widths[*index]);
  }
  return out;
}

std::string any_of(const std::vector<Box>& boxes, const Box& all, const seccomp::Space& space) {
  if (auto one = boxes.size() <= 2 * kMostTold ? of_one_argument(boxes, all, space) : std::nullopt)
    return *one;
  if (boxes.size() > kMostTold) return "some arguments, in " + std::to_string(boxes.size()) + " cases";
  std::string out;
  for (const Box& box : boxes) out += (out.empty() ? "" : "; or ") + conditions(box, all, space);
  return out;
}

// "argument 0 is not 40": what a single condition leaves over.
std::string none_of(const std::vector<Box>& boxes, const Box& all, const seccomp::Space& space) {
  const auto index = boxes.size() == 1 ? only_argument(boxes.front(), all) : std::nullopt;
  std::string told = any_of(boxes, all, space);
  if (!index) return "not where " + told;
  const Values& values = boxes.front()[*index];
  const std::size_t is = told.rfind(" is ");
  const bool simple = is_block(values, all[*index]) || values.low == values.high;
  return simple ? told.replace(is, 4, " is not ") : "not where " + told;
}

// One box for both, where they differ in a single argument, in which one goes on where the other ends.
std::optional<Box> together(const Box& a, const Box& b) {
  std::optional<std::size_t> differs;
  for (std::size_t i = 0; i < seccomp::kArguments; ++i) {
    if (a[i] == b[i]) continue;
    if (differs) return std::nullopt;
    differs = i;
  }
  if (!differs) return a;
  const Values& low = a[*differs].low <= b[*differs].low ? a[*differs] : b[*differs];
  const Values& high = a[*differs].low <= b[*differs].low ? b[*differs] : a[*differs];
  if (low.mask != 0 || high.mask != 0 || low.high + 1 != high.low) return std::nullopt;
  Box out = a;
  out[*differs] = Values::range(low.low, high.high);
  return out;
}

bool merge_one(std::vector<Box>& boxes) {
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    for (std::size_t j = i + 1; j < boxes.size(); ++j) {
      const std::optional<Box> one = together(boxes[i], boxes[j]);
      if (!one) continue;
      boxes[i] = *one;
      boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(j));
      return true;
    }
  }
  return false;
}

}  // namespace

std::string words(const seccomp::Answer& answer) {
  using seccomp::Action;
  switch (answer.action) {
    case Action::kill_process: return "kills the process";
    case Action::kill_thread: return "kills the thread";
    case Action::trap: return "SIGSYS";
    case Action::error: {
      const char* name = ::strerrorname_np(answer.code);
      return name == nullptr ? "errno " + std::to_string(answer.code) : std::string(name);
    }
    case Action::notify: return "asks the listener";
    case Action::trace: return "asks the tracer";
    case Action::log: return "allowed, logged";
    case Action::allow: return "allowed";
  }
  return "kills the process";
}

std::vector<Box> merged(std::vector<Box> boxes) {
  if (boxes.size() > kMostMerged) return boxes;
  while (merge_one(boxes)) continue;
  return boxes;
}

std::string words(std::vector<Box> boxes, const seccomp::Space& space) {
  const Box all = space.all();
  boxes = merged(std::move(boxes));
  seccomp::Effort effort;
  auto rest = seccomp::outside(all, boxes, effort);
  if (rest && rest->empty()) return "";
  if (rest) *rest = merged(*std::move(rest));
  if (rest && rest->size() < boxes.size() && rest->size() <= kMostTold) return none_of(*rest, all, space);
  return any_of(boxes, all, space);
}

}  // namespace hardened::ctl
