#include "ctl/log_what_if.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "ctl/value_text.h"

namespace hardened::ctl {
namespace {

using controls::Verdict;
using doc::Member;
using doc::Value;

constexpr std::string_view kNotTold = "cannot be told";
constexpr std::size_t kMostShown = 30;

std::size_t rank(std::string_view answer) {
  if (answer == "refused") return 0;
  return answer == "narrowed" ? 1 : 2;
}

Style style_of(std::string_view answer) {
  if (answer == "granted" || answer == "unchanged") return Style::good;
  return answer == "narrowed" ? Style::doubtful : Style::bad;
}

}  // namespace

void WhatIf::ask(const std::vector<Container>& containers) {
  for (const Container& one : containers) {
    if (!one.kept || !one.kept->promise) continue;
    auto again = judged_again(host_, *one.kept, policy_);
    if (again) {
      here_.push_back({one, std::string(controls::name(again->verdict)), again->objections, ""});
    } else {
      here_.push_back({one, std::string(kNotTold), {}, again.error().what});
    }
  }
  std::stable_sort(here_.begin(), here_.end(),
                   [](const Here& a, const Here& b) { return rank(a.verdict) < rank(b.verdict); });
}

void WhatIf::ask(const LogRecord& record) {
  for (const AskedFor& one : record.asked) {
    if (one.by_default) continue;
    const Parts parts = parts_of(one);
    if (parts.left > 0) left_[one.control] += parts.left;
    for (const AskedFor& part : parts.parts) ask(part, record.call);
  }
}

void WhatIf::ask(const AskedFor& part, const std::string& call) {
  const Question question{part.verdict, call, part.control, part.field, part.asked};
  const auto known = asked_.find(question);
  if (known != asked_.end()) {
    ++known->second.times;
    return;
  }
  if (asked_.size() == kMostQuestions) {
    ++left_[part.control];
    return;
  }
  const auto again = asked_again(host_, tightest_, part, call);
  asked_[question] = {again ? answer_of(host_, *again, policy_) : "", 1};
}

bool WhatIf::takes_something() const {
  return std::any_of(here_.begin(), here_.end(), [](const Here& one) { return one.verdict != "unchanged"; });
}

std::vector<WhatIf::Row> WhatIf::answered() const {
  std::vector<Row> rows;
  for (const auto& [question, answer] : asked_) {
    if (!answer.now.empty()) rows.emplace_back(question, answer);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    const std::size_t first = rank(a.second.now);
    const std::size_t second = rank(b.second.now);
    return first != second ? first < second : a.second.times > b.second.times;
  });
  return rows;
}

std::map<std::string, std::uint64_t> WhatIf::untold() const {
  std::map<std::string, std::uint64_t> all = left_;
  for (const auto& [question, answer] : asked_) {
    if (answer.now.empty()) all[question.control] += answer.times;
  }
  return all;
}

Table WhatIf::table_of_here() const {
  Table here{{"container", "engine", "would be", ""}, {}};
  for (const Here& one : here_) {
    here.rows.push_back({{shown(one.container), Style::strong},
                         {one.container.engine.empty() ? "-" : printable(one.container.engine), Style::plain},
                         {one.verdict, style_of(one.verdict)},
                         {one.why.empty() ? ctl::told(one.objections) : one.why, Style::plain}});
  }
  return here;
}

Table WhatIf::table_of(const std::vector<Row>& rows) {
  Table asked{{"would be", "was", "times", "call", "control", "asked"}, {}};
  for (const auto& [question, answer] : rows) {
    if (asked.rows.size() == kMostShown) break;
    asked.rows.push_back({{answer.now, style_of(answer.now)},
                          {printable(question.verdict, 32), Style::plain},
                          {std::to_string(answer.times), Style::plain},
                          {printable(question.call, 32), Style::plain},
                          {printable(question.control, 32), Style::strong},
                          {printable(question.asked, 100), Style::plain}});
  }
  return asked;
}

std::string WhatIf::told(const Screen& screen, std::size_t broken) const {
  std::string out =
      "under " + printable(policy_.path) + "\n\nwhat the containers that are here were granted\n\n";
  out += here_.empty() ? "none has a grant record\n" : laid_out(screen, table_of_here());
  out += "\nwhat the log says was asked above the ceiling of its time, waivers left aside\n\n";
  const std::vector<Row> rows = answered();
  out += rows.empty() ? "nothing that can be asked again\n" : laid_out(screen, table_of(rows));
  if (rows.size() > kMostShown) out += "and " + std::to_string(rows.size() - kMostShown) + " more\n";
  std::vector<std::string> left;
  for (const auto& [control, times] : untold()) {
    left.push_back(printable(control, 32) + " " + std::to_string(times));
  }
  out += "\nwhat cannot be told\n\n";
  if (!left.empty()) {
    out += folded(
        "asked above the ceiling, and the line does not hold what it would be judged by: " + joined(left),
        screen.width(), 0);
  }
  if (broken > 0) out += std::to_string(broken) + " lines are no record, or were cut\n";
  return out + "granted whole to containers that are gone: no line holds that\n";
}

doc::Value WhatIf::json(std::size_t broken) const {
  std::vector<Value> here;
  for (const Here& one : here_) {
    std::vector<Member> members{{"id", text(one.container.id), {}}, {"name", text(one.container.name), {}}};
    members.push_back({"engine", text(one.container.engine), {}});
    members.push_back({"would_be", text(one.verdict), {}});
    members.push_back({"controls", ctl::json(one.objections), {}});
    if (!one.why.empty()) members.push_back({"why", text(one.why), {}});
    here.push_back(Value::object(std::move(members)));
  }
  std::vector<Value> asked;
  for (const auto& [question, answer] : answered()) {
    asked.push_back(Value::object({{"would_be", text(answer.now), {}},
                                   {"was", text(question.verdict), {}},
                                   {"times", Value::number(answer.times), {}},
                                   {"call", text(question.call), {}},
                                   {"control", text(question.control), {}},
                                   {"field", text(question.field), {}},
                                   {"asked", text(question.asked), {}}}));
  }
  std::vector<Member> left;
  for (const auto& [control, times] : untold()) left.push_back({control, Value::number(times), {}});
  return Value::object({{"policy", text(policy_.path), {}},
                        {"policy_id", text(policy_.id), {}},
                        {"containers", Value::array(std::move(here)), {}},
                        {"asked", Value::array(std::move(asked)), {}},
                        {"cannot_be_told", Value::object(std::move(left)), {}},
                        {"broken", Value::number(std::uint64_t{broken}), {}}});
}

}  // namespace hardened::ctl
