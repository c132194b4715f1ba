#include "profiles/seccomp/lint_overlaps.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/base/text.h"

namespace hardened::seccomp::detail {
namespace {

// ---- can two conditions of one argument hold together? Where we cannot tell, they can.

struct Masked {
  std::uint64_t mask;
  std::uint64_t value;
};

std::optional<Masked> as_masked(const Condition& condition) {
  if (condition.op == Compare::equal) return Masked{~std::uint64_t{0}, condition.value};
  if (condition.op == Compare::masked_equal) return Masked{condition.value, condition.value_two};
  return std::nullopt;
}

struct Range {
  std::uint64_t least = 0;
  std::uint64_t most = ~std::uint64_t{0};
  bool empty = false;
};

// Around what matches; all that it knows of `not equal` and of a mask is that it is a number.
Range range_of(const Condition& condition) {
  constexpr std::uint64_t kMost = ~std::uint64_t{0};
  const std::uint64_t value = condition.value;
  switch (condition.op) {
    case Compare::equal: return {value, value};
    case Compare::less: return value == 0 ? Range{0, 0, true} : Range{0, value - 1};
    case Compare::less_or_equal: return {0, value};
    case Compare::greater: return value == kMost ? Range{0, 0, true} : Range{value + 1, kMost};
    case Compare::greater_or_equal: return {value, kMost};
    case Compare::not_equal:
    case Compare::masked_equal: return {};
  }
  return {};
}

bool is_not_equal_to(const Condition& a, const Condition& b) {
  return a.op == Compare::not_equal && b.op == Compare::equal && a.value == b.value;
}

bool exclude_each_other(const Condition& a, const Condition& b) {
  if (is_not_equal_to(a, b) || is_not_equal_to(b, a)) return true;
  const std::optional<Masked> x = as_masked(a);
  const std::optional<Masked> y = as_masked(b);
  if (x && y && ((x->value ^ y->value) & x->mask & y->mask) != 0) return true;
  const Range p = range_of(a);
  const Range q = range_of(b);
  return p.empty || q.empty || p.most < q.least || q.most < p.least;
}

bool repeats_an_argument(const Rule& rule) {
  unsigned seen = 0;
  for (const Condition& condition : rule.conditions) {
    if ((seen & (1U << condition.index)) != 0) return true;
    seen |= 1U << condition.index;
  }
  return false;
}

// Each of these is enough for its rule (runc, matchCall).
std::vector<std::vector<Condition>> alternatives(const Rule& rule) {
  if (!repeats_an_argument(rule)) return {rule.conditions};
  std::vector<std::vector<Condition>> out;
  for (const Condition& condition : rule.conditions) out.push_back({condition});
  return out;
}

bool exclude_each_other(const std::vector<Condition>& a, const std::vector<Condition>& b) {
  return std::any_of(a.begin(), a.end(), [&](const Condition& x) {
    return std::any_of(b.begin(), b.end(),
                       [&](const Condition& y) { return x.index == y.index && exclude_each_other(x, y); });
  });
}

bool exclude_each_other(const Rule& a, const Rule& b) {
  if (!repeats_an_argument(a) && !repeats_an_argument(b))
    return exclude_each_other(a.conditions, b.conditions);
  const auto rights = alternatives(b);
  for (const auto& left : alternatives(a)) {
    for (const auto& right : rights) {
      if (!exclude_each_other(left, right)) return false;
    }
  }
  return true;
}

// ---- can two rules count on one machine, for one container?

bool any_of_these(const std::vector<Architecture>& all, const std::vector<Architecture>& these) {
  return std::any_of(all.begin(), all.end(), [&](Architecture one) {
    return std::find(these.begin(), these.end(), one) != these.end();
  });
}

bool all_of_these(const std::vector<Architecture>& all, const std::vector<Architecture>& these) {
  return std::all_of(all.begin(), all.end(), [&](Architecture one) {
    return std::find(these.begin(), these.end(), one) != these.end();
  });
}

// Whoever meets the includes of one meets the excludes of the other.
bool shuts_out(const Filter& includes, const Filter& excludes) {
  if (!meet(includes.capabilities, excludes.capabilities).empty()) return true;
  if (includes.least_kernel && excludes.least_kernel && *includes.least_kernel >= *excludes.least_kernel)
    return true;
  return !includes.architectures.empty() && all_of_these(includes.architectures, excludes.architectures);
}

bool never_together(const DockerRule& a, const DockerRule& b) {
  const std::vector<Architecture>& left = a.includes.architectures;
  const std::vector<Architecture>& right = b.includes.architectures;
  if (!left.empty() && !right.empty() && !any_of_these(left, right)) return true;
  return shuts_out(a.includes, b.excludes) || shuts_out(b.includes, a.excludes);
}

// ---- the pairs

enum class Trouble : std::uint8_t { lost, redundant, contested, dropped };

// Of a rule and another that concerns it: first the one that the finding is about.
struct Pair {
  std::size_t about;
  std::size_t other;
  Trouble trouble;
  friend auto operator<=>(const Pair&, const Pair&) = default;
};

class Pairs {
 public:
  explicit Pairs(const DockerProfile& file) : file_(&file) {}

  // What is wrong with the rule at `late` in its place behind the one at `early`, both of one call.
  [[nodiscard]] std::optional<Pair> between(std::size_t early, std::size_t late) const {
    const DockerRule& a = file_->rules[early];
    const DockerRule& b = file_->rules[late];
    const bool a_dropped = a.rule.answer == file_->fallback;
    const bool b_dropped = b.rule.answer == file_->fallback;
    if ((a_dropped && b_dropped) || never_together(a, b)) return std::nullopt;
    if (a_dropped || b_dropped) {
      const DockerRule& gone = a_dropped ? a : b;
      const DockerRule& other = a_dropped ? b : a;
      // "Otherwise the default": just what happens.
      if (gone.rule.conditions.empty() && !other.rule.conditions.empty()) return std::nullopt;
      if (exclude_each_other(a.rule, b.rule)) return std::nullopt;
      return a_dropped ? Pair{early, late, Trouble::dropped} : Pair{late, early, Trouble::dropped};
    }
    const bool same = a.rule.answer == b.rule.answer;
    if (a.rule.conditions.empty() && b.rule.conditions.empty()) {
      return same ? std::nullopt : std::optional<Pair>({late, early, Trouble::lost});
    }
    const Trouble lost = same ? Trouble::redundant : Trouble::lost;
    if (a.rule.conditions.empty()) return Pair{late, early, lost};
    if (b.rule.conditions.empty()) return Pair{early, late, lost};
    if (same || exclude_each_other(a.rule, b.rule)) return std::nullopt;
    return Pair{late, early, Trouble::contested};
  }

 private:
  const DockerProfile* file_;
};

std::string number(std::size_t position) { return "rule " + std::to_string(position + 1); }

Severity severity_of(const DockerProfile& file, const Pair& pair) {
  const Action about = file.rules[pair.about].rule.answer.action;
  const Action other = file.rules[pair.other].rule.answer.action;
  switch (pair.trouble) {
    case Trouble::redundant: return Severity::note;
    case Trouble::contested: return about == other ? Severity::note : Severity::warning;
    case Trouble::lost:
    case Trouble::dropped: return about < other ? Severity::warning : Severity::note;
  }
  return Severity::warning;
}

std::string_view words_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::lost: return "it is lost beside $, which has no conditions; give that one conditions";
    case Trouble::redundant:
      return "its conditions do not matter beside $, which gives the same answer without any";
    case Trouble::contested:
      return "it may match together with $, which has another answer, and which of them then holds is not "
             "defined; "
             "write conditions that exclude each other";
    case Trouble::dropped:
      return "its answer is the default action, so that runc drops it and $ holds all the same; give that "
             "one "
             "conditions that leave it out";
  }
  return "";
}

Finding finding_of(const DockerProfile& file, const Pair& pair, const std::vector<std::string>& calls) {
  std::string words(words_of(pair.trouble));
  words.replace(words.find('$'), 1, number(pair.other));
  return {severity_of(file, pair),
          title(pair.about, file.rules[pair.about].rule) + ": for " + joined(calls) + " " + words};
}

constexpr std::size_t kCallsShown = 8;
using Found = std::map<Pair, std::vector<std::string>>;

// Of each rule of this call the first other one that there is something to say of.
void look_at(const DockerProfile& file, const std::string& call, const std::vector<std::size_t>& rules,
             Found& out) {
  const Pairs pairs(file);
  std::vector<bool> seen(file.rules.size());
  for (std::size_t j = 1; j < rules.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      const std::optional<Pair> pair = pairs.between(rules[i], rules[j]);
      if (!pair || seen[pair->about]) continue;
      seen[pair->about] = true;
      std::vector<std::string>& calls = out[*pair];
      if (calls.size() < kCallsShown) calls.push_back(printable(call, 40));
      if (pair->about == rules[j]) break;
    }
  }
}

}  // namespace

std::string title(std::size_t position, const Rule& rule) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < rule.names.size() && i < kShown; ++i)
    shown.push_back(printable(rule.names[i], 40));
  if (rule.names.size() > kShown) shown.push_back(std::to_string(rule.names.size() - kShown) + " more");
  return number(position) + " (" + joined(shown) + ")";
}

std::vector<Placed> overlaps(const DockerProfile& file) {
  std::unordered_map<std::string_view, std::vector<std::size_t>> of_call;
  std::vector<const std::string*> calls;
  for (std::size_t i = 0; i < file.rules.size(); ++i) {
    for (const std::string& call : file.rules[i].rule.names) {
      std::vector<std::size_t>& rules = of_call[call];
      if (rules.empty()) calls.push_back(&call);
      if (rules.empty() || rules.back() != i) rules.push_back(i);
    }
  }
  Found found;
  for (const std::string* call : calls) look_at(file, *call, of_call[*call], found);
  std::vector<Placed> out;
  std::vector<bool> dropped(file.rules.size());
  for (const auto& [pair, names] : found) {
    out.push_back({pair.about, finding_of(file, pair, names)});
    dropped[pair.about] = dropped[pair.about] || pair.trouble == Trouble::dropped;
  }
  for (std::size_t i = 0; i < file.rules.size(); ++i) {
    if (dropped[i] || file.rules[i].rule.answer != file.fallback) continue;
    out.push_back({i,
                   {Severity::note, title(i, file.rules[i].rule) +
                                        ": its answer is the default action, so that runc drops it"}});
  }
  return out;
}

}  // namespace hardened::seccomp::detail
