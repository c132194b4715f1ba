// What a case expects, read from its expect.yaml.
#include "ctl/policy_case.h"

#include <array>
#include <chrono>
#include <utility>

#include "config/choice.h"
#include "config/waivers.h"
#include "controls/all.h"
#include "core/doc/cursor.h"
#include "core/doc/yaml.h"

namespace hardened::ctl {
namespace {

using controls::Verdict;

constexpr std::array kVerdicts{config::Choice<Verdict>{"unchanged", Verdict::unchanged},
                               config::Choice<Verdict>{"narrowed", Verdict::narrowed},
                               config::Choice<Verdict>{"refused", Verdict::refused}};

// Those of the list, and what decides without a control (runtime/plan.h).
std::vector<std::string_view> deciding() {
  auto names = []<class... C>(std::tuple<C...>*) {
    return std::vector<std::string_view>{C::name...};
  }(static_cast<controls::AllControls*>(nullptr));
  names.insert(names.end(), {"fields", "privileged"});
  return names;
}

Wanted wanted(std::string what, const doc::Cursor& at) { return {std::move(what), at.value(), at.where()}; }

Result<std::int64_t> day(const doc::Cursor& at) {
  const auto date = config::parse_date(at.value().text());
  if (!date) return at.error("expected a day such as 2027-06-30");
  return std::chrono::nanoseconds(std::chrono::sys_days(*date).time_since_epoch()).count();
}

void read_given(const doc::Cursor& given, Expectation::Given& into, doc::Diagnostics& wrong) {
  constexpr std::array<std::string_view, 5> kKeys{"image", "name", "container", "root", "date"};
  if (!wrong.check(given.only(kKeys))) return;
  const auto text = [&](std::string_view key, std::string& value) {
    const auto at = given.find(key);
    const auto read = at ? wrong.take(at->text()) : std::nullopt;
    if (read) value = *read;
  };
  text("image", into.image);
  text("name", into.name);
  text("container", into.container);
  text("root", into.root);
  if (const auto date = given.find("date")) into.now_ns = wrong.take(day(*date));
}

void read_controls(const doc::Cursor& controls, Expectation& into, doc::Diagnostics& wrong) {
  if (!wrong.check(controls.only(deciding()))) return;
  for (const doc::Member& member : controls.value().members()) {
    const doc::Cursor at(controls.document(), member.value);
    if (wrong.take(config::choose<Verdict>(at, kVerdicts))) into.controls.push_back(wanted(member.key, at));
  }
}

void read_granted(const doc::Cursor& granted, Expectation& into, doc::Diagnostics& wrong) {
  const auto entries = wrong.take(granted.entries());
  if (!entries) return;
  for (const doc::Entry& entry : *entries) {
    if (!entry.key.starts_with('/'))
      wrong.add(
          entry.error("expected a JSON pointer into the specification, such as /linux/resources/pids/limit"));
    into.granted.push_back(wanted(std::string(entry.key), entry.value));
  }
}

void read_part(const doc::Cursor& part, Expectation& into, doc::Diagnostics& wrong) {
  const auto text = wrong.take(part.text());
  if (!text) return;
  if (text->find_first_not_of(" \t\n") == std::string_view::npos)
    wrong.add(part.error("an empty text is part of every refusal; write some words of it"));
  into.says.push_back(wanted(std::string(*text), part));
}

void read_says(const doc::Cursor& says, Expectation& into, doc::Diagnostics& wrong) {
  if (says.value().is(doc::Kind::string)) return read_part(says, into, wrong);
  const auto items = wrong.take(says.items());
  if (!items) return;
  for (const doc::Cursor& item : *items) read_part(item, into, wrong);
}

}  // namespace

Result<Expectation> read_expectation(const std::string& name, const std::string& yaml) {
  const doc::Document document = TRY(doc::read_yaml(name, yaml));
  const doc::Cursor root(document, document.root);
  Expectation read;
  doc::Diagnostics wrong;
  constexpr std::array<std::string_view, 5> kKeys{"given", "verdict", "controls", "granted", "says"};
  wrong.check(root.only(kKeys));
  if (const auto verdict = wrong.take(root.need("verdict"))) {
    if (wrong.take(config::choose<Verdict>(*verdict, kVerdicts))) read.verdict = wanted("", *verdict);
  }
  if (const auto given = root.find("given")) read_given(*given, read.given, wrong);
  if (const auto controls = root.find("controls")) read_controls(*controls, read, wrong);
  if (const auto granted = root.find("granted")) read_granted(*granted, read, wrong);
  if (const auto says = root.find("says")) read_says(*says, read, wrong);
  if (wrong.any()) return wrong.error(Fault::syntax);
  return read;
}

}  // namespace hardened::ctl
