#include "ctl/standing.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/base/text.h"
#include "ctl/value_text.h"

namespace hardened::ctl {
namespace {

using doc::Member;
using doc::Value;
using Outcome = runtime::Verification::Outcome;

bool lapsed(const Standing& one) {
  return std::any_of(one.waivers.begin(), one.waivers.end(),
                     [](const Waived& waiver) { return waiver.now != Waived::Now::holds; });
}

bool bounds_nothing(const Standing& one) {
  return one.observing.size() == std::tuple_size_v<controls::AllControls>;
}

// Also where the policy is the same file: what it names (a seccomp profile, a group of the host), and the profiles that a
// newer build brings, are not in its id.
Done compare_with_today(Host& host, const runtime::Kept& kept, const config::Policy& today, Standing& one) {
  one.older_policy = kept.policy_id != today.id;
  one.waivers = TRY(waivers_now(host, kept, today));
  Again again = TRY(judged_again(host, kept, today));
  one.today = std::move(again.objections);
  return done();
}

// Of one that is as granted, as far as the kernel tells.
void look_at_today(Host& host, Policies& policies, const std::string& path, const runtime::Kept& kept,
                   Standing& one) {
  const Result<config::Policy>& today = policies.at(path);
  Done compared = today ? compare_with_today(host, kept, *today, one) : Done(today.error());
  if (!compared) one.why = "what today's policy would grant cannot be told: " + compared.error().what;
  one.state = State::as_granted;
  if (!one.waivers.empty()) one.state = State::waived;
  if (!one.today.empty() || lapsed(one) || !compared) one.state = State::older;
  if (bounds_nothing(one)) one.state = State::observed;
}

State state_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::unmanaged: return State::unmanaged;
    case Outcome::above: return State::above;
    case Outcome::as_granted: return State::as_granted;
    case Outcome::unreadable:
    case Outcome::gone: break;
  }
  return State::unreadable;
}

std::string told(const Waived& waiver) {
  std::string words = "waiver " + printable(waiver.name);
  if (waiver.now == Waived::Now::withdrawn) return words + " is no longer in the policy";
  if (waiver.now == Waived::Now::expired) return words + " expired on " + waiver.expires;
  return waiver.expires.empty() ? words : words + " until " + waiver.expires;
}

std::string_view name(Waived::Now now) {
  switch (now) {
    case Waived::Now::holds: return "holds";
    case Waived::Now::expired: return "expired";
    case Waived::Now::withdrawn: break;
  }
  return "withdrawn";
}

void add(std::string& words, const std::string& more) {
  if (more.empty()) return;
  if (!words.empty()) words += "; ";
  words += more;
}

constexpr std::string_view kSame = "today's policy would grant the same";

std::string told_of_today(const Standing& one) {
  const std::string would = told(one.today);
  if (!would.empty()) return "today's policy " + would;
  return one.why.empty() ? std::string(kSame) : one.why;
}

std::string told_of_observing(const Standing& one) {
  constexpr std::size_t kShown = 4;
  const std::vector<std::string>& names = one.observing;
  if (names.empty()) return "";
  if (bounds_nothing(one)) return "not bounded: its policy only observed";
  if (names.size() > kShown) return "only observed: " + std::to_string(names.size()) + " controls";
  return "only observed: " + joined(names);
}

Value json(const std::vector<runtime::Surplus>& surpluses) {
  std::vector<Value> all;
  for (const runtime::Surplus& one : surpluses) {
    all.push_back(Value::object({{"control", text(one.control), {}}, {"what", text(one.words), {}}}));
  }
  return Value::array(std::move(all));
}

Value json(const std::vector<Waived>& waivers) {
  std::vector<Value> all;
  for (const Waived& one : waivers) {
    std::vector<Member> members{{"name", text(one.name), {}}, {"now", text(name(one.now)), {}}};
    if (!one.expires.empty()) members.push_back({"expires", text(one.expires), {}});
    all.push_back(Value::object(std::move(members)));
  }
  return Value::array(std::move(all));
}

}  // namespace

std::string_view name(State state) {
  switch (state) {
    case State::unmanaged: return "unmanaged";
    case State::above: return "above its grant";
    case State::unreadable: return "cannot be told";
    case State::observed: return "observed";
    case State::older: return "older policy";
    case State::waived: return "waiver";
    case State::as_granted: return "as granted";
  }
  return "";
}

std::optional<Standing> standing_of(Host& host, const Container& container, Policies& policies,
                                    const std::optional<std::string>& policy) {
  runtime::Verification seen = runtime::inspect(host, container.root, container.id);
  if (seen.outcome == Outcome::gone) return std::nullopt;
  Standing one{container, state_of(seen.outcome), std::move(seen.surpluses), {}, false, {}, {}, {}};
  if (seen.outcome == Outcome::unreadable) one.why = seen.why.what;
  if (seen.outcome == Outcome::unmanaged || seen.outcome == Outcome::unreadable) return one;
  one.observing = seen.kept->promise->observing;
  look_at_today(host, policies, policy.value_or(seen.kept->policy), *seen.kept, one);
  if (seen.outcome == Outcome::above) one.state = State::above;
  return one;
}

std::string told(const Standing& one) {
  std::string words;
  if (one.state == State::unmanaged) words = "it did not start under hardened";
  if (one.state == State::unreadable) words = one.why;
  for (const runtime::Surplus& surplus : one.surpluses) {
    add(words, std::string(surplus.control) + ": it " + surplus.words);
  }
  for (const Waived& waiver : one.waivers) add(words, told(waiver));
  // That the same would be granted is nothing to say.
  const bool untold = one.state != State::unreadable && !one.why.empty();
  if (one.state == State::older || !one.today.empty() || untold) add(words, told_of_today(one));
  add(words, told_of_observing(one));
  if (one.state != State::unreadable) add(words, one.container.trouble);
  if (one.container.process && one.container.process->waits) add(words, "not started yet");
  return words;
}

doc::Value json(const Standing& one) {
  const Container& container = one.container;
  std::vector<Member> members{{"state", text(name(one.state)), {}}, {"id", text(container.id), {}}};
  const auto add_text = [&](const char* key, std::string_view words) {
    if (!words.empty()) members.push_back({key, text(words), {}});
  };
  add_text("name", container.name);
  add_text("engine", container.engine);
  add_text("runtime", container.runtime);
  add_text("image", container.image);
  add_text("root", container.root);
  if (container.process) {
    members.push_back({"process", Value::number(std::uint64_t{container.process->process}), {}});
    members.push_back({"started", Value::boolean(!container.process->waits), {}});
  }
  if (container.kept) {
    add_text("policy", container.kept->policy);
    add_text("policy_id", container.kept->policy_id);
    members.push_back({"older_policy", Value::boolean(one.older_policy), {}});
  }
  if (!one.surpluses.empty()) members.push_back({"above", json(one.surpluses), {}});
  if (!one.waivers.empty()) members.push_back({"waivers", json(one.waivers), {}});
  if (!one.today.empty()) members.push_back({"today", json(one.today), {}});
  if (!one.observing.empty()) {
    std::vector<Value> names;
    for (const std::string& name : one.observing) names.push_back(text(name));
    members.push_back({"observing", Value::array(std::move(names)), {}});
  }
  if (one.older_policy && one.today.empty() && one.why.empty()) add_text("note", kSame);
  add_text("why", one.why);
  add_text("trouble", container.trouble);
  return Value::object(std::move(members));
}

}  // namespace hardened::ctl
