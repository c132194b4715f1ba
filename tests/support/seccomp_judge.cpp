#include "tests/support/seccomp_judge.h"

#include <algorithm>
#include <iterator>

#include "profiles/seccomp/entangled.h"

namespace hardened::test {
namespace {

using seccomp::Action;
using seccomp::Answer;
using seccomp::Architecture;
using seccomp::Compare;
using seccomp::Condition;
using seccomp::Profile;
using seccomp::Rule;

Verdicts only(const Answer& answer) { return {answer, answer}; }

// An unconfined profile is a program that lets all calls through.
std::optional<Program> program_of(const Profile& profile) {
  if (profile.confined) return compile_as_runc(profile, kOwn);
  return Program{BPF_STMT(BPF_RET | BPF_K, 0x7fff0000U)};
}

bool is_in(std::uint16_t code, const std::vector<std::uint16_t>& codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

Action mildest(const Verdicts& words, const Verdicts& answered) {
  return words.contested() ? words.mildest.action : answered.mildest.action;
}

bool is_equality(const Condition& c) { return c.op == Compare::equal || c.op == Compare::masked_equal; }

bool has_conditions(const Profile& profile, const Call& call) {
  return std::any_of(profile.rules.begin(), profile.rules.end(), [&](const Rule& rule) {
    // A rule for a carried call has one for its carrier: the number.
    return std::any_of(rule.names.begin(), rule.names.end(), [&](const std::string& name) {
      return (name == call.name && !rule.conditions.empty()) || multiplexed_number(call.name, name);
    });
  });
}

}  // namespace

Judge::Judge(Demand demand, const Three& three)
    : demand_(demand),
      three_(&three),
      asked_(three.asked, kOwn),
      ceiling_(three.ceiling, kOwn),
      granted_(three.granted, kOwn) {}

Answers Judge::by_words(const Call& call) const {
  return {asked_.of(call), ceiling_.of(call), granted_.of(call)};
}

bool Judge::is_stubbed(const Call& call) const {
  return asked_.of(call).newer || ceiling_.of(call).newer || granted_.of(call).newer;
}

// One rule answers for all architectures, on some of which the call may be newer than all that a side names; or the
// one that is carried in it.
bool Judge::is_stubbed_anywhere(const Call& call) const {
  if (is_stubbed(call)) return true;
  std::vector<std::string_view> names{call.name};
  for (const Profile* side : {&three_->asked, &three_->ceiling}) {
    for (const Rule& rule : side->rules) {
      std::copy_if(rule.names.begin(), rule.names.end(), std::back_inserter(names), [&](const auto& inside) {
        return multiplexed_number(call.name, inside) == static_cast<std::uint32_t>(call.arguments[0]);
      });
    }
  }
  for (const Architecture other : {Architecture::x86_64, Architecture::x86, Architecture::x32,
                                   Architecture::aarch64, Architecture::arm}) {
    for (const std::string_view name : names) {
      const Call there{other, std::string(name), call.arguments};
      if (asked_.has(other) && ceiling_.has(other) && number_of(name, other) && is_stubbed(there))
        return true;
    }
  }
  return false;
}

bool Judge::is_loose(const Call& call) const {
  // socket and its like have two places on x86: libseccomp knows the one in socketcall, so that runc's stub takes the
  // direct number of a named call for a new one.
  if (call.architecture == Architecture::x86 &&
      seccomp::call_number(call.name, call.architecture).value_or(0) < 0)
    return true;
  if (asked_.of(call).contested() || ceiling_.of(call).contested()) return true;
  for (const std::string& below : three_->below) {
    if (below == call.name || multiplexed_number(call.name, below)) return true;
    if (below == seccomp::name(call.architecture)) return true;
  }
  return is_stubbed(call) && three_->granted.confined && three_->granted.fallback.action < Action::error;
}

// A value of more than 32 bits for a call of a 32-bit architecture, which sees the rest of it: one rule cannot say to
// both what each is told.
bool Judge::is_cut(const Call& call) const {
  if (!is_narrow(call.architecture)) return false;
  const auto cut = [&](const Profile& side) {
    return std::any_of(side.rules.begin(), side.rules.end(), [&](const Rule& rule) {
      const bool here = std::any_of(rule.names.begin(), rule.names.end(), [&](const std::string& name) {
        return name == call.name || multiplexed_number(call.name, name);
      });
      return here && std::any_of(rule.conditions.begin(), rule.conditions.end(),
                                 [](const Condition& c) { return ((c.value | c.value_two) >> 31) != 0; });
    });
  };
  return cut(three_->asked) || cut(three_->ceiling) || cut(three_->granted);
}

// Which errnos a call that both deny with one may end with; empty: any.
std::vector<std::uint16_t> Judge::codes(const Call& call, const Answers& answers) const {
  const Verdicts asked = asked_.of(call);
  const Verdicts ceiling = ceiling_.of(call);
  if (asked.many_codes || ceiling.many_codes || is_stubbed_anywhere(call) || is_cut(call)) return {};
  const Answer& a = answers.asked.strictest;
  const Answer& c = answers.ceiling.strictest;
  if (a.action < c.action) return {a.code};
  if (c.action < a.action) return {c.code};
  // A request that asks for nothing above the ceiling keeps its bytes, and so its errnos.
  if (identical(three_->granted, three_->asked)) return {a.code};
  if (c.code != seccomp::kEnosys || asked_.mentions(call.name) || asked.by_rule) return {a.code};
  if (!ceiling.by_rule) return {a.code, c.code};
  return {c.code};
}

std::string Judge::objection(const Call& call, const Answers& answers) const {
  const Answer& got = answers.granted.mildest;
  const Action limit =
      std::min(mildest(asked_.of(call), answers.asked), mildest(ceiling_.of(call), answers.ceiling));
  const Action expected = std::min(answers.asked.strictest.action, answers.ceiling.strictest.action);
  if (!asked_.has(call.architecture) || !ceiling_.has(call.architecture)) {
    return got.action <= Action::kill_thread ? "" : "an architecture that one side lacks is let through";
  }
  // An architecture that the meet says it had to leave out.
  const auto left_out = [&](const std::string& below) { return below == seccomp::name(call.architecture); };
  if (!granted_.has(call.architecture) && std::any_of(three_->below.begin(), three_->below.end(), left_out)) {
    return got.action <= Action::kill_thread ? "" : "an architecture that was left out is let through";
  }
  const bool by_stub = granted_.of(call).newer && got == Answer{Action::error, seccomp::kEnosys};
  if (demand_ == Demand::never_above) {
    // What a mere lower bound overlooks: rules for socketcall beside rules for its calls, and the stub before a
    // fallback that kills.
    if (multiplexed_number(call.name, "socket") || multiplexed_number(call.name, "semop")) return "";
    return got.action <= limit || by_stub ? "" : "above one of the sides";
  }
  // Nor can any rule name the direct number of a call that x86 carries: what is newer there gets ENOSYS at the mildest.
  const bool carried = seccomp::call_number(call.name, call.architecture).value_or(0) < 0;
  if (carried && by_stub) return "";
  if (got.action > limit) return "above one of the sides";
  if (is_loose(call)) return "";
  if (got.action != expected) return "below the meet";
  if (answers.granted.contested()) return "two rules of different actions match in the meet";
  if (got.action != Action::error || granted_.of(call).many_codes) return "";
  // Many conditions for an errno alone are given up for the fallback's.
  if (got == three_->granted.fallback &&
      (has_conditions(three_->asked, call) || has_conditions(three_->ceiling, call)))
    return "";
  const std::vector<std::uint16_t> allowed = codes(call, answers);
  return allowed.empty() || is_in(got.code, allowed) ? "" : "another errno than the rules for it say";
}

bool Judge::is_exact(const Call& call) const {
  return demand_ == Demand::exact && asked_.has(call.architecture) && ceiling_.has(call.architecture) &&
         !is_loose(call);
}

std::string Judge::objection(const Call& call, const Verdicts& plain, const Verdicts& high) const {
  if (demand_ == Demand::never_above) return "";
  if (plain.contested() || high.contested()) return "";
  if (plain.mildest == high.mildest) return "";
  if (!three_->asked.confined || !three_->ceiling.confined) return "";  // the other side as it stands
  // A request below the ceiling stays as it is, and so may look at bits that the kernel does not: what matters
  // then is that they win nothing that the ceiling's own words keep.
  if (identical(three_->granted, three_->asked)) {
    return high.mildest.action <=
                   std::max(ceiling_.of(canonical(call)).mildest.action, ceiling_.of(call).mildest.action)
               ? ""
               : "bits that the kernel does not read lift the call above the ceiling";
  }
  return "bits that the kernel does not read change the answer";
}

Programs::Programs(const Three& three)
    : asked_(program_of(three.asked)),
      ceiling_(program_of(three.ceiling)),
      granted_(program_of(three.granted)) {}

Answers Programs::of(const Call& call) const {
  return {only(run(*asked_, call)), only(run(*ceiling_, call)), only(run(*granted_, call))};
}

bool agrees(const Verdicts& words, const Answer& program) {
  if (program.action < words.strictest.action || program.action > words.mildest.action) return false;
  return program.action != Action::error || words.contested() || words.many_codes ||
         program.code == words.mildest.code;
}

std::string known_defect(const Profile& profile, const Call& call) {
  bool unnumbered = false;
  bool loads = false;  // an unconditional rule stands first, and loads the number
  std::size_t conditions = 0;
  bool exact = true;
  for (const Rule& rule : profile.rules) {
    if (rule.answer == profile.fallback) continue;
    for (const std::string& name : rule.names) {
      const bool numbered = number_of(name, call.architecture).has_value();
      unnumbered = unnumbered || (!numbered && seccomp::call_number(name, kOwn).has_value());
      loads = loads || (numbered && rule.conditions.empty());
      if (name != call.name && !multiplexed_number(call.name, name)) continue;
      conditions += rule.conditions.size();
      exact = exact && std::all_of(rule.conditions.begin(), rule.conditions.end(), is_equality);
    }
  }
  const bool with_x32 =
      std::find(profile.foreign.begin(), profile.foreign.end(), Architecture::x32) != profile.foreign.end();
  if (unnumbered && !loads && (call.architecture != kOwn || with_x32))
    return "a call without a number stands first";
  if (conditions > 1 && !exact) return "several conditions, not all of them equal or masked equal";
  return "";
}

std::string text_of(const Verdicts& verdicts) {
  const auto one = [](const Answer& a) {
    return std::string(name(a.action)) + (a.code == 0 ? "" : " " + std::to_string(a.code));
  };
  std::string out = one(verdicts.strictest);
  if (verdicts.contested()) out += " to " + one(verdicts.mildest);
  return verdicts.newer ? out + " (stub)" : out;
}

std::string text_of(const Three& three) {
  return "asked   " + text_of(three.asked) + "\nceiling " + text_of(three.ceiling) + "\ngranted " +
         text_of(three.granted) + "\n";
}

}  // namespace hardened::test
