// One control, asked about one document under one rule.
//
//   const auto hardened = harden<Pids>(Scope::bundle, R"({"linux":{}})", "{default: 10, maximum: 20}");
//   EXPECT_EQ(hardened.text, R"({"linux":{"resources":{"pids":{"limit":10}}}})");
//   EXPECT_EQ(hardened.outcome.changes[0].after, "10");
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "controls/control.h"
#include "core/doc/json.h"
#include "core/doc/yaml.h"

namespace hardened::controls {

template <class C>
struct Hardened {
  std::string text;
  Outcome<typename C::Grant> outcome;
  std::string fault;  // of read; then there is no outcome
};

inline doc::Document yaml_of(const std::string& yaml) {
  auto document = doc::read_yaml("policy.yaml", yaml);
  EXPECT_TRUE(document.ok()) << (document ? "" : document.error().what);
  return document ? std::move(document).value() : doc::Document{};
}

// What is wrong with a rule, each fault on its line; "" when nothing is.
template <class C>
[[nodiscard]] std::string wrong_with(const std::string& yaml) {
  const doc::Document document = yaml_of(yaml);
  doc::Diagnostics wrong;
  static_cast<void>(C::parse(Rule(doc::Cursor(document, document.root), std::nullopt), wrong));
  return wrong.any() ? wrong.error(Fault::policy).what : "";
}

template <class C>
[[nodiscard]] typename C::Ceiling ceiling_of(const std::string& yaml, const std::string& base = "{}") {
  const doc::Document document = yaml_of(yaml);
  const doc::Document below = yaml_of(base);
  doc::Diagnostics wrong;
  auto ceiling = C::parse(Rule(doc::Cursor(document, document.root), doc::Cursor(below, below.root)), wrong);
  EXPECT_FALSE(wrong.any()) << wrong.error(Fault::policy).what;
  return ceiling;
}

template <class C>
[[nodiscard]] Hardened<C> harden(Scope scope, const std::string& json, const std::string& yaml,
                                 const typename C::Facts& facts = {}) {
  const auto document = doc::read_json("config.json", json);
  if (!document) return {"", {}, document.error().what};
  const Spec spec(*document, scope);
  const auto request = C::read(spec, facts);
  if (!request) return {"", {}, request.error().what};
  auto outcome = C::narrow(*request, ceiling_of<C>(yaml), facts, {});
  SpecEdits edits(scope);
  C::write(spec, facts, outcome.granted, edits);
  auto text = doc::apply(*document, edits.edits());
  EXPECT_TRUE(text.ok()) << (text ? "" : text.error().what);
  return {text ? std::move(text).value() : "", std::move(outcome), ""};
}

}  // namespace hardened::controls
