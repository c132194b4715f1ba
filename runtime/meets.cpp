#include "runtime/meets.h"

#include <algorithm>
#include <optional>
#include <string>

#include "config/compiled.h"
#include "controls/seccomp.h"
#include "core/base/sha256.h"
#include "runtime/stash.h"

namespace hardened::runtime {
namespace {

using controls::Capabilities;
using controls::KnownMeet;
using controls::NoNewPrivileges;
using controls::Seccomp;
using controls::Verdict;

constexpr std::size_t kLargestMeet = std::size_t{256} * 1024;
constexpr Stash kMeets{kMeetDirectory, "hardened meet 1", kLargestMeet, 256, std::size_t{8} * 1024 * 1024};
constexpr std::string_view kSection = Seccomp::owned[0];

std::string key_of(const Seccomp::Facts& facts) {
  return sha256(std::string(config::build_id()) + '\n' + facts.question);
}

// The answer, as the plan holds it; nothing where the plan holds something else.
std::optional<KnownMeet> answer_in(const Plan& plan) {
  KnownMeet known;
  known.bounding = grant_of<Capabilities>(plan.grants).bounding();
  known.no_new_privileges = grant_of<NoNewPrivileges>(plan.grants);
  known.outcome.verdict = Verdict::unchanged;
  const auto at = std::find_if(plan.decisions.begin(), plan.decisions.end(),
                               [](const Decision& decision) { return decision.control == Seccomp::name; });
  if (at == plan.decisions.end()) return known;
  // What is said of crun's annotations is not about the section.
  const auto foreign = [](const controls::Change& change) {
    return change.pointer.compare(0, kSection.size(), kSection) != 0;
  };
  if (at->verdict == Verdict::refused || std::any_of(at->changes.begin(), at->changes.end(), foreign))
    return std::nullopt;
  known.outcome = {grant_of<Seccomp>(plan.grants).profile, at->verdict, at->changes, at->notes};
  return known;
}

void take(std::optional<std::string> bytes, Seccomp::Facts& seccomp) {
  if (bytes) seccomp.known = controls::read_known(*std::move(bytes), seccomp.machine.architecture);
}

}  // namespace

void recall_meet(Host& host, Facts& facts) {
  Seccomp::Facts& seccomp = std::get<index_of<Seccomp>()>(facts);
  if (seccomp.carries) take(find(host, kMeets, key_of(seccomp)).bytes, seccomp);
}

void look_up_meet(Host& host, Facts& facts) {
  Seccomp::Facts& seccomp = std::get<index_of<Seccomp>()>(facts);
  if (seccomp.carries) take(look_up(host, kMeets, key_of(seccomp)), seccomp);
}

void keep_meet(Host& host, const config::Policy& policy, const Facts& facts, const Plan& plan) {
  const Seccomp::Facts& seccomp = std::get<index_of<Seccomp>()>(facts);
  if (!seccomp.carries || policy.rule<Seccomp>().on_excess == controls::OnExcess::observe) return;
  if (plan.verdict == Verdict::refused) return;
  const std::optional<KnownMeet> answer = answer_in(plan);
  if (!answer || answers(seccomp.known, answer->bounding, answer->no_new_privileges)) return;
  keep(host, kMeets, key_of(seccomp), print_known(*answer, seccomp.machine.architecture));
}

}  // namespace hardened::runtime
