#include "runtime/verify.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <tuple>
#include <utility>

#include "controls/all.h"
#include "controls/kernel.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "profiles/apparmor/loader.h"
#include "runtime/container_state.h"
#include "runtime/record.h"

namespace hardened::runtime {
namespace {

using controls::AllControls;
using controls::Capabilities;
using controls::KernelView;
using controls::Spec;
using Outcome = Verification::Outcome;

constexpr std::size_t kMostStat = 4096;

Result<doc::Document> granted_document(Host& host, const Promise& promise) {
  File file = TRY(host.read(promise.config, kMostBytes, Links::refuse));
  if (sha256(file.bytes) != promise.digest) {
    return Error{Fault::io,
                 printable(promise.config) + " is not what was granted at create; create the container anew"};
  }
  return doc::read_json("config.json", std::move(file.bytes));
}

struct Look {
  const KernelView& kernel;
  const Spec& granted;
  const Promise& promise;
  Flags capabilities;  // those granted
  std::vector<Surplus> surpluses;
};

template <class C>
bool is_asked(const Look& look) {
  const auto& observing = look.promise.observing;
  if (std::find(observing.begin(), observing.end(), C::name) != observing.end()) return false;
  const bool running = look.kernel.subject().begun == controls::Begun::running;
  return !running || meet(C::lifted_by, look.capabilities).empty();
}

template <class C>
Done look_at(Look& look) {
  if (!is_asked<C>(look)) return done();
  const auto observed = TRY(C::observe(look.kernel, look.granted).within(C::name));
  if (!leq(observed.held, observed.granted))
    look.surpluses.push_back({C::name, C::surplus(observed), observed.advice});
  return done();
}

template <class... C>
Done look_at_all(Look& look, std::tuple<C...>* /*the list*/) {
  Done result = done();
  const auto next = [&](Done one) {
    result = std::move(one);
    return result.ok();
  };
  static_cast<void>((next(look_at<C>(look)) && ...));
  return result;
}

// Is the process that we hold the one that the runtime means?
Result<bool> is_that_process(Host& host, const InitProcess& init) {
  const auto stat = host.read("/proc/" + std::to_string(init.process) + "/stat", kMostStat, Links::refuse);
  if (!stat && stat.error().fault == Fault::absent) return false;
  const File file = TRY(stat);
  const std::uint64_t start_time = TRY(parse_start_time(file.bytes));
  return start_time == init.start_time;
}

// Of what waits the kernel shows no label. But its profiles were there when it got them, and an entry that stands
// still was not gone in between.
Done profiles_stand(Host& host, const Promise& promise) {
  for (const std::string& entry : promise.profiles) {
    const bool stands = TRY(apparmor::stands_still(host, entry));
    if (stands) continue;
    return Error{Fault::policy, "its AppArmor profile " + printable(entry.substr(0, entry.rfind('.'))) +
                                    " was unloaded after it was created; create the container anew"};
  }
  return done();
}

// Nothing where the number belongs to another process by now.
Result<std::optional<std::vector<Surplus>>> surpluses_of(Host& host, const Promise& promise,
                                                         const InitProcess& init) {
  const bool is_it = TRY(is_that_process(host, init));
  if (!is_it) return std::optional<std::vector<Surplus>>();
  const doc::Document document = TRY(granted_document(host, promise));
  const Spec granted(document, controls::Scope::bundle);
  const auto begun = init.waits ? controls::Begun::waiting : controls::Begun::running;
  const KernelView kernel(host, {init.process, begun, init.filter_to_come, promise.inherited});
  const auto capabilities = TRY(Capabilities::read(granted, Capabilities::Facts{}));
  Look look{kernel, granted, promise, capabilities.any(), {}};
  TRY(look_at_all(look, static_cast<AllControls*>(nullptr)));
  if (init.waits) TRY(profiles_stand(host, promise));
  return std::optional(std::move(look.surpluses));
}

// crun calls poststart as soon as the fifo is open (seen on 1.8.1). Behind it, under no_new_privs, it loads its filter,
// and the label comes with the execve: what is missing may be there in a moment. Not for long: then it is user code
// that runs without.
bool may_still_come(const InitProcess& init, const Result<std::optional<std::vector<Surplus>>>& found) {
  if (init.waits || !found || !*found || (*found)->empty()) return false;
  return std::all_of((*found)->begin(), (*found)->end(), [&](const Surplus& one) {
    const bool filter = one.control == controls::Seccomp::name && init.filter_to_come;
    return filter || one.control == controls::AppArmor::name;
  });
}

// Holds the process while it is looked at, so that all that was read was of it.
Result<Outcome> look(Host& host, const InitProcess& init, OnUnreadable unreadable, Verification& seen) {
  auto held = host.hold(init.process);
  if (!held && held.error().fault == Fault::absent) return Outcome::gone;
  const std::unique_ptr<HeldProcess> process = TRY(std::move(held));
  constexpr int kMostLooks = 500;
  constexpr std::chrono::milliseconds kBetween{1};
  auto surpluses = surpluses_of(host, *seen.kept->promise, init);
  for (int looks = 1; looks < kMostLooks && may_still_come(init, surpluses); ++looks) {
    if (process->ends_within(kBetween)) return Outcome::gone;
    surpluses = surpluses_of(host, *seen.kept->promise, init);
  }
  if (!process->lives() || (surpluses && !*surpluses)) return Outcome::gone;
  if (surpluses && (*surpluses)->empty()) return Outcome::as_granted;
  if (surpluses || unreadable == OnUnreadable::end) seen.ended = process->kill().ok();
  const auto found = TRY(std::move(surpluses));
  seen.surpluses = *found;
  return Outcome::above;
}

Result<Outcome> find_and_look(Host& host, const std::string& root, const std::string& id,
                              OnUnreadable unreadable, Verification& seen) {
  seen.kept = TRY(find_kept(host, root, id));
  if (!seen.kept || !seen.kept->promise) return Outcome::unmanaged;
  const auto init = TRY(init_process(host, root, id).within("the container's state"));
  if (!init) return Outcome::gone;
  return look(host, *init, unreadable, seen);
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
  Verification seen;
  Result<Outcome> outcome = find_and_look(host, root, id, unreadable, seen);
  if (outcome) {
    seen.outcome = *outcome;
  } else {
    seen.why = std::move(outcome).error();
  }
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

}  // namespace hardened::runtime
