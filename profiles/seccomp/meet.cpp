#include "profiles/seccomp/meet.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "profiles/seccomp/calls.h"
#include "profiles/seccomp/multiplexed.h"
#include "profiles/seccomp/outlook.h"

namespace hardened::seccomp {
namespace {

// Without the listener that we drop, the kernel itself answers ENOSYS (seccomp_unotify(2)).
Answer unheard(const Answer& answer) {
  return answer.action == Action::notify ? Answer{Action::error, kEnosys} : answer;
}

std::vector<Architecture> listed(const Profile& profile, Architecture own) {
  std::vector<Architecture> out = profile.foreign;
  if (profile.own_listed) out.push_back(own);
  return out;
}

// All but the rules.
Profile frame(const Profile& asked, const Profile& ceiling) {
  Profile out;
  out.fallback = unheard(stricter(asked.fallback, ceiling.fallback));
  for (const Architecture architecture : asked.foreign) {
    if (std::find(ceiling.foreign.begin(), ceiling.foreign.end(), architecture) != ceiling.foreign.end()) {
      out.foreign.push_back(architecture);
    }
  }
  out.own_listed = asked.own_listed;
  out.flags = asked.flags;
  if (allows_speculation(asked) && !allows_speculation(ceiling)) {
    std::vector<std::string> kept = asked.flags.value_or(std::vector<std::string>{});
    kept.erase(std::remove(kept.begin(), kept.end(), "SECCOMP_FILTER_FLAG_SPEC_ALLOW"), kept.end());
    out.flags = std::move(kept);
  }
  return out;
}

// The rules of the result, call by call.
class Rules {
 public:
  Rules(const Profile& asked, const Profile& ceiling, const Answer& fallback, Architecture own)
      : asked_(asked), ceiling_(ceiling), fallback_(fallback), listed_(listed(asked, own)) {}

  [[nodiscard]] std::vector<Rule> all() {
    for (const std::string_view call : asked_.names()) add(call);
    for (const std::string_view call : ceiling_.names()) {
      if (!asked_.mentions(call)) add(call);
    }
    for (const Multiplexer& multiplexer : kMultiplexers) keep_denied(multiplexer);
    return std::move(rules_);
  }

 private:
  [[nodiscard]] Outlook outlook(std::string_view call) const {
    const Outlook above = ceiling_.of(call);
    const bool hint = above.is_always() && above.inside == Answer{Action::error, kEnosys};
    if (hint && !asked_.mentions(call) && asked_.fallback().action == Action::error) return above;
    Outlook out = lower(asked_.of(call), above, fallback_);
    out.inside = unheard(out.inside);
    return out;
  }

  void add(std::string_view call) {
    const Outlook out = outlook(call);
    if (!out.is_always()) {
      for (const Box& box : out.boxes) rules_.push_back({{std::string(call)}, out.inside, box});
      return;
    }
    if (!is_said(call, out.inside)) return;
    say(call, out.inside);
  }

  // Must the result name a call that always gets this answer?
  [[nodiscard]] bool is_said(std::string_view call, const Answer& answer) {
    if (answer == fallback_) return false;
    if (asked_.mentions(call) || answer.action != Action::error || !asked_.answers_enosys()) return true;
    if (!newest_) newest_.emplace(asked_.names(), listed_);
    return !newest_->is_before(call);
  }

  // One rule for all calls of one answer.
  void say(std::string_view call, const Answer& answer) {
    const auto at = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& rule) {
      return rule.conditions.empty() && rule.answer == answer;
    });
    if (at != rules_.end()) {
      at->names.emplace_back(call);
    } else {
      rules_.push_back({{std::string(call)}, answer, {}});
    }
  }

  // Without a rule for socketcall those for its calls would let it through, and one that equals the fallback is
  // dropped by runc: it is said with another errno, or in a stricter way.
  void keep_denied(const Multiplexer& multiplexer) {
    const auto denies = [&](const Reading& reading) {
      const std::optional<Answer>& always = reading.rules(multiplexer.name).always;
      return always && always->action != Action::allow;
    };
    if (!denies(asked_) && !denies(ceiling_)) return;
    if (is_named(multiplexer.name)) return;
    const bool inner =
        std::any_of(multiplexer.calls.begin(), multiplexer.calls.end(),
                    [&](std::string_view call) { return outlook(call).inside.action > fallback_.action; });
    if (!inner) return;
    const Outlook out = outlook(multiplexer.name);
    const Answer& least = stricter(out.inside, out.outside);
    const std::optional<Answer> other = least == fallback_ ? beside_fallback() : least;
    if (other) {
      unsay(multiplexer.name);
      say(multiplexer.name, *other);
    } else {
      for (const std::string_view call : multiplexer.calls) unsay(call);
    }
  }

  [[nodiscard]] bool is_named(std::string_view call) const {
    return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
      return rule.conditions.empty() &&
             std::find(rule.names.begin(), rule.names.end(), call) != rule.names.end();
    });
  }

  // As strict as the fallback, and not the same; nothing is as strict as ending the process.
  [[nodiscard]] std::optional<Answer> beside_fallback() const {
    switch (fallback_.action) {
      case Action::kill_process: return std::nullopt;
      case Action::kill_thread: return Answer{Action::kill_process, 0};
      case Action::trap: return Answer{Action::kill_thread, 0};
      default: return Answer{Action::error, fallback_.code == kEnosys ? kEperm : kEnosys};
    }
  }

  // Leaves the call with the fallback alone.
  void unsay(std::string_view call) {
    for (Rule& rule : rules_)
      rule.names.erase(std::remove(rule.names.begin(), rule.names.end(), call), rule.names.end());
    rules_.erase(
        std::remove_if(rules_.begin(), rules_.end(), [](const Rule& rule) { return rule.names.empty(); }),
        rules_.end());
  }

  Reading asked_;
  Reading ceiling_;
  Answer fallback_;
  std::vector<Architecture> listed_;
  std::optional<Newest> newest_;
  std::vector<Rule> rules_;
};

}  // namespace

Profile meet(const Profile& asked, const Profile& ceiling, Architecture own) {
  return leq(asked, ceiling) ? asked : lowered(asked, ceiling, own);
}

Profile lowered(const Profile& asked, const Profile& ceiling, Architecture own) {
  if (!asked.confined) return ceiling;
  Profile out = frame(asked, ceiling);
  out.rules = Rules(asked, ceiling, out.fallback, own).all();
  return out;
}

}  // namespace hardened::seccomp
