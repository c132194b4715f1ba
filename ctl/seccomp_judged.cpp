#include "ctl/seccomp_judged.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "controls/seccomp_ceiling.h"
#include "core/base/text.h"
#include "profiles/seccomp/compile.h"
#include "profiles/seccomp/libseccomp.h"
#include "profiles/seccomp/order.h"
#include "profiles/seccomp/reading.h"

namespace hardened::ctl {
namespace {

using seccomp::Action;
using seccomp::Architecture;
using seccomp::DockerProfile;
using seccomp::Profile;
using seccomp::Severity;

constexpr std::size_t kMostNamed = 12;

std::vector<std::string_view> known_calls() {
  std::vector<std::string_view> known;
  for (const auto& rule : controls::shipped_profile(controls::Seccomp::Shipped::standard).rules) {
    known.insert(known.end(), rule.rule.names.begin(), rule.rule.names.end());
  }
  return known;
}

// Where in the text a rule begins.
doc::Position place_of(const doc::Document& document, const doc::Value& file,
                       std::optional<std::size_t> rule) {
  const doc::Value* list = rule ? file.find("syscalls") : nullptr;
  const bool there = list != nullptr && *rule < list->items().size();
  return document.position((there ? list->items()[*rule] : file).range().begin);
}

// A name that libseccomp does not know is in no filter: runc passes over it without a word.
Remark unknown(const std::string& call, doc::Position place, const std::vector<std::string_view>& known) {
  const std::string_view near = nearest(call, known);
  return {place, Severity::warning,
          "no system call '" + printable(call, 64) + "' is known to libseccomp " +
              seccomp::libseccomp_version() + ", so that no filter names it" +
              (near.empty() ? "" : "; did you mean " + std::string(near) + "?"),
          false};
}

void check_names(const DockerProfile& file, const doc::Document& document, const doc::Value& section,
                 std::vector<Remark>& out) {
  const std::vector<std::string_view> known = known_calls();
  std::vector<std::string> newer;
  for (std::size_t i = 0; i < file.rules.size(); ++i) {
    for (const std::string& call : file.rules[i].rule.names) {
      if (seccomp::call_number(call, Architecture::x86_64)) continue;
      if (std::find(known.begin(), known.end(), call) != known.end()) {
        newer.push_back(call);
      } else {
        out.push_back(unknown(call, place_of(document, section, i), known));
      }
    }
  }
  if (newer.empty()) return;
  out.push_back({place_of(document, section, std::nullopt), Severity::note,
                 "newer than libseccomp " + seccomp::libseccomp_version() +
                     ", so that a runc with it denies them: " + joined(newer),
                 false});
}

// Those of whose conditions libseccomp 2.5.4 makes something else, or nothing in any time (profiles/seccomp/views.h).
std::string misread(const Profile& profile) {
  const seccomp::Reading reading(profile, profile.own);
  std::vector<std::string> calls;
  for (const std::string_view call : reading.names()) {
    if (seccomp::is_treacherous(reading.rules(call).rules)) calls.push_back(printable(call, 64));
  }
  return joined(calls);
}

// What runc refuses (libcontainer/seccomp, InitSeccomp; specconv), whatever libseccomp says.
std::string refused_by_runc(const Profile& profile) {
  if (profile.fallback.action == Action::notify) return "SCMP_ACT_NOTIFY cannot be the default action";
  for (const seccomp::Rule& rule : profile.rules) {
    const auto& names = rule.names;
    const bool writes = std::find(names.begin(), names.end(), "write") != names.end();
    if (rule.answer.action == Action::notify && writes)
      return "SCMP_ACT_NOTIFY cannot be the action of write";
  }
  return "";
}

// As far as it can be tried here: a filter of libseccomp's is made of it.
void check_loads(Judged& judged, doc::Position place, const seccomp::Machine& machine) {
  const Profile& profile = *judged.profile;
  const std::string wrong = misread(profile);
  if (!wrong.empty()) {
    judged.remarks.push_back(
        {place, Severity::warning,
         "libseccomp may do other than the conditions on " + wrong +
             " say, or never come back from them: an order or \"not equal\" stands beside "
             "another condition; seccomp meet writes them so that it does",
         false});
  }
  std::string trouble = refused_by_runc(profile);
  if (trouble.empty() && (!wrong.empty() || !seccomp::FilterBuilder::is_native(machine.architecture))) return;
  const auto program = seccomp::compile(profile, machine.architecture);
  if (trouble.empty() && !program) trouble = program.error().what;
  judged.loads = trouble.empty();
  if (!trouble.empty())
    judged.remarks.push_back({place, Severity::error, "runc cannot load it: " + trouble, false});
}

}  // namespace

Judged judge(const doc::Document& document, const Circumstances& there) {
  Judged judged;
  const doc::Value* section = profile_in(document);
  if (section == nullptr) {
    judged.remarks.push_back({{}, Severity::warning, "it has no profile: all calls are allowed", false});
    judged.profile = Profile::unconfined();
    judged.loads = true;
    return judged;
  }
  const doc::Cursor file(document, *section);
  const auto read = seccomp::parse_docker(file);
  if (!read) {
    const doc::Diagnostics wrong = seccomp::wrong_in_docker(file);
    for (const Error& error : wrong.errors())
      judged.remarks.push_back({{}, Severity::error, error.what, true});
    return judged;
  }
  for (const seccomp::Finding& found : seccomp::lint(*read, there.machine)) {
    judged.remarks.push_back(
        {place_of(document, *section, found.rule), found.severity, found.message, false});
  }
  check_names(*read, document, *section, judged.remarks);
  judged.profile =
      read->confined ? seccomp::resolve(*read, there.bounding, there.machine) : Profile::unconfined();
  const doc::Position top = place_of(document, *section, std::nullopt);
  if (judged.profile->confined) {
    check_loads(judged, top, there.machine);
  } else {
    judged.remarks.push_back({top, Severity::warning, "it has no rules: all calls are allowed", false});
    judged.loads = true;
  }
  return judged;
}

std::string above(const Profile& profile, const Profile& ceiling) {
  const seccomp::Excess excess = seccomp::excess(profile, ceiling);
  if (excess.unconfined) return "all calls";
  std::vector<std::string> words;
  for (const std::string_view call : excess.calls) {
    if (words.size() == kMostNamed) break;
    words.push_back(printable(call, 64));
  }
  if (excess.calls.size() > kMostNamed)
    words.push_back(std::to_string(excess.calls.size() - kMostNamed) + " more");
  if (excess.fallback) words.emplace_back("calls that nobody names");
  for (const Architecture one : excess.foreign)
    words.push_back("the calls of " + std::string(seccomp::name(one)));
  if (excess.speculation) words.emplace_back("the flag SPEC_ALLOW");
  if (excess.listener) words.emplace_back("a listener");
  return joined(words);
}

}  // namespace hardened::ctl
