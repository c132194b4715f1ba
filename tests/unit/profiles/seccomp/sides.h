// Two profiles of Docker's format side by side: which of its rules each keeps for a bounding set on a machine, and which
// calls stand in the same rules, so that one of them speaks for the others.
#pragma once

#include <algorithm>
#include <map>
#include <utility>

#include "tests/unit/profiles/seccomp/shipped.h"

namespace hardened::seccomp {

using Bits = std::uint64_t;

// One side, with a bit for each rule that is not for everyone.
class Side {
 public:
  explicit Side(DockerProfile file) : file_(std::move(file)) {
    filters_.confined = true;
    for (const DockerRule& rule : file_.rules) {
      bits_.push_back(0);
      if (!is_filtered(rule)) continue;
      const auto number = static_cast<std::uint16_t>(filters_.rules.size());
      if (number >= 64) throw std::runtime_error("more than 64 rules with conditions on the host");
      bits_.back() = Bits{1} << number;
      filters_.rules.push_back({{{}, {Action::trace, number}, {}}, rule.includes, rule.excludes});
    }
  }

  [[nodiscard]] const DockerProfile& file() const { return file_; }
  [[nodiscard]] Bits kept(Flags bounding, const Machine& machine) const {
    Bits out = 0;
    for (const Rule& rule : resolve(filters_, bounding, machine).rules) out |= Bits{1} << rule.answer.code;
    return out;
  }
  [[nodiscard]] bool keeps(std::size_t rule, Bits kept) const {
    return bits_[rule] == 0 || (bits_[rule] & kept) != 0;
  }
  [[nodiscard]] std::vector<std::size_t> rules_of(const std::string& call) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < file_.rules.size(); ++i) {
      const auto& names = file_.rules[i].rule.names;
      if (std::find(names.begin(), names.end(), call) != names.end()) out.push_back(i);
    }
    return out;
  }
  [[nodiscard]] Bits bits_of(const std::vector<std::size_t>& rules) const {
    Bits out = 0;
    for (const std::size_t rule : rules) out |= bits_[rule];
    return out;
  }
  // What is left of these rules for one call, in `frame`: the rest of the profile on that machine.
  [[nodiscard]] Profile meaning(Profile frame, const std::string& call, const std::vector<std::size_t>& rules,
                                Bits kept) const {
    frame.rules.clear();
    for (const std::size_t i : rules) {
      if (!keeps(i, kept)) continue;
      frame.rules.push_back(file_.rules[i].rule);
      frame.rules.back().names = {call};
    }
    return frame;
  }

 private:
  DockerProfile file_;
  DockerProfile filters_;   // only those rules, each with its number as its answer
  std::vector<Bits> bits_;  // one a rule; 0 for those that are for everyone
};

struct Sides {
  Side ours;
  Side theirs;
};

// Calls that stand in the same rules on both sides.
struct Class {
  std::vector<std::string> names;
  std::vector<std::size_t> ours;
  std::vector<std::size_t> theirs;
  Bits our_bits = 0;
  Bits their_bits = 0;
};

inline std::vector<Class> classes_of(const Sides& sides) {
  std::set<std::string> names = names_in(sides.ours.file());
  names.merge(names_in(sides.theirs.file()));
  std::map<std::pair<std::vector<std::size_t>, std::vector<std::size_t>>, Class> found;
  for (const std::string& name : names) {
    const std::pair key(sides.ours.rules_of(name), sides.theirs.rules_of(name));
    Class& one = found[key];
    one.names.push_back(name);
    one.ours = key.first;
    one.theirs = key.second;
    one.our_bits = sides.ours.bits_of(key.first);
    one.their_bits = sides.theirs.bits_of(key.second);
  }
  std::vector<Class> out;
  for (auto& [key, one] : found) out.push_back(std::move(one));
  return out;
}

}  // namespace hardened::seccomp
