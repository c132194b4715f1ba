// What the YAML reader accepts is a tree that JSON can say, with every place inside of the text;
// what it refuses it refuses with a place.
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/doc/json.h"
#include "core/doc/yaml.h"
#include "tests/fuzz/require.h"

namespace {

using hardened::doc::Document;
using hardened::doc::Value;
using hardened::fuzz::require;

void places_are_inside(const Document& document, const Value& value) {
  require(value.range().begin <= document.text.size(), "a value begins inside of the text");
  for (const Value& item : value.items()) places_are_inside(document, item);
  for (const auto& member : value.members()) {
    require(member.key_range.begin <= document.text.size(), "a key begins inside of the text");
    places_are_inside(document, member.value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto document = hardened::doc::read_yaml("policy.yaml", text);
  if (!document) {
    require(document.error().what.rfind("policy.yaml:", 0) == 0, "a refusal says its place",
            document.error().what);
    return 0;
  }
  places_are_inside(*document, document->root);
  const std::string json = print(document->root);
  const auto again = hardened::doc::read_json("policy.json", json);
  require(again.ok(), "an accepted document can be said in JSON", json);
  require(again->root == document->root, "and means the same there", json);
  return 0;
}
