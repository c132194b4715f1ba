// The policies that are shipped, against each other.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "config/embedded.h"
#include "config/load.h"
#include "config/most.h"
#include "core/doc/json.h"
#include "tests/support/fake_host.h"
#include "tests/support/source_tree.h"

namespace hardened::config {
namespace {

using controls::AllControls;
using controls::OnExcess;
using controls::Scope;
using controls::Spec;
using Names = std::set<std::string>;

std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string shipped_text(const std::string& name) {
  return slurp(test::source_path("config/" + name + ".yaml"));
}

Policy shipped(const std::string& name) {
  auto policy = parse_policy(name + ".yaml", shipped_text(name));
  EXPECT_TRUE(policy.ok()) << (policy ? "" : policy.error().what);
  return policy ? std::move(policy).value() : Policy{};
}

template <class Controls>
struct GrantsOf;
template <class... C>
struct GrantsOf<std::tuple<C...>> {
  using type = std::tuple<typename C::Grant...>;
};

// What one policy would grant at most in one call, control by control.
struct Bounds {
  const Policy& policy;
  GrantsOf<AllControls>::type grants{};

  template <class C>
  typename C::Grant& of() {
    return std::get<place<C>()>(grants);
  }
  template <class C>
  static constexpr std::size_t place() {
    return []<class... All>(std::tuple<All...>*) {
      std::size_t index = 0;
      static_cast<void>(((std::is_same_v<C, All> || (++index, false)) || ...));
      return index;
    }(static_cast<AllControls*>(nullptr));
  }

  // Nothing where the host cannot tell, or the document cannot be read.
  template <class C>
  bool find(const Spec& spec) {
    test::FakeHost host;
    const auto facts = C::gather(host, spec, policy.rule<C>().ceiling);
    if (!facts || !C::read(spec, *facts)) return false;
    const auto earlier = [&]<class... Needed>(std::tuple<Needed...>*) {
      return controls::Earlier<C>(of<Needed>()...);
    }(static_cast<typename C::Needs*>(nullptr));
    of<C>() = C::bound(policy.rule<C>().ceiling, *facts, earlier);
    return true;
  }
};

struct Compared {
  Names above;                       // controls whose bound is not at or below the other's
  std::map<std::string, int> times;  // compared
};

template <class C>
void compare(Bounds& low, Bounds& high, const Spec& spec, Compared& out) {
  if (!controls::takes_part<C>(spec.scope()) || !low.find<C>(spec) || !high.find<C>(spec)) return;
  ++out.times[std::string(C::name)];
  if (!leq(low.of<C>(), high.of<C>())) out.above.insert(std::string(C::name));
}

// Over the calls of all golden cases.
Compared compared(const Policy& low, const Policy& high) {
  const std::map<std::string, Scope> documents{
      {"config.json", Scope::bundle}, {"process.json", Scope::process}, {"resources.json", Scope::resources}};
  Compared out;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(test::source_path("tests/golden/cases"))) {
    const auto kind = documents.find(entry.path().filename().string());
    if (kind == documents.end()) continue;
    const auto document = doc::read_json(entry.path().string(), slurp(entry.path()));
    if (!document) continue;
    const Spec spec(*document, kind->second);
    Bounds of_low{low};
    Bounds of_high{high};
    [&]<class... C>(std::tuple<C...>*) {
      (compare<C>(of_low, of_high, spec, out), ...);
    }(static_cast<AllControls*>(nullptr));
  }
  return out;
}

std::map<std::string, OnExcess> modes(const Policy& policy) {
  std::map<std::string, OnExcess> out;
  [&]<class... C>(std::tuple<C...>*) {
    ((out[std::string(C::name)] = policy.rule<C>().on_excess), ...);
  }(static_cast<AllControls*>(nullptr));
  return out;
}

TEST(Shipped, ObserveRefusesNoCall) {
  const Policy observe = shipped("observe");
  const std::set<std::string> allowed(observe.allowed_calls.begin(), observe.allowed_calls.end());
  EXPECT_EQ(allowed, std::set<std::string>(kAllowable.begin(), kAllowable.end()));
}

TEST(Shipped, StrictIsNowhereAboveDockerDefault) {
  const Compared found = compared(shipped("strict"), shipped("policy"));
  EXPECT_EQ(found.above, Names{});
  for (const auto& [control, mode] : modes(shipped("strict"))) {
    EXPECT_GT(found.times.count(control), 0U) << control << " was never compared";
    EXPECT_NE(mode, OnExcess::observe) << control;
  }
}

TEST(Shipped, StrictIsBelowDockerDefaultWhereItSaysSo) {
  const Names lower = compared(shipped("policy"), shipped("strict")).above;
  for (const char* control :
       {"capabilities", "no_new_privileges", "namespaces", "user", "seccomp", "paths", "pids", "rlimits"}) {
    EXPECT_TRUE(lower.contains(control)) << control << " is that of docker-default";
  }
}

// The controls whose rule of the one lies within that of the other, by what the two say.
Names within_in(const Policy& one, const Policy& other) {
  Names out;
  [&]<class... C>(std::tuple<C...>*) {
    (void)std::initializer_list<bool>{(within(one.rule<C>().ceiling, other.rule<C>().ceiling) &&
                                       out.insert(std::string(C::name)).second)...};
  }(static_cast<AllControls*>(nullptr));
  return out;
}

// What is told without a request holds for every request that is at hand.
TEST(Shipped, WhatLiesWithinGrantsNoMore) {
  for (const char* one : {"strict", "policy", "ci", "observe"}) {
    for (const char* other : {"strict", "policy", "ci", "observe"}) {
      const Policy low = shipped(one);
      const Policy high = shipped(other);
      const Names within = within_in(low, high);
      for (const std::string& control : compared(low, high).above)
        EXPECT_FALSE(within.contains(control)) << control << " of " << one << " and " << other;
    }
  }
}

TEST(Shipped, EveryRuleOfStrictLiesWithinDockerDefault) {
  const Names within = within_in(shipped("strict"), shipped("policy"));
  for (const auto& [control, mode] : modes(shipped("policy")))
    EXPECT_TRUE(within.contains(control)) << control;
}

TEST(Shipped, StrictsSettingsAreTheStrictestOfEach) {
  const Policy strict = shipped("strict");
  EXPECT_EQ(strict.decision_log.on_failure, OnLogFailure::refuse);
  EXPECT_FALSE(strict.decision_log.path.empty());
  EXPECT_EQ(strict.fields.unknown, controls::UnknownFields::refuse);
  EXPECT_EQ(strict.rootless, Rootless::refuse);
  EXPECT_EQ(strict.unmanaged, Unmanaged::refuse);
  EXPECT_EQ(strict.privileged, OnExcess::refuse);
  EXPECT_TRUE(strict.fields.accepted.empty());
  EXPECT_TRUE(strict.allowed_calls.empty());
}

TEST(Shipped, StrictIsABase) {
  const auto policy =
      parse_policy("policy.yaml", "version: 1\nextends: strict\ncontrols: {pids: {default: 64}}\n");
  ASSERT_TRUE(policy.ok()) << policy.error().what;
  EXPECT_EQ(policy->rule<controls::Pids>().ceiling.by_default, controls::TaskLimit::of(64));
  EXPECT_EQ(policy->rule<controls::Pids>().ceiling.maximum, controls::TaskLimit::of(1024));
  EXPECT_EQ(policy->rule<controls::Capabilities>().origin, "strict");
  EXPECT_EQ(policy->rule<controls::Paths>().on_excess, OnExcess::narrow) << "of docker-default";
  EXPECT_EQ(policy->rootless, Rootless::refuse);
}

TEST(Shipped, CiRaisesWhatBuildersNeedAndNothingElse) {
  const Policy ci = shipped("ci");
  EXPECT_EQ(compared(ci, shipped("policy")).above, (Names{"seccomp", "devices", "pids"}));
  EXPECT_EQ(compared(shipped("policy"), ci).above, Names{});
  EXPECT_TRUE(ci.rule<controls::AppArmor>().ceiling.unconfined);
  EXPECT_EQ(modes(ci), modes(shipped("policy")));
}

TEST(Shipped, ObserveHasTheCeilingsOfDockerDefault) {
  EXPECT_EQ(compared(shipped("observe"), shipped("policy")).above, Names{});
  EXPECT_EQ(compared(shipped("policy"), shipped("observe")).above, Names{});
}

TEST(Shipped, EachKeyOfStrictAndCiHasAComment) {
  for (const char* name : {"strict", "ci"}) {
    std::istringstream lines{shipped_text(name)};
    std::string before;
    int keys = 0;
    for (std::string line; std::getline(lines, line); before = line) {
      const std::size_t indent = line.find_first_not_of(' ');
      if (indent == std::string::npos || indent > 2 || line[indent] == '#') continue;
      if (line.starts_with("version:") || line.starts_with("extends:")) continue;
      ++keys;
      EXPECT_NE(before.find('#'), std::string::npos) << name << ": " << line;
    }
    EXPECT_GE(keys, 5) << name;
  }
}

TEST(Shipped, CiNamesWhatAWaiverForAnUnboundedImageReopens) {
  const std::string text = shipped_text("ci");
  const std::string head = text.substr(0, text.find("\nversion:"));
  for (const char* word : {"dind", "buildx create", "systemd", "E01", "E23", "E37", "E84"}) {
    EXPECT_NE(head.find(word), std::string::npos) << word;
  }
}

TEST(Shipped, TheBuiltInOnesAreTheFiles) {
  EXPECT_EQ(embedded::policy_yaml, shipped_text("policy"));
  EXPECT_EQ(embedded::observe_yaml, shipped_text("observe"));
  EXPECT_EQ(embedded::strict_yaml, shipped_text("strict"));
}

}  // namespace
}  // namespace hardened::config
