// Waivers: what one may say, all that is wrong with them, for whom they hold and until when.
#include "config/waivers.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "config/load.h"
#include "config/raised.h"

namespace hardened::config {
namespace {

const std::string kOne = "sha256:" + std::string(64, '1');
const std::string kTwo = "sha256:" + std::string(64, '2');
const std::string kPlugin(64, '3');
// 2026-06-30, noon.
constexpr std::int64_t kNow = 1'782'820'800'000'000'000;
constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000'000;

std::string extending(const std::string& more) { return "version: 1\nextends: docker-default\n" + more; }
// One waiver in lines 4 to 8.
std::string waiver(const std::string& match, const std::string& controls, const std::string& more = "") {
  return extending("waivers:\n  - name: builder\n    match: " + match + "\n    controls: " + controls +
                   "\n    because: it builds\n" + (more.empty() ? "" : "    " + more + "\n"));
}
std::string for_one(const std::string& controls, const std::string& more = "") {
  return waiver("{image_id: [\"" + kOne + "\"]}", controls, more);
}

Policy good(std::string yaml) {
  auto policy = parse_policy("policy.yaml", std::move(yaml));
  EXPECT_TRUE(policy.ok()) << (policy ? "" : policy.error().what);
  return policy ? std::move(policy).value() : Policy{};
}

using Faults = std::vector<std::string>;

Faults faults(std::string yaml) {
  const auto policy = parse_policy("policy.yaml", std::move(yaml));
  if (policy) return {"accepted"};
  Faults out;
  std::string_view rest = policy.error().what;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (rest.substr(0, 3) != " | ") out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

Identity container(const std::string& image, const std::string& name = "web") {
  return {"docker", "moby", image, name};
}

Raised raised_for(const Policy& policy, const Identity& identity, std::int64_t now_ns = kNow) {
  auto out = raised(policy, identity, now_ns);
  EXPECT_TRUE(out.ok()) << (out ? "" : out.error().what);
  return out ? std::move(out).value() : Raised{};
}

bool holds_for(const std::string& match, const Identity& identity) {
  const Raised out = raised_for(good(waiver(match, "{pids: {maximum: unlimited}}")), identity);
  return out.waivers == std::vector<std::string>{"builder"};
}

TEST(Waivers, RaiseTheCeilingsTheyNameAndNoOthers) {
  const Policy policy =
      good(for_one("\n      capabilities: {ceiling: [docker-default, SYS_ADMIN]}\n"
                   "      pids: {maximum: 9000}"));
  const Raised out = raised_for(policy, container(kOne));
  EXPECT_EQ(out.waivers, std::vector<std::string>{"builder"});
  EXPECT_TRUE(out.expired.empty());
  const auto& capabilities = out.policy.rule<controls::Capabilities>();
  EXPECT_TRUE(leq(Flags{std::uint64_t{1} << 21U}, capabilities.ceiling.most));
  EXPECT_EQ(capabilities.origin, "policy.yaml:7");
  EXPECT_EQ(capabilities.waiver, "builder");
  EXPECT_EQ(capabilities.on_excess, controls::OnExcess::narrow);
  // Key by key: what the waiver does not say is the policy's.
  const auto& pids = out.policy.rule<controls::Pids>();
  EXPECT_EQ(pids.ceiling.maximum, controls::TaskLimit::of(9000));
  EXPECT_EQ(pids.ceiling.by_default, controls::TaskLimit::of(4096));
  EXPECT_EQ(pids.origin, "policy.yaml:8");
  EXPECT_EQ(out.policy.rule<controls::Rlimits>().waiver, "");
  EXPECT_EQ(out.policy.rule<controls::Rlimits>().origin, "docker-default");
}

// What an engine gives to its containers is theirs under a waiver, too.
TEST(Waivers, OfMountsLeaveTheEnginesWhereTheyAre) {
  const Policy policy = good(for_one("{mounts: {allow: [/etc/nginx]}}"));
  const Raised out = raised_for(policy, container(kOne));
  const auto& mounts = out.policy.rule<controls::Mounts>();
  EXPECT_EQ(mounts.waiver, "builder");
  EXPECT_EQ(mounts.ceiling.allowed, std::vector<std::string>{"/etc/nginx"});
  EXPECT_EQ(mounts.ceiling.engines, policy.rule<controls::Mounts>().ceiling.engines);
  EXPECT_EQ(mounts.ceiling.engines.back().path, "/var/lib/docker");
}

TEST(Waivers, LieOverTheOperatorsRuleWhichLiesOverTheBases) {
  const Policy policy = good(for_one("{pids: {maximum: 9000}}") +
                             "controls: {pids: {on_excess: refuse, default: 70, maximum: 80}}\n");
  const Raised out = raised_for(policy, container(kOne));
  const auto& rule = out.policy.rule<controls::Pids>();
  EXPECT_EQ(rule.ceiling.maximum, controls::TaskLimit::of(9000));
  EXPECT_EQ(rule.ceiling.by_default, controls::TaskLimit::of(70));
  EXPECT_EQ(rule.on_excess, controls::OnExcess::refuse);
}

TEST(Waivers, AnotherImageHasNone) {
  const Policy policy = good(for_one("{pids: {maximum: 9000}}"));
  for (const Identity& other : {container(kTwo), container(""), container(std::string(64, '1'))}) {
    const Raised out = raised_for(policy, other);
    EXPECT_TRUE(out.waivers.empty());
    EXPECT_EQ(out.policy.rule<controls::Pids>().ceiling.maximum, controls::TaskLimit::of(4096));
    EXPECT_EQ(out.policy.rule<controls::Pids>().waiver, "");
  }
}

TEST(Waivers, EngineNamespaceAndNameOnlyNarrow) {
  const std::string image = "image_id: [\"" + kTwo + "\", \"" + kOne + "\"]";
  EXPECT_TRUE(holds_for("{" + image + "}", container(kOne)));
  EXPECT_TRUE(holds_for("{" + image + ", engine: docker, namespace: moby, name: web}", container(kOne)));
  EXPECT_FALSE(holds_for("{" + image + ", namespace: other}", container(kOne)));
  EXPECT_FALSE(holds_for("{" + image + ", name: wob}", container(kOne)));
  EXPECT_FALSE(holds_for("{" + image + ", engine: docker}", {"second", "moby", kOne, "web"}));
  EXPECT_TRUE(
      holds_for("{plugin_id: [\"" + kPlugin + "\"]}", {"docker", "plugins.moby", kPlugin, "p:latest"}));
  EXPECT_FALSE(holds_for("{plugin_id: [\"" + kPlugin + "\"]}", container("sha256:" + kPlugin)));
  EXPECT_FALSE(holds_for("{image_id: [\"sha256:" + kPlugin + "\"]}", container(kPlugin)));
}

TEST(Waivers, NamesArePatterns) {
  struct Case {
    const char* pattern;
    const char* name;
    bool fits;
  };
  for (const Case& one :
       {Case{"web", "web", true}, Case{"web", "webs", false}, Case{"web-*", "web-1", true},
        Case{"web-*", "web-", true}, Case{"web-*", "web", false}, Case{"*-db", "a-db", true},
        Case{"*-db", "a-db-2", false}, Case{"a*b*c", "aXbYbZc", true}, Case{"a*b*c", "aXcYb", false},
        Case{"?", "a", true}, Case{"?", "", false}, Case{"?", "ab", false}, Case{"*", "", true},
        Case{"w?b*", "wob", true}, Case{"[w]eb", "web", false}}) {
    EXPECT_EQ(matches({{kOne}, "", "", one.pattern}, container(kOne, one.name)), one.fits)
        << one.pattern << " " << one.name;
  }
}

TEST(Waivers, HoldThroughTheDayTheyExpireOn) {
  const Policy policy = good(for_one("{pids: {maximum: 9000}}", "expires: 2026-06-30"));
  // The last nanosecond of that day in UTC.
  const std::int64_t last = kNow - kDay / 2 + kDay - 1;
  EXPECT_EQ(raised_for(policy, container(kOne), last).waivers.size(), 1U);
  const Raised over = raised_for(policy, container(kOne), last + 1);
  EXPECT_TRUE(over.waivers.empty());
  EXPECT_EQ(over.expired,
            std::vector<std::string>{"the waiver builder expired on 2026-06-30, and no longer holds"});
  EXPECT_EQ(over.policy.rule<controls::Pids>().ceiling.maximum, controls::TaskLimit::of(4096));
  EXPECT_TRUE(raised_for(policy, container(kTwo), last + 1).expired.empty()) << "it was never for that one";
}

TEST(Waivers, DatesAreThoseOfTheCalendar) {
  for (const char* good : {"2026-02-28", "2028-02-29", "2026-12-31", "0001-01-01"}) {
    ASSERT_TRUE(parse_date(good).has_value()) << good;
    EXPECT_EQ(told(*parse_date(good)), good);
  }
  for (const char* bad : {"2026-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-01",
                          "26-01-01", "2026/01/01", "2026-01-01T", "2026-01--1", "+026-01-01", "", "never"}) {
    EXPECT_FALSE(parse_date(bad).has_value()) << bad;
  }
}

TEST(Waivers, AllThatIsWrongIsSaidAtOnceWithItsPlace) {
  EXPECT_EQ(
      faults(extending("waivers:\n"     // 3
                       "  - name: a\n"  // 4
                       "    match: {image_id: [sha256:12, '" +
                       kOne +
                       "'], nam: x}\n"                                    // 5
                       "    controls: {capabilites: {ceiling: [all]}}\n"  // 6
                       "    expires: 2026-02-30\n"                        // 7
                       "  - name: a\n"                                    // 8
                       "    match: {image_id: ['" +
                       kTwo +
                       "'], engine: dokcer}\n"                                                     // 9
                       "    controls: {pids: {on_excess: observe, maximum: 0}}\n"                  // 10
                       "    because: ''\n"                                                         // 11
                       "  - b\n"                                                                   // 12
                       "  - {name: c, match: {name: web}, controls: {}, because: x}\n"             // 13
                       "  - {name: d, match: {image_id: []}, controls: {pids: {}}, because: x}\n"  // 14
                       "    \n")),
      (Faults{
          "policy.yaml:5:111: unknown key 'nam', did you mean name?",
          "policy.yaml:5:24: expected an image's id, sha256: and 64 hexadecimal digits, found 'sha256:12'; "
          "docker image inspect --format '{{.Id}}' IMAGE tells it",
          "policy.yaml:4:5: 'because' is missing",
          "policy.yaml:7:14: expected a date that exists, as in 2027-06-30, found '2026-02-30'",
          "policy.yaml:6:16: unknown key 'capabilites', did you mean capabilities?",
          "policy.yaml:11:14: expected the reason why this host grants it, 1 to 1024 bytes of text",
          "policy.yaml:10:23: a waiver raises ceilings, on_excess stays that of the rule: take the key out",
          "policy.yaml:10:52: expected a number of tasks from 1 to 4194304, or unlimited",
          "policy.yaml:8:11: two waivers are called 'a'; the record names them",
          "policy.yaml:9:108: there is no engine 'dokcer' below engines, did you mean docker?",
          "policy.yaml:12:5: expected an object, found a string",
          "policy.yaml:13:22: 'image_id' is missing: a waiver is for the containers of an image, or with "
          "plugin_id for a plugin",
          "policy.yaml:13:45: a waiver without a rule raises nothing",
          "policy.yaml:14:33: expected 1 to 256 ids",
          "policy.yaml:14:55: a rule without a ceiling raises nothing",
      }));
}

TEST(Waivers, TwoForOneImageNeverNameTheSameControl) {
  const auto two = [&](const std::string& first, const std::string& second) {
    return extending("waivers:\n  - {name: a, match: {image_id: ['" + kOne + "', '" + kTwo +
                     "']}, controls: " + first + ", because: x}\n  - {name: b, match: {image_id: ['" + kTwo +
                     "'], name: w*}, controls: " + second + ", because: y}\n");
  };
  const Policy policy = good(two("{pids: {maximum: 9000}}", "{capabilities: {ceiling: [all]}}"));
  EXPECT_EQ(raised_for(policy, container(kTwo)).waivers, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(raised_for(policy, container(kOne)).waivers, (std::vector<std::string>{"a"}));
  const Faults all = faults(two("{pids: {maximum: 9000}}", "{pids: {maximum: 9001}}"));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().substr(0, 18), "policy.yaml:5:138:");
  EXPECT_NE(all.front().find("another waiver raises pids for the same image"), std::string::npos)
      << all.front();
}

TEST(Waivers, WithoutAnEngineNoneCouldEverHold) {
  EXPECT_EQ(faults(for_one("{pids: {maximum: 9000}}") + "engines: []\n"),
            (Faults{"policy.yaml:4:3: waivers need engines that say what a container is made of: engines is "
                    "empty"}));
}

TEST(Waivers, WhatAControlHoldsAgainstARuleItHoldsAgainstAWaiver) {
  const Faults all = faults(for_one("{pids: {maximum: 100}}"));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_NE(all.front().find("the default of the base (4096) is above the maximum (100)"), std::string::npos)
      << all.front();
}

TEST(Waivers, AreFoundAsTheyWereWritten) {
  const Policy policy = good(for_one("{pids: {maximum: 9000}}", "expires: 2026-06-30"));
  const auto written = policy.waivers.written("builder");
  ASSERT_TRUE(written.ok());
  EXPECT_EQ(written->root.find("because")->text(), "it builds");
  EXPECT_EQ(policy.waivers.written("other").error().fault, Fault::absent);
}

TEST(Waivers, AnIdInAReasonIsNoMatch) {
  const Policy policy =
      good(extending("waivers:\n  - {name: a, match: {image_id: ['" + kOne +
                     "']}, controls: {pids: {maximum: 9000}}, because: 'as \t " + kTwo + " has'}\n"));
  EXPECT_TRUE(raised_for(policy, container(kTwo)).waivers.empty());
  EXPECT_EQ(raised_for(policy, container(kOne)).waivers.size(), 1U);
}

}  // namespace
}  // namespace hardened::config
