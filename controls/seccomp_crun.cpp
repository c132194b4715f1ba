#include "controls/seccomp_crun.h"

#include <utility>

#include "controls/reach.h"
#include "core/base/base64.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "profiles/seccomp/compile.h"
#include "profiles/seccomp/parse.h"

namespace hardened::controls {
namespace {

Result<std::optional<std::string>> annotation(const Spec& spec, std::string_view pointer) {
  const auto at = TRY(reach(spec, pointer));
  if (!at) return std::optional<std::string>();
  const std::string_view text = TRY(at->text());
  return std::optional<std::string>(std::in_place, text);
}

// A program is no text to show: how long it is, and which.
std::string shown(std::size_t which, const std::string& asked) {
  if (CrunSeccomp::pointers.at(which) != kFilterAnnotation) return '\'' + printable(asked) + '\'';
  return "a filter of " + std::to_string(asked.size()) + " letters, sha256 " + sha256(asked);
}

std::string_view reason(std::size_t which) {
  constexpr std::array<std::string_view, CrunSeccomp::pointers.size()> kReasons{
      "crun would load it instead of the seccomp profile; give the profile itself",
      "crun would load it instead of the seccomp profile; give the profile itself",
      "crun would load libraries into itself, as root of the host",
      "system calls are not handed to a listener outside of the container; take the annotation out"};
  return kReasons.at(which);
}

// Could it be any program at all? To make the section's own is work that a forged one is not worth.
bool may_be_a_program(std::string_view text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.empty() || text.size() % 4 != 0 || text.size() / 4 > seccomp::kLongestProgram / 3 + 1)
    return false;
  const std::size_t end = text.find_last_not_of('=') + 1;
  const std::size_t bytes = text.size() / 4 * 3 - (text.size() - end);
  return text.size() - end <= 2 && bytes % seccomp::kStepBytes == 0 && bytes <= seccomp::kLongestProgram &&
         text.find_first_not_of(kLetters) >= end;
}

}  // namespace

bool leq(const CrunSeccomp& a, const CrunSeccomp& b) {
  for (std::size_t i = 0; i < a.asked.size(); ++i) {
    if (a.asked.at(i) && a.asked.at(i) != b.asked.at(i)) return false;
  }
  return true;
}

Result<CrunSeccomp> read_crun(const Spec& spec, const std::optional<std::string>& own_filter) {
  CrunSeccomp out;
  for (std::size_t i = 0; i < out.asked.size(); ++i) {
    auto asked = TRY(annotation(spec, CrunSeccomp::pointers.at(i)));
    const bool says_nothing = CrunSeccomp::pointers.at(i) == kFilterAnnotation && asked == own_filter;
    if (!says_nothing) out.asked.at(i) = std::move(asked);
  }
  return out;
}

std::optional<std::string> own_filter_of(const Spec& spec, seccomp::Architecture own) {
  const auto said = spec.find(kFilterAnnotation);
  if (!said || said->kind() != doc::Kind::string || !may_be_a_program(said->value().text()))
    return std::nullopt;
  const auto section = spec.find("/linux/seccomp");
  if (!section || section->kind() != doc::Kind::object) return std::nullopt;
  const auto profile = seccomp::parse_section(*section, own);
  if (!profile) return std::nullopt;
  const auto program = seccomp::compile(*profile, own);
  if (!program) return std::nullopt;
  return base64(*program);
}

std::vector<Change> changes_of(const CrunSeccomp& request) {
  std::vector<Change> out;
  for (std::size_t i = 0; i < request.asked.size(); ++i) {
    const auto& asked = request.asked.at(i);
    if (!asked) continue;
    out.push_back({std::string(CrunSeccomp::pointers.at(i)), shown(i, *asked), "", std::string(reason(i))});
  }
  return out;
}

void write_crun(const Spec& spec, const CrunSeccomp& grant, bool moves,
                const std::optional<std::string>& own_filter, SpecEdits& edits) {
  const auto request = read_crun(spec, own_filter);
  if (!request) return;
  for (std::size_t i = 0; i < grant.asked.size(); ++i) {
    const std::string_view pointer = CrunSeccomp::pointers.at(i);
    const bool stale = pointer == kFilterAnnotation && moves;
    const bool there = stale ? spec.find(pointer).has_value() : request->asked.at(i).has_value();
    if (there && !grant.asked.at(i)) edits.remove(pointer);
  }
}

}  // namespace hardened::controls
