#include "profiles/seccomp/lint.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"
#include "profiles/seccomp/lint_overlaps.h"
#include "profiles/seccomp/widths.h"

namespace hardened::seccomp {
namespace {

using detail::Placed;

constexpr std::size_t kNamesShown = 8;

std::string listed(const std::vector<std::string_view>& calls) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < calls.size() && i < kNamesShown; ++i) words.push_back(printable(calls[i], 40));
  if (calls.size() > kNamesShown) words.push_back(std::to_string(calls.size() - kNamesShown) + " more");
  return joined(words);
}

// ---- widths

std::uint64_t low_bits(const Width& width) { return ~std::uint64_t{0} >> (64U - width.bits); }

bool confined(const Condition& condition, std::uint64_t low) {
  return condition.op == Compare::masked_equal && (condition.value & ~low) == 0;
}

std::string_view c_type(const Width& width) {
  if (width.bits == 16) return "an unsigned 16-bit number";
  return width.is_signed ? "an int" : "an unsigned int";
}

std::string instead(const Condition& condition, std::uint64_t low) {
  const auto masked = [](std::uint64_t mask, std::uint64_t value) {
    return "write SCMP_CMP_MASKED_EQ with value " + std::to_string(mask) + " and valueTwo " +
           std::to_string(value & mask);
  };
  if (condition.op == Compare::equal) return masked(low, condition.value);
  if (condition.op == Compare::masked_equal && (condition.value & low) != 0) {
    return masked(condition.value & low, condition.value_two);
  }
  return "write it as rules with SCMP_CMP_MASKED_EQ whose value has no bits outside of " +
         std::to_string(low) + ", one for each block of values";
}

// Does a caller get a milder answer when it sets bits that the kernel does not read? Those make a value
// larger, and unequal to what is written. A negative int has two honest spellings (the calling conventions
// leave its upper half open), of which a comparison knows one.
bool evadable(const Condition& condition, const Width& width, bool denies) {
  const std::uint64_t plain = width.is_signed ? low_bits(width) >> 1U : low_bits(width);
  const bool is_mask = condition.op == Compare::masked_equal;
  const std::uint64_t written = is_mask ? condition.value & condition.value_two : condition.value;
  if ((written & ~plain) != 0) return true;
  const bool matches_more = condition.op == Compare::not_equal || condition.op == Compare::greater ||
                            condition.op == Compare::greater_or_equal;
  return matches_more != denies;
}

// The calls of a rule for which the argument of a condition has this width.
std::vector<std::string_view> of_width(const Rule& rule, unsigned index, const Width& width) {
  std::vector<std::string_view> out;
  for (const std::string& call : rule.names) {
    if (width_of(call, index) == width) out.emplace_back(call);
  }
  return out;
}

void check_widths(std::size_t position, const Rule& rule, const Answer& fallback, std::vector<Placed>& out) {
  constexpr std::array<Width, 3> kNarrow{Width{32, true}, Width{32, false}, Width{16, false}};
  for (const Condition& condition : rule.conditions) {
    for (const Width& width : kNarrow) {
      const std::uint64_t low = low_bits(width);
      if (confined(condition, low)) continue;
      const std::vector<std::string_view> calls = of_width(rule, condition.index, width);
      if (calls.empty()) continue;
      const bool gets_past = evadable(condition, width, rule.answer.action < fallback.action);
      out.push_back(
          {position,
           {gets_past ? Severity::warning : Severity::note,
            detail::title(position, rule) + ": argument " + std::to_string(condition.index) + " of " +
                listed(calls) + " is " + std::string(c_type(width)) + ", of which the kernel reads " +
                std::to_string(width.bits) + " bits, but " + std::string(name(condition.op)) +
                " looks at 64: a caller that sets the others " +
                (gets_past ? "gets past it" : "gets the stricter answer") + "; " + instead(condition, low)}});
    }
  }
}

// ---- one rule

void check_repeated(std::size_t position, const Rule& rule, std::vector<Placed>& out) {
  unsigned seen = 0;
  for (const Condition& condition : rule.conditions) {
    const unsigned bit = 1U << condition.index;
    if ((seen & bit) != 0) {
      out.push_back(
          {position,
           {Severity::warning,
            detail::title(position, rule) + ": two conditions on argument " +
                std::to_string(condition.index) +
                ", so that runc makes each condition of it a rule of its own and any of them is enough; " +
                "write one condition for each argument"}});
      return;
    }
    seen |= bit;
  }
}

// ---- the floor

// No errno and no tracer helps; who answers a notification we do not know.
bool denies(Action action) { return action < Action::notify || action == Action::trace; }
bool kills(Action action) { return action <= Action::trap; }

// Does a call get such an action in any case?
bool always(const Profile& profile, std::string_view call, bool (*is)(Action)) {
  bool all = true;
  for (const Rule& rule : profile.rules) {
    if (rule.answer == profile.fallback) continue;
    if (std::find(rule.names.begin(), rule.names.end(), call) == rule.names.end()) continue;
    if (rule.conditions.empty()) return is(rule.answer.action);
    all = all && is(rule.answer.action);
  }
  return all && is(profile.fallback.action);
}

void add_floor(const std::vector<std::string_view>& calls, std::string_view container,
               std::vector<Finding>& out) {
  if (calls.empty()) return;
  out.push_back({Severity::error, "below what runc needs to start a container" + std::string(container) +
                                      ": " + listed(calls) + "; allow them"});
}

// For an empty bounding set and for a full one: rules may count for either alone.
void check_floor(const DockerProfile& file, const Machine& machine, std::vector<Finding>& out) {
  const Profile of_none = resolve(file, Flags(), machine);
  const Profile of_all = resolve(file, Flags(~std::uint64_t{0}), machine);
  for (const bool no_new_privileges : {true, false}) {
    const std::string_view when = no_new_privileges ? "" : " without no_new_privileges";
    const std::vector<std::string_view> none = below_floor(of_none, no_new_privileges);
    const std::vector<std::string_view> all = below_floor(of_all, no_new_privileges);
    if (none == all) {
      add_floor(none, when, out);
      continue;
    }
    add_floor(none, " that has no capabilities" + std::string(when), out);
    add_floor(all, " that has all capabilities" + std::string(when), out);
  }
}

}  // namespace

std::vector<std::string_view> below_floor(const Profile& profile, const Floor& floor) {
  std::vector<std::string_view> out;
  if (!profile.confined) return out;
  for (const std::string_view call : floor.needs) {
    if (always(profile, call, denies)) out.push_back(call);
  }
  for (const std::string_view call : floor.tries) {
    if (always(profile, call, kills)) out.push_back(call);
  }
  const bool none = std::all_of(floor.either.begin(), floor.either.end(),
                                [&](std::string_view call) { return always(profile, call, denies); });
  if (none) out.insert(out.end(), floor.either.begin(), floor.either.end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::string_view> below_floor(const Profile& profile, bool no_new_privileges) {
  return below_floor(profile, no_new_privileges ? kRuncFloor : kRuncFloorEarly);
}

std::vector<Finding> lint(const DockerProfile& file, const Machine& machine) {
  std::vector<Finding> out;
  if (!file.confined) return out;
  std::vector<Placed> placed;
  for (std::size_t i = 0; i < file.rules.size(); ++i) {
    const Rule& rule = file.rules[i].rule;
    if (rule.answer == file.fallback) continue;  // dropped by runc: overlaps() says so
    check_widths(i, rule, file.fallback, placed);
    check_repeated(i, rule, placed);
  }
  std::vector<Placed> pairs = detail::overlaps(file);
  std::move(pairs.begin(), pairs.end(), std::back_inserter(placed));
  std::stable_sort(placed.begin(), placed.end(),
                   [](const Placed& a, const Placed& b) { return a.position < b.position; });
  for (Placed& one : placed) {
    one.finding.rule = one.position;
    out.push_back(std::move(one.finding));
  }
  check_floor(file, machine, out);
  return out;
}

}  // namespace hardened::seccomp
