// The laws for AppArmor's label.
#include <algorithm>

#include "controls/apparmor.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::AppArmor;

const std::string kHost = "hardened-default-0123456789ab";
const std::vector<std::string> kTrusted{"lone"};

struct AppArmorTrait : Trait<AppArmor> {
  static std::string label() {
    static const std::vector<std::string> parts{"nginx",        "lone",      "docker-default",
                                                "crio-default", kHost,       "unconfined",
                                                "nowhere",      ":ns:nginx", "hardened-default-ba9876543210"};
    std::string text = one_of(parts);
    if (coin()) text += "//&" + one_of(parts);
    if (number(0, 4) == 4) text = " " + text;
    return text;
  }
  static std::string document(Scope scope) {
    switch (number(0, 5)) {
      case 0: return process_document(scope, "");
      case 1: return process_document(scope, R"("apparmorProfile":null,"cwd":"/")");
      case 2: return process_document(scope, R"("apparmorProfile":"")");
      case 3: return process_document(scope, R"("apparmorProfile":")" + kHost + '"');
      default: return process_document(scope, R"("apparmorProfile":")" + label() + '"');
    }
  }
  static AppArmor::Ceiling ceiling() {
    return ceiling_of<AppArmor>(std::string("profile: ") +
                                one_of({"hardened-default", "hardened-default", "unconfined"}) +
                                "\npeers: shared\ncustom: " + one_of({"stack", "refuse"}) +
                                "\nrequired: " + one_of({"auto", "always"}));
  }
  static AppArmor::Ceiling lower(const AppArmor::Ceiling& than) {
    AppArmor::Ceiling lower = than;
    if (coin()) lower.unconfined = false;
    if (coin()) lower.custom = AppArmor::Custom::refuse;
    if (coin()) lower.required = true;
    return lower;
  }
  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    if (granted.kept || granted.parts.empty()) return above;
    const std::string named = "not under " + controls::text_of(granted);
    above.push_back({controls::label_of("unconfined", {}), named});
    for (const std::string& part : granted.parts) {
      Grant held = granted;
      held.parts.erase(std::find(held.parts.begin(), held.parts.end(), part));
      if (!granted.trusted && !held.parts.empty()) above.push_back({std::move(held), named});
    }
    return above;
  }
  static AppArmor::Facts facts(const Spec& spec) {
    AppArmor::Facts facts{number(0, 4) != 4, kHost, {"nginx", "lone"}, {}, {}};
    if (coin()) facts.trusted = kTrusted;
    if (spec.scope() == Scope::process && coin())
      facts.container = controls::label_of(label(), facts.trusted);
    return facts;
  }
};

INSTANTIATE_TEST_SUITE_P(AppArmor, ControlLaws, testing::ValuesIn(of<AppArmorTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
