// The laws for kernel settings.
#include "controls/sysctls.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::Sysctls;

const std::vector<std::string> kNames{
    "net.core.somaxconn", "net/core/somaxconn", "kernel.sem",      "kernel.shmmax",
    "user.max_x",         "vm.swappiness",      "net/../kernel/x", ""};
const std::vector<std::string> kRules{"docker-default", "net.core.somaxconn",
                                      "\"net.*\"",      "\"kernel.s*\"",
                                      "vm.swappiness",  "{name: kernel.sem, values: [\"1..3\", x]}"};

std::string joined(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

struct SysctlsTrait : Trait<Sysctls> {
  static std::string document(Scope) {
    std::vector<std::string> settings;
    for (const std::string& name : some_of(kNames))
      settings.push_back('"' + name + "\":\"" + one_of({"1", "2", "4", "x"}) + '"');
    std::vector<std::string> namespaces;
    for (const char* type : {"ipc", "network", "user", "mount"}) {
      if (coin()) namespaces.push_back(R"({"type":")" + std::string(type) + "\"}");
    }
    const std::string sysctl = number(0, 9) == 9 ? "null" : "{" + joined(settings) + "}";
    return R"({"linux":{"sysctl":)" + sysctl + R"(,"namespaces":[)" + joined(namespaces) + "]}}";
  }
  static Sysctls::Ceiling ceiling() {
    return ceiling_of<Sysctls>("{allow: [" + joined(some_of(kRules)) + "]}");
  }
  static Sysctls::Ceiling lower(const Sysctls::Ceiling& than) {
    Sysctls::Ceiling lowered;
    for (const controls::SysctlRule& rule : than) {
      if (!coin()) continue;
      lowered.push_back(rule);
      if (lowered.back().any_value && coin()) {
        lowered.back().any_value = false;
        lowered.back().values = {"1"};
      }
    }
    return lowered;
  }
  // Nothing shows the settings that a container has (sysctls.cpp, observe): what is said of one beside its grant is
  // proved all the same.
  static std::vector<Raised> raised(const Grant& granted) {
    std::set<Sysctls::Setting> held = granted.items();
    held.emplace("kernel.core_pattern", "|/x");
    return {{Grant(std::move(held)), "kernel.core_pattern"}};
  }
  static Sysctls::Facts facts(const Spec& spec) { return require_value(Sysctls::facts_of(spec)); }
};

INSTANTIATE_TEST_SUITE_P(Sysctls, ControlLaws, testing::ValuesIn(laws::of<SysctlsTrait>()), laws::name_of);

}  // namespace
}  // namespace hardened::laws
