#include "ctl/patch.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/doc/json.h"

namespace hardened::ctl {
namespace {

using doc::Document;
using doc::Edits;
using doc::Kind;
using doc::Member;
using doc::Value;

Document read(const std::string& text) {
  auto document = doc::read_json("config.json", text);
  EXPECT_TRUE(document.ok()) << text;
  return document ? *document : Document{};
}

std::string decoded(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') out += token[i];
    if (token[i] == '~') out += token[++i] == '1' ? '/' : '~';
  }
  return out;
}

// RFC 6902, as far as add, remove and replace go: an implementation of its own, for these tests. Nothing where an
// operation does not fit the document.
class Patched {
 public:
  static std::optional<Value> apply(const Value& root, const Value& patch) {
    std::optional<Value> now = root;
    for (const Value& operation : patch.items()) {
      const Value* value = operation.find("value");
      now = changed(*now, operation.find("path")->text(), operation.find("op")->text(),
                    value == nullptr ? Value() : *value);
      if (!now) return std::nullopt;
    }
    return now;
  }

 private:
  static std::optional<Value> changed(const Value& at, std::string_view path, const std::string& what,
                                      const Value& value) {
    if (path.empty()) return what == "replace" ? std::optional(value) : std::nullopt;
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string token = decoded(path.substr(1, end - 1));
    const std::string_view rest = path.substr(end);
    return at.is(Kind::object) ? in_object(at, token, rest, what, value)
                               : in_list(at, token, rest, what, value);
  }
  static std::optional<Value> in_object(const Value& at, const std::string& token, std::string_view rest,
                                        const std::string& what, const Value& value) {
    std::vector<Member> members;
    bool found = false;
    for (const Member& member : at.members()) {
      if (member.key != token) {
        members.push_back(member);
        continue;
      }
      found = true;
      if (rest.empty() && what == "remove") continue;
      const auto below = rest.empty() ? std::optional(value) : changed(member.value, rest, what, value);
      if (!below) return std::nullopt;
      members.push_back({token, *below, {}});
    }
    if (!found && (!rest.empty() || what != "add")) return std::nullopt;
    if (!found) members.push_back({token, value, {}});
    return Value::object(std::move(members));
  }
  static std::optional<Value> in_list(const Value& at, const std::string& token, std::string_view rest,
                                      const std::string& what, const Value& value) {
    if (!at.is(Kind::array)) return std::nullopt;
    std::vector<Value> items = at.items();
    if (token == "-") {
      if (what != "add" || !rest.empty()) return std::nullopt;
      items.push_back(value);
      return Value::array(std::move(items));
    }
    const std::size_t index = std::stoul(token);
    if (index >= items.size()) return std::nullopt;
    const auto place = items.begin() + static_cast<std::ptrdiff_t>(index);
    if (rest.empty() && what == "remove") {
      items.erase(place);
    } else {
      const auto below = rest.empty() ? std::optional(value) : changed(*place, rest, what, value);
      if (!below) return std::nullopt;
      *place = *below;
    }
    return Value::array(std::move(items));
  }
};

// The patch gives what the splicing gives. False where neither takes the edits.
bool expect_same(const Document& document, const Edits& edits) {
  const auto applied = doc::apply(document, edits);
  const auto patch = patch_of(document, edits);
  EXPECT_EQ(applied.ok(), patch.ok()) << document.text << (patch ? "" : patch.error().what);
  if (!applied || !patch) return false;
  const auto patched = Patched::apply(document.root, *patch);
  EXPECT_TRUE(patched.has_value()) << doc::print(*patch) << " on " << document.text;
  if (!patched) return true;
  EXPECT_EQ(doc::print_canonical(*patched), doc::print_canonical(read(*applied).root)) << doc::print(*patch);
  return true;
}

constexpr const char* kSource =
    R"({"a":{"b":[0,1,2,{"c":3}],"d":null},"e":[[1,2],[3]],"x/y":{"~":1},"list":[]})";

TEST(Patch, NothingToDo) {
  const auto patch = patch_of(read(kSource), Edits());
  ASSERT_TRUE(patch.ok());
  EXPECT_EQ(doc::print(*patch), "[]");
}

TEST(Patch, RemovalsGoFromTheLastToTheFirst) {
  Edits edits;
  edits.remove("/a/b/0");
  edits.remove("/a/b/2");
  edits.set("/a/b/3/c", Value::number(std::int64_t{4}));
  edits.set("/a/b/-", Value::string("n"));
  const Document document = read(kSource);
  const auto patch = patch_of(document, edits);
  ASSERT_TRUE(patch.ok());
  EXPECT_EQ(doc::print(*patch),
            R"([{"op":"replace","path":"/a/b/3/c","value":4},{"op":"remove","path":"/a/b/2"},)"
            R"({"op":"remove","path":"/a/b/0"},{"op":"add","path":"/a/b/-","value":"n"}])");
  EXPECT_TRUE(expect_same(document, edits));
}

TEST(Patch, WhatIsMissingOnTheWayIsAddedWhole) {
  Edits edits;
  edits.set("/linux/resources/pids/limit", Value::number(std::int64_t{5}));
  edits.set("/linux/resources/memory", Value::boolean(true));
  edits.set("/a/d/new", Value::boolean(true));
  edits.set("/x~1y/~0", Value::number(std::int64_t{2}));
  edits.remove("/nothing/there");
  const Document document = read(kSource);
  const auto patch = patch_of(document, edits);
  ASSERT_TRUE(patch.ok());
  EXPECT_EQ(
      doc::print(*patch),
      R"([{"op":"add","path":"/linux","value":{"resources":{"pids":{"limit":5},"memory":true}}},)"
      R"({"op":"replace","path":"/a/d","value":{"new":true}},{"op":"replace","path":"/x~1y/~0","value":2}])");
  EXPECT_TRUE(expect_same(document, edits));
}

TEST(Patch, TheLastOfTwoCounts) {
  Edits edits;
  edits.set("/a/d", Value::number(std::int64_t{1}));
  edits.remove("/a/d");
  edits.set("/list/-", Value::string("one"));
  edits.set("/list/-", Value::string("two"));
  EXPECT_TRUE(expect_same(read(kSource), edits));
}

TEST(Patch, WhatNoEditCanBeIsNoPatchEither) {
  Edits below;
  below.set("/a/b", Value::boolean(true));
  below.set("/a/b/0", Value::boolean(true));
  EXPECT_FALSE(expect_same(read(kSource), below));
  Edits beyond;
  beyond.set("/e/7", Value::boolean(true));
  EXPECT_FALSE(expect_same(read(kSource), beyond));
  Edits root;
  root.remove("");
  EXPECT_FALSE(expect_same(read(kSource), root));
}

// Edits drawn at random: some hundred of them fit.
TEST(Patch, GivesWhatTheSplicingGives) {
  std::mt19937 dice(4711);
  const std::vector<std::string> places{"/a",     "/a/b",     "/a/b/0", "/a/b/1", "/a/b/3",     "/a/b/3/c",
                                        "/a/d",   "/a/d/n/m", "/e/0",   "/e/0/1", "/e/1",       "/e/-",
                                        "/e/1/-", "/new",     "/new/x", "/x~1y",  "/x~1y/~0",   "/list/-",
                                        "/a/b/-", "/e/0/0",   "/list",  "/a/b/2", "/x~1y/more", "/e"};
  int fitted = 0;
  for (int round = 0; round < 2000; ++round) {
    Edits edits;
    for (int i = 0; i < 3; ++i) {
      const std::string& place = places[dice() % places.size()];
      if (dice() % 2 == 0) {
        edits.remove(place);
      } else {
        edits.set(place, read(dice() % 2 == 0 ? R"({"made":[1]})" : "17").root);
      }
    }
    if (expect_same(read(kSource), edits)) ++fitted;
    if (HasFailure()) return;
  }
  EXPECT_GT(fitted, 500);
}

}  // namespace
}  // namespace hardened::ctl
