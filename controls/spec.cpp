#include "controls/spec.h"

#include <utility>

#include "controls/control.h"

namespace hardened::controls {
namespace {

bool below(std::string_view pointer, std::string_view root) {
  if (pointer.substr(0, root.size()) != root) return false;
  return pointer.size() == root.size() || pointer[root.size()] == '/';
}

}  // namespace

std::string_view root_of(Scope scope) {
  switch (scope) {
    case Scope::bundle: return "";
    case Scope::process: return "/process";
    case Scope::resources: return "/linux/resources";
  }
  return "";
}

const Container& Spec::container() const {
  static const Container nothing;
  return container_ == nullptr ? nothing : *container_;
}

bool Spec::covers(std::string_view pointer) const { return below(pointer, root_of(scope_)); }

std::optional<doc::Cursor> Spec::find(std::string_view pointer) const {
  if (!covers(pointer)) return std::nullopt;
  const doc::Value* value = doc::resolve(document_->root, pointer.substr(root_of(scope_).size()));
  if (value == nullptr || value->is(doc::Kind::null)) return std::nullopt;
  return doc::Cursor(*document_, *value);
}

void SpecEdits::set(std::string_view pointer, doc::Value value) {
  edits_.set(std::string(pointer.substr(root_of(scope_).size())), std::move(value));
}

void SpecEdits::remove(std::string_view pointer) {
  edits_.remove(std::string(pointer.substr(root_of(scope_).size())));
}

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::unchanged: return "unchanged";
    case Verdict::narrowed: return "narrowed";
    case Verdict::refused: return "refused";
  }
  return "refused";
}

std::string_view name(OnExcess mode) {
  switch (mode) {
    case OnExcess::refuse: return "refuse";
    case OnExcess::narrow: return "narrow";
    case OnExcess::observe: return "observe";
  }
  return "refuse";
}

std::optional<doc::Cursor> Rule::find(std::string_view key) const {
  if (waiver_) {
    if (auto value = waiver_->find(key)) return value;
  }
  if (own_) {
    if (auto value = own_->find(key)) return value;
  }
  return base_ ? base_->find(key) : std::nullopt;
}

Result<doc::Cursor> Rule::need(std::string_view key) const {
  if (auto value = find(key)) return *value;
  Error error = whole().error("'" + std::string(key) + "' is missing");
  error.fault = Fault::policy;
  return error;
}

}  // namespace hardened::controls
