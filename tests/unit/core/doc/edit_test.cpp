#include "core/doc/edit.h"

#include <gtest/gtest.h>

#include "core/doc/json.h"

namespace hardened::doc {
namespace {

Value number(int value) { return Value::number(std::int64_t{value}); }

struct Step {
  std::string pointer;
  std::optional<Value> value;  // nothing: remove
};

Result<std::string> applied(std::string text, const std::vector<Step>& steps) {
  const auto document = read_json("config.json", std::move(text));
  EXPECT_TRUE(document.ok());
  Edits edits;
  for (const Step& step : steps) {
    if (step.value) {
      edits.set(step.pointer, *step.value);
    } else {
      edits.remove(step.pointer);
    }
  }
  return apply(*document, edits);
}

std::string after(std::string text, const std::vector<Step>& steps) {
  auto result = applied(std::move(text), steps);
  return result ? std::move(result).value() : "error: " + result.error().what;
}

TEST(Edit, NoEditNoChange) { EXPECT_EQ(after(" { } \n", {}), " { } \n"); }

TEST(Edit, ReplacesOneValueAndNoOtherByte) {
  EXPECT_EQ(after("{ \"a\" :\t1.0 ,\n\"b\": [ 2, \"\\u003c\" ] }\n", {{"/a", number(7)}}),
            "{ \"a\" :\t7 ,\n\"b\": [ 2, \"\\u003c\" ] }\n");
  EXPECT_EQ(after("[1, 2 ,3]", {{"/1", Value::string("x")}}), "[1, \"x\" ,3]");
  EXPECT_EQ(after(" 1 ", {{"", Value::object({})}}), " {} ");
}

TEST(Edit, AddsAMemberAfterTheLast) {
  EXPECT_EQ(after("{\"a\": 1 }", {{"/b", number(2)}}), "{\"a\": 1,\"b\":2 }");
  EXPECT_EQ(after("{}", {{"/b", number(2)}}), "{\"b\":2}");
  EXPECT_EQ(after("{ \n }", {{"/b", number(2)}, {"/c", number(3)}}), "{\"b\":2,\"c\":3 \n }");
  EXPECT_EQ(after("{\"a\":{\"x\":{}}}", {{"/a/x/y", number(1)}, {"/a/z", number(2)}}),
            "{\"a\":{\"x\":{\"y\":1},\"z\":2}}");
}

TEST(Edit, MakesMissingObjectsOnceForAllThatShareThem) {
  EXPECT_EQ(after("{\"linux\":{}}", {{"/linux/resources/pids/limit", number(1)},
                                     {"/linux/resources/memory/swap", number(2)},
                                     {"/linux/resources/pids/x", number(3)}}),
            R"({"linux":{"resources":{"pids":{"limit":1,"x":3},"memory":{"swap":2}}}})");
}

TEST(Edit, ANullParentIsReplaced) {
  EXPECT_EQ(after("{\"a\": null }", {{"/a/b", number(1)}, {"/a/c/d", number(2)}}),
            "{\"a\": {\"b\":1,\"c\":{\"d\":2}} }");
  EXPECT_EQ(after("null", {{"/a", number(1)}}), "{\"a\":1}");
  EXPECT_EQ(after("{\"a\": null }", {{"/a", number(1)}}), "{\"a\": 1 }");
}

TEST(Edit, RemovesMembersWithTheirCommas) {
  const std::string text = "{ \"a\" : 1 , \"b\" : 2 , \"c\" : 3 }";
  EXPECT_EQ(after(text, {{"/a", {}}}), "{ \"b\" : 2 , \"c\" : 3 }");
  EXPECT_EQ(after(text, {{"/b", {}}}), "{ \"a\" : 1 , \"c\" : 3 }");
  EXPECT_EQ(after(text, {{"/c", {}}}), "{ \"a\" : 1 , \"b\" : 2 }");
  EXPECT_EQ(after(text, {{"/a", {}}, {"/b", {}}}), "{ \"c\" : 3 }");
  EXPECT_EQ(after(text, {{"/c", {}}, {"/a", {}}}), "{ \"b\" : 2 }");
  EXPECT_EQ(after(text, {{"/b", {}}, {"/c", {}}}), "{ \"a\" : 1 }");
  EXPECT_EQ(after(text, {{"/b", {}}, {"/c", {}}, {"/a", {}}}), "{  }");
}

TEST(Edit, RemovesItemsWithTheirCommas) {
  EXPECT_EQ(after("[1,2,3]", {{"/0", {}}}), "[2,3]");
  EXPECT_EQ(after("[1,2,3]", {{"/2", {}}}), "[1,2]");
  EXPECT_EQ(after("[1,2,3]", {{"/1", {}}}), "[1,3]");
  EXPECT_EQ(after("[ 1 , [2] , {} ]", {{"/1", {}}, {"/2", {}}}), "[ 1 ]");
  EXPECT_EQ(after("[1,2,3]", {{"/0", {}}, {"/1", {}}, {"/2", {}}}), "[]");
  EXPECT_EQ(after("[0,1,2,3,4,5]", {{"/4", {}}, {"/1", {}}, {"/5", {}}, {"/2", {}}}), "[0,3]");
}

TEST(Edit, PointersMeanTheSource) {
  EXPECT_EQ(after("[0,1,2,3]", {{"/1", {}}, {"/3", number(9)}}), "[0,2,9]");
}

TEST(Edit, RemovesAndAddsInOnePlace) {
  EXPECT_EQ(after("{\"a\":1,\"b\":2}", {{"/b", {}}, {"/c", number(3)}}), "{\"a\":1,\"c\":3}");
  EXPECT_EQ(after("{\"a\":1,\"b\":2}", {{"/a", {}}, {"/b", {}}, {"/c", number(3)}}), "{\"c\":3}");
  EXPECT_EQ(after("{\"a\":1,\"b\":2}", {{"/a", {}}, {"/b", number(5)}, {"/c", number(3)}}),
            "{\"b\":5,\"c\":3}");
  EXPECT_EQ(after("[1]", {{"/0", {}}, {"/-", number(3)}}), "[3]");
}

TEST(Edit, AppendsToLists) {
  EXPECT_EQ(after("[1 ]", {{"/-", number(2)}, {"/-", number(3)}}), "[1,2,3 ]");
  EXPECT_EQ(after("{\"a\":[ ]}", {{"/a/-", number(2)}}), "{\"a\":[2 ]}");
  EXPECT_EQ(after("[[1],[]]", {{"/0/-", number(2)}, {"/-", number(3)}, {"/1/-", number(4)}}),
            "[[1,2],[4],3]");
}

TEST(Edit, AHyphenInAnObjectIsAKey) {
  EXPECT_EQ(after("{\"-\":1}", {{"/-", number(2)}}), "{\"-\":2}");
  EXPECT_EQ(after("{\"a\":1}", {{"/-", number(2)}, {"/-", number(3)}}), "{\"a\":1,\"-\":3}");
}

TEST(Edit, WhatIsNotThereStaysNotThere) {
  const std::string text = R"({"a":{"b":1},"c":[1],"d":null,"e":5})";
  EXPECT_EQ(
      after(
          text,
          {{"/x", {}}, {"/a/x", {}}, {"/w/y/z", {}}, {"/c/5", {}}, {"/c/-", {}}, {"/d/x", {}}, {"/e/x", {}}}),
      text);
}

TEST(Edit, ARemovalBelowWhatIsMadeMakesNothing) {
  EXPECT_EQ(after("{}", {{"/a/b", {}}, {"/a/c", number(1)}}), R"({"a":{"c":1}})");
}

TEST(Edit, EscapesOfPointersAndKeys) {
  EXPECT_EQ(after(R"({"a/b":1,"m~n":2})", {{"/a~1b", number(3)}, {"/m~0n", {}}, {"/x~1\"\n", number(4)}}),
            "{\"a/b\":3,\"x/\\\"\\n\":4}");
  EXPECT_EQ(after(R"({"\u0061":1})", {{"/a", number(3)}}), R"({"\u0061":3})");
  EXPECT_EQ(after("{}", {{"/", number(3)}}), R"({"":3})");
}

TEST(Edit, TheLastSettingOfAPlaceCounts) {
  EXPECT_EQ(after("{\"a\":1}", {{"/a", number(2)}, {"/a", number(3)}}), "{\"a\":3}");
  EXPECT_EQ(after("{\"a\":1}", {{"/a", number(2)}, {"/a", {}}}), "{}");
  EXPECT_EQ(after("{\"a\":1}", {{"/a", {}}, {"/a", number(2)}}), "{\"a\":2}");
  EXPECT_EQ(after("{}", {{"/a", number(2)}, {"/a", {}}}), "{}");
}

TEST(Edit, MisuseIsAnInternalFault) {
  const auto fault = [](const std::vector<Step>& steps) {
    const auto result = applied(R"({"a":{"b":1},"c":[1]})", steps);
    return result ? std::string("none") : std::string(name(result.error().fault));
  };
  EXPECT_EQ(fault({{"/a", number(1)}, {"/a/b", number(2)}}), "internal");
  EXPECT_EQ(fault({{"/a/b", number(2)}, {"/a", number(1)}}), "internal");
  EXPECT_EQ(fault({{"/a", {}}, {"/a/b", number(2)}}), "internal");
  EXPECT_EQ(fault({{"/c/1", number(2)}}), "internal");
  EXPECT_EQ(fault({{"/c/00", number(2)}}), "internal");
  EXPECT_EQ(fault({{"/c/-/x", number(2)}}), "internal");
  EXPECT_EQ(fault({{"/x/-", number(2)}}), "internal");
  EXPECT_EQ(fault({{"a", number(2)}}), "internal");
  EXPECT_EQ(fault({{"/~2", number(2)}}), "internal");
  EXPECT_EQ(fault({{"", {}}}), "internal");
}

TEST(Edit, AScalarOnTheWayIsAFaultOfTheDocument) {
  const auto result = applied(R"({"linux":5})", {{"/linux/seccomp", number(2)}});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().fault, Fault::syntax);
  EXPECT_EQ(result.error().what.substr(0, 55), "config.json:1:10: expected an object, found a number\n |");
}

}  // namespace
}  // namespace hardened::doc
