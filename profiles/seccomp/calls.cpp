#include "profiles/seccomp/calls.h"

#include <algorithm>
#include <utility>

namespace hardened::seccomp {

Newest::Newest(const std::vector<std::string_view>& names, std::vector<Architecture> architectures)
    : architectures_(std::move(architectures)) {
  for (const Architecture architecture : architectures_) {
    int newest = 0;
    for (const std::string_view name : names)
      newest = std::max(newest, call_number(name, architecture).value_or(0));
    numbers_.push_back(newest);
  }
}

bool Newest::is_before(std::string_view call, std::size_t architecture) const {
  const std::optional<int> number = call_number(call, architectures_[architecture]);
  return numbers_[architecture] > 0 && (!number || *number > numbers_[architecture]);
}

bool Newest::is_before(std::string_view call) const {
  for (std::size_t i = 0; i < architectures_.size(); ++i) {
    if (is_before(call, i)) return true;
  }
  return false;
}

bool Newest::is_before_on(std::string_view call, Architecture architecture) const {
  const auto at = std::find(architectures_.begin(), architectures_.end(), architecture);
  return at != architectures_.end() && is_before(call, static_cast<std::size_t>(at - architectures_.begin()));
}

bool Newest::counts_on(Architecture architecture) const {
  const auto at = std::find(architectures_.begin(), architectures_.end(), architecture);
  return at != architectures_.end() && numbers_[static_cast<std::size_t>(at - architectures_.begin())] > 0;
}

bool Newest::is_before_on_all(std::string_view call) const {
  for (std::size_t i = 0; i < architectures_.size(); ++i) {
    const bool lacks = call_number(call, architectures_[i]).value_or(0) < 0;
    if (!lacks && !is_before(call, i)) return false;
  }
  return is_before(call);
}

bool has_numbers(std::string_view call, const std::vector<Architecture>& architectures) {
  return std::all_of(architectures.begin(), architectures.end(),
                     [&](Architecture one) { return call_number(call, one).value_or(-1) >= 0; });
}

std::optional<Leader> leader_of(const Profile& profile) {
  std::vector<Architecture> all = profile.foreign;
  all.push_back(profile.own);
  for (std::size_t i = 0; i < profile.rules.size(); ++i) {
    const Rule& rule = profile.rules[i];
    if (!rule.conditions.empty() || rule.answer == profile.fallback) continue;
    for (std::size_t k = 0; k < rule.names.size(); ++k) {
      if (has_numbers(rule.names[k], all)) return Leader{i, k};
    }
  }
  return std::nullopt;
}

bool loses_rules(const Profile& profile) {
  if (profile.foreign.empty() || leader_of(profile)) return false;
  std::vector<Architecture> all = profile.foreign;
  // That of x86_64 is loaded in any case, to be told from x32.
  const bool x32 = std::find(all.begin(), all.end(), Architecture::x32) != all.end();
  if (profile.own != Architecture::x86_64 || x32) all.push_back(profile.own);
  const auto lacks = [&](const std::string& call) {
    return call_number(call, profile.own) && !has_numbers(call, all);
  };
  const auto may = [&](const Rule& rule) {
    return rule.answer != profile.fallback && std::any_of(rule.names.begin(), rule.names.end(), lacks);
  };
  return std::any_of(profile.rules.begin(), profile.rules.end(), may);
}

}  // namespace hardened::seccomp
