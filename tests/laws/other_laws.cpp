// The laws for the fields that engines never write.
#include "controls/other.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::Other;

std::string list_of(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

struct OtherTrait : Trait<Other> {
  static std::string document(Scope) {
    const auto linux_fields = some_of<std::string>(
        {R"("intelRdt":{"closID":"x"})", R"("netDevices":{"eth0":{}})",
         R"("personality":)" + one_of({R"({"domain":"LINUX32"})", R"({"domain":"LINUX"})", "{}"})});
    auto fields =
        some_of<std::string>({R"("vm":{"kernel":{"path":"/k"}})", R"("windows":{})", R"("zos":null)"});
    fields.push_back(R"("linux":{)" + list_of(linux_fields) + "}");
    return "{" + list_of(fields) + "}";
  }
  static Other::Ceiling ceiling() {
    return ceiling_of<Other>(
        "{allow: [" +
        list_of(some_of<std::string>({"/linux/intelRdt", "/linux/netDevices", "/linux/personality", "/vm"})) +
        "]}");
  }
  static Other::Ceiling lower(const Other::Ceiling& than) { return meet(than, ceiling()); }
  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    for (unsigned field = 0; field < Other::owned.size(); ++field) {
      if (!granted.has(field)) above.push_back({granted.with(field), std::string(Other::owned.at(field))});
    }
    return above;
  }
};

INSTANTIATE_TEST_SUITE_P(Other, ControlLaws, testing::ValuesIn(of_refusing<OtherTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
