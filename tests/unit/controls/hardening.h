// One control's way through a call: gather, read, narrow, write, as the plan does it.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "controls/control.h"
#include "core/doc/json.h"
#include "core/doc/yaml.h"
#include "tests/support/fake_host.h"

namespace hardened::controls {

template <class C>
struct Hardened {
  Outcome<typename C::Grant> outcome;
  std::string text;  // what the call carries afterwards; the source's own bytes when nothing was written
};

// The rule is YAML: "allow: [docker-default]".
template <class C>
[[nodiscard]] Result<typename C::Ceiling> ceiling_of(const std::string& rule) {
  const auto document = doc::read_yaml("policy.yaml", rule);
  if (!document) return document.error();
  doc::Diagnostics wrong;
  auto ceiling = C::parse(Rule(doc::Cursor(*document, document->root), std::nullopt), wrong);
  if (wrong.any()) return wrong.error(Fault::policy);
  return ceiling;
}

template <class C>
[[nodiscard]] Result<Hardened<C>> harden(Host& host, const std::string& json, const std::string& rule,
                                         Scope scope = Scope::bundle, const Container& container = {}) {
  const doc::Document document = TRY(doc::read_json("config.json", json));
  const typename C::Ceiling ceiling = TRY(ceiling_of<C>(rule));
  const Spec spec(document, scope, container);
  const typename C::Facts facts = TRY(C::gather(host, spec, ceiling));
  const typename C::Grant request = TRY(C::read(spec, facts));
  Hardened<C> out{C::narrow(request, ceiling, facts, {}), json};
  SpecEdits edits(scope);
  if (out.outcome.verdict != Verdict::refused) C::write(spec, facts, out.outcome.granted, edits);
  if (!edits.edits().empty()) out.text = TRY(doc::apply(document, edits.edits()));
  return out;
}

}  // namespace hardened::controls
