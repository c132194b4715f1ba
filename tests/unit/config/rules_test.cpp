// The loader over a list of controls, with two of its own.
#include "config/rules.h"

#include <gtest/gtest.h>

#include <array>

#include "core/doc/yaml.h"

namespace hardened::config {
namespace {

using controls::OnExcess;
using controls::Rule;

struct Doors {
  static constexpr std::string_view name = "doors";
  static constexpr std::array<std::string_view, 2> keys{"open", "closed"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::observe};
  struct Ceiling {
    std::uint64_t open = 0;
    std::uint64_t closed = 0;
  };
  static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong) {
    const auto number = [&](std::string_view key) {
      const auto at = wrong.take(rule.need(key));
      return at ? wrong.take(at->unsigned_integer()).value_or(0) : 0;
    };
    return {number("open"), number("closed")};
  }
};

struct Windows {
  static constexpr std::string_view name = "windows";
  static constexpr std::array<std::string_view, 0> keys{};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};
  struct Ceiling {};
  static Ceiling parse(const Rule& /*rule*/, doc::Diagnostics& /*wrong*/) { return {}; }
};

using Toys = std::tuple<Doors, Windows>;
using ToyRules = RulesReader<Toys>::Rules;

constexpr std::string_view kBase =
    "controls:\n  doors: {on_excess: refuse, open: 1, closed: 2}\n  windows: {on_excess: narrow}\n";

doc::Document yaml(std::string name, std::string text) {
  auto document = doc::read_yaml(std::move(name), std::move(text));
  EXPECT_TRUE(document.ok()) << (document ? "" : document.error().what);
  return std::move(document).value();
}

struct Read {
  ToyRules rules;
  std::vector<std::string> faults;
};

Read read(const std::string& own, std::string_view base = kBase) {
  const doc::Document operators = yaml("own", own);
  const doc::Document shipped = yaml("shipped", std::string(base));
  const Layers top{doc::Cursor(operators, operators.root), doc::Cursor(shipped, shipped.root)};
  doc::Diagnostics wrong;
  Read out{read_rules<Toys>(top, wrong), {}};
  for (const Error& error : wrong.errors()) out.faults.push_back(error.what.substr(0, error.what.find('\n')));
  return out;
}

using Faults = std::vector<std::string>;

TEST(Rules, TheOperatorsKeysLieOverTheBases) {
  const Read both = read("controls: {doors: {open: 7}}");
  EXPECT_EQ(both.faults, Faults{});
  const auto& doors = std::get<RuleOf<Doors>>(both.rules);
  EXPECT_EQ(doors.ceiling.open, 7U);
  EXPECT_EQ(doors.ceiling.closed, 2U);
  EXPECT_EQ(doors.on_excess, OnExcess::refuse);
  EXPECT_EQ(doors.origin, "own:1");
  EXPECT_EQ(std::get<RuleOf<Windows>>(both.rules).origin, "shipped");
  EXPECT_EQ(std::get<RuleOf<Windows>>(both.rules).on_excess, OnExcess::narrow);
}

TEST(Rules, NoSectionAtAllIsTheBase) {
  const Read base = read("version: 1");
  EXPECT_EQ(base.faults, Faults{});
  EXPECT_EQ(std::get<RuleOf<Doors>>(base.rules).ceiling.open, 1U);
}

TEST(Rules, OnExcessIsOneOfTheControlsModes) {
  EXPECT_EQ(read("controls: {doors: {on_excess: narrow}}").faults,
            (Faults{"own:1:31: doors cannot narrow, only refuse and observe"}));
  EXPECT_EQ(read("controls: {doors: {on_excess: observ}}").faults,
            (Faults{"own:1:31: expected refuse, narrow or observe, found 'observ', did you mean observe?"}));
  EXPECT_EQ(read("controls: {doors: {on_excess: true}}").faults,
            (Faults{"own:1:31: expected refuse, narrow or observe, found a boolean"}));
  EXPECT_EQ(std::get<RuleOf<Doors>>(read("controls: {doors: {on_excess: observe}}").rules).on_excess,
            OnExcess::observe);
}

TEST(Rules, WhatNeitherSaysIsAFault) {
  EXPECT_EQ(read("version: 1", "version: 1").faults, (Faults{"own:1:1: 'controls' is missing"}));
  EXPECT_EQ(read("version: 1", "controls: {windows: {on_excess: narrow}}").faults.at(0).substr(0, 36),
            "shipped:1:11: no rule for doors: a f");
  EXPECT_EQ(
      read("controls: {doors: {open: 3}}", "controls: {windows: {on_excess: narrow}}").faults,
      (Faults{
          "own:1:19: 'on_excess' is missing, and there is no base to take it from (extends: docker-default)",
          "own:1:19: 'closed' is missing"}));
}

TEST(Rules, EveryUnknownNameIsAFault) {
  const Read wrong = read("controls:\n  door: {}\n  windows: {opne: 1}\n  roof: {}\n");
  ASSERT_EQ(wrong.faults.size(), 2U) << "the names of controls are one fault of several lines";
  EXPECT_EQ(wrong.faults[0], "own:2:3: unknown key 'door', did you mean doors?");
  EXPECT_EQ(wrong.faults[1], "own:3:13: unknown key 'opne', known are on_excess");
}

TEST(Rules, OriginsGoThereAndBack) {
  Read both = read("controls: {doors: {open: 7}}");
  const doc::Value origins = RulesReader<Toys>::origins(both.rules);
  EXPECT_EQ(doc::print(origins), R"({"doors":"own:1","windows":"shipped"})");
  const doc::Document document{"compiled", doc::print(origins), origins};
  ToyRules restored;
  doc::Diagnostics wrong;
  RulesReader<Toys>::restore_origins(restored, doc::Cursor(document, document.root), wrong);
  EXPECT_FALSE(wrong.any());
  EXPECT_EQ(std::get<RuleOf<Doors>>(restored).origin, "own:1");
  EXPECT_EQ(std::get<RuleOf<Windows>>(restored).origin, "shipped");
  const doc::Document empty{"compiled", "{}", doc::Value::object({})};
  RulesReader<Toys>::restore_origins(restored, doc::Cursor(empty, empty.root), wrong);
  EXPECT_EQ(wrong.errors().size(), 2U);
}

}  // namespace
}  // namespace hardened::config
