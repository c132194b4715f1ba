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

void add_decision(std::string& text, const Decision& decision) {
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
  if (!decision.origin.empty()) text += " (" + decision.origin + ")";
}

}  // namespace

std::string refusal_text(const Plan& plan) {
  std::string text = "refused: ";
  bool first = true;
  for (const Decision& decision : plan.decisions) {
    if (decision.verdict != controls::Verdict::refused) continue;
    if (!first) text += "; ";
    first = false;
    add_decision(text, decision);
  }
  return text;
}

}  // namespace hardened::runtime
