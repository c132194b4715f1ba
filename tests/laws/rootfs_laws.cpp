#include "controls/rootfs.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::Propagation;
using controls::Rootfs;

const std::vector<Propagation> kCeilings{Propagation::closed, Propagation::slave, Propagation::shared};

struct RootfsTrait : Trait<Rootfs> {
  static std::string document(Scope) {
    const std::string readonly =
        one_of({"", R"(,"readonly":true)", R"(,"readonly":false)", R"(,"readonly":null)"});
    const std::string root = number(0, 9) == 9
                                 ? one_of({"null", "{}"})
                                 : R"({"path":")" + one_of({"rootfs", "/m", "/"}) + '"' + readonly + "}";
    const std::string word = one_of(
        {"rslave", "", "rprivate", "runbindable", "slave", "private", "unbindable", "shared", "rshared"});
    const std::string linux =
        one_of({"", R"(,"linux":{})", R"(,"linux":null)", R"(,"linux":{"rootfsPropagation":null})"});
    return R"({"root":)" + root + (coin() ? R"(,"linux":{"rootfsPropagation":")" + word + R"("})" : linux) +
           "}";
  }

  static Rootfs::Ceiling ceiling() {
    return ceiling_of<Rootfs>("{readonly: " + one_of({"optional", "required"}) +
                              ", propagation: " + one_of({"private", "slave", "shared"}) + "}");
  }
  static Rootfs::Ceiling lower(const Rootfs::Ceiling& than) {
    return {than.readonly || coin(), std::min(than.propagation, one_of(kCeilings))};
  }

  static Facts facts(const Spec& spec) {
    const auto path = spec.find("/root/path");
    const std::string text = path ? path->value().text() : "";
    return {text, text == "/" ? "the root directory of the host" : "", "why"};
  }

  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    if (granted.readonly.yes()) {
      Grant held = granted;
      held.readonly = Required(false);
      above.push_back({held, "has a root that it can write to"});
    }
    if (granted.propagation != Propagation::shared) {
      Grant held = granted;
      held.propagation = Propagation::shared;
      above.push_back({held, "shared with the host"});
    }
    return above;
  }

  // With --no-pivot runc refuses rprivate (libcontainer, specconv); that flag is refused by itself.
  static std::string flaw(const Spec& asked, const Spec& granted) {
    const auto before = asked.find("/root/path");
    const auto after = granted.find("/root/path");
    if (before.has_value() != after.has_value() ||
        (before && before->value().text() != after->value().text()))
      return "the root is another";
    const auto word = granted.find("/linux/rootfsPropagation");
    if (word && word->value().text() == "runbindable" &&
        asked.find("/linux/rootfsPropagation")->value().text() != "runbindable")
      return "no root can be mounted below what is unbindable";
    return "";
  }
};

INSTANTIATE_TEST_SUITE_P(Rootfs, ControlLaws, testing::ValuesIn(of<RootfsTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
