// The meet of drawn profiles, by the kernel: the calls are made on a thread under the request's filter on top of the
// ceiling's, and on another under the meet's.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/oracles/common.h"
#include "tests/oracles/harmless.h"
#include "tests/oracles/kernel.h"

namespace hardened::test {
namespace {

using seccomp::Action;
using seccomp::Answer;

constexpr unsigned kMostDeaths = 3;
constexpr std::size_t kMostCalls = 48;
const bool kInt80 = has_int80();

// Is it what the kernel does with this answer, without a tracer?
bool fits(const Answer& answer, const Seen& seen) {
  switch (answer.action) {
    case Action::kill_process: return seen.end == End::process_killed;
    case Action::kill_thread: return seen.end == End::thread_killed;
    case Action::trap: return seen.end == End::trapped;
    case Action::error: return seen == Seen{End::returned, answer.code};
    case Action::notify:
    case Action::trace: return seen == Seen{End::returned, seccomp::kEnosys};
    case Action::log:
    case Action::allow: return seen.end == End::returned;
  }
  return false;
}

std::string text_of(const Seen& seen) {
  static constexpr const char* kEnds[] = {"not made",      "returned",       "trapped",
                                          "thread killed", "process killed", "filter not loaded"};
  return std::string(kEnds[static_cast<std::size_t>(seen.end)]) + " " + std::to_string(seen.code);
}

// Of two filters the stricter is heard, of two as strict the one that was loaded last.
Answer stacked(const Answers& answers) {
  const Answer& asked = answers.asked.mildest;
  const Answer& ceiling = answers.ceiling.mildest;
  return ceiling.action < asked.action ? ceiling : asked;
}

struct Made {
  Call call;
  std::optional<Call> high;
  Answers answers;
};

// The harmless ones, those that kill last.
std::vector<Made> to_make(const Judge& judge, const Programs& programs, const std::vector<Call>& calls) {
  Dice dice(2);
  std::vector<Made> out;
  for (const Call& drawn : calls) {
    const std::optional<Call> call = harmless(drawn);
    if (!call || out.size() == kMostCalls || !is_sound(judge, programs, *call)) continue;
    if (call->architecture == seccomp::Architecture::x86 && !kInt80) continue;
    Made made{*call, std::nullopt, programs.of(*call)};
    if (dice.one_in(3)) made.high = with_high_bits(dice, *call);
    out.push_back(std::move(made));
  }
  std::stable_sort(out.begin(), out.end(), [](const Made& a, const Made& b) {
    return (stacked(a.answers).action > Action::trap) > (stacked(b.answers).action > Action::trap);
  });
  return out;
}

// "" or what is wrong with one call.
std::string objection(const Judge& judge, const Made& made, const Seen& both, const Seen& one) {
  if (both.end == End::unseen || one.end == End::unseen) return "";
  const Answer expected = stacked(made.answers);
  const Answer& granted = made.answers.granted.mildest;
  if (!fits(expected, both)) return "the kernel under both does not what the interpreter says";
  if (!fits(granted, one)) return "the kernel under the meet does not what the interpreter says";
  if (expected.action == Action::error && granted.action == Action::error) {
    return judge.objection(made.call, made.answers);  // the errno has rules of its own
  }
  if (!judge.is_exact(made.call)) return judge.objection(made.call, made.answers);
  return both == one ? "" : "the kernel does another thing under the meet than under both";
}

}  // namespace

std::optional<Failure> ask_kernel(Demand demand, const Three& three, const std::vector<Call>& calls) {
  const Programs programs(three);
  if (!programs.inputs_compile()) return std::nullopt;
  if (!programs.compiles()) return std::nullopt;  // for the oracle of the programs to say
  const Judge judge(demand, three);
  const std::vector<Made> made = to_make(judge, programs, calls);
  std::vector<Call> plain;
  std::vector<Call> high;
  for (const Made& one : made) plain.push_back(one.call);
  for (const Made& one : made) {
    if (one.high) high.push_back(*one.high);
  }
  const std::vector<Seen> both = observe({programs.ceiling(), programs.asked()}, plain, kMostDeaths);
  std::vector<Call> under_meet = plain;
  under_meet.insert(under_meet.end(), high.begin(), high.end());
  const std::vector<Seen> one = observe({programs.granted()}, under_meet, 2 * kMostDeaths);
  std::size_t next_high = plain.size();
  for (std::size_t i = 0; i < made.size(); ++i) {
    std::string what = objection(judge, made[i], both[i], one[i]);
    const Seen* wide = made[i].high ? &one[next_high++] : nullptr;
    if (what.empty() && wide != nullptr && demand == Demand::exact && wide->end != End::unseen &&
        one[i].end != End::unseen && !identical(three.granted, three.asked) &&
        !identical(three.granted, three.ceiling) && !(*wide == one[i])) {
      what = "bits that the kernel does not read change what it does: " + text_of(*wide) + " at " +
             text_of(*made[i].high);
    }
    if (what.empty()) continue;
    return Failure{three, made[i].call,
                   "by the kernel: " + what + "\n  under both     " + text_of(both[i]) +
                       "\n  under the meet " + text_of(one[i])};
  }
  return std::nullopt;
}

}  // namespace hardened::test
