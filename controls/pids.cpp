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
constexpr std::string_view kTasksMax = "/annotations/org.systemd.property.TasksMax";

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

// As the runtimes take it, a text of GVariant: "uint64 100", "@t 100", "100". What is no number bounds nothing.
TaskLimit parse_tasks_max(std::string_view text) {
  const TaskLimit none = TaskLimit::without_number(Kind::unlimited);
  unsigned long long tasks = 0;
  if (!parse_decimal(text.substr(text.rfind(' ') + 1), tasks) || tasks == 0) return none;
  return TaskLimit::of(tasks);
}

// `elsewhere`: the least that other fields of the request ask for.
TaskLimit decide(const TaskLimit& request, const Pids::Ceiling& ceiling, const TaskLimit& elsewhere) {
  if (request.is(Kind::absent)) return meet(ceiling.by_default, elsewhere);
  if (request.is(Kind::unclear)) return TaskLimit{};
  return meet(request, ceiling.maximum);
}

Change change(std::string pointer, const TaskLimit& request, const TaskLimit& granted,
              const TaskLimit& maximum) {
  if (request.is(Kind::absent)) {
    return {std::move(pointer), told(request), told(granted),
            "the default of this host; another limit, up to " + told(maximum) + ", is had by --pids-limit",
            true};
  }
  if (request.is(Kind::unclear)) {
    // Kept is what engines mean that send zeros with every update: never a reason to refuse.
    return {std::move(pointer), told(request), told(granted),
            "0 has no one meaning in an update; give a number of tasks", true};
  }
  return {std::move(pointer), told(request), told(granted),
          "the ceiling is " + told(maximum) + "; ask for less, or let the operator raise pids.maximum",
          false};
}

}  // namespace

Result<PidsLimits> Pids::read(const Spec& spec, const Facts& /*facts*/) {
  PidsLimits request;
  if (spec.scope() == Scope::bundle) request.limit = TaskLimit::without_number(Kind::absent);
  const auto pids = TRY(reach_object(spec, kPids));
  const auto limit = pids ? pids->find("limit") : std::nullopt;
  if (limit) request.limit = TRY(read_limit(*limit, spec.scope()));
  const auto unified = TRY(reach(spec, kPidsMax));
  if (unified) request.unified = TRY(read_unified(*unified));
  return request;
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
  // To the operator's own key where the other one is the base's.
  const doc::Cursor lower = *rule.find("default");
  const doc::Cursor upper = *rule.find("maximum");
  const bool base_has_default = &lower.document() != &rule.whole().document();
  const std::string both = " (" + told(*by_default) + ") is above the maximum (" + told(*maximum) + "); ";
  wrong.add(base_has_default
                ? upper.error("the default of the base" + both + "say pids.default too, or raise it")
                : lower.error("the default" + both + "lower it, or raise pids.maximum"));
  return {};
}

Result<Pids::Facts> Pids::gather(Host& /*host*/, const Spec& spec, const Ceiling& /*ceiling*/) {
  Facts facts;
  const auto tasks_max = spec.find(kTasksMax);
  if (tasks_max) facts.tasks_max = parse_tasks_max(tasks_max->value().text());
  return facts;
}

PidsLimits Pids::bound(const Ceiling& ceiling, const Facts& /*facts*/, const std::tuple<>& /*earlier*/) {
  // The default is unlimited only where the maximum is: then there is no ceiling at all.
  const bool open = ceiling.by_default.is(Kind::unlimited);
  return {open ? TaskLimit::without_number(Kind::absent) : ceiling.maximum, ceiling.maximum};
}

Outcome<PidsLimits> Pids::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                 const std::tuple<>& earlier) {
  const PidsLimits most = bound(ceiling, facts, earlier);
  Outcome<PidsLimits> outcome{request, Verdict::unchanged, {}, {}};
  const TaskLimit elsewhere =
      request.unified.is(Kind::number) ? meet(request.unified, facts.tasks_max) : facts.tasks_max;
  const auto narrow_one = [&](std::string pointer, TaskLimit& granted, const TaskLimit& top) {
    if (leq(granted, top)) return;
    const TaskLimit asked = granted;
    granted = decide(asked, ceiling, elsewhere);
    outcome.verdict = Verdict::narrowed;
    outcome.changes.push_back(change(std::move(pointer), asked, granted, ceiling.maximum));
  };
  narrow_one(doc::child(kPids, "limit"), outcome.granted.limit, most.limit);
  narrow_one(std::string(kPidsMax), outcome.granted.unified, most.unified);
  if (request.limit.is(Kind::unclear) && outcome.granted.limit.is(Kind::kept)) {
    outcome.notes.emplace_back(
        "a pids limit of 0 is none to some runtimes and one task to others: taken out, so that the container "
        "keeps the limit that it has");
  }
  return outcome;
}

void Pids::write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
  const auto request = read(spec, facts);
  if (!request) return;
  if (request->limit != grant.limit) {
    // What narrow makes of a limit is a number or, of an unclear one, kept; nothing else needs words.
    // The object goes as a whole: crun refuses one without its limit.
    if (grant.limit.is(Kind::kept)) edits.remove(kPids);
    if (grant.limit.is(Kind::number))
      edits.set(doc::child(kPids, "limit"), doc::Value::number(grant.limit.tasks()));
  }
  if (request->unified != grant.unified && grant.unified.is(Kind::number)) {
    edits.set(kPidsMax, doc::Value::string(std::to_string(grant.unified.tasks())));
  }
}

}  // namespace hardened::controls
