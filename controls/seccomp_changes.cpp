#include "controls/seccomp_changes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"
#include "profiles/seccomp/lint.h"

namespace hardened::controls {
namespace {

using seccomp::Action;
using seccomp::Profile;
using seccomp::Reading;

constexpr std::size_t kMostShown = 8;

constexpr std::array<std::pair<seccomp::Below, std::string_view>, 7> kReasons{{
    {seccomp::Below::contested, "rules of one profile contradict each other, and the strictest counts"},
    {seccomp::Below::compat, "the 32-bit architectures read the same rules otherwise"},
    {seccomp::Below::carried,
     "on a 32-bit architecture another call carries it, whose arguments no filter sees"},
    {seccomp::Below::coarse,
     "it would take more rules than a filter of libseccomp's may have, or more work than is spent on a call"},
    {seccomp::Below::stub,
     "runc answers ENOSYS to new calls of it, where a profile wants them to end the process"},
    {seccomp::Below::shared,
     "libseccomp would look at another argument than the rules say, so that none of its conditions is kept"},
    {seccomp::Below::lost,
     "an architecture has no call with a rule without conditions, and libseccomp then loses all its rules"},
}};

// "io_uring_setup, keyctl and 21 more"
std::string listed(const std::vector<std::string>& words) {
  std::vector<std::string> shown(
      words.begin(), words.begin() + static_cast<std::ptrdiff_t>(std::min(words.size(), kMostShown)));
  if (words.size() > kMostShown) shown.push_back(std::to_string(words.size() - kMostShown) + " more");
  return joined(shown);
}

bool asked_by_engines(std::string_view call) {
  const auto among = [&](const auto& calls) {
    return std::find(calls.begin(), calls.end(), call) != calls.end();
  };
  return among(seccomp::kOnceDefault) || among(seccomp::kNotStrict);
}

// Is the call allowed for some arguments, though not for all?
bool some_arguments(const Reading& reading, std::string_view call) {
  seccomp::Effort effort;
  const seccomp::Decision decision = reading.decision(call, seccomp::View::wide, effort);
  return !decision.is_always() && seccomp::gives(decision, Action::allow);
}

std::string called(const Reading& granted, std::string_view call) {
  return printable(call, 64) + (some_arguments(granted, call) ? " (some arguments)" : "");
}

Change calls_change(const Profile& granted, const seccomp::Excess& excess, const std::string& ceiling) {
  const Reading reading(granted, granted.own);
  std::vector<std::string> words;
  for (const std::string_view call : excess.calls) {  // to look at one is work; the others are but counted
    words.push_back(words.size() < kMostShown ? called(reading, call) : std::string());
  }
  Change change{"/linux/seccomp/syscalls", listed(words), "", ceiling};
  change.by_default = !excess.fallback && excess.foreign.empty() && !excess.speculation && !excess.listener &&
                      std::all_of(excess.calls.begin(), excess.calls.end(), asked_by_engines);
  return change;
}

std::string architectures(const std::vector<seccomp::Architecture>& list) {
  std::vector<std::string> words;
  for (const seccomp::Architecture one : list) words.emplace_back(seccomp::name(one));
  return listed(words);
}

}  // namespace

std::vector<Change> changes_of(const Profile& request, const Profile& granted, const seccomp::Excess& excess,
                               std::string_view profile) {
  const std::string title = "the seccomp profile " + printable(profile, 256);
  const std::string ceiling =
      "the ceiling is " + title +
      " for the granted capabilities; do without, or let the operator allow more in controls.seccomp.profile";
  std::vector<Change> out;
  const auto add = [&](std::string pointer, std::string before, std::string after) {
    out.push_back({std::move(pointer), std::move(before), std::move(after), ceiling});
  };
  if (excess.unconfined) add("/linux/seccomp", "unconfined", title);
  if (excess.listener) {
    out.push_back(
        {"/linux/seccomp/listenerPath",
         request.listener_path.empty() ? "SCMP_ACT_NOTIFY" : printable(request.listener_path), "",
         "system calls are not handed to a listener outside of the container; take listenerPath and "
         "SCMP_ACT_NOTIFY out of the profile"});
  }
  if (excess.fallback) {
    add("/linux/seccomp/defaultAction", std::string(seccomp::name(request.fallback.action)),
        std::string(seccomp::name(granted.fallback.action)));
  }
  if (!excess.calls.empty()) out.push_back(calls_change(granted, excess, ceiling));
  if (!excess.foreign.empty()) add("/linux/seccomp/architectures", architectures(excess.foreign), "");
  if (excess.speculation) {
    add("/linux/seccomp/flags",
        "SECCOMP_FILTER_FLAG_SPEC_ALLOW" + std::string(request.flags ? "" : " (no flags)"), "");
  }
  return out;
}

std::vector<std::string> notes_on(const std::vector<seccomp::BelowMeet>& below) {
  std::vector<std::string> notes;
  for (const auto& [why, words] : kReasons) {
    std::vector<std::string> calls;
    for (const seccomp::BelowMeet& one : below) {
      if (one.why == why) calls.push_back(printable(one.call, 64));
    }
    if (!calls.empty())
      notes.push_back("less than both profiles allow is granted of " + listed(calls) + ": " +
                      std::string(words));
  }
  return notes;
}

std::vector<std::string> notes_on(const Profile& request, const Profile& granted,
                                  const seccomp::Floor& floor) {
  const std::vector<std::string_view> unasked = below_floor(request, floor);
  std::vector<std::string> by_request;
  std::vector<std::string> by_ceiling;
  for (const std::string_view call : below_floor(granted, floor)) {
    const bool own = std::find(unasked.begin(), unasked.end(), call) != unasked.end();
    (own ? by_request : by_ceiling).emplace_back(call);
  }
  constexpr std::string_view kNeeds = ", which runc needs to start a container";
  std::vector<std::string> notes;
  if (!by_request.empty()) {
    notes.push_back("the request itself denies " + joined(by_request) + std::string(kNeeds) +
                    ": passed as asked");
  }
  if (!by_ceiling.empty()) {
    notes.push_back("the grant does not allow " + joined(by_ceiling) + std::string(kNeeds));
  }
  return notes;
}

}  // namespace hardened::controls
