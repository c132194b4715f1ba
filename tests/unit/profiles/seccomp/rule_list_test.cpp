#include "profiles/seccomp/rule_list.h"

#include "samples.h"

namespace hardened::seccomp {
namespace {

TEST(RuleList, SaysOneAnswerInOneRule) {
  RuleList list;
  list.say("read", kAllow);
  list.say("mount", kDeny);
  list.say("write", kAllow);
  EXPECT_EQ(list.rules(), (std::vector<Rule>{{{"read", "write"}, kAllow, {}}, {{"mount"}, kDeny, {}}}));
}

TEST(RuleList, BeginsWithWhatMustComeFirst) {
  RuleList list;
  list.say("read", kAllow);
  list.begin_with("socketcall", kDeny);
  EXPECT_EQ(list.rules(), (std::vector<Rule>{{{"socketcall"}, kDeny, {}}, {{"read"}, kAllow, {}}}));
}

TEST(RuleList, DoesNotJoinWhatHasConditions) {
  RuleList list;
  list.add(allow({"read"}, {{0, Compare::equal, 1, 0}}));
  list.say("write", kAllow);
  EXPECT_EQ(list.rules().size(), 2U);
}

TEST(RuleList, UnsaysACallInEveryRuleOfIt) {
  RuleList list;
  list.say("read", kAllow);
  list.say("write", kAllow);
  list.add(allow({"write"}, {{0, Compare::equal, 1, 0}}));
  list.unsay("write");
  EXPECT_EQ(std::move(list).taken(), (std::vector<Rule>{{{"read"}, kAllow, {}}}));
}

TEST(RuleList, TellsTheStrictestOfWhatItDropsTheFallbackAmongThem) {
  const Answer killed{Action::kill_process, 0};
  RuleList list;
  list.say("kill", kAllow);  // without conditions, which stays
  list.add(allow({"kill"}, {{0, Compare::equal, 1, 0}}));
  list.add({{"clone"}, killed, {{0, Compare::equal, 1, 0}}});
  list.add(allow({"clone"}, {{0, Compare::equal, 2, 0}}));
  list.add(allow({"socket"}, {{0, Compare::equal, 2, 0}}));
  const auto dropped = list.without_conditions({"clone", "kill", "read", "clone"}, kDeny);
  ASSERT_EQ(dropped.size(), 2U);
  EXPECT_EQ(dropped[0].call, "clone");
  EXPECT_EQ(dropped[0].answer, killed);
  EXPECT_EQ(dropped[1].call, "kill");
  EXPECT_EQ(dropped[1].answer, kDeny);
  EXPECT_EQ(list.rules(),
            (std::vector<Rule>{{{"kill"}, kAllow, {}}, allow({"socket"}, {{0, Compare::equal, 2, 0}})}));
}

}  // namespace
}  // namespace hardened::seccomp
