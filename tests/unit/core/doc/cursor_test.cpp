#include "core/doc/cursor.h"

#include <gtest/gtest.h>

#include <array>

#include "core/doc/json.h"
#include "core/doc/yaml.h"

namespace hardened::doc {
namespace {

using std::string_view_literals::operator""sv;

Document json(std::string text) {
  auto out = read_json("config.json", std::move(text));
  EXPECT_TRUE(out.ok());
  return std::move(out).value();
}

Document yaml(std::string text) {
  auto out = read_yaml("policy.yaml", std::move(text));
  EXPECT_TRUE(out.ok());
  return std::move(out).value();
}

template <class T>
std::string first_line(const Result<T>& result) {
  if (result) return "accepted";
  return result.error().what.substr(0, result.error().what.find('\n'));
}

TEST(Cursor, ReadsScalars) {
  const Document d = json(R"({"b":true,"s":"x\u0000y","i":-9223372036854775808,"u":18446744073709551615})");
  const Cursor root{d, d.root};
  EXPECT_TRUE(root.find("b")->boolean().value());
  EXPECT_EQ(root.find("s")->text().value(), "x\0y"sv);
  EXPECT_EQ(root.find("i")->signed_integer().value(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(root.find("u")->unsigned_integer().value(), std::numeric_limits<std::uint64_t>::max());
}

TEST(Cursor, IntegersAreThoseOfGo) {
  for (const char* text : {"1.0", "1e3", "18446744073709551616", "-1"}) {
    const Document d = json(text);
    EXPECT_FALSE(Cursor(d, d.root).unsigned_integer().ok()) << text;
  }
  for (const char* text : {"1.0", "1e3", "9223372036854775808", "-9223372036854775809"}) {
    const Document d = json(text);
    EXPECT_FALSE(Cursor(d, d.root).signed_integer().ok()) << text;
  }
  const Document d = json("-0");
  EXPECT_EQ(Cursor(d, d.root).signed_integer().value(), 0);
}

TEST(Cursor, TheWrongKindIsAFaultAtItsPlace) {
  const Document d = json("{\"a\":\n \"x\"}");
  const Cursor a = *Cursor(d, d.root).find("a");
  EXPECT_EQ(first_line(a.boolean()), "config.json:2:2: expected true or false, found a string");
  EXPECT_EQ(first_line(a.unsigned_integer()),
            "config.json:2:2: expected an unsigned integer, found a string");
  EXPECT_EQ(first_line(a.signed_integer()), "config.json:2:2: expected an integer, found a string");
  EXPECT_EQ(first_line(a.items()), "config.json:2:2: expected a list, found a string");
  EXPECT_EQ(first_line(a.entries()), "config.json:2:2: expected an object, found a string");
  EXPECT_EQ(first_line(a.need("x")), "config.json:2:2: expected an object, found a string");
  EXPECT_EQ(first_line(Cursor(d, d.root).text()), "config.json:1:1: expected a string, found an object");
}

TEST(Cursor, NullCountsAsAbsence) {
  const Document d = json(R"({"a":null,"b":1})");
  const Cursor root{d, d.root};
  EXPECT_FALSE(root.find("a").has_value());
  EXPECT_FALSE(root.find("c").has_value());
  EXPECT_FALSE(root.find("b")->find("x").has_value());
  EXPECT_EQ(first_line(root.need("a")), "config.json:1:1: 'a' is missing");
  EXPECT_EQ(root.need("b").value().value().text(), "1");
}

TEST(Cursor, ItemsAndEntriesKeepTheirOrder) {
  const Document d = json(R"({"z":[3,1,null],"a":null})");
  const auto entries = Cursor(d, d.root).entries().value();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].key, "z");
  EXPECT_EQ(entries[1].value.kind(), Kind::null);
  const auto items = entries[0].value.items().value();
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[1].value().text(), "1");
}

TEST(Cursor, OnlyNamesEveryUnknownKeyAndTheNearest) {
  const Document d = yaml("maxmum: 1\ndefault: 2\nweather: 3\n");
  constexpr std::array known{"maximum"sv, "default"sv};
  const Done result = Cursor(d, d.root).only(known);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().what,
            "policy.yaml:1:1: unknown key 'maxmum', did you mean maximum?\n"
            " | maxmum: 1\n"
            " | ^\n"
            "policy.yaml:3:1: unknown key 'weather', known are maximum and default\n"
            " | weather: 3\n"
            " | ^");
  const Document good = yaml("default: 2");
  EXPECT_TRUE(Cursor(good, good.root).only(known).ok());
  EXPECT_FALSE(Cursor(good, *good.root.find("default")).only(known).ok()) << "no object";
}

TEST(Cursor, ErrorsInOneLongLineNameThePointer) {
  const Document d = json("{\"pad\":\"" + std::string(250, 'x') + "\",\"linux\":{\"a/b\":[0,true]}}");
  const Value* value = resolve(d.root, "/linux/a~1b/1");
  ASSERT_NE(value, nullptr);
  EXPECT_EQ(Cursor(d, *value).error("is wrong").what, "config.json:1:279: /linux/a~1b/1: is wrong");
  EXPECT_EQ(Cursor(d, d.root).error("is wrong").what, "config.json:1:1: is wrong");
}

TEST(Cursor, WhereIsNameAndLine) {
  const Document d = yaml("a:\n  b: 1\n");
  EXPECT_EQ(Cursor(d, *resolve(d.root, "/a/b")).where(), "policy.yaml:2");
}

TEST(Diagnostics, CollectsFaultsAndPassesValues) {
  Diagnostics wrong;
  EXPECT_EQ(wrong.take(Result<int>(4)), 4);
  EXPECT_TRUE(wrong.check(done()));
  EXPECT_FALSE(wrong.any());
  EXPECT_FALSE(wrong.take(Result<int>(Error{Fault::io, "one"})).has_value());
  EXPECT_FALSE(wrong.check(Error{Fault::syntax, "two"}));
  ASSERT_TRUE(wrong.any());
  EXPECT_EQ(wrong.errors().size(), 2U);
  const Error all = wrong.error(Fault::policy);
  EXPECT_EQ(all.what, "one\ntwo");
  EXPECT_EQ(all.fault, Fault::policy);
}

}  // namespace
}  // namespace hardened::doc
