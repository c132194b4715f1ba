#include "controls/pids.h"
#include "core/base/text.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::Pids;
using controls::TaskLimit;

TaskLimit draw_limit() {
  if (number(0, 3) == 0) return TaskLimit::without_number(TaskLimit::Kind::unlimited);
  return TaskLimit::of(number(1, coin() ? 5000 : 4194304));
}

std::string yaml(const TaskLimit& limit) {
  return limit.is(TaskLimit::Kind::number) ? std::to_string(limit.tasks()) : "unlimited";
}

struct PidsTrait : Trait<Pids> {
  static std::string document(Scope scope) {
    const std::string some = std::to_string(number(1, 10000));
    const std::string limit =
        one_of({"", some, some, "0", "-1", "-9223372036854775808", "9223372036854775807", "null"});
    const std::string unified =
        one_of({"", "", "", "\"max\"", "\"" + std::to_string(number(1, 10000)) + "\"", "null"});
    std::string members =
        limit.empty() ? one_of({"", R"("pids":null)", R"("pids":{})"}) : "\"pids\":{\"limit\":" + limit + "}";
    if (!unified.empty()) {
      members += (members.empty() ? "" : ",") + std::string(R"("unified":{"memory.max":"1","pids.max":)") +
                 unified + "}";
    }
    return resources_document(scope, members);
  }

  static Pids::Ceiling ceiling() {
    const TaskLimit one = draw_limit();
    const TaskLimit other = draw_limit();
    return ceiling_of<Pids>("{default: " + yaml(meet(one, other)) +
                            ", maximum: " + yaml(leq(one, other) ? other : one) + "}");
  }
  static Pids::Ceiling lower(const Pids::Ceiling& than) {
    const TaskLimit maximum = meet(than.maximum, draw_limit());
    return {meet(meet(than.by_default, draw_limit()), maximum), maximum};
  }

  // The next number, none, and the field that counts on version 2.
  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    const auto raise = [&](TaskLimit Grant::*field) {
      const TaskLimit most = granted.*field;
      if (!most.is(TaskLimit::Kind::number)) return;
      for (const TaskLimit& held :
           {TaskLimit::of(most.tasks() + 1), TaskLimit::without_number(TaskLimit::Kind::unlimited)}) {
        Grant grant = granted;
        grant.*field = held;
        above.push_back({grant, yaml(held) + " instead of " + yaml(most)});
      }
    };
    raise(&Grant::limit);
    raise(&Grant::unified);
    return above;
  }

  static Pids::Facts facts(const Spec& /*asked*/) { return {draw_limit()}; }

  static std::string flaw(const Spec& asked, const Spec& granted) {
    const auto limit = granted.find("/linux/resources/pids/limit");
    const auto before = asked.find("/linux/resources/pids/limit");
    if (limit && limit->value().text() == "0" && !(before && before->value().text() == "0"))
      return "0 was written";
    if (granted.scope() == Scope::resources && limit && !before)
      return "an update was given a limit that it did not name";
    const auto unified = granted.find("/linux/resources/unified/pids.max");
    if (unified && !asked.find("/linux/resources/unified/pids.max"))
      return "runc refuses unified on cgroup v1";
    unsigned long long most = 0;
    unsigned long long written = 0;
    if (limit && !before && unified && parse_decimal(unified->value().text(), most) &&
        parse_decimal(limit->value().text(), written) && written > most)
      return "the default is above what the unified field asks for";
    return "";
  }
};

INSTANTIATE_TEST_SUITE_P(Pids, ControlLaws, testing::ValuesIn(of<PidsTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
