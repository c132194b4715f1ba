#include "controls/pids.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "controls/reach.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

using Kind = TaskLimit::Kind;

constexpr std::string_view kPids = Pids::owned[0];
constexpr std::string_view kPidsMax = Pids::owned[1];

// PID_MAX_LIMIT of the kernel's include/linux/threads.h: pids.max refuses more with EINVAL.
constexpr std::uint64_t kMostTasks = 4194304;

Result<TaskLimit> read_unified(const doc::Cursor& value) {
  const std::string_view text = TRY(value.text());
  if (text == "max") return TaskLimit::without_number(Kind::unlimited);
  // The kernel reads C's octal and hexadecimal too, systemd does not; and a container whose pids.max is 0
  // cannot start its first process.
  unsigned long long tasks = 0;
  if (!parse_decimal(text, tasks) || text.front() == '0') {
    return value.error("expected \"max\" or a decimal number from 1 on, found '" + printable(text, 40) + "'");
  }
  return TaskLimit::of(tasks);
}

Result<TaskLimit> read_limit(const doc::Cursor& value, Scope scope) {
  const std::int64_t tasks = TRY(value.signed_integer());
  if (tasks > 0) return TaskLimit::of(static_cast<std::uint64_t>(tasks));
  const bool unclear = tasks == 0 && scope == Scope::resources;
  return TaskLimit::without_number(unclear ? Kind::unclear : Kind::unlimited);
}

Result<TaskLimit> parse_limit(const doc::Cursor& value) {
  if (value.value().is(doc::Kind::string) && value.value().text() == "unlimited") {
    return TaskLimit::without_number(Kind::unlimited);
  }
  const auto tasks = value.unsigned_integer();
  if (!tasks || *tasks < 1 || *tasks > kMostTasks) {
    return value.error("expected a number of tasks from 1 to " + std::to_string(kMostTasks) +
                       ", or unlimited");
  }
  return TaskLimit::of(*tasks);
}

std::string told(const TaskLimit& limit) {
  switch (limit.kind()) {
    case Kind::kept: return "as it was";
    case Kind::number: return std::to_string(limit.tasks());
    case Kind::unlimited: return "unlimited";
    case Kind::unclear: return "0 (to some runtimes unlimited)";
    case Kind::absent: return "no limit";
  }
  return "no limit";
}

TaskLimit decide(const TaskLimit& request, const Pids::Ceiling& ceiling) {
  if (request.is(Kind::absent)) return ceiling.by_default;
  if (request.is(Kind::unclear)) return TaskLimit{};
  return meet(request, ceiling.maximum);
}

}  // namespace

Result<TaskLimit> Pids::read(const Spec& spec, const Facts& /*facts*/) {
  const auto unified = TRY(reach(spec, kPidsMax));
  const auto pids = TRY(reach_object(spec, kPids));
  const auto limit = pids ? pids->find("limit") : std::nullopt;
  // The limit that the unified one outdoes must be one that a runtime can read all the same.
  const auto plain =
      limit ? read_limit(*limit, spec.scope())
            : TaskLimit::without_number(spec.scope() == Scope::bundle ? Kind::absent : Kind::kept);
  if (plain && unified) return read_unified(*unified);
  return plain;
}

Pids::Ceiling Pids::parse(const Rule& rule, doc::Diagnostics& wrong) {
  const auto limit = [&](std::string_view key) -> std::optional<TaskLimit> {
    const auto value = wrong.take(rule.need(key));
    return value ? wrong.take(parse_limit(*value)) : std::nullopt;
  };
  const auto by_default = limit("default");
  const auto maximum = limit("maximum");
  if (!by_default || !maximum) return {};
  if (leq(*by_default, *maximum)) return {*by_default, *maximum};
  wrong.add(rule.find("default")->error("the default (" + told(*by_default) + ") is above the maximum (" +
                                        told(*maximum) + "); lower it, or raise pids.maximum"));
  return {};
}

Result<Unit> Pids::gather(Host& /*host*/, const Spec& /*spec*/, const Ceiling& /*ceiling*/) { return Unit{}; }

TaskLimit Pids::bound(const Ceiling& ceiling, const Facts& /*facts*/, const std::tuple<>& /*earlier*/) {
  // The default is no limit only where the maximum is none: then there is no ceiling at all.
  return ceiling.by_default.is(Kind::unlimited) ? TaskLimit::without_number(Kind::absent) : ceiling.maximum;
}

Outcome<TaskLimit> Pids::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                const std::tuple<>& earlier) {
  if (leq(request, bound(ceiling, facts, earlier))) return {request, Verdict::unchanged, {}, {}};
  const TaskLimit granted = decide(request, ceiling);
  Change change{std::string(kPids), told(request), told(granted), "", request.is(Kind::absent)};
  std::vector<std::string> notes;
  if (request.is(Kind::absent)) {
    change.reason =
        "the default of this host; another one, up to " + told(ceiling.maximum) + ", is had by --pids-limit";
  } else {
    change.reason = "the ceiling is " + told(ceiling.maximum) +
                    "; ask for less, or raise pids.maximum, for one image by a waiver";
  }
  if (request.is(Kind::unclear)) {
    notes.emplace_back(
        "a pids limit of 0 is unlimited to some runtimes and one task to others: taken out, the container "
        "keeps its limit");
  }
  return {granted, Verdict::narrowed, {std::move(change)}, std::move(notes)};
}

void Pids::write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
  const auto request = read(spec, facts);
  if (!request || *request == grant) return;
  if (grant.is(Kind::number) && spec.find(kPidsMax)) {
    edits.set(kPidsMax, doc::Value::string(std::to_string(grant.tasks())));
  } else if (grant.is(Kind::number)) {
    edits.set(doc::child(kPids, "limit"), doc::Value::number(grant.tasks()));
  } else if (grant.is(Kind::kept)) {
    // The object goes as a whole: crun refuses one without its limit.
    edits.remove(kPids);
  }
  // Nothing else is ever granted below a request: see decide() and bound().
}

}  // namespace hardened::controls
