#include <algorithm>

#include "controls/apparmor.h"
#include "controls/kernel.h"
#include "profiles/apparmor/template.h"

namespace hardened::controls {
namespace {

bool is_custom(const std::string& part) { return !is_engine_default(part) && !apparmor::is_own_name(part); }

}  // namespace

Result<Observed<AppArmorLabel>> AppArmor::observe(const KernelView& kernel, const Spec& granted) {
  AppArmorLabel label = TRY(read(granted, Facts{}));
  if (kernel.subject().begun == Begun::waiting) return Observed<Grant>{label, label};
  const auto shown = TRY(kernel.label());
  const bool confined = shown && shown->mode != "complain";
  AppArmorLabel held = label_of(confined ? shown->name : "unconfined", {});
  if (!held.parts.empty()) {
    auto& parts = label.parts;
    parts.erase(std::remove_if(parts.begin(), parts.end(), is_custom), parts.end());
  }
  return Observed<Grant>{std::move(label), std::move(held)};
}

std::string AppArmor::surplus(const Observed<AppArmorLabel>& observed) {
  return "runs under " + text_of(observed.held) + " and not under " + text_of(observed.granted);
}

}  // namespace hardened::controls
