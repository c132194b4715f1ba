#include "core/doc/value.h"

#include <gtest/gtest.h>

#include "core/doc/json.h"
#include "core/doc/utf8.h"

namespace hardened::doc {
namespace {

using std::string_literals::operator""s;

Document document(std::string text) {
  auto out = read_json("config.json", std::move(text));
  EXPECT_TRUE(out.ok());
  return std::move(out).value();
}

TEST(Value, EqualityIgnoresTheOrderOfMembersAndPositions) {
  EXPECT_EQ(document(R"({"a":1,"b":[true,null]})").root, document("{ \"b\":[true, null], \"a\":1 }").root);
  EXPECT_EQ(document("{}").root, Value::object({}));
}

TEST(Value, EqualityTellsDifferencesApart) {
  const char* different[] = {"null",
                             "true",
                             "false",
                             "1",
                             "1.0",
                             "\"1\"",
                             "[]",
                             "[1]",
                             "[1,2]",
                             "[2,1]",
                             "{}",
                             "{\"a\":1}",
                             "\"\"",
                             "{\"a\":2}",
                             "{\"b\":1}",
                             "\"null\"",
                             "{\"a\":1,\"b\":1}",
                             "[null]"};
  for (const auto* a : different) {
    for (const auto* b : different) EXPECT_EQ(document(a).root == document(b).root, a == b) << a << ' ' << b;
  }
}

TEST(Value, EqualityOfLargeObjectsInAnotherOrder) {
  std::string up = "{";
  std::string down = "{";
  for (int i = 0; i < 2000; ++i) {
    up += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
    down += (i == 0 ? "\"" : ",\"") + std::to_string(1999 - i) + "\":0";
  }
  EXPECT_EQ(document(up + "}").root, document(down + "}").root);
}

TEST(Value, ResolvesPointers) {
  const Document d = document(R"({"a":{"b/c":[10,{"~":20}],"":30},"-":40,"0":50})");
  const auto text = [&](std::string_view pointer) {
    const Value* value = resolve(d.root, pointer);
    return value == nullptr ? "nothing"s : value->text();
  };
  EXPECT_EQ(resolve(d.root, ""), &d.root);
  EXPECT_EQ(text("/a/b~1c/0"), "10");
  EXPECT_EQ(text("/a/b~1c/1/~0"), "20");
  EXPECT_EQ(text("/a/"), "30");
  EXPECT_EQ(text("/-"), "40");
  EXPECT_EQ(text("/0"), "50");
  for (const char* missing :
       {"a", "/b", "/a/b/c", "/a/b~1c/2", "/a/b~1c/00", "/a/b~1c/-", "/a/b~1c/+1", "/a/b~1c/1/~",
        "/a/b~1c/1/~2", "/a/b~1c/0/x", "/", "/a/b~1c/18446744073709551616"}) {
    EXPECT_EQ(text(missing), "nothing") << missing;
  }
}

TEST(Value, ChildEscapes) {
  EXPECT_EQ(child("/a", "b/c~d"), "/a/b~1c~0d");
  EXPECT_EQ(child("", ""), "/");
  EXPECT_EQ(child("/a", std::size_t{12}), "/a/12");
}

TEST(Value, PointerOfFindsEachValue) {
  const Document d = document(R"({"a":{"b/c":[10,{"~":20}]},"x":40})");
  for (const char* pointer : {"", "/a", "/a/b~1c", "/a/b~1c/0", "/a/b~1c/1/~0", "/x"}) {
    const Value* value = resolve(d.root, pointer);
    ASSERT_NE(value, nullptr) << pointer;
    EXPECT_EQ(pointer_of(d, *value), pointer);
  }
  EXPECT_EQ(pointer_of(d, Value{}), "");
}

TEST(Value, PrintIsCompactAndKeepsOrderAndLexemes) {
  EXPECT_EQ(
      print(document("{ \"b\" : [ 1.10 , -0 ] , \"a\" : { } , \"c\":[ ], \"d\":[true,false,null] }").root),
      R"({"b":[1.10,-0],"a":{},"c":[],"d":[true,false,null]})");
  EXPECT_EQ(print(Value::number(std::int64_t{-4})), "-4");
  EXPECT_EQ(print(Value::number(std::uint64_t{18446744073709551615U})), "18446744073709551615");
}

TEST(Value, PrintEscapes) {
  EXPECT_EQ(print(Value::string("\"\\/\n\r\t\b\x1f\x7f ä€😀"s + '\0')),
            "\"\\\"\\\\/\\n\\r\\t\\u0008\\u001f\\u007f ä€😀\\u0000\"");
}

TEST(Value, PrintOfBytesThatAreNoTextCanBeReadAgain) {
  EXPECT_EQ(print(Value::string("a\xff\xc3")), "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
  EXPECT_EQ(print(Value::string("a\x80z")), "\"a\xef\xbf\xbdz\"");
  EXPECT_EQ(print(Value::string("\xed\xb7\x9d")), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(Value, CanonicalSortsMembersAtEveryDepth) {
  EXPECT_EQ(print_canonical(document(R"({"b":{"d":1,"c":2},"a":[{"z":1,"y":2}],"B":0})").root),
            R"({"B":0,"a":[{"y":2,"z":1}],"b":{"c":2,"d":1}})");
}

TEST(Value, Utf8IsCheckedAsTheStandardHasIt) {
  for (const char* good :
       {"", "plain ascii text", "ä", "€", "😀", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(first_invalid(good), std::string_view(good).size()) << good;
  }
  for (const char* bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xe2(\xa1"}) {
    for (std::size_t before = 0; before < 17; ++before) {
      EXPECT_EQ(first_invalid(std::string(before, 'x') + bad + "12345678"), before) << bad;
    }
  }
}

TEST(Document, PositionsCountFromOne) {
  const Document d{"f", "ab\ncd\n\nx", Value{}};
  const auto at = [&](std::uint32_t offset) {
    return std::to_string(d.position(offset).line) + ":" + std::to_string(d.position(offset).column);
  };
  EXPECT_EQ(at(0), "1:1");
  EXPECT_EQ(at(2), "1:3");
  EXPECT_EQ(at(3), "2:1");
  EXPECT_EQ(at(6), "3:1");
  EXPECT_EQ(at(7), "4:1");
  EXPECT_EQ(at(8), "4:2");
  EXPECT_EQ(at(99), "4:2");
}

TEST(Document, PointShowsTheLineAndACaret) {
  const Document d{"policy.yaml", "version: 1\nceiling: [CAP_SYS_ADMN]\r\n", Value{}};
  EXPECT_EQ(d.point(21, "unknown capability"),
            "policy.yaml:2:11: unknown capability\n"
            " | ceiling: [CAP_SYS_ADMN]\n"
            " | ..........^");
}

TEST(Document, PointKeepsTheCaretRightAndTheTerminalSafe) {
  const Document d{"a\nb", "\t\x1b[0mä: 1", Value{}};
  EXPECT_EQ(d.point(9, "x"),
            "a\\x0ab:1:10: x\n"
            " |  ?[0m??: 1\n"
            " | .........^");
}

TEST(Document, PointLeavesLongLinesOut) {
  const Document fits{"f", std::string(200, 'x'), Value{}};
  EXPECT_TRUE(fits.shows_line(0));
  const Document over{"f", std::string(201, 'x') + "\nshort\n", Value{}};
  EXPECT_EQ(over.point(3, "m"), "f:1:4: m");
  EXPECT_EQ(over.point(202, "m"), "f:2:1: m\n | short\n | ^");
  EXPECT_EQ(over.point(208, "m"), "f:3:1: m") << "an empty line shows nothing";
}

}  // namespace
}  // namespace hardened::doc
