#include <algorithm>

#include "controls/apparmor.h"
#include "controls/kernel.h"
#include "profiles/apparmor/loader.h"
#include "profiles/apparmor/template.h"

namespace hardened::controls {
namespace {

bool is_custom(const std::string& part) { return !is_engine_default(part) && !apparmor::is_own_name(part); }

// Of a stack whose parts do not all enforce the kernel says "mixed". What is ours enforces while the kernel shows it with
// the digest of what we loaded, which covers the mode.
Done take_out_what_complains(Host& host, AppArmorLabel& held) {
  std::vector<std::string> enforced;
  for (const std::string& part : held.parts) {
    if (apparmor::is_own_name(part)) {
      const bool enforces = TRY(apparmor::is_loaded(host, part));
      if (!enforces) continue;
    }
    enforced.push_back(part);
  }
  held.parts = std::move(enforced);
  return done();
}

}  // namespace

Result<Observed<AppArmorLabel>> AppArmor::observe(const KernelView& kernel, const Spec& granted) {
  AppArmorLabel label = TRY(read(granted, Facts{}));
  if (kernel.subject().begun == Begun::waiting) return Observed<Grant>{label, label};
  const auto shown = TRY(kernel.label());
  const bool confined = shown && shown->mode != "complain";
  AppArmorLabel held = label_of(confined ? shown->name : "unconfined", {});
  if (shown && shown->mode == "mixed") TRY(take_out_what_complains(kernel.host(), held));
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
