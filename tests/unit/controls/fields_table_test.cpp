#include "controls/fields_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "controls/all.h"
#include "controls/fields.h"
#include "tests/support/source_tree.h"

namespace hardened::controls {
namespace {

// The table against the specification.

struct SchemaField {
  std::string pointer;
  std::string kind;
};

std::vector<SchemaField> schema_fields() {
  std::ifstream file(test::source_path("tests/unit/controls/schema_pointers.txt"));
  std::vector<SchemaField> fields;
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t space = line.find(' ');
    if (line.starts_with("/") && space != std::string::npos) {
      fields.push_back({line.substr(0, space), line.substr(space + 1)});
    }
  }
  return fields;
}

// Real fields that the schema of 1.3 does not have, each with where it comes from.
const std::map<std::string, std::string>& beyond_the_schema() {
  static const std::map<std::string, std::string> fields{
      {"", "the document itself"},
      {"/linux/intelRdt/enableCMT", "runtime-spec 1.1 and 1.2, dropped in 1.3"},
      {"/linux/intelRdt/enableMBM", "runtime-spec 1.1 and 1.2, dropped in 1.3"},
      {"/annotations/run.oci.seccomp_bpf_data", "crun.1: a key of the map with an owner of its own"},
      {"/annotations/run.oci.seccomp_bpf_file", "early versions of crun"},
      {"/annotations/run.oci.seccomp.plugins", "crun.1"},
      {"/annotations/run.oci.seccomp.receiver", "crun.1"},
      {"/linux/resources/unified/pids.max", "cgroup v2, pids.max: a key of the map with an owner of its own"},
  };
  return fields;
}

std::string_view word(Shape shape) {
  switch (shape) {
    case Shape::text: return "text";
    case Shape::number: return "number";
    case Shape::boolean: return "boolean";
    case Shape::list: return "list";
    case Shape::object: return "object";
    case Shape::map: return "map";
    case Shape::anything: return "anything";
  }
  return "";
}

const Field* row(std::string_view pointer) {
  const auto table = field_table();
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Field& f) { return f.pointer == pointer; });
  return found == table.end() ? nullptr : &*found;
}

// The row of a section whose inside is nobody's to read (another platform's), if `pointer` lies in one.
bool in_a_section_of_another_platform(const std::string& pointer) {
  const Field* section = row(pointer.substr(0, pointer.find('/', 1)));
  return section != nullptr && section->shape == Shape::anything;
}

TEST(FieldTable, HasEveryFieldOfTheSchema) {
  const auto fields = schema_fields();
  ASSERT_GT(fields.size(), 300U);
  for (const SchemaField& field : fields) {
    if (in_a_section_of_another_platform(field.pointer)) continue;
    const Field* known = row(field.pointer);
    ASSERT_NE(known, nullptr) << field.pointer << " has no row";
    if (field.kind != "anything") {
      EXPECT_EQ(word(known->shape), field.kind) << field.pointer;
    }
  }
}

TEST(FieldTable, HasNoRowThatNothingExplains) {
  std::set<std::string> known;
  for (const SchemaField& field : schema_fields()) known.insert(field.pointer);
  for (const Field& field : field_table()) {
    const std::string pointer(field.pointer);
    EXPECT_TRUE(known.count(pointer) + beyond_the_schema().count(pointer) == 1)
        << pointer << " is neither in the schema nor in a list of older fields";
  }
}

template <class... C>
std::set<std::string_view> names(std::tuple<C...>* /*the list*/) {
  return {C::name...};
}

TEST(FieldTable, NamesOnlyControlsThatAreBuilt) {
  const std::set<std::string_view> built = names(static_cast<AllControls*>(nullptr));
  for (const Field& field : field_table()) {
    EXPECT_TRUE(field.standing != Standing::owned || built.count(field.by) == 1) << field.pointer;
    EXPECT_TRUE(field.also.empty() || built.count(field.also) == 1) << field.pointer;
  }
}

TEST(FieldTable, NoRowWaits) {
  for (const Field& field : field_table()) EXPECT_NE(field.standing, Standing::waiting) << field.pointer;
}

// Where it can be looked up: a chapter of the specification, a part of runc, a page of the manual.
bool is_cited(std::string_view reason) {
  const std::size_t open = reason.find('(');
  return open != std::string_view::npos && reason.find(')', open + 4) != std::string_view::npos;
}

// A part of a field may refer to the whole, "see consoleSize".
std::string_view reason_of(const Field& field) {
  constexpr std::string_view kSee = "see ";
  if (!field.by.starts_with(kSee)) return field.by;
  const std::string_view name = field.by.substr(kSee.size(), field.by.find(',') - kSee.size());
  std::string_view whole = field.pointer;
  while (!whole.empty() && whole.substr(whole.rfind('/') + 1) != name)
    whole = whole.substr(0, whole.rfind('/'));
  const Field* referred = row(whole);
  return referred == nullptr || referred->standing != Standing::harmless ? std::string_view() : referred->by;
}

TEST(FieldTable, SaysWhereItIsWrittenThatAFieldIsHarmless) {
  std::size_t cited = 0;
  std::size_t holders = 0;
  for (const Field& field : field_table()) {
    if (field.standing != Standing::harmless) continue;
    if (field.by.starts_with("holds fields,")) {
      ++holders;
      EXPECT_TRUE(field.shape == Shape::object || field.shape == Shape::map) << field.pointer;
      continue;
    }
    ++cited;
    EXPECT_TRUE(is_cited(reason_of(field))) << field.pointer;
  }
  // One more is a field that nobody bounds: it is looked at, and counted here.
  EXPECT_EQ(cited, 51U);
  EXPECT_EQ(holders, 7U);
}

// Owned by the control of this name, whole or in part.
bool is_of(const Field& field, std::string_view control) {
  return (field.standing == Standing::owned && field.by == control) || field.also == control;
}

bool below(std::string_view pointer, std::string_view top) {
  return pointer.substr(0, top.size()) == top && (pointer.size() == top.size() || pointer[top.size()] == '/');
}

// How much of a pointer the longest of these that it lies below takes.
std::size_t longest(std::span<const std::string_view> owned, std::string_view pointer) {
  std::size_t most = 0;
  for (const std::string_view top : owned) {
    if (below(pointer, top)) most = std::max(most, top.size());
  }
  return most;
}

template <class... C>
std::size_t longest_of_all(std::tuple<C...>* /*the list*/, std::string_view pointer) {
  return std::max({longest(C::owned, pointer)...});
}

template <class C>
void agrees_with_the_table() {
  for (const std::string_view pointer : C::owned) {
    const Field* field = row(pointer);
    ASSERT_NE(field, nullptr) << C::name << " owns " << pointer << ", which has no row";
    EXPECT_TRUE(is_of(*field, C::name))
        << pointer << " belongs to " << field->by << ", " << C::name << " owns it";
  }
  for (const Field& field : field_table()) {
    const std::size_t own = longest(C::owned, field.pointer);
    const std::size_t most = longest_of_all(static_cast<AllControls*>(nullptr), field.pointer);
    const bool inside = own != 0 && own == most;
    EXPECT_EQ(inside, is_of(field, C::name)) << field.pointer << " and " << C::name;
  }
}

template <class... C>
void all_agree(std::tuple<C...>* /*the list*/) {
  (agrees_with_the_table<C>(), ...);
}

TEST(FieldTable, AgreesWithWhatTheControlsOwn) { all_agree(static_cast<AllControls*>(nullptr)); }

TEST(FieldTable, SaysThatMountsAreShared) {
  const Field* mounts = row("/mounts");
  ASSERT_NE(mounts, nullptr);
  EXPECT_EQ(mounts->by, "mounts");
  EXPECT_EQ(mounts->also, "system_mounts");
}

TEST(FieldTable, KnowsWhereEachCallsDocumentBegins) {
  for (const Scope scope : {Scope::bundle, Scope::process, Scope::resources}) {
    EXPECT_EQ(field_table()[row_of(scope)].pointer, root_of(scope));
  }
}

}  // namespace
}  // namespace hardened::controls
