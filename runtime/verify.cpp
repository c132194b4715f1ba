#include "runtime/verify.h"

#include <algorithm>
#include <utility>

#include "runtime/container_state.h"
#include "runtime/patience.h"
#include "runtime/record.h"

namespace hardened::runtime {
namespace {

using Outcome = Verification::Outcome;

// Waits for user code. False where there is none: it ended, or the start came to nothing, and whoever starts it later
// leaves a watcher as well. What left the fifo and is no further when our patience ends counts as begun.
bool begins(Host& host, const std::string& root, const std::string& id) {
  const auto init = init_process(host, root, id);
  if (!init || !*init) return false;
  const auto held = host.hold((*init)->process);
  if (!held) return false;
  for (Patience patience; !patience.is_over();) {
    const auto stat = stat_of(host, **init);
    if (!stat || (*stat && (*stat)->executed)) return true;
    if (!*stat || patience.waits_in_vain(**held)) return false;
  }
  return !waits(host, root, id).value_or(false);
}

// The runtime is to blame unless all that was found has another reason.
std::string advice_of(const std::vector<Surplus>& surpluses) {
  const bool explained =
      std::all_of(surpluses.begin(), surpluses.end(), [](const Surplus& one) { return !one.advice.empty(); });
  if (explained && !surpluses.empty()) return surpluses.front().advice;
  return "the low-level runtime did not apply its config.json, check which program that is";
}

}  // namespace

Verification verify(Host& host, const std::string& root, const std::string& id, OnUnreadable unreadable) {
  Verification seen = inspect(host, root, id);
  const bool found = seen.outcome == Outcome::above ||
                     (seen.outcome == Outcome::unreadable && unreadable == OnUnreadable::end);
  if (found && seen.process) seen.ended = seen.process->kill().ok();
  return seen;
}

std::string told(const Verification& seen) {
  if (seen.outcome != Outcome::above) {
    return "cannot verify what the container holds: " + seen.why.what;
  }
  std::string text = "the container does not have the bounds that it was granted, ";
  text += seen.ended ? "and was ended: " : "and could not be ended: ";
  for (std::size_t i = 0; i < seen.surpluses.size(); ++i) {
    if (i != 0) text += "; ";
    text += std::string(seen.surpluses[i].control) + ": it " + seen.surpluses[i].words;
  }
  return text + "; " + advice_of(seen.surpluses);
}

void record(Host& host, const Verification& seen, std::string_view call) {
  if (!seen.kept || !seen.kept->promise) return;
  RecordHead head;
  head.time_ns = host.now_ns();
  head.id = seen.kept->id;
  head.engine = seen.kept->engine;
  head.root = seen.kept->root;
  head.call = call;
  head.policy = seen.kept->policy;
  head.policy_id = seen.kept->policy_id;
  config::DecisionLog log;
  log.path = seen.kept->promise->log;
  log.on_failure = config::OnLogFailure::proceed;
  std::string line;
  if (seen.outcome == Outcome::above) {
    std::vector<Decision> decisions;
    for (const Surplus& one : seen.surpluses) {
      decisions.push_back(
          {one.control, controls::Verdict::refused, controls::OnExcess::refuse, "", {}, {"it " + one.words}});
    }
    line = verification_line(head, decisions);
  } else {
    line = fault_line(head, seen.why);
  }
  static_cast<void>(write_record(host, log, line).ok());
}

Done watch(Host& host, const Verification& seen, std::string_view call) {
  if (!seen.to_come) return done();
  return host.detach([&host, root = seen.kept->root, id = seen.kept->id, call = std::string(call)] {
    if (!begins(host, root, id)) return;
    const Verification begun = verify(host, root, id, OnUnreadable::end);
    if (begun.outcome == Outcome::above || begun.outcome == Outcome::unreadable) record(host, begun, call);
  });
}

}  // namespace hardened::runtime
