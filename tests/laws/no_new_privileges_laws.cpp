#include "controls/no_new_privileges.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::NoNewPrivileges;

struct NoNewPrivilegesTrait : Trait<NoNewPrivileges> {
  static std::string document(Scope scope) {
    return process_document(scope, one_of({"", R"("noNewPrivileges":true)", R"("noNewPrivileges":false)",
                                           R"("noNewPrivileges":null,"cwd":"/")"}));
  }
  static NoNewPrivileges::Ceiling ceiling() {
    return ceiling_of<NoNewPrivileges>(coin() ? "required: true" : "required: false");
  }
  static std::vector<Raised> raised(const Grant& granted) {
    if (!granted.yes()) return {};
    return {{Required(false), "no_new_privs"}};
  }
  static NoNewPrivileges::Ceiling lower(const NoNewPrivileges::Ceiling& than) {
    return than.most.yes() || coin() ? NoNewPrivileges::Ceiling{Required(true)} : than;
  }
};

INSTANTIATE_TEST_SUITE_P(NoNewPrivileges, ControlLaws, testing::ValuesIn(of<NoNewPrivilegesTrait>()),
                         name_of);

}  // namespace
}  // namespace hardened::laws
