#include "ctl/explanation_text.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "controls/cis.h"
#include "core/base/text.h"
#include "ctl/value_text.h"
#include "runtime/refusal.h"

namespace hardened::ctl {
namespace {

using controls::OnExcess;
using controls::Verdict;

constexpr std::size_t kCell = 34;
constexpr std::size_t kLongest = 1000;  // of one reason
constexpr std::size_t kIndent = 2;

std::string cis_of(const runtime::Decision& decision, std::string_view call) {
  std::string text;
  for (const controls::CisId id : controls::cis_ids(decision.control, decision.changes, call))
    text += (text.empty() ? "" : ", ") + print(id);
  return text;
}

Cell granted_cell(const runtime::Decision& decision, const controls::Change& change) {
  if (decision.verdict == Verdict::refused) return {"refused", Style::bad};
  if (decision.mode == OnExcess::observe) return {"as asked, observed", Style::doubtful};
  return {change.after.empty() ? "none of these" : brief(printable(change.after, kLongest), kCell),
          Style::good};
}

// The sets of capabilities, the fields of a limit: what was asked and granted alike is one row.
std::vector<const controls::Change*> distinct(const std::vector<controls::Change>& changes) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  std::vector<const controls::Change*> kept;
  for (const controls::Change& change : changes) {
    if (seen.emplace(change.before, change.after).second) kept.push_back(&change);
  }
  return kept;
}

void add_rows(Table& table, const Explanation& told, const runtime::Decision& decision,
              std::string_view call) {
  bool first = true;
  std::string above;  // the ceiling of the row before
  for (const controls::Change* change : distinct(decision.changes)) {
    const std::string asked = brief(printable(change->before, kLongest), kCell);
    std::string ceiling = brief_ceiling(told, decision, *change);
    table.rows.push_back({{first ? std::string(decision.control) : "", Style::strong},
                          {change->by_default ? asked + " (a default)" : asked},
                          {ceiling == above ? "" : ceiling},
                          granted_cell(decision, *change),
                          {first ? brief_rule(told, decision) : "", Style::faint},
                          {first ? cis_of(decision, call) : ""}});
    above = std::move(ceiling);
    first = false;
  }
}

std::string headline(const Screen& screen, const Explanation& told, const Asked& asked) {
  const Verdict verdict = told.plan.verdict;
  const auto style = verdict == Verdict::refused    ? Style::bad
                     : verdict == Verdict::narrowed ? Style::doubtful
                                                    : Style::good;
  const std::string word =
      verdict == Verdict::unchanged ? "pass unchanged" : "be " + std::string(name(verdict));
  std::string text = printable(asked.document.name, kLongest) + ": " + std::string(call_of(asked.scope)) +
                     " would " + painted(screen, style, word) + " by " +
                     printable(told.policy.path, kLongest);
  if (told.plan.privileged) text += "; it asks for all of --privileged";
  return text + "\n";
}

std::string reasons(const Screen& screen, const runtime::Plan& plan) {
  std::string text;
  std::set<std::string> said;
  const auto add = [&](std::string_view control, const std::string& reason) {
    const std::string line = std::string(control) + ": " + printable(reason, kLongest);
    if (!reason.empty() && said.insert(line).second) text += folded(line, screen.width(), kIndent);
  };
  for (const runtime::Decision& decision : plan.decisions) {
    for (const controls::Change& change : decision.changes)
      add(decision.control, change.reason.empty() ? change.before : change.reason);
  }
  return text.empty() ? "" : "\nwhy\n" + text;
}

std::string notes(const Screen& screen, const Explanation& told) {
  std::string text;
  const auto add = [&](const std::string& note) { text += folded(note, screen.width(), kIndent); };
  for (const runtime::Decision& decision : told.plan.decisions) {
    for (const std::string& note : decision.notes)
      add(std::string(decision.control) + ": " + printable(note, kLongest));
  }
  for (const std::string& note : told.notes) add(printable(note, kLongest));
  for (const std::string& field : told.plan.waiting)
    add("no control bounds it yet: " + printable(field, kLongest));
  return text.empty() ? "" : "\nnotes\n" + text;
}

std::string listed(const Screen& screen, const std::string& head, const std::vector<std::string>& words) {
  std::string text = head;
  for (const std::string& word : words) text += (&word == &words.front() ? " " : ", ") + word;
  return words.empty() ? "" : folded(text, screen.width(), 0);
}

}  // namespace

std::string told(const Screen& screen, const Explanation& told, const Asked& asked) {
  Table table{{"control", "asked", "ceiling", "granted", "rule", "CIS"}, {}};
  for (const runtime::Decision& decision : told.plan.decisions)
    add_rows(table, told, decision, call_of(asked.scope));
  std::string text = headline(screen, told, asked);
  if (!table.rows.empty()) text += "\n" + laid_out(screen, table);
  text += reasons(screen, told.plan) + notes(screen, told) + "\n";
  text += listed(screen, "waivers that hold:", told.waivers);
  text += listed(screen, "as asked:", told.as_asked);
  return text;
}

}  // namespace hardened::ctl
