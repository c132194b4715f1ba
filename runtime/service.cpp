#include "runtime/service.h"

#include <tuple>

#include "controls/all.h"

namespace hardened::runtime {

std::vector<std::string> observing(const config::Policy& policy) {
  std::vector<std::string> names;
  [&]<class... C>(std::tuple<C...>*) {
    const auto add = [&](std::string_view name, controls::OnExcess mode) {
      if (mode == controls::OnExcess::observe) names.emplace_back(name);
    };
    (add(C::name, policy.rule<C>().on_excess), ...);
  }(static_cast<controls::AllControls*>(nullptr));
  return names;
}

bool only_observes(const config::Policy& policy) {
  return observing(policy).size() == std::tuple_size_v<controls::AllControls>;
}

RecordHead head_of(const Service& service, const config::Policy& policy) {
  RecordHead head;
  head.time_ns = service.host.now_ns();
  head.id = service.call.id;
  head.engine = service.engine;
  head.image = service.image;
  head.root = service.root;
  head.call = service.call.call;
  head.policy = policy.path;
  head.policy_id = policy.id;
  head.waivers = service.waivers;
  head.notes = service.notes;
  if (service.call.what == Class::bundle && !service.hook && !only_observes(policy)) {
    head.notes.push_back("verified at its start alone, without hooks: " + service.hook.error().what);
  }
  return head;
}

}  // namespace hardened::runtime
