// Every folder below cases/ is a test (golden_case.h says what stands in one). What comes out is written,
// instead of compared, with HARDENED_UPDATE_GOLDEN=1; read the difference before you commit it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/doc/json.h"
#include "runtime/plan.h"
#include "tests/golden/golden_case.h"

namespace hardened::test {
namespace {

bool updating() {
  const char* const value = std::getenv("HARDENED_UPDATE_GOLDEN");
  return value != nullptr && std::string_view(value) == "1";
}

// Where two texts part, with what stands around it: documents are lines of 20 KB.
std::string difference(const std::string& expected, const std::string& actual) {
  const auto parted = std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
  const auto at = static_cast<std::size_t>(parted.first - expected.begin());
  const std::size_t from = at < 60 ? 0 : at - 60;
  return "differs at byte " + std::to_string(at) + "\nexpected … " + expected.substr(from, 160) +
         " …\nactual   … " + actual.substr(from, 160) + " …";
}

// Compares, or writes, one expectation; an empty text is a file that is not there.
void expect_file(const std::string& path, const std::string& text) {
  if (!updating()) {
    const std::string expected = slurp(path).value_or("");
    EXPECT_TRUE(expected == text) << path << " " << difference(expected, text);
  } else if (text.empty()) {
    std::filesystem::remove(path);
  } else {
    std::ofstream(path, std::ios::binary) << text;
  }
}

std::string expected_name(const std::string& name) {
  return name.substr(0, name.rfind('.')) + ".expected.json";
}

class Golden : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto loaded = load_case(GetParam());
    ASSERT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.error().what);
    given_ = std::move(loaded).value();
  }
  Given given_;
};

TEST_P(Golden, ComesOutAsExpected) {
  const Outcome outcome = run(given_);
  const std::string folder = given_.folder + "/";
  const bool same = !outcome.document || *outcome.document == given_.document;
  expect_file(folder + "verdict", outcome.verdict + "\n");
  expect_file(folder + expected_name(given_.name), same ? "" : *outcome.document);
  expect_file(folder + "record.expected", outcome.record);
  expect_file(folder + "message.expected", outcome.message);
}

TEST_P(Golden, HardeningTwiceChangesNothing) {
  const Outcome once = run(given_);
  if (!once.document) {
    EXPECT_TRUE(once.verdict == "refused" || once.verdict == "fault") << once.verdict;
    EXPECT_NE(once.message, "");
    return;
  }
  Given again = given_;
  again.document = *once.document;
  const Outcome twice = run(again);
  EXPECT_EQ(twice.verdict, "unchanged") << twice.record;
  ASSERT_TRUE(twice.document.has_value());
  EXPECT_TRUE(*twice.document == *once.document) << difference(*once.document, *twice.document);
}

// The bytes of each member of the document but the annotations, which hold our mark.
std::string without_annotations(const std::string& text) {
  const auto document = doc::read_json("document", text);
  if (!document.ok()) return document.error().what;
  std::string rest;
  for (const doc::Member& member : document->root.members()) {
    const doc::Range range = member.value.range();
    if (member.key != "annotations")
      rest += member.key + " " + text.substr(range.begin, range.end - range.begin) + "\n";
  }
  return rest;
}

TEST_P(Golden, ObserveChangesNothingButTheMark) {
  auto observing = observed(given_);
  ASSERT_TRUE(observing.ok()) << (observing.ok() ? "" : observing.error().what);
  const Outcome outcome = run(*observing);
  if (outcome.verdict == "fault") {  // what no policy can decide, the case's own cannot either
    EXPECT_EQ(run(given_).verdict, "fault");
    return;
  }
  EXPECT_EQ(outcome.verdict, "unchanged") << outcome.message;
  ASSERT_TRUE(outcome.document.has_value());
  if (given_.scope == controls::Scope::bundle) {
    const std::string before = without_annotations(given_.document);
    const std::string after = without_annotations(*outcome.document);
    EXPECT_TRUE(after == before) << difference(before, after);
    EXPECT_NE(outcome.document->find(std::string("\"") + std::string(runtime::kMark) + "\":\"golden\""),
              std::string::npos);
  } else {
    EXPECT_TRUE(*outcome.document == given_.document) << difference(given_.document, *outcome.document);
  }
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

class PlainRequest : public Golden {};

// Under the shipped policy, which each of these cases extends.
TEST_P(PlainRequest, IsNotRefused) {
  const Outcome outcome = run(given_);
  EXPECT_TRUE(outcome.verdict == "unchanged" || outcome.verdict == "narrowed")
      << outcome.verdict << ": " << outcome.message;
}

std::vector<std::string> plain_cases() {
  std::vector<std::string> names = case_names();
  std::erase_if(names, [](const std::string& name) { return name.rfind("plain-", 0) != 0; });
  return names;
}

INSTANTIATE_TEST_SUITE_P(Cases, PlainRequest, ::testing::ValuesIn(plain_cases()), test_name);
INSTANTIATE_TEST_SUITE_P(Cases, Golden, ::testing::ValuesIn(case_names()), test_name);

}  // namespace
}  // namespace hardened::test
