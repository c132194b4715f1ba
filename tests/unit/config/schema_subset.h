// The part of JSON Schema (2020-12) that config/policy.schema.json uses: type, const, enum, properties,
// additionalProperties: false, required, items, anyOf, minimum, maximum, pattern, and $ref into its own $defs.
//
//   Schema schema(document);
//   EXPECT_EQ(schema.refusals(policy.root), Refusals{});       "/controls/pids/maximum: is none of …"
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/doc/value.h"

namespace hardened::config {

using Refusals = std::vector<std::string>;

class Schema {
 public:
  explicit Schema(const doc::Value& root) : root_(&root) {}

  // Why the instance is none of the schema's; and what stands in the schema that this does not understand.
  [[nodiscard]] Refusals refusals(const doc::Value& instance) const;

  [[nodiscard]] const doc::Value& root() const { return *root_; }
  // A schema without its $ref.
  [[nodiscard]] const doc::Value& resolved(const doc::Value& schema) const;

 private:
  void check(const doc::Value& schema, const doc::Value& instance, const std::string& at,
             Refusals& out) const;
  void check_object(const doc::Value& schema, const doc::Value& instance, const std::string& at,
                    Refusals& out) const;
  void check_value(const doc::Value& schema, const doc::Value& instance, const std::string& at,
                   Refusals& out) const;

  const doc::Value* root_;
};

}  // namespace hardened::config
