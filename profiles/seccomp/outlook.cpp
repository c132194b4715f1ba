#include "profiles/seccomp/outlook.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace hardened::seccomp {
namespace {

// A profile of a user may hold as many conditions as fit into its bundle; the product of two lists is
// bounded here. Over it the call is denied.
constexpr std::size_t kMostPairs = 65536;
constexpr std::size_t kMostBoxes = 1024;

bool milder(const Answer& a, const Answer& b) { return a.action > b.action; }

// Denies inside and allows outside, while the fallback denies: said the other way round, if it can be.
Outlook turned(const Outlook& outlook, const Answer& fallback) {
  if (!milder(outlook.outside, outlook.inside) || !milder(outlook.outside, fallback)) return outlook;
  if (outlook.boxes.size() != 1 || outlook.boxes.front().size() != 1) return outlook;
  const std::optional<Condition> rest = negation(outlook.boxes.front().front());
  if (!rest) return outlook;
  return {outlook.outside, {Box{*rest}}, outlook.inside};
}

// Every answer that an outlook may give, the strictest.
const Answer& least(const Outlook& outlook) {
  return outlook.is_always() ? outlook.inside : stricter(outlook.inside, outlook.outside);
}

// Inside of a box of each.
std::optional<std::vector<Box>> product(const std::vector<Box>& a, const std::vector<Box>& b) {
  if (a.size() * b.size() > kMostPairs) return std::nullopt;
  std::vector<Box> out;
  for (const Box& one : a) {
    for (const Box& other : b) {
      std::optional<Box> box = both(one, other);
      if (box && std::find(out.begin(), out.end(), *box) == out.end()) out.push_back(std::move(*box));
      if (out.size() > kMostBoxes) return std::nullopt;
    }
  }
  return out;
}

// Both allow inside: where a box of each holds the stricter of the two, elsewhere the fallback, which must
// then be at or below everything that either says.
std::optional<Outlook> allowed(const Outlook& a, const Outlook& b, const Answer& fallback) {
  if (milder(fallback, least(a)) || milder(fallback, least(b))) return std::nullopt;
  std::optional<std::vector<Box>> boxes = product(a.boxes, b.boxes);
  if (!boxes) return std::nullopt;
  if (boxes->empty()) return Outlook::always(fallback);
  return Outlook{stricter(a.inside, b.inside), std::move(*boxes), fallback};
}

// Both deny inside, or are always the same: the stricter in a box of either, elsewhere the fallback.
std::optional<Outlook> denied(const Outlook& a, const Outlook& b, const Answer& fallback) {
  std::vector<Box> boxes;
  Answer inside{Action::allow, 0};
  for (const Outlook* one : {&a, &b}) {
    inside = stricter(inside, one->inside);
    if (milder(fallback, one->outside)) return std::nullopt;
    if (one->is_always()) continue;
    boxes.insert(boxes.end(), one->boxes.begin(), one->boxes.end());
  }
  if (boxes.size() > kMostBoxes) return std::nullopt;
  return Outlook{inside, std::move(boxes), fallback};
}

}  // namespace

const Answer& stricter(const Answer& first, const Answer& second) {
  return milder(first, second) ? second : first;
}

Outlook lower(const Outlook& asked, const Outlook& ceiling, const Answer& fallback) {
  if (asked.is_always() && ceiling.is_always())
    return Outlook::always(stricter(asked.inside, ceiling.inside));
  const Outlook a = turned(asked, fallback);
  const Outlook b = turned(ceiling, fallback);
  const bool a_denies = milder(a.outside, a.inside);
  const bool b_denies = milder(b.outside, b.inside);
  std::optional<Outlook> out;
  if (!a_denies && !b_denies) out = allowed(a, b, fallback);
  if (!out && (a_denies || a.is_always()) && (b_denies || b.is_always())) out = denied(a, b, fallback);
  if (out && out->inside.action != out->outside.action) return *out;
  if (out) return Outlook::always(out->inside);
  return Outlook::always(stricter(stricter(least(a), least(b)), fallback));
}

}  // namespace hardened::seccomp
