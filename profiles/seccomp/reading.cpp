#include "profiles/seccomp/reading.h"

#include <algorithm>

namespace hardened::seccomp {
namespace {

// Masks of high bits alone are no conditions to a 32-bit architecture: there such a rule is the first one without
// any, and not the one that comes later.
bool is_first_on_narrow(const Box& box) {
  return std::all_of(box.begin(), box.end(), [](const Condition& c) {
    return c.op == Compare::masked_equal && (c.value & 0xffffffffU) == 0;
  });
}

}  // namespace

Reading::Reading(const Profile& profile) : profile_(&profile) {
  std::size_t count = 0;
  for (const Rule& rule : profile.rules) count += rule.names.size();
  names_.reserve(count);
  rules_.reserve(count);
  for (const Rule& rule : profile.rules) add(rule);
}

void Reading::add(const Rule& rule) {
  const bool dropped = rule.answer == profile_->fallback;
  const std::vector<Box> boxes = dropped ? std::vector<Box>{} : boxes_of(rule.conditions);
  for (const std::string& name : rule.names) {
    const auto [at, inserted] = rules_.try_emplace(name);
    if (inserted) names_.emplace_back(name);
    CallRules& call = at->second;
    for (const Box& box : boxes) {
      if (call.always) break;
      if (box.empty() && !call.first_on_narrow) {
        call.always = rule.answer;
      } else {
        call.when.push_back({rule.answer, box});
        call.first_on_narrow = call.first_on_narrow || is_first_on_narrow(box);
      }
    }
  }
}

const CallRules& Reading::rules(std::string_view call) const {
  static const CallRules none;
  const auto at = rules_.find(call);
  return at == rules_.end() ? none : at->second;
}

Outlook Reading::of(std::string_view call) const {
  const CallRules& found = rules(call);
  if (found.always) return Outlook::always(*found.always);
  if (found.when.empty()) return Outlook::always(fallback());
  Outlook out{found.when.front().answer, {}, fallback()};
  Answer strictest = fallback();
  bool mixed = false;
  out.boxes.reserve(found.when.size());
  for (const CallRules::When& when : found.when) {
    mixed = mixed || when.answer.action != out.inside.action;
    if (when.answer.action < strictest.action) strictest = when.answer;
    out.boxes.push_back(when.box);
  }
  return mixed ? Outlook::always(strictest) : out;
}

bool Reading::answers_enosys() const {
  return fallback().action < Action::trace && (profile_->own_listed || !profile_->foreign.empty());
}

}  // namespace hardened::seccomp
