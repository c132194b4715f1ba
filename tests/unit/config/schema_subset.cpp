#include "schema_subset.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <regex>

namespace hardened::config {
namespace {

using doc::Kind;
using doc::Value;

constexpr std::array<std::string_view, 16> kUnderstood{
    "$schema", "$defs", "$ref",       "title",    "description",          "type",    "const",   "enum",
    "anyOf",   "items", "properties", "required", "additionalProperties", "minimum", "maximum", "pattern"};

bool is_of_type(const Value& instance, std::string_view type) {
  if (type == "integer") {
    return instance.is(Kind::number) && instance.text().find_first_of(".eE") == std::string::npos;
  }
  switch (instance.kind()) {
    case Kind::null: return type == "null";
    case Kind::boolean: return type == "boolean";
    case Kind::number: return type == "number";
    case Kind::string: return type == "string";
    case Kind::array: return type == "array";
    case Kind::object: return type == "object";
  }
  return false;
}

bool has_type(const Value& types, const Value& instance) {
  if (types.is(Kind::string)) return is_of_type(instance, types.text());
  return std::any_of(types.items().begin(), types.items().end(),
                     [&](const Value& type) { return is_of_type(instance, type.text()); });
}

bool is_among(const std::vector<Value>& words, const Value& instance) {
  return std::find(words.begin(), words.end(), instance) != words.end();
}

double number_of(const Value& value) { return std::strtod(value.text().c_str(), nullptr); }

}  // namespace

const Value& Schema::resolved(const Value& schema) const {
  const Value* ref = schema.find("$ref");
  if (ref == nullptr) return schema;
  const Value* target = doc::resolve(*root_, ref->text().substr(1));
  static const Value kNothing = Value::object({{"nothing stands there", Value(), {}}});
  return target == nullptr ? kNothing : *target;
}

Refusals Schema::refusals(const Value& instance) const {
  Refusals out;
  check(*root_, instance, "", out);
  return out;
}

void Schema::check(const Value& schema, const Value& instance, const std::string& at, Refusals& out) const {
  for (const doc::Member& member : schema.members()) {
    if (std::find(kUnderstood.begin(), kUnderstood.end(), member.key) == kUnderstood.end()) {
      out.push_back(at + ": the schema says " + member.key + ", which is not understood");
    }
  }
  if (schema.find("$ref") != nullptr) check(resolved(schema), instance, at, out);
  check_value(schema, instance, at, out);
  check_object(schema, instance, at, out);
  if (const Value* items = schema.find("items")) {
    for (std::size_t i = 0; i < instance.items().size(); ++i) {
      check(*items, instance.items()[i], doc::child(at, i), out);
    }
  }
}

void Schema::check_value(const Value& schema, const Value& instance, const std::string& at,
                         Refusals& out) const {
  const Value* type = schema.find("type");
  if (type != nullptr && !has_type(*type, instance)) out.push_back(at + ": is no " + doc::print(*type));
  const Value* same = schema.find("const");
  if (same != nullptr && instance != *same) out.push_back(at + ": is not " + doc::print(*same));
  const Value* words = schema.find("enum");
  if (words != nullptr && !is_among(words->items(), instance))
    out.push_back(at + ": is none of " + doc::print(*words));
  const Value* least = schema.find("minimum");
  if (least != nullptr && instance.is(Kind::number) && number_of(instance) < number_of(*least)) {
    out.push_back(at + ": is below " + least->text());
  }
  const Value* most = schema.find("maximum");
  if (most != nullptr && instance.is(Kind::number) && number_of(instance) > number_of(*most)) {
    out.push_back(at + ": is above " + most->text());
  }
  const Value* pattern = schema.find("pattern");
  if (pattern != nullptr && instance.is(Kind::string) &&
      !std::regex_search(instance.text(), std::regex(pattern->text()))) {
    out.push_back(at + ": does not match " + pattern->text());
  }
  if (const Value* any = schema.find("anyOf")) {
    const bool one = std::any_of(any->items().begin(), any->items().end(), [&](const Value& choice) {
      Refusals refused;
      check(choice, instance, at, refused);
      return refused.empty();
    });
    if (!one) out.push_back(at + ": is none of what it may be");
  }
}

void Schema::check_object(const Value& schema, const Value& instance, const std::string& at,
                          Refusals& out) const {
  if (!instance.is(Kind::object)) return;
  if (const Value* required = schema.find("required")) {
    for (const Value& key : required->items()) {
      if (instance.find(key.text()) == nullptr) out.push_back(at + ": lacks " + key.text());
    }
  }
  const Value* properties = schema.find("properties");
  const Value* others = schema.find("additionalProperties");
  const bool closed = others != nullptr && others->is(Kind::boolean) && !others->truth();
  for (const doc::Member& member : instance.members()) {
    const Value* known = properties == nullptr ? nullptr : properties->find(member.key);
    if (known != nullptr) {
      check(*known, member.value, doc::child(at, member.key), out);
    } else if (closed) {
      out.push_back(doc::child(at, member.key) + ": is no key");
    }
  }
}

}  // namespace hardened::config
