#include "core/doc/json.h"

#include <gtest/gtest.h>

#include "core/doc/tree.h"

namespace hardened::doc {
namespace {

using std::string_literals::operator""s;

Value parsed(std::string text) {
  const auto document = read_json("config.json", std::move(text));
  EXPECT_TRUE(document.ok()) << (document ? "" : document.error().what);
  return document ? document->root : Value{};
}

std::string refusal(std::string text) {
  const auto document = read_json("config.json", std::move(text));
  if (document) return "accepted";
  EXPECT_EQ(document.error().fault, Fault::syntax);
  return document.error().what.substr(0, document.error().what.find('\n'));
}

std::string bytes(const Document& document, Range range) {
  return document.text.substr(range.begin, range.end - range.begin);
}

TEST(Json, ReadsEveryKind) {
  const Value root = parsed(R"({"n":null,"t":true,"f":false,"i":-5,"s":"x","a":[1,[]],"o":{"k":{}}})");
  ASSERT_TRUE(root.is(Kind::object));
  EXPECT_TRUE(root.find("n")->is(Kind::null));
  EXPECT_TRUE(root.find("t")->truth());
  EXPECT_FALSE(root.find("f")->truth());
  EXPECT_TRUE(root.find("f")->is(Kind::boolean));
  EXPECT_EQ(root.find("i")->text(), "-5");
  EXPECT_EQ(root.find("s")->text(), "x");
  ASSERT_EQ(root.find("a")->items().size(), 2U);
  EXPECT_TRUE(root.find("a")->items()[1].is(Kind::array));
  EXPECT_TRUE(root.find("o")->find("k")->is(Kind::object));
  EXPECT_EQ(root.find("missing"), nullptr);
}

TEST(Json, RootMayBeAnyValue) {
  EXPECT_TRUE(parsed("null").is(Kind::null));
  EXPECT_EQ(parsed(" \"x\" ").text(), "x");
  EXPECT_EQ(parsed("12").text(), "12");
}

TEST(Json, NumbersStayAsWritten) {
  for (const char* number : {"0", "-0", "18446744073709551615", "99999999999999999999999", "1.10", "1e3",
                             "1E+3", "-12.5e-7", "0.0000000000000000000000001", "9223372036854775808"}) {
    EXPECT_EQ(parsed(number).text(), number);
    EXPECT_EQ(parsed("["s + number + ",1]").items()[0].text(), number);
    EXPECT_EQ(parsed("{\"a\": "s + number + "\n}").find("a")->text(), number);
  }
}

TEST(Json, RefusesNumbersThatJsonDoesNotHave) {
  for (const char* number : {"01", "+1", "1.", ".5", "1e", "0x10", "NaN", "Infinity", "-", "1e999"}) {
    EXPECT_NE(refusal(number), "accepted") << number;
  }
}

TEST(Json, DecodesEscapes) {
  EXPECT_EQ(parsed(R"("\"\\\/\b\f\n\r\t")").text(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(parsed(R"("\u0041\u00e4\u20ac\ud83d\ude00")").text(), "Aä€😀");
  EXPECT_EQ(parsed(R"("a\u0000b")").text(), "a\0b"s);
}

TEST(Json, RefusesEveryControlCharacterInAString) {
  for (char c = 1; c < 0x20; ++c) {
    EXPECT_NE(refusal("[\"plain" + std::string(1, c) + "\"]"), "accepted") << static_cast<int>(c);
    EXPECT_NE(refusal("[\"\\n" + std::string(1, c) + "\"]"), "accepted") << static_cast<int>(c);
  }
  EXPECT_EQ(parsed("[\" \x7f\"]").items().front().text(), " \x7f");
}

TEST(Json, RangesAreTheBytesOfEachValue) {
  const auto document = read_json("c", " {\"a\\\"b\" : [ 1 , \"x\\\\\" ,true,false,null,{ } , -2.5e1 ] }\n");
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(bytes(*document, document->root.range()),
            "{\"a\\\"b\" : [ 1 , \"x\\\\\" ,true,false,null,{ } , -2.5e1 ] }");
  const Member& member = document->root.members().at(0);
  EXPECT_EQ(member.key, "a\"b");
  EXPECT_EQ(bytes(*document, member.key_range), "\"a\\\"b\"");
  std::vector<std::string> items;
  for (const Value& item : member.value.items()) items.push_back(bytes(*document, item.range()));
  EXPECT_EQ(items, (std::vector<std::string>{"1", "\"x\\\\\"", "true", "false", "null", "{ }", "-2.5e1"}));
}

TEST(Json, RangesOfStringsMadeOfQuotesAndBackslashes) {
  for (const char* text :
       {R"("")", R"("\"")", R"("\\")", R"("\\\"")", R"("\"\"")", R"("\\\\")", R"("a\"b\\\"c")"}) {
    const auto document = read_json("c", "[\"\\\\\","s + text + "]");
    ASSERT_TRUE(document.ok()) << text;
    EXPECT_EQ(bytes(*document, document->root.items().at(1).range()), text);
  }
}

TEST(Json, RefusesAKeyThatStandsTwice) {
  EXPECT_EQ(refusal(R"({"a":1,"b":2,"a":3})"), "config.json:1:14: key 'a' stands twice in one object");
  EXPECT_EQ(refusal("{\"x\":{\"a\":1,\n\"\\u0061\":3}}"),
            "config.json:2:1: key 'a' stands twice in one object");
  EXPECT_EQ(refusal(R"({"a\n":1,"a\n":1})"), "config.json:1:10: key 'a\\x0a' stands twice in one object");
  EXPECT_EQ(parsed(R"({"a":{"a":1},"A":2})").members().size(), 2U);
}

TEST(Json, RefusesARepeatAmongMany) {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_EQ(parsed(text + "\"z\":0}").members().size(), 1001U);
  EXPECT_EQ(refusal(text + "\n\"k500\":0}"), "config.json:2:1: key 'k500' stands twice in one object");
}

TEST(Json, RefusesWhatReadersTakeDifferently) {
  EXPECT_EQ(refusal("{}}"), "config.json:1:3: data after the end of the document");
  EXPECT_EQ(refusal("{} {}"), "config.json:1:4: data after the end of the document");
  EXPECT_EQ(refusal("{}\0"s), "config.json:1:3: a NUL byte");
  EXPECT_EQ(refusal("\xef\xbb\xbf{}"), "config.json:1:1: a byte order mark");
  EXPECT_EQ(refusal("[\"\xff\"]"), "config.json:1:3: not valid UTF-8");
  EXPECT_EQ(refusal("[\"\xed\xb7\x9d\"]"), "config.json:1:3: not valid UTF-8");
  EXPECT_EQ(refusal("[\"\xc0\xaf\"]"), "config.json:1:3: not valid UTF-8");
  EXPECT_EQ(refusal(R"(["a","\udddd"])"), "config.json:1:6: half of a surrogate pair is missing");
  EXPECT_EQ(refusal(R"({"\udddd":1})"), "config.json:1:2: half of a surrogate pair is missing");
  EXPECT_NE(refusal(R"(["\ud83d"])"), "accepted");
  EXPECT_NE(refusal(R"(["\ud83dx"])"), "accepted");
  EXPECT_NE(refusal("[\"a\nb\"]"), "accepted");
  EXPECT_NE(refusal("// c\n{}"), "accepted");
  EXPECT_NE(refusal("[1,]"), "accepted");
  EXPECT_NE(refusal("{\"a\":1,}"), "accepted");
  EXPECT_NE(refusal("{'a':1}"), "accepted");
  EXPECT_NE(refusal("True"), "accepted");
}

TEST(Json, RefusesWhatIsCutShort) {
  const std::string whole = R"({"a":["x",1,true,{"b":null}]})";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_NE(refusal(whole.substr(0, length)), "accepted") << length;
  }
}

TEST(Json, NestsToSixtyFourLevelsAndNoFurther) {
  EXPECT_TRUE(parsed(std::string(64, '[') + std::string(64, ']')).is(Kind::array));
  EXPECT_EQ(refusal(std::string(65, '[') + std::string(65, ']')),
            "config.json:1:65: nested deeper than 64 levels");
  std::string objects;
  for (int i = 0; i < 65; ++i) objects += "{\"a\":";
  EXPECT_EQ(refusal(objects), "config.json:1:321: nested deeper than 64 levels");
}

TEST(Json, BoundsTheNumberOfValues) {
  std::string text = "[";
  for (std::size_t i = 0; i < kMostValues; ++i) text += "0,";
  EXPECT_EQ(refusal(text + "0]").substr(0, 14), "config.json:1:");
}

TEST(Json, BoundsTheSize) {
  std::string text(std::size_t{16} * 1024 * 1024 + 1, ' ');
  text[0] = '1';
  EXPECT_EQ(refusal(text), "config.json: longer than 16777216 bytes");
  text.pop_back();
  EXPECT_EQ(parsed(text).text(), "1");
}

}  // namespace
}  // namespace hardened::doc
