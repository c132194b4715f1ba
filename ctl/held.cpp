#include "ctl/held.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "controls/all.h"
#include "core/doc/json.h"

namespace hardened::ctl {
namespace {

using controls::Spec;
using Outcome = runtime::Verification::Outcome;
using State = HeldControl::State;

// The line of its create: the last one with that id, for an id may come again.
std::optional<doc::Document> record_of(Host& host, const runtime::Kept& kept) {
  if (kept.promise->log.empty()) return std::nullopt;
  const auto file = host.read(kept.promise->log, kMostBytes, Links::refuse);
  if (!file) return std::nullopt;
  const std::string_view all = file->bytes;
  const std::string wanted = "\"id\":\"" + kept.id + "\"";
  for (std::size_t at = all.rfind(wanted); at != std::string_view::npos; at = all.rfind(wanted, at - 1)) {
    const std::size_t before = all.rfind('\n', at);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    auto line = doc::read_json("record", std::string(all.substr(begin, all.find('\n', at) - begin)));
    const doc::Value* call = line ? line->root.find("call") : nullptr;
    const doc::Value* verdict = line ? line->root.find("verdict") : nullptr;
    const bool is_create = call != nullptr && (call->text() == "create" || call->text() == "run");
    const bool decided =
        verdict != nullptr && (verdict->text() == "narrowed" || verdict->text() == "unchanged");
    if (is_create && decided) return std::move(line).value();
    if (at == 0) break;
  }
  return std::nullopt;
}

struct Look {
  const runtime::Verification& seen;
  const Container& container;
  Flags capabilities;  // those granted
};

bool was_looked_at(Outcome outcome) { return outcome == Outcome::above || outcome == Outcome::as_granted; }

// As inspect.cpp judges which control has something to say.
template <class C>
State state_of(const Look& look) {
  const auto& observing = look.seen.kept->promise->observing;
  if (std::find(observing.begin(), observing.end(), C::name) != observing.end()) return State::observed;
  if (!was_looked_at(look.seen.outcome)) return State::unseen;
  const bool running = look.container.process && !look.container.process->waits;
  if (running && !meet(C::lifted_by, look.capabilities).empty()) return State::untold;
  return State::as_granted;
}

template <class C>
HeldControl held(const Look& look, const Spec& granted) {
  HeldControl one;
  one.control = C::name;
  one.state = state_of<C>(look);
  for (const std::string_view pointer : C::owned) {
    if (const auto value = granted.find(pointer))
      one.granted.push_back({std::string(pointer), value->value(), {}});
  }
  for (const runtime::Surplus& surplus : look.seen.surpluses) {
    if (surplus.control != C::name) continue;
    one.state = State::above;
    one.words = surplus.words;
    one.advice = surplus.advice;
  }
  return one;
}

std::vector<HeldControl> all_held(const Look& look, const Spec& granted) {
  auto all = [&]<class... C>(std::tuple<C...>*) {
    return std::vector<HeldControl>{held<C>(look, granted)...};
  }(static_cast<controls::AllControls*>(nullptr));
  std::stable_partition(all.begin(), all.end(), [](const auto& one) { return one.state == State::above; });
  return all;
}

}  // namespace

HeldReport look_at_container(Host& host, const Container& container) {
  HeldReport report;
  report.container = container;
  report.seen = runtime::inspect(host, container.root, container.id);
  const auto& kept = report.seen.kept;
  if (!kept || !kept->promise) return report;
  report.record = record_of(host, *kept);
  const auto document = runtime::granted_document(host, *kept->promise);
  if (!document) return report;
  const Spec granted(*document, controls::Scope::bundle);
  const auto capabilities = controls::Capabilities::read(granted, controls::Capabilities::Facts{});
  const Look look{report.seen, container, capabilities ? capabilities->any() : Flags{}};
  report.controls = all_held(look, granted);
  return report;
}

std::string_view name(State state) {
  switch (state) {
    case State::as_granted: return "as_granted";
    case State::above: return "above";
    case State::observed: return "observed";
    case State::untold: return "untold";
    case State::unseen: return "unseen";
  }
  return "unseen";
}

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::unreadable: return "unreadable";
    case Outcome::above: return "above";
    case Outcome::as_granted: return "as_granted";
    case Outcome::gone: return "gone";
    case Outcome::unmanaged: return "unmanaged";
  }
  return "unreadable";
}

}  // namespace hardened::ctl
