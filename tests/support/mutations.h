// Documents that no call may carry, each made from a real one by a single change.
//
//   for (const Mutation& bad : broken_texts(document)) ...   // "cut after 1024 bytes", and the bytes
//
// Each is to be refused with a message that names the place, and none may be read as something else than it
// says. Used by the golden tests; a fuzzer can take them as seeds.
#pragma once

#include <string>
#include <vector>

#include "core/doc/value.h"

namespace hardened::test {

struct Mutation {
  std::string name;
  std::string bytes;
};

// No JSON, or JSON that two readers could take differently: cut off, with bytes behind, before or inside
// that do not belong, invalid UTF-8, too deep.
[[nodiscard]] std::vector<Mutation> broken_texts(const doc::Document& document);
// Each member a second time: the same key, and keys that Go's decoder folds to it.
[[nodiscard]] std::vector<Mutation> second_keys(const doc::Document& document);
// Each value, one by one, replaced by values of every other kind.
[[nodiscard]] std::vector<Mutation> other_kinds(const doc::Document& document);
// Each number, one by one, replaced by numbers that no integer type of the specification holds.
[[nodiscard]] std::vector<Mutation> no_integers(const doc::Document& document);

}  // namespace hardened::test
