// What the laws are told of a control (Trait), and one drawn call (Case).
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "controls/control.h"
#include "core/doc/yaml.h"
#include "documents.h"
#include "draw.h"

namespace hardened::laws {

using controls::Outcome;
using controls::Scope;
using controls::Spec;
using controls::SpecEdits;
using controls::Verdict;

template <class C>
struct Trait {
  using Control = C;
  using Grant = typename C::Grant;
  using Ceiling = typename C::Ceiling;
  using Facts = typename C::Facts;

  // What the host says; may look at the request (which source a mount names).
  static Facts facts(const Spec&) { return {}; }
  static controls::Earlier<C> earlier() { return {}; }
  // The places of this document that the control may touch: narrower than C::owned where it shares a list.
  static std::vector<std::string> owned(const Spec&) { return {C::owned.begin(), C::owned.end()}; }
  // Documents that write() changes although the grant is the request. The one there is: capabilities that are
  // absent.
  static bool normalised(const Spec&) { return false; }
  // Grants that are above this one in one component, and what a surplus must name of it. None where it is the top.
  struct Raised {
    Grant held;
    std::string named;
  };
  static std::vector<Raised> raised(const Grant& granted) {
    static_cast<void>(granted);
    return {};
  }
  // Why the runtime would refuse `granted` though it takes `asked`; "" when it would not.
  static std::string flaw(const Spec& asked, const Spec& granted) {
    static_cast<void>(asked);
    static_cast<void>(granted);
    return "";
  }
};

// The ceiling that a rule makes: the text below `controls: {pids: …}`.
template <class C>
[[nodiscard]] typename C::Ceiling ceiling_of(const std::string& yaml) {
  const doc::Document rule = require_value(doc::read_yaml("rule", yaml));
  doc::Diagnostics wrong;
  typename C::Ceiling ceiling = C::parse(controls::Rule(doc::Cursor(rule, rule.root), std::nullopt), wrong);
  require(!wrong.any(), "the trait drew a rule that is wrong: " + yaml);
  return ceiling;
}

// One call to be decided.
template <class T>
struct Case {
  using C = typename T::Control;
  std::shared_ptr<const doc::Document> document;
  Scope scope;
  typename C::Facts facts;
  typename C::Ceiling ceiling;
  controls::Earlier<C> earlier;
  typename C::Grant request;

  [[nodiscard]] Spec spec() const { return Spec{*document, scope}; }
  [[nodiscard]] typename C::Grant bound() const { return C::bound(ceiling, facts, earlier); }
  [[nodiscard]] Outcome<typename C::Grant> narrow() const {
    return C::narrow(request, ceiling, facts, earlier);
  }
};

template <class T>
[[nodiscard]] Case<T> draw_case() {
  using C = typename T::Control;
  std::vector<Scope> scopes;
  for (const Scope scope : {Scope::bundle, Scope::process, Scope::resources}) {
    if (controls::takes_part<C>(scope)) scopes.push_back(scope);
  }
  const Scope scope = one_of(scopes);
  auto document = std::make_shared<const doc::Document>(read_text(dressed(T::document(scope))));
  const Spec spec{*document, scope};
  note(std::string(scope_name(scope)) + ": " + document->text);
  typename C::Facts facts = T::facts(spec);
  typename C::Grant request = require_value(C::read(spec, facts));
  return Case<T>{std::move(document), scope,        std::move(facts),
                 T::ceiling(),        T::earlier(), std::move(request)};
}

// The same call, carrying what `grant` makes of its document.
template <class T>
[[nodiscard]] Case<T> hardened_by(const Case<T>& given, const typename T::Control::Grant& grant) {
  using C = typename T::Control;
  SpecEdits edits(given.scope);
  C::write(given.spec(), given.facts, grant, edits);
  auto document = std::make_shared<const doc::Document>(read_text(apply_all(*given.document, edits)));
  note("hardened: " + document->text);
  Case<T> after{std::move(document), given.scope, given.facts, given.ceiling, given.earlier, {}};
  after.request = require_value(C::read(after.spec(), after.facts));
  return after;
}

}  // namespace hardened::laws
