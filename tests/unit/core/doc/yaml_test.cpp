#include "core/doc/yaml.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace hardened::doc {
namespace {

using std::string_literals::operator""s;

std::string tree(std::string text) {
  const auto document = read_yaml("policy.yaml", std::move(text));
  EXPECT_TRUE(document.ok()) << (document ? "" : document.error().what);
  return document ? print(document->root) : "";
}

std::string refusal(std::string text) {
  const auto document = read_yaml("policy.yaml", std::move(text));
  if (document) return "accepted";
  EXPECT_EQ(document.error().fault, Fault::syntax);
  return document.error().what.substr(0, document.error().what.find('\n'));
}

TEST(Yaml, ReadsMapsListsAndScalars) {
  EXPECT_EQ(tree("a: 1\nb:\n  - x\n  - {c: [true, null]}\nd: \"e\"\n"),
            R"({"a":1,"b":["x",{"c":[true,null]}],"d":"e"})");
  EXPECT_EQ(tree("# only a comment\n"), "null");
  EXPECT_EQ(tree(""), "null");
  EXPECT_EQ(tree("---\na: b\n...\n"), R"({"a":"b"})");
  EXPECT_EQ(tree("[]"), "[]");
  EXPECT_EQ(tree("{}"), "{}");
}

TEST(Yaml, PlainScalarsHaveFewMeanings) {
  EXPECT_EQ(tree("[true, false, null, ~]"), "[true,false,null,null]");
  EXPECT_EQ(tree("[0, -0, 17, -17, 99999999999999999999]"), "[0,-0,17,-17,99999999999999999999]");
  EXPECT_EQ(tree("[yes, no, on, off, True, FALSE, Null, NULL]"),
            R"(["yes","no","on","off","True","FALSE","Null","NULL"])");
  EXPECT_EQ(tree("[0x10, 010, 0o17, 1.5, 1e3, +1, 1_000, .inf, -, --1]"),
            R"(["0x10","010","0o17","1.5","1e3","+1","1_000",".inf","-","--1"])");
  EXPECT_EQ(tree("a:\nb: 2"), R"({"a":null,"b":2})");
}

TEST(Yaml, DigitsWithoutEndAreNoNumber) {
  EXPECT_EQ(tree(std::string(40, '7')), std::string(40, '7'));
  EXPECT_EQ(tree(std::string(41, '7')), '"' + std::string(41, '7') + '"');
}

TEST(Yaml, QuotedScalarsAreStrings) {
  EXPECT_EQ(tree("['true', \"17\", 'null', \"\", '~']"), R"(["true","17","null","","~"])");
  EXPECT_EQ(tree("a: |\n  17\nb: >-\n  x\n  y\n"), R"({"a":"17\n","b":"x y"})");
}

TEST(Yaml, KeysAreStringsAsWritten) {
  EXPECT_EQ(tree("1: a\ntrue: b\n'c d': e\n<<: f"), R"({"1":"a","true":"b","c d":"e","<<":"f"})");
  EXPECT_EQ(refusal("? [a]\n: b"), "policy.yaml:1:3: a key must be a string");
  EXPECT_EQ(refusal("? {a: b}\n: b"), "policy.yaml:1:3: a key must be a string");
  EXPECT_EQ(refusal("~: b"), "policy.yaml:1:1: a key is missing");
}

TEST(Yaml, RefusesAKeyThatStandsTwice) {
  EXPECT_EQ(refusal("a: 1\nb:\n  c: 1\n  c: 2\n"), "policy.yaml:4:3: key 'c' stands twice in one object");
  EXPECT_EQ(refusal("a: 1\n'a': 2\n"), "policy.yaml:2:1: key 'a' stands twice in one object");
}

// Beside where they stand.
std::vector<std::string> all_of(std::string text) {
  const auto document = read_yaml("policy.yaml", std::move(text));
  EXPECT_FALSE(document.ok());
  std::istringstream words(document ? "" : document.error().what);
  std::vector<std::string> told;
  for (std::string line; std::getline(words, line);) {
    if (line.starts_with("policy.yaml:")) told.push_back(line);
  }
  return told;
}

TEST(Yaml, NamesAllKeysThatStandTwice) {
  EXPECT_EQ(all_of("a: {c: 1, c: 2}\nb: 1\na: 2\na: 3\n"),
            (std::vector<std::string>{"policy.yaml:1:11: key 'c' stands twice in one object",
                                      "policy.yaml:3:1: key 'a' stands twice in one object",
                                      "policy.yaml:4:1: key 'a' stands twice in one object"}));
  std::string many;
  for (int i = 0; i < 30; ++i) many += "k" + std::to_string(i) + ": 1\n";
  const auto told = all_of(many + many);
  ASSERT_EQ(told.size(), 20U);
  EXPECT_EQ(told[0], "policy.yaml:31:1: key 'k0' stands twice in one object");
}

TEST(Yaml, RefusesAnchorsAliasesAndTags) {
  EXPECT_EQ(refusal("a: &x 1"), "policy.yaml:1:4: anchors are not allowed here");
  EXPECT_EQ(refusal("a: &x [1]"), "policy.yaml:1:4: anchors are not allowed here");
  EXPECT_EQ(refusal("a: &x {}"), "policy.yaml:1:4: anchors are not allowed here");
  EXPECT_EQ(refusal("a: &x\nb: 1"), "policy.yaml:1:4: anchors are not allowed here");
  EXPECT_NE(refusal("a: *x"), "accepted");
  EXPECT_EQ(refusal("a: !!str 1"), "policy.yaml:1:4: tags are not allowed here");
  EXPECT_EQ(refusal("a: !!str null"), "policy.yaml:1:4: tags are not allowed here");
  EXPECT_EQ(refusal("a: !x [1]"), "policy.yaml:1:4: tags are not allowed here");
  EXPECT_EQ(refusal("!!map {a: 1}"), "policy.yaml:1:1: tags are not allowed here");
}

TEST(Yaml, RefusesASecondDocument) {
  EXPECT_EQ(refusal("--- 1\n--- 2\n"), "policy.yaml:2:1: a second document");
  EXPECT_EQ(refusal("a: 1\n---\n"), "policy.yaml:2:1: a second document");
}

TEST(Yaml, RefusesBytesThatAreNoText) {
  EXPECT_EQ(refusal("a: \0"s), "policy.yaml:1:4: a control character");
  EXPECT_EQ(refusal("a: 1\n\x04\nb: 2"), "policy.yaml:2:1: a control character") << "yaml-cpp's end of file";
  EXPECT_EQ(refusal("a: \x7f"), "policy.yaml:1:4: a control character");
  EXPECT_EQ(refusal("a: \xff"), "policy.yaml:1:4: not valid UTF-8");
  EXPECT_EQ(refusal("\xef\xbb\xbfz: 1"), "policy.yaml:1:1: a byte order mark");
  EXPECT_EQ(refusal("\xff\xfe"), "policy.yaml:1:1: not valid UTF-8");
}

TEST(Yaml, RefusesDeepNesting) {
  EXPECT_EQ(tree(std::string(64, '[') + std::string(64, ']')), std::string(64, '[') + std::string(64, ']'));
  EXPECT_EQ(refusal(std::string(65, '[') + std::string(65, ']')),
            "policy.yaml:1:65: nested deeper than 64 levels");
}

TEST(Yaml, SaysWhereTheSyntaxIsWrong) {
  EXPECT_EQ(refusal("a: b: c\n").substr(0, 18), "policy.yaml:1:5: i");
  EXPECT_NE(refusal("\"a"), "accepted");
}

TEST(Yaml, SaysWhatAPersonWrote) {
  EXPECT_EQ(refusal("a:\n\tb: 1\n"), "policy.yaml:2:1: a tab; YAML indents by spaces alone");
  EXPECT_EQ(refusal("a:\n  b: 1\n\tc: 2\n"), "policy.yaml:3:1: a tab; YAML indents by spaces alone");
  EXPECT_EQ(refusal("a: {\n\tb: 1\n"), "policy.yaml:1:4: this bracket is not closed");
  EXPECT_EQ(refusal("a: 1\n \t \nb: c: d\n").substr(0, 18), "policy.yaml:3:5: i") << "a blank line";
  EXPECT_EQ(refusal("a: {b: 1\nc: 2\n"), "policy.yaml:1:4: this bracket is not closed");
  EXPECT_EQ(refusal("a: {b: [1, 2\n"), "policy.yaml:1:8: this bracket is not closed");
  EXPECT_EQ(refusal("a: {b: 1}\nc: [1\n"), "policy.yaml:2:4: this bracket is not closed");
}

TEST(Yaml, ValuesKnowWhereTheyBegin) {
  const auto document = read_yaml("policy.yaml", "# ä\nä: 1\nrule:\n  maximum: [4, 'x']\n");
  ASSERT_TRUE(document.ok());
  const auto at = [&](std::string_view pointer) {
    const Position where = document->position(resolve(document->root, pointer)->range().begin);
    return std::to_string(where.line) + ":" + std::to_string(where.column);
  };
  EXPECT_EQ(at("/rule"), "4:3");
  EXPECT_EQ(at("/rule/maximum"), "4:12");
  EXPECT_EQ(at("/rule/maximum/1"), "4:16");
  EXPECT_EQ(document->position(document->root.members().at(1).key_range.begin).line, 3U);
}

}  // namespace
}  // namespace hardened::doc
