#include "runtime/refusal.h"

#include "core/base/text.h"

namespace hardened::runtime {
namespace {

constexpr std::size_t kMostChanges = 3;
constexpr std::size_t kLongestText = 1000;

void add_change(std::string& text, const controls::Change& change) {
  text += change.pointer.empty() ? " " : " asked ";
  text += printable(change.before, kLongestText);
  if (!change.pointer.empty()) text += " at " + printable(change.pointer);
  if (!change.reason.empty()) text += "; " + printable(change.reason, kLongestText);
}

// A line of the policy, the policy as a whole, or a base by its name.
std::string place_of(const std::string& origin, const std::string& policy) {
  if (origin.find(':') != std::string::npos || origin == policy || policy.empty()) return origin;
  return origin + ", which " + printable(policy) + " extends";
}

void add_decision(std::string& text, const Decision& decision, const std::string& policy) {
  text += std::string(decision.control) + ":";
  std::size_t shown = 0;
  for (const controls::Change& change : decision.changes) {
    if (change.by_default) continue;
    if (shown == kMostChanges) {
      text += ", and more";
      break;
    }
    if (shown > 0) text += ",";
    add_change(text, change);
    ++shown;
  }
  if (!decision.origin.empty()) text += " (" + place_of(decision.origin, policy) + ")";
}

}  // namespace

std::string refusal_text(const Plan& plan) {
  std::string text = "refused: ";
  bool first = true;
  for (const Decision& decision : plan.decisions) {
    if (decision.verdict != controls::Verdict::refused) continue;
    if (!first) text += "; ";
    first = false;
    add_decision(text, decision, plan.policy);
  }
  return text;
}

}  // namespace hardened::runtime
