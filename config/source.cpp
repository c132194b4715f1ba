#include "config/source.h"

#include <algorithm>
#include <array>
#include <utility>

#include "config/embedded.h"
#include "config/load.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "core/doc/yaml.h"

namespace hardened::config {
namespace {

struct Base {
  std::string_view name;
  std::string_view yaml;
};
// Each may extend those before it only, so that there is no circle.
constexpr std::array kBases{Base{"docker-default", embedded::policy_yaml},
                            Base{"observe", embedded::observe_yaml}, Base{"strict", embedded::strict_yaml}};

// How deep the keys of an object are laid over those of the base: a rule's keys are the last.
enum class Depth : std::uint8_t { values, keys, rules, file };

Depth depth_below(Depth depth, std::string_view key) {
  if (depth == Depth::rules) return Depth::keys;
  if (depth != Depth::file) return Depth::values;
  if (key == "controls") return Depth::rules;
  return key == "decision_log" || key == "privileged" ? Depth::keys : Depth::values;
}

doc::Value overlaid(const doc::Value& own, const doc::Value& base, Depth depth) {
  const bool objects = own.is(doc::Kind::object) && base.is(doc::Kind::object);
  if (depth == Depth::values || !objects) return own;
  std::vector<doc::Member> members;
  for (const doc::Member& member : base.members()) {
    const doc::Value* mine = own.find(member.key);
    const bool absent = mine == nullptr || mine->is(doc::Kind::null);
    const Depth below = depth_below(depth, member.key);
    members.push_back({member.key, absent ? member.value : overlaid(*mine, member.value, below), {}});
  }
  for (const doc::Member& member : own.members()) {
    if (base.find(member.key) == nullptr) members.push_back({member.key, member.value, {}});
  }
  return doc::Value::object(std::move(members));
}

Result<doc::Document> read_base(std::size_t index) {
  const Base& base = kBases.at(index);
  doc::Document own = TRY(doc::read_yaml(std::string(base.name), std::string(base.yaml)));
  const doc::Value* extends = own.root.find("extends");
  if (extends == nullptr) return own;
  for (std::size_t earlier = 0; earlier < index; ++earlier) {
    if (extends->text() != kBases.at(earlier).name) continue;
    const doc::Document below = TRY(read_base(earlier));
    return doc::read_json(std::string(base.name), doc::print(overlaid(own.root, below.root, Depth::file)));
  }
  return Error{Fault::internal,
               "the built-in policy " + std::string(base.name) + " extends none of those before it"};
}

// The index of the base that the file extends; nothing when it extends none.
Result<std::optional<std::size_t>> extended(const doc::Document& own) {
  std::optional<std::size_t> none;
  const auto extends = doc::Cursor(own, own.root).find("extends");
  if (!extends) return none;
  const std::string_view name = TRY(extends->text());
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kBases.size(); ++i) {
    if (kBases.at(i).name == name) return std::optional<std::size_t>(i);
    names.push_back(kBases.at(i).name);
  }
  const std::string_view near = nearest(name, names);
  return extends->error("there is no base '" + printable(name) + "', " +
                        (near.empty() ? "there are " + joined({names.begin(), names.end()})
                                      : "did you mean " + std::string(near) + "?"));
}

Error as_policy(Error error) {
  error.fault = Fault::policy;
  return error;
}

}  // namespace

Layers Source::top() const {
  std::optional<doc::Cursor> below;
  if (base) below = doc::Cursor(*base, base->root);
  return {doc::Cursor(own, own.root), below};
}

Result<Source> read_source(std::string path, std::string yaml) {
  if (yaml.size() > kLargestPolicy) {
    return Error{Fault::policy,
                 printable(path, 4096) + ": longer than " + std::to_string(kLargestPolicy) + " bytes"};
  }
  auto own = doc::read_yaml(std::move(path), std::move(yaml));
  if (!own) return as_policy(std::move(own).error());
  const auto index = extended(*own);
  if (!index) return as_policy(index.error());
  Source source{std::move(own).value(), std::nullopt, ""};
  std::string bytes = source.own.text;
  if (*index) {
    source.base = TRY(read_base(**index));
    for (std::size_t i = 0; i <= **index; ++i) bytes += '\0' + std::string(kBases.at(i).yaml);
  }
  source.id = sha256(bytes);
  return source;
}

doc::Value merged(const Source& source) {
  const doc::Value all =
      source.base ? overlaid(source.own.root, source.base->root, Depth::file) : source.own.root;
  std::vector<doc::Member> members;
  for (const doc::Member& member : all.members()) {
    if (member.key != "waivers") members.push_back(member);
  }
  return doc::Value::object(std::move(members));
}

}  // namespace hardened::config
