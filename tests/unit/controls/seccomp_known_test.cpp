#include "controls/seccomp_known.h"

#include <gtest/gtest.h>

#include "profiles/seccomp/meet.h"
#include "tests/support/seccomp_dice.h"

namespace hardened::controls {
namespace {

using seccomp::Architecture;

constexpr Architecture kOwn = Architecture::x86_64;

KnownMeet example(seccomp::Profile granted) {
  KnownMeet known;
  known.bounding = Flags(0xa80425fb);
  known.no_new_privileges = Required(true);
  known.outcome = {
      std::move(granted),
      Verdict::narrowed,
      {{"/linux/seccomp", "unconfined", "a \"profile\"\n", "why", true}, {"/x", "", "", "", false}},
      {"one", "two"}};
  return known;
}

void expect_same(const KnownMeet& a, const KnownMeet& b) {
  EXPECT_EQ(a.bounding, b.bounding);
  EXPECT_EQ(a.no_new_privileges, b.no_new_privileges);
  EXPECT_EQ(a.outcome.verdict, b.outcome.verdict);
  EXPECT_TRUE(identical(a.outcome.granted, b.outcome.granted));
  EXPECT_EQ(a.outcome.notes, b.outcome.notes);
  ASSERT_EQ(a.outcome.changes.size(), b.outcome.changes.size());
  for (std::size_t i = 0; i < a.outcome.changes.size(); ++i) {
    EXPECT_EQ(a.outcome.changes[i].pointer, b.outcome.changes[i].pointer);
    EXPECT_EQ(a.outcome.changes[i].before, b.outcome.changes[i].before);
    EXPECT_EQ(a.outcome.changes[i].after, b.outcome.changes[i].after);
    EXPECT_EQ(a.outcome.changes[i].reason, b.outcome.changes[i].reason);
    EXPECT_EQ(a.outcome.changes[i].by_default, b.outcome.changes[i].by_default);
  }
}

TEST(SeccompKnown, IsReadAsItWasPrinted) {
  test::Dice dice(4);
  for (int i = 0; i < 300; ++i) {
    const auto [asked, ceiling] = test::draw_pair(dice);
    const KnownMeet known = example(seccomp::meet(asked, ceiling, kOwn));
    const auto again = read_known(print_known(known, kOwn), kOwn);
    ASSERT_TRUE(again) << print_known(known, kOwn);
    if (known.outcome.granted.confined) expect_same(known, *again);
  }
}

TEST(SeccompKnown, ARequestThatMayPassIsNotKeptWithIt) {
  KnownMeet known = example({});
  known.outcome.verdict = Verdict::unchanged;
  const auto again = read_known(print_known(known, kOwn), kOwn);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->outcome.verdict, Verdict::unchanged);
}

TEST(SeccompKnown, IsNoneWherePartsAreMissing) {
  const std::string text = print_known(example({}), kOwn);
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(read_known(text.substr(0, length), kOwn)) << length;
  }
  for (const char* key : {"bounding", "no_new_privileges", "changes", "notes", "pointer", "by_default"}) {
    std::string other = text;
    other.replace(other.find(key), 1, "X");
    EXPECT_FALSE(read_known(other, kOwn)) << key;
  }
}

TEST(SeccompKnown, AnswersForTheVeryGrantsAlone) {
  const std::optional<KnownMeet> known = example({});
  EXPECT_TRUE(answers(known, Flags(0xa80425fb), Required(true)));
  EXPECT_FALSE(answers(known, Flags(0xa80425fa), Required(true)));
  EXPECT_FALSE(answers(known, Flags(0xa80425fb), Required(false)));
  EXPECT_FALSE(answers(std::nullopt, Flags(0xa80425fb), Required(true)));
}

}  // namespace
}  // namespace hardened::controls
