#include "controls/device_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/doc/json.h"

namespace hardened::controls {
namespace {

// Three independent readings of an ordered list, rule by rule, asked for one access to one device.

struct Plain {
  bool allow;
  char type;  // a, b, c
  int major;  // -1: any
  int minor;
  char access;  // one letter: every rule of several is split, which no reading minds
};

struct Question {
  char type;
  int major;
  int minor;
  char access;
};

bool matches(const Plain& rule, const Question& question) {
  return (rule.type == 'a' || rule.type == question.type) &&
         (rule.major < 0 || rule.major == question.major) &&
         (rule.minor < 0 || rule.minor == question.minor) && rule.access == question.access;
}

// crun on cgroup v2: the last rule that matches wins, and nothing is allowed without one.
bool last_match(const std::vector<Plain>& rules, const Question& question, bool start) {
  for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
    if (matches(*rule, question)) return rule->allow;
  }
  return start;
}

// The kernel's devices cgroup (v1), and runc, which follows it but refuses a hole in a wildcard
// ("punch"): a default, and exceptions from it that only their own numbers undo.
class Exceptions {
 public:
  Exceptions(bool allows, bool refuses_holes) : allows_(allows), refuses_holes_(refuses_holes) {}

  // false: refused.
  bool apply(const Plain& rule) {
    if (rule.type == 'a') {
      allows_ = rule.allow;
      exceptions_.clear();
      return true;
    }
    const Key key{rule.type, rule.major, rule.minor, rule.access};
    if (rule.allow != allows_) {
      exceptions_.insert(key);
      return true;
    }
    for (const Key& wider :
         {Key{rule.type, -1, rule.minor, rule.access}, Key{rule.type, rule.major, -1, rule.access},
          Key{rule.type, -1, -1, rule.access}}) {
      if (refuses_holes_ && wider != key && exceptions_.count(wider) != 0) return false;
    }
    exceptions_.erase(key);
    return true;
  }

  [[nodiscard]] bool allowed(const Question& question) const {
    for (const auto& [type, major, minor, access] : exceptions_) {
      if (matches(Plain{true, type, major, minor, access}, question)) return !allows_;
    }
    return allows_;
  }

 private:
  using Key = std::tuple<char, int, int, char>;
  bool allows_;
  bool refuses_holes_;
  std::set<Key> exceptions_;
};

std::optional<bool> by_exceptions(const std::vector<Plain>& rules, const Question& question, bool start,
                                  bool refuses) {
  Exceptions reading(start, refuses);
  for (const Plain& rule : rules) {
    if (!reading.apply(rule)) return std::nullopt;
  }
  return reading.allowed(question);
}

// All that the runtimes say, those that take the list.
std::vector<bool> answers(const std::vector<Plain>& rules, const Question& question, bool starts_open) {
  std::vector<bool> all{last_match(rules, question, false)};
  if (const auto runc = by_exceptions(rules, question, false, true)) all.push_back(*runc);
  all.push_back(*by_exceptions(rules, question, starts_open, false));
  return all;
}

std::string json_of(const Plain& rule) {
  std::string out = std::string(R"({"allow":)") + (rule.allow ? "true" : "false");
  if (rule.type != 'a') out += std::string(R"(,"type":")") + rule.type + '"';
  if (rule.major >= 0) out += R"(,"major":)" + std::to_string(rule.major);
  if (rule.minor >= 0) out += R"(,"minor":)" + std::to_string(rule.minor);
  // A rule for all devices without numbers is total only with rwm; the letters mean nothing to cgroup v1.
  const bool total = rule.type == 'a' && rule.major < 0 && rule.minor < 0;
  return out + R"(,"access":")" + (total ? "rwm" : std::string(1, rule.access)) + "\"}";
}

Result<DeviceMeaning> meaning_of(const std::string& list, bool starts_open = true) {
  const doc::Document document = TRY(doc::read_json("rules", list));
  const std::vector<doc::Cursor> rules = TRY(doc::Cursor(document, document.root).items());
  return read_device_rules(rules, starts_open ? DeviceSet::everything() : DeviceSet());
}

Access access_of(char letter) { return *parse_access(std::string(1, letter)); }

DeviceRange range_of(const Question& question) {
  return {question.type == 'b' ? DeviceType::block : DeviceType::character,
          static_cast<std::uint32_t>(question.major), static_cast<std::uint32_t>(question.minor)};
}

class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  int some_number() { return below(3) - 1; }  // -1, 0, 1; a question asks of 2 as well

  std::vector<Plain> rules() {
    std::vector<Plain> list;
    if (below(4) != 0) list.push_back({below(5) == 0, 'a', -1, -1, 'r'});
    for (int count = below(7); count > 0; --count) {
      const char type = "ccccbbba"[below(8)];
      Plain rule{below(2) == 0, type, some_number(), some_number(), "rw"[below(2)]};
      // Splitting a total rule by letters would say it three times; a partial one is tested below.
      if (type == 'a') rule.major = rule.minor = -1;
      list.push_back(rule);
    }
    return list;
  }

 private:
  std::mt19937 random_;
};

std::string json_of(const std::vector<Plain>& rules) {
  std::string list = "[";
  for (const Plain& rule : rules) list += (list.size() > 1 ? "," : "") + json_of(rule);
  return list + "]";
}

// Total rules are for every letter.
std::vector<Plain> for_each_letter(const std::vector<Plain>& rules) {
  std::vector<Plain> out;
  for (const Plain& rule : rules) {
    if (rule.type != 'a') out.push_back(rule);
    for (const char letter : {'r', 'w', 'm'}) {
      if (rule.type == 'a') out.push_back({rule.allow, 'a', -1, -1, letter});
    }
  }
  return out;
}

TEST(DeviceRules, MostIsAboveAndLeastIsBelowEveryReading) {
  Draw draw(20260101);
  int between = 0;
  for (int round = 0; round < 20000; ++round) {
    const std::vector<Plain> rules = draw.rules();
    const std::vector<Plain> split = for_each_letter(rules);
    const bool starts_open = draw.below(2) == 0;
    const auto meaning = meaning_of(json_of(rules), starts_open);
    ASSERT_TRUE(meaning.ok()) << meaning.error().what;
    ASSERT_TRUE(leq(meaning->least, meaning->most)) << json_of(rules);
    for (const char type : {'b', 'c'}) {
      for (int at = 0; at < 9; ++at) {
        const Question question{type, at / 3, at % 3, "rw"[at % 2]};
        const auto all = answers(split, question, starts_open);
        const bool most = meaning->most.covers(range_of(question), access_of(question.access));
        const bool least = meaning->least.covers(range_of(question), access_of(question.access));
        for (const bool answer : all) {
          ASSERT_TRUE(most || !answer)
              << json_of(rules) << " allows " << type << question.major << ":" << question.minor;
          ASSERT_TRUE(answer || !least)
              << json_of(rules) << " denies " << type << question.major << ":" << question.minor;
        }
        if (most != least) ++between;
      }
    }
  }
  EXPECT_GT(between, 1000);  // the lists were odd enough to be disputed
}

TEST(DeviceRules, WhatWeWriteMeansTheSameToAll) {
  Draw draw(7);
  int allowed = 0;
  for (int round = 0; round < 5000; ++round) {
    const auto meaning = meaning_of(json_of(draw.rules()));
    ASSERT_TRUE(meaning.ok());
    const std::string written = doc::print(write_device_rules(meaning->least));
    const auto again = meaning_of(written);
    ASSERT_TRUE(again.ok()) << written;
    ASSERT_EQ(again->most, meaning->least) << written;
    ASSERT_EQ(again->least, meaning->least) << written;
    if (!meaning->least.empty()) ++allowed;
  }
  EXPECT_GT(allowed, 1000);
}

TEST(DeviceRules, EnginesListsMeanOneThing) {
  const std::string docker =
      R"({"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":3,"access":"rwm"},)"
      R"({"allow":false,"type":"c","major":10,"minor":229,"access":"rwm"})";
  for (const std::string& list : {"[" + docker + "]", "[" + docker + "," + docker + "]"}) {
    const auto meaning = meaning_of(list);
    ASSERT_TRUE(meaning.ok());
    EXPECT_EQ(print(meaning->most), "c 1:3 rwm");
    EXPECT_EQ(meaning->most, meaning->least);
  }
  const auto privileged = meaning_of("[" + docker + R"(,{"allow":true,"access":"rwm"}])");
  ASSERT_TRUE(privileged.ok());
  EXPECT_EQ(privileged->least, DeviceSet::everything());
  // The deny of 10:229 comes first, so a rule of the user for all of 10 has it.
  const auto user =
      meaning_of("[" + docker + R"(,{"allow":true,"type":"c","major":10,"minor":-1,"access":"rmw"}])");
  ASSERT_TRUE(user.ok());
  EXPECT_EQ(print(user->least), "c 1:3 rwm and c 10:* rwm");
}

TEST(DeviceRules, AbsentNumbersNullAndMinusOneAreAny) {
  for (const std::string numbers : {"", R"("major":null,"minor":null,)", R"("major":-1,"minor":-1,)"}) {
    const auto meaning = meaning_of(R"([{"allow":false,"access":"rwm"},{"allow":true,"type":"b",)" + numbers +
                                    R"("access":"r"}])");
    ASSERT_TRUE(meaning.ok());
    EXPECT_EQ(print(meaning->most), "b *:* r");
  }
}

TEST(DeviceRules, ARuleForAllWithNumbersIsDisputed) {
  const auto allow = meaning_of(
      R"([{"allow":false,"access":"rwm"},{"allow":true,"type":"a","major":42,"minor":1,"access":"r"}])");
  ASSERT_TRUE(allow.ok());
  EXPECT_EQ(allow->most, DeviceSet::everything());
  EXPECT_EQ(print(allow->least), "c 42:1 r and b 42:1 r");
  const auto deny = meaning_of(
      R"([{"allow":true,"access":"rwm"},{"allow":false,"type":"a","major":42,"minor":1,"access":"r"}])");
  ASSERT_TRUE(deny.ok());
  EXPECT_EQ(deny->most, DeviceSet::everything());
  EXPECT_EQ(deny->least, DeviceSet());
}

TEST(DeviceRules, WhatRuncRefusesIsAnError) {
  for (const std::string rule :
       {R"({"allow":true,"type":"u","access":"r"})", R"({"allow":true,"type":"p","access":"r"})",
        R"({"allow":true,"access":""})", R"({"allow":true})", R"({"allow":true,"access":"rx"})",
        R"({"allow":true,"type":"c","major":-2,"access":"r"})",
        R"({"allow":true,"type":"c","minor":4294967296,"access":"r"})",
        R"({"allow":true,"type":"c","minor":1.0,"access":"r"})", R"({"allow":1,"access":"r"})", R"([])",
        R"("c 1:3 r")"}) {
    EXPECT_FALSE(meaning_of("[" + rule + "]").ok()) << rule;
  }
}

Result<DeviceNode> node_of(const std::string& json) {
  const doc::Document document = TRY(doc::read_json("node", json));
  return read_device_node(doc::Cursor(document, document.root));
}

TEST(DeviceNodes, AreReadAsGoDoes) {
  const auto fuse =
      node_of(R"({"path":"/dev/fuse","type":"c","major":10,"minor":229,"fileMode":438,"uid":0})");
  ASSERT_TRUE(fuse.ok());
  EXPECT_EQ(fuse->name(), "/dev/fuse (c 10:229)");
  const auto unbuffered = node_of(R"({"path":"/dev/x","type":"u","major":null})");
  ASSERT_TRUE(unbuffered.ok());
  EXPECT_EQ(unbuffered->name(), "/dev/x (c 0:0)");
  const auto fifo = node_of(R"({"path":"/run/f","type":"p"})");
  ASSERT_TRUE(fifo.ok());
  EXPECT_EQ(fifo->type, DeviceNode::Type::fifo);
}

TEST(DeviceNodes, ANumberThatMknodWouldCutIsAnError) {
  // mknod(2) of 4104:0 makes 8:0, the first disk.
  for (const std::string node :
       {R"({"path":"/x","type":"b","major":4104,"minor":0})",
        R"({"path":"/x","type":"b","major":8,"minor":1048576})",
        R"({"path":"/x","type":"b","major":-1,"minor":0})", R"({"path":"/x","type":"a"})", R"({"path":"/x"})",
        R"({"path":1,"type":"c"})", "[]"}) {
    EXPECT_FALSE(node_of(node).ok()) << node;
  }
}

}  // namespace
}  // namespace hardened::controls
