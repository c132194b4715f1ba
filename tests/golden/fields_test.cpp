// Each field that a control owns stands above its ceiling in at least one golden case, and is narrowed or refused there.
//
// Asked of every pointer in C::owned, and of the fields of one that is an object (/hooks and its six stages), unless
// a case changes that as a whole. What lies below, the items of a list, is its control's own matter, and is tested there.
#include "controls/fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "controls/all.h"
#include "core/doc/json.h"
#include "tests/golden/golden_case.h"

namespace hardened::test {
namespace {

using controls::Field;
using controls::Shape;
using Changed = std::set<std::pair<std::string, std::string>>;  // control and field

// Those that no case can have, each with the reason.
const std::map<std::string, std::string>& exceptions() {
  static const std::map<std::string, std::string> reasons{
      {"/process/user/gid", "the first group is the image's own to name, whatever its number (user.h)"},
      {"/process/user/umask", "the process's own to change, with no privilege (user.h)"},
      {"/process/user/username", "read by no runtime on Linux, and of no power"},
      {"/process/args", "what a process runs is the container's own business (command.h)"},
      {"/process/env", "likewise: nothing of it reaches us"},
      {"/process/terminal", "likewise"},
      {"/linux/resources/cpu/period", "judged with the quota, and changed as that"},
      {"/linux/resources/cpu/realtimePeriod", "judged with the runtime, and taken out with that"},
  };
  return reasons;
}

void add_changes(const doc::Value& control, Changed& changed) {
  const doc::Value* name = control.find("control");
  const doc::Value* verdict = control.find("verdict");
  const doc::Value* changes = control.find("changes");
  if (name == nullptr || verdict == nullptr || changes == nullptr || verdict->text() == "unchanged") return;
  for (const doc::Value& change : changes->items()) {
    if (const doc::Value* field = change.find("field")) changed.emplace(name->text(), field->text());
  }
}

// By what the cases expect, which golden_test.cpp holds against what comes out.
Changed changed_in_cases() {
  Changed changed;
  for (const std::string& name : case_names()) {
    const auto text = slurp(case_folder(name) + "/record.expected");
    const auto record = doc::read_json("record.expected", text.value_or(""));
    EXPECT_TRUE(record.ok()) << name;
    const doc::Value* controls = record ? record->root.find("controls") : nullptr;
    if (controls == nullptr) continue;
    for (const doc::Value& control : controls->items()) add_changes(control, changed);
  }
  return changed;
}

bool below(std::string_view pointer, std::string_view top) {
  return pointer.starts_with(top) && (pointer.size() == top.size() || pointer[top.size()] == '/');
}

bool child_of(std::string_view pointer, std::string_view top) {
  return pointer.size() > top.size() && below(pointer, top) &&
         pointer.find('/', top.size() + 1) == std::string::npos;
}

const Field* row(std::string_view pointer) {
  const auto table = controls::field_table();
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Field& f) { return f.pointer == pointer; });
  return found == table.end() ? nullptr : &*found;
}

void expect_case(std::string_view control, std::string_view pointer, bool found) {
  const bool excepted = exceptions().count(std::string(pointer)) != 0;
  EXPECT_NE(found, excepted) << pointer << " of " << control
                             << (found ? ": has a case, and is in the list of those that have none"
                                       : ": no golden case narrows or refuses it");
}

template <class C>
void has_a_case_for_each(const Changed& changed) {
  const auto has = [&](std::string_view pointer) {
    return std::any_of(changed.begin(), changed.end(),
                       [&](const auto& one) { return one.first == C::name && below(one.second, pointer); });
  };
  for (const std::string_view owned : C::owned) {
    expect_case(C::name, owned, has(owned));
    const bool whole = changed.count({std::string(C::name), std::string(owned)}) != 0;
    const Field* field = row(owned);
    if (whole || field == nullptr || field->shape != Shape::object) continue;
    for (const Field& part : controls::field_table()) {
      if (child_of(part.pointer, owned)) expect_case(C::name, part.pointer, has(part.pointer));
    }
  }
}

template <class... C>
void all_have(const Changed& changed, std::tuple<C...>* /*the list*/) {
  (has_a_case_for_each<C>(changed), ...);
}

TEST(GoldenFields, EachOwnedFieldIsBoundedInACase) {
  const Changed changed = changed_in_cases();
  ASSERT_GT(changed.size(), 20U);
  all_have(changed, static_cast<controls::AllControls*>(nullptr));
}

}  // namespace
}  // namespace hardened::test
