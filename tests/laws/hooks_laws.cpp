// The laws for hooks: documents with hooks of every stage, some of them known to the rule, and a host that says which
// programs can be trusted.
#include "controls/hooks.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::HookEnvironment;
using controls::HookPowers;
using controls::Hooks;

const std::vector<std::string> kPrograms{"/usr/bin/a", "/usr/bin/b", "/proc/7/exe", "/opt/hardened-hook"};
const std::vector<std::string> kVariables{
    "A=1", "A=2", "B=1", "PATH=/x", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "C"};

std::string quoted(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "\"" : ",\"") + word + '"';
  return "[" + text + "]";
}

std::string hook() {
  const std::string path = one_of(kPrograms);
  std::string text = R"({"path":")" + path + '"';
  switch (number(0, 3)) {
    case 0: break;
    case 1: text += R"(,"args":)" + quoted({path.substr(path.rfind('/') + 1), "x"}); break;
    case 2: text += R"(,"args":["x"])"; break;
    default: text += R"(,"args":null)"; break;
  }
  switch (number(0, 3)) {
    case 0: text += R"(,"env":)" + quoted(some_of(kVariables)); break;
    case 1: text += R"(,"env":)" + quoted({one_of(kVariables)}); break;
    case 2: text += R"(,"env":null)"; break;
    default: break;
  }
  if (coin()) text += R"(,"timeout":)" + one_of({"1", "30", "90", "0", "-1", "null", "99999999999"});
  return text + "}";
}

std::string rule() {
  std::string text = "{path: " + one_of(kPrograms);
  if (number(0, 2) == 0) text += ", stages: [prestart, poststop]";
  if (coin()) text += ", args: [x]";
  switch (number(0, 3)) {
    case 0: text += ", env: inherited"; break;
    case 1: text += ", env: [A, PATH]"; break;
    case 2: text += ", env: [A=1, B=1]"; break;
    default: break;
  }
  if (coin()) text += ", timeout: " + one_of({"30", "60"});
  if (coin()) text += ", brings: something";
  return text + "}";
}

struct HooksTrait : Trait<Hooks> {
  static std::string document(Scope) {
    std::string stages;
    for (const std::string_view stage : controls::kStages) {
      if (number(0, 3) != 0) continue;
      std::string list = hook();
      if (number(0, 3) == 0) list += "," + hook();
      stages += (stages.empty() ? "\"" : ",\"") + std::string(stage) +
                "\":" + (number(0, 9) == 9 ? "null" : "[" + list + "]");
    }
    return R"({"hooks":{)" + stages + "}}";
  }

  static Hooks::Ceiling ceiling() {
    std::string allow = "engine-default";
    if (coin()) allow += ", host-default";
    for (std::uint64_t count = number(0, 4); count > 0; --count) allow += ", " + rule();
    return ceiling_of<Hooks>("start_container: " + one_of({"refused", "allowed"}) + "\nallow: [" + allow +
                             "]");
  }

  static Hooks::Ceiling lower(const Hooks::Ceiling& than) {
    Hooks::Ceiling low = than;
    low.engine_default = than.engine_default && coin();
    low.host_default = than.host_default && coin();
    low.start_container = than.start_container && coin();
    low.rules = some_of(than.rules);
    for (controls::HookRule& rule : low.rules) {
      if (coin()) continue;
      rule.environment = some_of(rule.environment);
      rule.inherits = rule.inherits && coin();
      rule.seconds = meet(rule.seconds, AtMost::of(number(1, 90)));
    }
    return low;
  }

  // Of the same program the host says the same.
  static Facts facts(const Spec& spec) {
    const std::vector<std::string> trusted = some_of(kPrograms);
    const bool declared = number(0, 4) == 4;
    const bool engines = number(0, 4) == 4;
    Facts facts;
    for (const controls::Hook& hook : require_value(controls::hooks_asked(spec))) {
      Facts::Asked asked;
      asked.hook = hook;
      for (const std::string& path : trusted) {
        if (path == hook.id.path) asked.program = path;
      }
      if (asked.program.empty()) asked.distrust = "cannot trust it";
      asked.declared = declared && !asked.program.empty();
      asked.engines = engines && asked.program == kPrograms[2];
      facts.asked.push_back(std::move(asked));
    }
    return facts;
  }

  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    for (const auto& [id, powers] : granted.hooks) {
      if (!powers.environment.inherits()) {
        Grant held = granted;
        held.hooks[id].environment = HookEnvironment::inherited();
        above.push_back({held, id.path + " with the runtime's own environment"});
      }
      if (!powers.seconds.is_unlimited()) {
        Grant held = granted;
        held.hooks[id].seconds = AtMost::unlimited();
        above.push_back({held, id.path + " with no time limit"});
      }
    }
    Grant held = granted;
    held.hooks.emplace(controls::HookId{controls::Stage::poststop, 99, "/tmp/x", {}},
                       HookPowers::everything());
    above.push_back({held, "runs a poststop hook /tmp/x"});
    return above;
  }

  // None comes, none goes, and each is the same program.
  static std::string flaw(const Spec& asked, const Spec& granted) {
    const auto before = require_value(controls::hooks_asked(asked));
    const auto after = require_value(controls::hooks_asked(granted));
    if (before.size() != after.size()) return "a hook is gone, or one has come";
    for (std::size_t index = 0; index < before.size(); ++index) {
      if (!(before[index].id == after[index].id)) return "a hook is another";
      if (after[index].environment && after[index].environment->empty() &&
          before[index].environment != after[index].environment)
        return "an empty environment was written";
    }
    return "";
  }
};

INSTANTIATE_TEST_SUITE_P(Hooks, ControlLaws, testing::ValuesIn(of<HooksTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
