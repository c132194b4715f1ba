#include "profiles/seccomp/order.h"

#include <algorithm>

#include "profiles/seccomp/multiplexed.h"

namespace hardened::seccomp {
namespace {

bool at_most(const Answer& a, const Answer& b) { return a.action <= b.action; }

bool in_one_of(const Box& box, const std::vector<Box>& boxes) {
  return std::any_of(boxes.begin(), boxes.end(), [&](const Box& outer) { return within(box, outer); });
}

// Does the ceiling grant at least `answer` wherever `box` holds?
bool grants(const Outlook& ceiling, const Box& box, const Answer& answer) {
  if (at_most(answer, ceiling.inside) && at_most(answer, ceiling.outside)) return true;
  if (at_most(answer, ceiling.inside)) return in_one_of(box, ceiling.boxes);
  if (!at_most(answer, ceiling.outside)) return false;
  return std::all_of(ceiling.boxes.begin(), ceiling.boxes.end(),
                     [&](const Box& hole) { return disjoint(box, hole); });
}

// The same for all arguments that none of the rules with conditions takes.
bool grants_rest(const Outlook& ceiling, const CallRules& asked, const Answer& fallback) {
  if (!at_most(fallback, ceiling.outside)) return false;
  if (at_most(fallback, ceiling.inside)) return true;
  return std::all_of(ceiling.boxes.begin(), ceiling.boxes.end(), [&](const Box& hole) {
    return std::any_of(asked.when.begin(), asked.when.end(),
                       [&](const CallRules::When& when) { return within(hole, when.box); });
  });
}

bool call_within(const Reading& asked, const Reading& ceiling, std::string_view call) {
  const CallRules& rules = asked.rules(call);
  const std::optional<Answer>& always = ceiling.rules(call).always;
  if (rules.always && always) return at_most(*rules.always, *always);  // of nearly all calls
  const Outlook above = ceiling.of(call);
  if (rules.always) return grants(above, {}, *rules.always);
  if (!grants_rest(above, rules, asked.fallback())) return false;
  return std::all_of(rules.when.begin(), rules.when.end(),
                     [&](const CallRules::When& when) { return grants(above, when.box, when.answer); });
}

// An explicit deny of socketcall that the request does without while it allows one of its calls.
bool multiplexer_within(const Reading& asked, const Reading& ceiling, const Multiplexer& multiplexer) {
  const std::optional<Answer>& above = ceiling.rules(multiplexer.name).always;
  if (!above || above->action == Action::allow || asked.rules(multiplexer.name).always) return true;
  return std::none_of(multiplexer.calls.begin(), multiplexer.calls.end(), [&](std::string_view call) {
    const CallRules& rules = asked.rules(call);
    if (rules.always) return !at_most(*rules.always, *above);
    return std::any_of(rules.when.begin(), rules.when.end(),
                       [&](const CallRules::When& when) { return !at_most(when.answer, *above); });
  });
}

void add_calls(Excess& out, const Reading& asked, const Reading& ceiling) {
  for (const std::string_view call : asked.names()) {
    if (!call_within(asked, ceiling, call)) out.calls.push_back(call);
  }
  for (const std::string_view call : ceiling.names()) {
    if (!asked.mentions(call) && !call_within(asked, ceiling, call)) out.calls.push_back(call);
  }
  for (const Multiplexer& multiplexer : kMultiplexers) {
    if (!multiplexer_within(asked, ceiling, multiplexer)) out.calls.push_back(multiplexer.name);
  }
}

}  // namespace

Excess excess(const Profile& asked, const Profile& ceiling) {
  Excess out;
  if (!ceiling.confined || identical(asked, ceiling)) return out;
  if (!asked.confined) {
    out.unconfined = true;
    return out;
  }
  const Reading a(asked);
  const Reading c(ceiling);
  out.fallback = !at_most(asked.fallback, ceiling.fallback);
  out.speculation = allows_speculation(asked) && !allows_speculation(ceiling);
  out.listener = notifies(asked) && (!notifies(ceiling) || asked.listener_path != ceiling.listener_path);
  for (const Architecture architecture : asked.foreign) {
    if (std::find(ceiling.foreign.begin(), ceiling.foreign.end(), architecture) == ceiling.foreign.end()) {
      out.foreign.push_back(architecture);
    }
  }
  add_calls(out, a, c);
  return out;
}

bool leq(const Profile& a, const Profile& b) { return excess(a, b).none(); }

bool operator==(const Profile& a, const Profile& b) { return identical(a, b) || (leq(a, b) && leq(b, a)); }

}  // namespace hardened::seccomp
