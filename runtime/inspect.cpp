#include "runtime/inspect.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "controls/all.h"
#include "controls/kernel.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/doc/edit.h"
#include "core/doc/json.h"
#include "profiles/apparmor/loader.h"
#include "runtime/amend.h"
#include "runtime/container_state.h"
#include "runtime/patience.h"

namespace hardened::runtime {
namespace {

using controls::AllControls;
using controls::Capabilities;
using controls::KernelView;
using controls::Spec;
using Outcome = Verification::Outcome;

constexpr std::size_t kMostStat = 4096;
constexpr std::string_view kResources = "/linux/resources";

// What create wrote.
Result<doc::Document> created_document(Host& host, const Promise& promise) {
  File file = TRY(host.read(promise.config, kMostBytes, Links::refuse));
  if (sha256(file.bytes) != promise.digest) {
    return Error{Fault::io,
                 printable(promise.config) + " is not what was granted at create; create the container anew"};
  }
  return doc::read_json("config.json", std::move(file.bytes));
}

// The same, with what updates granted since.
Result<doc::Document> updated_document(const doc::Document& created, const Promise& promise) {
  if (promise.updated.is(doc::Kind::null)) return created;
  const doc::Value* resources = doc::resolve(created.root, kResources);
  doc::Edits edits;
  edits.set(std::string(kResources),
            laid_over(resources == nullptr ? doc::Value() : *resources, promise.updated));
  std::string text = TRY(doc::apply(created, edits));
  return doc::read_json("config.json", std::move(text));
}

struct Look {
  const KernelView& kernel;
  const Spec& granted;
  const Spec* created;  // before any update; nullptr where there was none
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

// An update that lowers something, and that the runtime then refuses, leaves what create granted.
template <class C>
Result<bool> is_as_created(const Look& look) {
  if (look.created == nullptr) return false;
  const auto observed = TRY(C::observe(look.kernel, *look.created).within(C::name));
  return leq(observed.held, observed.granted);
}

template <class C>
Done look_at(Look& look) {
  if (!is_asked<C>(look)) return done();
  const auto observed = TRY(C::observe(look.kernel, look.granted).within(C::name));
  if (leq(observed.held, observed.granted)) return done();
  const bool as_created = TRY(is_as_created<C>(look));
  if (!as_created) look.surpluses.push_back({C::name, C::surplus(observed), observed.advice});
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

// The process where it stands still, at the fifo or behind its execve(2); nothing where it is gone. Between the two it is
// still the runtime's: a filter that crun loads last (seen on 1.8.1) and the label come there, and what misses behind it
// never will. One that takes longer than our patience is looked at as it is.
Result<std::optional<InitProcess>> settled(Host& host, HeldProcess& process, InitProcess init) {
  for (Patience patience;;) {
    const auto stat = TRY(stat_of(host, init));
    if (!stat) return std::optional<InitProcess>();
    if (stat->executed) init.waits = false;
    if (init.waits || stat->executed || patience.is_over()) return std::optional(init);
    if (patience.waits_in_vain(process)) return std::optional<InitProcess>();
  }
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

// What the kernel cannot show while the process waits: the label, which execve(2) puts in force, and the filter that crun
// loads last under no_new_privs.
Result<bool> has_more_to_come(const Spec& granted, const InitProcess& init) {
  if (!init.waits) return false;
  const auto label = TRY(controls::AppArmor::read(granted, {}));
  const Required no_new_privileges = TRY(controls::NoNewPrivileges::read(granted, {}));
  return !label.parts.empty() || (init.filter_to_come && no_new_privileges == Required(true));
}

struct Found {
  std::vector<Surplus> surpluses;
  bool to_come = false;
};

Result<Found> compare(Host& host, const Promise& promise, const InitProcess& init) {
  const doc::Document created = TRY(created_document(host, promise));
  const doc::Document document = TRY(updated_document(created, promise));
  const Spec granted(document, controls::Scope::bundle);
  const Spec before(created, controls::Scope::bundle);
  const auto begun = init.waits ? controls::Begun::waiting : controls::Begun::running;
  const KernelView kernel(host,
                          {init.process, begun, init.filter_to_come, promise.inherited, promise.sources});
  const auto capabilities = TRY(Capabilities::read(granted, Capabilities::Facts{}));
  const bool was_updated = !promise.updated.is(doc::Kind::null);
  Look look{kernel, granted, was_updated ? &before : nullptr, promise, capabilities.any(), {}};
  TRY(look_at_all(look, static_cast<AllControls*>(nullptr)));
  if (init.waits) TRY(profiles_stand(host, promise));
  const bool to_come = TRY(has_more_to_come(granted, init));
  return Found{std::move(look.surpluses), to_come};
}

// Nothing where there is no such process any more.
Result<std::optional<Found>> find(Host& host, HeldProcess& process, const Promise& promise,
                                  const InitProcess& init) {
  const auto now = TRY(settled(host, process, init));
  if (!now) return std::optional<Found>();
  Found found = TRY(compare(host, promise, *now));
  return std::optional(std::move(found));
}

// What was read of a process on its way out is no finding: it has left its cgroups already (seen: "/" in /proc/<pid>/cgroup).
// Its first thread may go alone, and then it lives on and is looked at as it is.
bool ends_now(Host& host, HeldProcess& process, const InitProcess& init) {
  constexpr std::chrono::milliseconds kOnItsWay{1000};
  const auto stat = stat_of(host, init);
  const bool exiting = stat && *stat && (*stat)->exiting;
  return process.ends_within(exiting ? kOnItsWay : std::chrono::milliseconds(0));
}

// Holds the process while it is looked at, so that all that was read was of it; and after, for whoever ends it.
Result<Outcome> look(Host& host, const InitProcess& init, Verification& seen) {
  auto held = host.hold(init.process);
  if (!held && held.error().fault == Fault::absent) return Outcome::gone;
  seen.process = TRY(std::move(held));
  auto found = find(host, *seen.process, *seen.kept->promise, init);
  if (ends_now(host, *seen.process, init) || (found && !*found)) return Outcome::gone;
  const std::optional<Found> what = TRY(std::move(found));
  seen.surpluses = what->surpluses;
  if (!seen.surpluses.empty()) return Outcome::above;
  seen.to_come = what->to_come;
  return Outcome::as_granted;
}

Result<Outcome> find_and_look(Host& host, const std::string& root, const std::string& id,
                              Verification& seen) {
  seen.kept = TRY(find_kept(host, root, id));
  if (!seen.kept || !seen.kept->promise) return Outcome::unmanaged;
  const auto init = TRY(init_process(host, root, id).within("the container's state"));
  if (!init) return Outcome::gone;
  return look(host, *init, seen);
}

}  // namespace

Result<doc::Document> granted_document(Host& host, const Promise& promise) {
  const doc::Document created = TRY(created_document(host, promise));
  return updated_document(created, promise);
}

Result<std::optional<ProcStat>> stat_of(Host& host, const InitProcess& init) {
  const auto text = host.read("/proc/" + std::to_string(init.process) + "/stat", kMostStat, Links::refuse);
  if (!text && text.error().fault == Fault::absent) return std::optional<ProcStat>();
  const File file = TRY(text);
  const ProcStat stat = TRY(parse_proc_stat(file.bytes));
  return stat.start_time == init.start_time ? std::optional(stat) : std::nullopt;
}

Verification inspect(Host& host, const std::string& root, const std::string& id) {
  Verification seen;
  Result<Outcome> outcome = find_and_look(host, root, id, seen);
  if (outcome) {
    seen.outcome = *outcome;
  } else {
    seen.why = std::move(outcome).error();
  }
  return seen;
}

}  // namespace hardened::runtime
