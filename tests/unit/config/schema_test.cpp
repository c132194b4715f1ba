// config/policy.schema.json, which editors check policies with, against the loader.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "config/load.h"
#include "core/doc/json.h"
#include "core/doc/yaml.h"
#include "profiles/capability_names.h"
#include "schema_subset.h"
#include "tests/support/source_tree.h"

namespace hardened::config {
namespace {

using doc::Kind;
using doc::Value;
using Keys = std::set<std::string>;

std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

const Schema& schema() {
  static const doc::Document document = [] {
    auto read = doc::read_json("schema", slurp(test::source_path("config/policy.schema.json")));
    EXPECT_TRUE(read.ok()) << (read ? "" : read.error().what);
    return read ? std::move(read).value() : doc::Document{};
  }();
  static const Schema one(document.root);
  return one;
}

const Value& at(std::string_view pointer) {
  static const Value kNone;
  const Value* value = doc::resolve(schema().root(), pointer);
  return value == nullptr ? kNone : *value;
}

Keys keys_of(const Value& object) {
  Keys keys;
  for (const doc::Member& member : object.members()) keys.insert(member.key);
  return keys;
}

Refusals by_schema(const std::string& yaml) {
  const auto document = doc::read_yaml("policy.yaml", yaml);
  if (!document) return {document.error().what};
  return schema().refusals(document->root);
}

// "" when the loader takes it.
std::string by_loader(const std::string& yaml) {
  const auto policy = parse_policy("policy.yaml", yaml);
  return policy ? "" : policy.error().what;
}

std::string extending(const std::string& more) {
  return "version: 1\nextends: docker-default\n" + more + "\n";
}
std::string ruling(std::string_view control, const std::string& keys) {
  return extending("controls: {" + std::string(control) + ": {" + keys + "}}");
}

// The loader names all keys that it knows where none of them is near.
Keys top_keys_of_the_loader() {
  const std::string said = by_loader(extending("zzzzzzzzzz: 1"));
  const std::string_view before = "known are ";
  const std::size_t begin = said.find(before) + before.size();
  std::string list = said.substr(begin, said.find('\n', begin) - begin);
  list.replace(list.find(" and "), 5, ", ");
  Keys keys;
  for (std::size_t from = 0; from <= list.size();) {
    const std::size_t end = std::min(list.find(", ", from), list.size());
    keys.insert(list.substr(from, end - from));
    from = end + 2;
  }
  return keys;
}

// Every schema of a property in the whole document, with its place.
void visit_properties(const Value& value, const std::string& at, const auto& visit) {
  for (const doc::Member& member : value.members()) {
    const std::string below = doc::child(at, member.key);
    if (member.key == "properties") {
      for (const doc::Member& property : member.value.members())
        visit(doc::child(below, property.key), property.value);
    }
    visit_properties(member.value, below, visit);
  }
  for (std::size_t i = 0; i < value.items().size(); ++i)
    visit_properties(value.items()[i], doc::child(at, i), visit);
}

TEST(Schema, HasTheKeysOfTheTop) { EXPECT_EQ(keys_of(at("/properties")), top_keys_of_the_loader()); }

template <class C>
void expect_keys_of() {
  Keys keys{"on_excess"};
  for (const std::string_view key : C::keys) keys.insert(std::string(key));
  const std::string place = "/properties/controls/properties/" + std::string(C::name);
  EXPECT_EQ(keys_of(at(place + "/properties")), keys) << C::name;
  Keys modes;
  for (const controls::OnExcess mode : C::modes) modes.insert(std::string(name(mode)));
  Keys words;
  for (const Value& word : schema().resolved(at(place + "/properties/on_excess")).find("enum")->items()) {
    words.insert(word.text());
  }
  EXPECT_EQ(words, modes) << C::name;
}

TEST(Schema, HasTheKeysAndModesOfEachControl) {
  Keys names;
  [&]<class... C>(std::tuple<C...>*) {
    (names.insert(std::string(C::name)), ...);
    EXPECT_EQ(keys_of(at("/properties/controls/properties")), names);
    (expect_keys_of<C>(), ...);
  }(static_cast<controls::AllControls*>(nullptr));
}

TEST(Schema, SaysWhatEachKeyIs) {
  int properties = 0;
  visit_properties(schema().root(), "", [&](const std::string& place, const Value& property) {
    ++properties;
    if (place.ends_with("/on_excess") && property.find("$ref") != nullptr) return;  // said in $defs
    const Value* words = property.find("description");
    EXPECT_TRUE(words != nullptr && words->text().size() > 10 && words->text().ends_with('.')) << place;
  });
  EXPECT_GT(properties, 40);
}

// An object of the schema that lists properties, wherever it stands.
void expect_closed(const Value& value, const std::string& at, int& met) {
  if (value.find("properties") != nullptr) {
    ++met;
    const Value* others = value.find("additionalProperties");
    EXPECT_TRUE(others != nullptr && others->is(Kind::boolean) && !others->truth()) << at;
  }
  for (const doc::Member& member : value.members())
    expect_closed(member.value, doc::child(at, member.key), met);
  for (std::size_t i = 0; i < value.items().size(); ++i)
    expect_closed(value.items()[i], doc::child(at, i), met);
}

TEST(Schema, AnObjectHasNoOtherKeys) {
  int met = 0;
  expect_closed(schema().root(), "", met);
  EXPECT_GT(met, 12);
}

TEST(Schema, TakesThePoliciesThatAreShipped) {
  int shipped = 0;
  for (const auto& entry : std::filesystem::directory_iterator(test::source_path("config"))) {
    if (entry.path().extension() != ".yaml") continue;
    ++shipped;
    const std::string yaml = slurp(entry.path());
    EXPECT_EQ(by_schema(yaml), Refusals{}) << entry.path();
    EXPECT_EQ(by_loader(yaml), "") << entry.path();
  }
  EXPECT_EQ(shipped, 4);
}

TEST(Schema, TakesWhatTheLoaderTakes) {
  int taken = 0;
  for (const auto& entry : std::filesystem::directory_iterator(test::source_path("tests/golden/cases"))) {
    const std::string yaml = slurp(entry.path() / "policy.yaml");
    if (!by_loader(yaml).empty()) continue;
    ++taken;
    EXPECT_EQ(by_schema(yaml), Refusals{}) << entry.path();
  }
  EXPECT_GT(taken, 60);
  EXPECT_EQ(by_schema(extending("decision_log:\ncontrols:\n  pids:\n")), Refusals{})
      << "an empty section is the base's";
}

// The words that a schema lists, each as YAML for a value that it alone makes up.
void words_of(const Value& given, bool in_list, std::vector<std::string>& out) {
  const Value& property = schema().resolved(given);
  if (const Value* words = property.find("enum")) {
    for (const Value& word : words->items())
      out.push_back(in_list ? "[" + doc::print(word) + "]" : doc::print(word));
  }
  if (const Value* any = property.find("anyOf")) {
    for (const Value& one : any->items()) words_of(one, in_list, out);
  }
  if (const Value* items = property.find("items")) words_of(*items, true, out);
}

// What else a rule must say for the word to be right.
const std::map<std::string, std::string>& beside() {
  static const std::map<std::string, std::string> others{{"pids.default", "maximum: unlimited"}};
  return others;
}

TEST(Schema, TheLoaderTakesEachWordThatItLists) {
  int tried = 0;
  const auto tries = [&](const std::string& yaml) {
    ++tried;
    EXPECT_EQ(by_loader(yaml), "") << yaml;
    EXPECT_EQ(by_schema(yaml), Refusals{}) << yaml;
  };
  for (const doc::Member& key : at("/properties").members()) {
    std::vector<std::string> words;
    words_of(key.value, false, words);
    for (const std::string& word : words) {
      tries(key.key == "extends" ? "version: 1\nextends: " + word + "\n" : extending(key.key + ": " + word));
    }
  }
  for (const doc::Member& control : at("/properties/controls/properties").members()) {
    for (const doc::Member& key : control.value.find("properties")->members()) {
      std::vector<std::string> words;
      words_of(key.value, false, words);
      const auto other = beside().find(control.key + "." + key.key);
      const std::string more = other == beside().end() ? "" : ", " + other->second;
      for (const std::string& word : words) tries(ruling(control.key, key.key + ": " + word + more));
    }
  }
  EXPECT_GT(tried, 100);
}

void expect_refused(const std::string& yaml) {
  EXPECT_NE(by_loader(yaml), "") << yaml;
  EXPECT_NE(by_schema(yaml), Refusals{}) << yaml;
}

TEST(Schema, RefusesTheKeysAndKindsThatTheLoaderRefuses) {
  for (const doc::Member& control : at("/properties/controls/properties").members()) {
    expect_refused(ruling(control.key, "zzz: 1"));
    expect_refused(extending("controls: {" + control.key + ": 5}"));
    for (const doc::Member& key : control.value.find("properties")->members()) {
      expect_refused(ruling(control.key, key.key + ": {zzz: 1}"));
      expect_refused(ruling(control.key, key.key + ": [[1]]"));
    }
  }
  for (const doc::Member& key : at("/properties").members()) {
    if (key.key != "version" && key.key != "extends") expect_refused(extending(key.key + ": {zzz: 1}"));
  }
}

TEST(Schema, RefusesOtherWrongPolicies) {
  for (const char* wrong :
       {"extends: docker-default\n", "version: 2\n", "version: '1'\n", "version: 1\nextends: strickt\n",
        "version: 1\nextends: docker-default\ncontrols: {roof: {}}\n",
        "version: 1\nextends: docker-default\ndecision_log: {path: log.jsonl}\n",
        "version: 1\nextends: docker-default\naccepted_fields: [linux]\n",
        "version: 1\nextends: docker-default\nallowed_calls: [kill]\n",
        "version: 1\nextends: docker-default\nengines: [{name: docker, data_root: var/lib/docker}]\n",
        "version: 1\nextends: docker-default\nengines: [{name: docker}]\n",
        "version: 1\nextends: docker-default\nwaivers: [{name: a}]\n",
        "version: 1\nextends: docker-default\nwaivers: [{name: a, match: {image_id: [box]}, controls: {pids: "
        "{maximum: 9000}}, because: x}]\n"}) {
    expect_refused(wrong);
  }
  for (const auto& [control, keys] : std::map<std::string, std::vector<std::string>>{
           {"capabilities", {"ceiling: [sys_admin]", "ceiling: all", "on_excess: allow"}},
           {"no_new_privileges", {"required: yes"}},
           {"namespaces", {"pid: host", "time_offsets: own", "on_excess: narrow"}},
           {"user", {"run_as: root", "run_as: [a]", "protected_groups: disk", "protected_groups: [1a]"}},
           {"seccomp", {"profile: seccomp.json", "architectures: all", "also: [Unshare]", "also: unshare"}},
           {"apparmor", {"profile: nginx", "custom: [7]"}},
           {"devices", {"allow: [\"c 10 rwm\"]", "allow: [fuse]"}},
           {"mounts", {"protected: [etc]", "propagation: rshared", "required: [ro]", "data_roots: [x]"}},
           {"system_mounts", {"sysfs: ro"}},
           {"paths", {"masked: [proc/kcore]"}},
           {"pids", {"maximum: 0", "maximum: 4194305", "default: none"}},
           {"rlimits", {"nofile: -1", "nofile: {soft: 1}", "core: none"}}}) {
    for (const std::string& key : keys) expect_refused(ruling(control, key));
  }
}

TEST(Schema, NamesEveryCapability) {
  std::vector<std::string> words;
  words_of(at("/properties/controls/properties/capabilities/properties/ceiling"), false, words);
  for (const std::string_view name : kCapabilityNames) {
    const std::string word = "[\"" + std::string(name.substr(4)) + "\"]";
    EXPECT_EQ(std::count(words.begin(), words.end(), word), 1) << name;
  }
}

}  // namespace
}  // namespace hardened::config
