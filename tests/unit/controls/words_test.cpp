#include "controls/words.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "core/doc/yaml.h"

namespace hardened::controls {
namespace {

std::string said(const std::string& yaml, std::string_view others = "") {
  constexpr std::array<std::string_view, 3> kKnown{"private", "slave", "shared"};
  const auto document = doc::read_yaml("rule", yaml);
  const Error error = no_such_word(doc::Cursor(*document, document->root), kKnown, others);
  return error.what.substr(0, error.what.find('\n'));
}

TEST(Words, SaysWhatWasExpectedAndWhatWasMeant) {
  EXPECT_EQ(said("shard"),
            "rule:1:1: expected private, slave or shared, found 'shard', did you mean shared?");
  EXPECT_EQ(said("wholly-else"), "rule:1:1: expected private, slave or shared, found 'wholly-else'");
  EXPECT_EQ(said("7"), "rule:1:1: expected private, slave or shared, found a number");
  EXPECT_EQ(said("~", "a list of names"),
            "rule:1:1: expected private, slave, shared or a list of names, found null");
}

TEST(Words, WhatIsFoundIsPrintable) {
  EXPECT_EQ(said("\"a\\x1b[31m\""), "rule:1:1: expected private, slave or shared, found 'a\\x1b[31m'");
  EXPECT_LT(said(std::string(5000, 'x')).size(), 200U);
}

}  // namespace
}  // namespace hardened::controls
