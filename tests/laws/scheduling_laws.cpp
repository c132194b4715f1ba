#include <algorithm>

#include "controls/scheduling.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::Preference;
using controls::Scheduling;

std::int64_t draw_score() { return static_cast<std::int64_t>(number(0, 2000)) - 1000; }
std::int64_t draw_nice() { return static_cast<std::int64_t>(number(0, 39)) - 20; }

struct SchedulingTrait : Trait<Scheduling> {
  static std::string document(Scope scope) {
    const std::string score = one_of({"", "0", "null", std::to_string(draw_score())});
    const std::string nice = one_of({"", ",\"nice\":" + std::to_string(draw_nice()), ",\"nice\":null"});
    const std::string policy = one_of({"SCHED_OTHER", "SCHED_BATCH", "SCHED_IDLE", "SCHED_FIFO", "SCHED_RR",
                                       "SCHED_DEADLINE", "SCHED_NEW"});
    const std::string scheduler =
        one_of({"", "null", "{}", "{\"policy\":\"" + policy + "\"" + nice + "}",
                "{\"flags\":[\"SCHED_FLAG_RESET_ON_FORK\"],\"policy\":\"" + policy + "\"" + nice + "}"});
    const std::string io_class =
        one_of({"", "null", R"({"class":"IOPRIO_CLASS_BE","priority":0})", R"({"class":"IOPRIO_CLASS_RT"})",
                R"({"class":"IOPRIO_CLASS_IDLE"})", R"({"priority":7})"});
    std::string members;
    const auto add = [&](const std::string& key, const std::string& value) {
      if (!value.empty()) members += (members.empty() ? "\"" : ",\"") + key + "\":" + value;
    };
    add("oomScoreAdj", score);
    add("scheduler", scheduler);
    add("ioPriority", io_class);
    return process_document(scope, members);
  }

  static Scheduling::Facts facts(const Spec& asked) {
    if (asked.find("/process/oomScoreAdj")) return {};
    return {AtLeast::of(one_of<std::int64_t>({0, -998, draw_score()}))};
  }

  static Scheduling::Ceiling ceiling() {
    return ceiling_of<Scheduling>(
        "{oom_score_adj: " + std::to_string(one_of<std::int64_t>({0, draw_score()})) +
        ", nice: " + std::to_string(one_of<std::int64_t>({0, draw_nice()})) +
        ", realtime: " + one_of({"false", "true"}) + "}");
  }
  static Scheduling::Ceiling lower(const Scheduling::Ceiling& than) {
    return {std::max(than.oom_score_adj, draw_score()), std::max(than.nice, draw_nice()),
            than.realtime && coin()};
  }

  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    const auto raise = [&](AtLeast Grant::*field, const std::string& named) {
      Grant held = granted;
      held.*field = AtLeast::of((granted.*field).value() - 1);
      above.push_back({held, named});
    };
    raise(&Grant::oom_score_adj, "oom_score_adj of");
    raise(&Grant::nice, "nice value of");
    const auto allow = [&](Permitted Grant::*field, const std::string& named) {
      if ((granted.*field).yes()) return;
      Grant held = granted;
      held.*field = Permitted(true);
      above.push_back({held, named});
    };
    allow(&Grant::realtime, "a real-time scheduler");
    allow(&Grant::realtime_io, "a real-time class");
    return above;
  }

  static std::string flaw(const Spec& asked, const Spec& granted) {
    for (const char* const pointer : {"/process/scheduler", "/process/ioPriority"}) {
      if (granted.find(pointer) && !asked.find(pointer)) return "what nobody asked for was written";
    }
    const auto scheduler = granted.find("/process/scheduler");
    const auto policy = scheduler ? scheduler->find("policy") : std::nullopt;
    const auto before = asked.find("/process/scheduler/policy");
    if (policy && before && policy->value().text() != before->value().text()) return "another policy";
    return "";
  }
};

INSTANTIATE_TEST_SUITE_P(Scheduling, ControlLaws, testing::ValuesIn(of<SchedulingTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
