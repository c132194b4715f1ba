#include "controls/scheduling.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "controls/reach.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kScore = Scheduling::owned[0];
constexpr std::string_view kScheduler = Scheduling::owned[1];
constexpr std::string_view kIoPriority = Scheduling::owned[2];
constexpr const char* kOwnScore = "/proc/self/oom_score_adj";

// The others (SCHED_OTHER, SCHED_BATCH, SCHED_IDLE, and SCHED_ISO, which no kernel has) share the processor.
bool is_realtime(std::string_view policy) {
  constexpr std::array<std::string_view, 4> kShared{"SCHED_OTHER", "SCHED_BATCH", "SCHED_IDLE", "SCHED_ISO"};
  return std::find(kShared.begin(), kShared.end(), policy) == kShared.end();
}

bool is_realtime_io(std::string_view io_class) {
  return io_class != "IOPRIO_CLASS_BE" && io_class != "IOPRIO_CLASS_IDLE";
}

Result<std::int64_t> within(const doc::Cursor& value, std::int64_t least, std::int64_t most) {
  const auto number = value.signed_integer();
  if (number && *number >= least && *number <= most) return *number;
  return value.error("expected a number from " + std::to_string(least) + " to " + std::to_string(most));
}

Result<std::string_view> text_of(const doc::Cursor& object, std::string_view key) {
  const auto value = object.find(key);
  if (!value) return std::string_view();
  return value->text();
}

// Neither runtime takes a scheduler without a policy; what it then would do is not ours to guess.
Done read_scheduler(const doc::Cursor& scheduler, Preference& request) {
  const std::string_view policy = TRY(text_of(scheduler, "policy"));
  request.realtime = Permitted(is_realtime(policy));
  if (request.realtime.yes()) return done();
  const auto value = scheduler.find("nice");
  std::int64_t nice = 0;
  if (value) nice = TRY(value->signed_integer());
  request.nice = AtLeast::of(nice);
  return done();
}

std::optional<std::int64_t> parse_number(const Rule& rule, std::string_view key, std::int64_t least,
                                         std::int64_t most, doc::Diagnostics& wrong) {
  const auto value = wrong.take(rule.need(key));
  return value ? wrong.take(within(*value, least, most)) : std::nullopt;
}

std::string told(const AtLeast& least) { return std::to_string(least.value()); }

std::string lower_than(const AtLeast& least, std::string_view key) {
  return "the least is " + told(least) + "; ask for no less, or let the operator lower scheduling." +
         std::string(key);
}

constexpr const char* kNoRealtime =
    "it comes before everything else that the host runs; ask for none, or let the operator set "
    "scheduling.realtime";

}  // namespace

Result<Preference> Scheduling::read(const Spec& spec, const Facts& facts) {
  Preference request;
  const auto score = TRY(reach(spec, kScore));
  if (score) {
    const std::int64_t asked = TRY(score->signed_integer());
    request.oom_score_adj = AtLeast::of(asked);
  } else {
    request.oom_score_adj = facts.inherited;
  }
  const auto scheduler = TRY(reach_object(spec, kScheduler));
  if (scheduler) TRY(read_scheduler(*scheduler, request));
  const auto io_priority = TRY(reach_object(spec, kIoPriority));
  if (io_priority) {
    const std::string_view io_class = TRY(text_of(*io_priority, "class"));
    request.realtime_io = Permitted(is_realtime_io(io_class));
  }
  return request;
}

Scheduling::Ceiling Scheduling::parse(const Rule& rule, doc::Diagnostics& wrong) {
  const auto score = parse_number(rule, "oom_score_adj", -1000, 1000, wrong);
  const auto nice = parse_number(rule, "nice", -20, 19, wrong);
  const auto key = wrong.take(rule.need("realtime"));
  const auto realtime = key ? wrong.take(key->boolean()) : std::nullopt;
  if (!score || !nice || !realtime) return {};
  return {*score, *nice, *realtime};
}

Result<Scheduling::Facts> Scheduling::gather(Host& host, const Spec& spec, const Ceiling& ceiling) {
  Facts facts;
  if (spec.find(kScore)) return facts;
  constexpr std::size_t kMost = 64;
  const File file = TRY(host.read(kOwnScore, kMost, Links::follow));
  std::string_view text(file.bytes);
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  const bool negative = text.substr(0, 1) == "-";
  unsigned long long number = 0;
  if (!parse_decimal(text.substr(negative ? 1 : 0), number) || number > 1000) {
    return Error{Fault::io, std::string(kOwnScore) + " says '" + printable(text, 40) + "'"};
  }
  const std::int64_t own = static_cast<std::int64_t>(number) * (negative ? -1 : 1);
  // An exec keeps what it has unless that might be our own.
  if (spec.scope() == Scope::bundle || own < ceiling.oom_score_adj) facts.inherited = AtLeast::of(own);
  return facts;
}

Preference Scheduling::bound(const Ceiling& ceiling, const Facts& /*facts*/,
                             const std::tuple<>& /*earlier*/) {
  return {AtLeast::of(ceiling.oom_score_adj), AtLeast::of(ceiling.nice), Permitted(ceiling.realtime),
          Permitted(ceiling.realtime)};
}

Outcome<Preference> Scheduling::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                       const std::tuple<>& earlier) {
  const Preference most = bound(ceiling, facts, earlier);
  Outcome<Preference> outcome{meet(request, most), Verdict::unchanged, {}, {}};
  const Preference& granted = outcome.granted;
  const auto say = [&](std::string pointer, std::string before, std::string after, std::string reason,
                       bool by_default) {
    outcome.verdict = Verdict::narrowed;
    outcome.changes.push_back(
        {std::move(pointer), std::move(before), std::move(after), std::move(reason), by_default});
  };
  if (granted.oom_score_adj != request.oom_score_adj) {
    say(std::string(kScore), told(request.oom_score_adj), told(granted.oom_score_adj),
        lower_than(most.oom_score_adj, keys[0]), request.oom_score_adj == facts.inherited);
  }
  if (granted.nice != request.nice) {
    say(doc::child(kScheduler, "nice"), told(request.nice), told(granted.nice),
        lower_than(most.nice, keys[1]), false);
  }
  if (granted.realtime != request.realtime)
    say(std::string(kScheduler), "a real-time scheduler", "", kNoRealtime, false);
  if (granted.realtime_io != request.realtime_io)
    say(std::string(kIoPriority), "a real-time class", "", kNoRealtime, false);
  return outcome;
}

void Scheduling::write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
  const auto request = read(spec, facts);
  if (!request || *request == grant) return;
  if (grant.oom_score_adj != request->oom_score_adj)
    edits.set(kScore, doc::Value::number(grant.oom_score_adj.value()));
  if (grant.nice != request->nice)
    edits.set(doc::child(kScheduler, "nice"), doc::Value::number(grant.nice.value()));
  if (grant.realtime != request->realtime) edits.remove(kScheduler);
  if (grant.realtime_io != request->realtime_io) edits.remove(kIoPriority);
}

}  // namespace hardened::controls
