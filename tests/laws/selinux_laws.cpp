// The laws for SELinux labels.
#include "controls/selinux.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::Selinux;
using controls::SelinuxLabel;

std::string label(const std::vector<std::string>& types) {
  if (number(0, 9) == 9) return one_of({"null", R"("")", R"("container_t")"});
  return "\"system_u:system_r:" + one_of(types) +
         one_of({":s0:c1,c2", ":s0", "", ":s0-s0:c0.c1023", ":s0:c1.c9"}) + '"';
}

struct SelinuxTrait : Trait<Selinux> {
  static std::string document(Scope scope) {
    const std::string process = R"("selinuxLabel":)" + label({"container_t", "spc_t", "my_app_t"});
    const std::string members = number(0, 4) == 4 ? "" : process;
    if (scope == Scope::process) return process_document(scope, members);
    const std::string mount = R"("linux":{"mountLabel":)" + label({"container_file_t", "etc_t"}) + "}";
    return R"({"process":{)" + members + "}" + (coin() ? "," + mount : "") + "}";
  }
  static Selinux::Ceiling ceiling() {
    return ceiling_of<Selinux>("{types: [" + one_of({"container-default", "", "container_t, my_app_t"}) +
                               "], mount_types: [" + one_of({"container-default", ""}) +
                               "], unlabelled: " + one_of({"refuse", "pass"}) + "}");
  }
  static Selinux::Ceiling lower(const Selinux::Ceiling& than) {
    return {some_of(than.types), some_of(than.mount_types), than.unlabelled && coin()};
  }
  static Selinux::Facts facts(const Spec& spec) {
    return {number(0, 4) != 4, require_value(Selinux::read(spec, {}))};
  }
  static std::vector<Raised> raised(const Grant& granted) {
    if (granted.process.is(SelinuxLabel::Kind::none)) return {};
    Grant held = granted;
    held.process = SelinuxLabel::named("system_u:system_r:spc_t:s0");
    if (held == granted) return {};
    return {{held, "spc_t"}};
  }
};

INSTANTIATE_TEST_SUITE_P(Selinux, ControlLaws, testing::ValuesIn(of_refusing<SelinuxTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
