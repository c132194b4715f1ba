// A container's bounds as a person and as a program reads them.
#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "ctl/held.h"
#include "ctl/value_text.h"

namespace hardened::ctl {
namespace {

using doc::Member;
using doc::Value;
using Outcome = runtime::Verification::Outcome;
using State = HeldControl::State;

constexpr std::size_t kCell = 34;
constexpr std::size_t kLongest = 1000;

std::string text_of(const Value* value) { return value == nullptr ? "" : printable(value->text(), kLongest); }

// What the record of its create says of a control; nullptr where that had nothing to object to, or nobody knows.
const Value* recorded(const HeldReport& report, std::string_view control) {
  const Value* all = report.record ? report.record->root.find("controls") : nullptr;
  if (all == nullptr) return nullptr;
  const auto found = std::find_if(all->items().begin(), all->items().end(), [&](const Value& one) {
    const Value* name = one.find("control");
    return name != nullptr && name->text() == control && one.find("changes") != nullptr;
  });
  return found == all->items().end() ? nullptr : &*found;
}

std::string granted_text(const HeldControl& one) {
  if (one.granted.empty()) return "none";
  if (one.granted.size() == 1) return brief(one.granted.front().value, kCell);
  std::string text;
  for (const Member& member : one.granted) {
    text += (text.empty() ? "" : ", ") + member.key.substr(member.key.rfind('/') + 1) + " ";
    text += brief(member.value, kCell);
  }
  return brief(text, kCell);
}

Cell held_cell(const HeldControl& one) {
  switch (one.state) {
    case State::above: return {"more: it " + printable(one.words, kLongest), Style::bad};
    case State::as_granted: return {"as granted", Style::good};
    case State::observed: return {"only observed", Style::doubtful};
    case State::untold: return {"not told: it may lift it", Style::doubtful};
    case State::unseen: return {"not looked at", Style::doubtful};
  }
  return {};
}

std::string joined_ids(const Value* ids) {
  std::string text;
  if (ids == nullptr) return text;
  for (const Value& id : ids->items()) text += (text.empty() ? "" : ", ") + printable(id.text(), kLongest);
  return text;
}

// Without the directory of the policy.
std::string rule_text(const HeldReport& report, const Value* rule) {
  const std::string text = text_of(rule);
  const std::string& policy = report.seen.kept->policy;
  return text.starts_with(policy) ? text.substr(policy.rfind('/') + 1) : text;
}

void add_rows(Table& table, const HeldReport& report, const HeldControl& one, const Value* record) {
  const std::string control(one.control);
  if (record == nullptr) {
    table.rows.push_back(
        {{control, Style::strong}, {"as granted"}, {granted_text(one)}, held_cell(one), {}, {}});
    return;
  }
  bool first = true;
  for (const Value& change : record->find("changes")->items()) {
    const std::string granted =
        one.state == State::observed ? "all of it (observed)" : brief(text_of(change.find("granted")), kCell);
    table.rows.push_back({{first ? control : "", Style::strong},
                          {brief(text_of(change.find("asked")), kCell)},
                          {granted.empty() ? "none of these" : granted},
                          first ? held_cell(one) : Cell{},
                          {first ? rule_text(report, record->find("rule")) : "", Style::faint},
                          {first ? joined_ids(record->find("cis")) : ""}});
    first = false;
  }
}

std::string headline(const Screen& screen, const HeldReport& report) {
  const Container& one = report.container;
  std::string text = printable(one.name.empty() ? one.id : one.name, kLongest);
  if (!one.name.empty()) text += " (" + printable(one.id.substr(0, 12), kLongest) + ")";
  if (!one.engine.empty()) text += " of " + printable(one.engine, kLongest);
  switch (report.seen.outcome) {
    case Outcome::above: text += painted(screen, Style::bad, ": holds more than it was granted"); break;
    case Outcome::as_granted: text += painted(screen, Style::good, ": holds what it was granted"); break;
    case Outcome::gone: text += ": does not run"; break;
    case Outcome::unmanaged:
      text += painted(screen, Style::bad, ": did not start under hardened, nothing was promised of it");
      break;
    case Outcome::unreadable:
      text += painted(screen, Style::bad, ": what it holds cannot be told: ") + report.seen.why.what;
  }
  const auto& kept = report.seen.kept;
  if (kept) text += ", created under " + printable(kept->policy, kLongest);
  return text + "\n";
}

std::string listed(const Screen& screen, const HeldReport& report, State state, std::string head) {
  bool any = false;
  for (const HeldControl& one : report.controls) {
    if (one.state != state || recorded(report, one.control) != nullptr) continue;
    head += (any ? ", " : " ") + std::string(one.control);
    any = true;
  }
  return any ? folded(head, screen.width(), 0) : "";
}

std::string advice(const Screen& screen, const HeldReport& report) {
  constexpr std::string_view kOtherwise =
      "somebody changed it since the start, or the low-level runtime did not apply it; set it back, or "
      "create the "
      "container anew";
  std::string text;
  for (const HeldControl& one : report.controls) {
    if (one.state != State::above) continue;
    const std::string what = one.advice.empty() ? std::string(kOtherwise) : printable(one.advice, kLongest);
    text += folded(std::string(one.control) + ": " + what, screen.width(), 2);
  }
  return text.empty() ? "" : "\nwhat to do\n" + text;
}

Value control_json(const HeldReport& report, const HeldControl& one) {
  std::vector<Member> members{{"control", Value::string(std::string(one.control)), {}},
                              {"state", Value::string(std::string(name(one.state))), {}}};
  if (!one.words.empty()) members.push_back({"held", Value::string("it " + one.words), {}});
  if (!one.advice.empty()) members.push_back({"advice", Value::string(one.advice), {}});
  members.push_back({"granted", Value::object(one.granted), {}});
  const Value* record = recorded(report, one.control);
  if (record != nullptr) members.push_back({"decided", *record, {}});
  return Value::object(std::move(members));
}

}  // namespace

std::string told(const Screen& screen, const HeldReport& report) {
  std::string text = headline(screen, report);
  Table table{{"control", "asked", "granted", "held", "rule", "CIS"}, {}};
  for (const HeldControl& one : report.controls) {
    const Value* record = recorded(report, one.control);
    if (record != nullptr || one.state == State::above) add_rows(table, report, one, record);
  }
  if (!table.rows.empty()) text += "\n" + laid_out(screen, table);
  text += advice(screen, report);
  if (!report.controls.empty()) text += "\n";
  text += listed(screen, report, State::as_granted, "as asked, and held so:");
  text += listed(screen, report, State::untold, "not told of a container that may lift them itself:");
  text += listed(screen, report, State::observed, "only observed:");
  if (report.seen.kept && !report.seen.kept->waivers.empty())
    text +=
        folded("waivers that held at its create: " + joined(report.seen.kept->waivers), screen.width(), 0);
  if (report.seen.kept && !report.record)
    text += "its line in the decision log was not found: what it asked for is not known\n";
  return text;
}

Value json_of(const HeldReport& report) {
  const Container& one = report.container;
  std::vector<Value> all;
  for (const HeldControl& control : report.controls) all.push_back(control_json(report, control));
  std::vector<Member> members{{"container", Value::string(one.id), {}},
                              {"name", Value::string(one.name), {}},
                              {"engine", Value::string(one.engine), {}},
                              {"root", Value::string(one.root), {}},
                              {"image", Value::string(one.image), {}}};
  members.push_back({"state", Value::string(std::string(name(report.seen.outcome))), {}});
  if (report.seen.outcome == Outcome::unreadable)
    members.push_back({"why", Value::string(report.seen.why.what), {}});
  if (const auto& kept = report.seen.kept) {
    members.push_back({"policy", Value::string(kept->policy), {}});
    members.push_back({"policy_id", Value::string(kept->policy_id), {}});
    members.push_back({"waivers", texts(kept->waivers), {}});
  }
  members.push_back({"controls", Value::array(std::move(all)), {}});
  return Value::object(std::move(members));
}

}  // namespace hardened::ctl
