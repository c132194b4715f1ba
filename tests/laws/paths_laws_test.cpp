// The laws for masked and read-only paths.
#include "controls/namespaces_asked.h"
#include "controls/paths.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::Paths;
using controls::PathsCeiling;

const std::vector<std::string> kPaths{"/proc/kcore", "/proc/keys", "/proc/bus", "/proc/sys", "/x"};

std::string quoted_list(const std::vector<std::string>& paths) {
  std::string list = "[";
  for (const std::string& path : paths) list += (list.size() > 1 ? ",\"" : "\"") + path + '"';
  return list + "]";
}

std::string paths() {
  static const std::vector<std::string> odd{"/proc//kcore", "proc/kcore", "/proc/x/../keys",
                                            "/proc/keys/",  "/y",         ""};
  switch (number(0, 9)) {
    case 9: return "null";
    case 8: return quoted_list(some_of(odd));
    case 7: return "[]";
    default: {
      std::vector<std::string> all = kPaths;
      if (coin()) return quoted_list(all);
      all = some_of(kPaths);
      for (const std::string& path : some_of(odd)) all.push_back(path);
      return quoted_list(all);
    }
  }
}

std::string yaml_list(const std::vector<std::string>& words) {
  std::string list = "[";
  for (const std::string& word : words) list += (list.size() > 1 ? ", " : "") + word;
  return list + "]";
}

struct PathsTrait : Trait<Paths> {
  static std::string document(Scope) {
    std::string linux = number(0, 9) == 9 ? "" : R"("maskedPaths":)" + paths();
    if (number(0, 9) != 9) linux += (linux.empty() ? "" : ",") + (R"("readonlyPaths":)" + paths());
    if (number(0, 9) != 9)
      linux += (linux.empty() ? "" : ",") + std::string(R"("namespaces":[{"type":"mount"}])");
    return R"({"linux":{)" + linux + "}}";
  }

  static PathsCeiling ceiling() {
    std::vector<std::string> masked = some_of(kPaths);
    if (number(0, 3) == 3) masked.emplace_back("docker-default");
    return ceiling_of<Paths>("masked: " + yaml_list(masked) + "\nreadonly: " + yaml_list(some_of(kPaths)));
  }

  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    const auto open = [&](Cover<std::string> Grant::*cover, const std::string& can) {
      if ((granted.*cover).everything()) return;
      for (const std::string& path : (granted.*cover).items()) {
        std::set<std::string> rest = (granted.*cover).items();
        rest.erase(path);
        Grant held = granted;
        held.*cover = Cover<std::string>(std::move(rest));
        above.push_back({std::move(held), can + path});
      }
    };
    open(&Grant::masked, "shows ");
    open(&Grant::readonly, "can write below ");
    return above;
  }

  // A lower ceiling covers more.
  static PathsCeiling lower(const PathsCeiling& than) {
    const PathsCeiling more = ceiling();
    return {meet(than.masked, more.masked), meet(than.readonly, more.readonly),
            than.of_each_cpu || more.of_each_cpu};
  }

  static Facts facts(const Spec& spec) {
    Facts facts;
    facts.mount_namespace = require_value(controls::namespaces_asked(spec)).mount;
    if (coin()) facts.of_each_cpu = {"/sys/devices/system/cpu/cpu0/thermal_throttle"};
    return facts;
  }

  // runc refuses either list without a mount namespace.
  static std::string flaw(const Spec&, const Spec& granted) {
    if (require_value(controls::namespaces_asked(granted)).mount) return "";
    for (const std::string_view pointer : Paths::owned) {
      const auto list = granted.find(pointer);
      const bool asked_so = list && list->value().range().end != 0;
      if (list && !asked_so) return "paths without a mount namespace";
    }
    return "";
  }
};

INSTANTIATE_TEST_SUITE_P(Paths, ControlLaws, testing::ValuesIn(of<PathsTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
