#include "config/layers.h"

namespace hardened::config {

Layers Layers::below(std::string_view key) const {
  return {own_ ? own_->find(key) : std::nullopt, base_ ? base_->find(key) : std::nullopt};
}

Result<doc::Cursor> Layers::need(std::string_view key) const {
  if (own_) {
    if (auto value = own_->find(key)) return *value;
  }
  if (base_) {
    if (auto value = base_->find(key)) return *value;
  }
  const std::string message = "'" + std::string(key) + "' is missing";
  if (base_) return (own_ ? *own_ : *base_).error(message);
  if (own_) return own_->error(message + ", and there is no base to take it from (extends: docker-default)");
  return Error{Fault::policy, message};
}

Done Layers::only(std::span<const std::string_view> known) const {
  if (!own_) return done();
  return own_->only(known);
}

std::string Layers::origin() const {
  if (own_) return own_->where();
  return base_ ? base_->document().name : "";
}

}  // namespace hardened::config
