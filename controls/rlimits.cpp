#include "controls/rlimits.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controls/reach.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kList = Rlimits::owned[0];
constexpr auto& kTypes = ResourceLimits::types;

bool within(const Limit& a, const Limit& b) { return a.soft <= b.soft && a.hard <= b.hard; }

Result<std::size_t> read_type(const doc::Cursor& item) {
  const doc::Cursor type = TRY(item.need("type"));
  const std::string_view text = TRY(type.text());
  const auto found = std::find(kTypes.begin(), kTypes.end(), text);
  if (found != kTypes.end()) return static_cast<std::size_t>(found - kTypes.begin());
  const std::string_view near = nearest(text, kTypes);
  return type.error("unknown rlimit '" + printable(text) + "'" +
                    (near.empty() ? "" : ", did you mean " + std::string(near) + "?"));
}

Result<Limit> read_limit(const doc::Cursor& item) {
  const doc::Cursor soft = TRY(item.need("soft"));
  const doc::Cursor hard = TRY(item.need("hard"));
  Limit limit;
  limit.soft = TRY(soft.unsigned_integer());
  limit.hard = TRY(hard.unsigned_integer());
  return limit;
}

// Where each type stands in the list, and what it says there.
struct Listed {
  std::size_t index = 0;
  Limit limit;
};
using List = std::array<std::optional<Listed>, 16>;

Result<List> read_list(const doc::Cursor& list) {
  List listed;
  const auto items = TRY(list.items());
  for (std::size_t index = 0; index < items.size(); ++index) {
    const std::size_t type = TRY(read_type(items[index]));
    if (listed[type])
      return items[index].error(std::string(kTypes[type]) + " stands in the list twice; keep one");
    const Limit limit = TRY(read_limit(items[index]));
    listed[type] = Listed{index, limit};
  }
  return listed;
}

// Nothing when the call leaves all limits as they are.
Result<std::optional<List>> read_request(const Spec& spec) {
  const auto list = TRY(reach(spec, kList));
  List listed;
  if (list) listed = TRY(read_list(*list));
  const bool names_one =
      std::any_of(listed.begin(), listed.end(), [](const auto& one) { return one.has_value(); });
  if (spec.scope() != Scope::bundle && !names_one) return std::optional<List>();
  return std::optional<List>(listed);
}

std::string told(std::uint64_t number) { return number == kNoLimit ? "unlimited" : std::to_string(number); }
std::string told(const Limit& limit) { return told(limit.soft) + ":" + told(limit.hard); }

Result<std::uint64_t> parse_number(const doc::Cursor& value, std::string_view others) {
  if (value.value().is(doc::Kind::string) && value.value().text() == "unlimited") return kNoLimit;
  const auto number = value.unsigned_integer();
  if (number) return *number;
  return value.error("expected a number or unlimited" + std::string(others));
}

Result<Rlimits::Most> parse_most(const doc::Cursor& value) {
  if (value.value().is(doc::Kind::string) && value.value().text() == "inherited")
    return Rlimits::Most{true, {}};
  if (value.kind() != doc::Kind::object) {
    const std::uint64_t both = TRY(parse_number(value, ", inherited, or {soft: …, hard: …}"));
    return Rlimits::Most{false, {both, both}};
  }
  static constexpr std::array<std::string_view, 2> known{"soft", "hard"};
  TRY(value.only(known));
  const doc::Cursor soft = TRY(value.need("soft"));
  const doc::Cursor hard = TRY(value.need("hard"));
  Limit limit;
  limit.soft = TRY(parse_number(soft, ""));
  limit.hard = TRY(parse_number(hard, ""));
  if (limit.soft > limit.hard)
    return soft.error("the soft limit is above the hard one; the kernel refuses that");
  return Rlimits::Most{false, limit};
}

doc::Value limit_object(std::size_t type, const Limit& limit) {
  return doc::Value::object({{"type", doc::Value::string(std::string(kTypes[type])), {}},
                             {"hard", doc::Value::number(limit.hard), {}},
                             {"soft", doc::Value::number(limit.soft), {}}});
}

}  // namespace

bool leq(const ResourceLimits& a, const ResourceLimits& b) {
  return std::equal(a.limits.begin(), a.limits.end(), b.limits.begin(), within);
}

ResourceLimits meet(const ResourceLimits& a, const ResourceLimits& b) {
  ResourceLimits both;
  for (std::size_t type = 0; type < kTypes.size(); ++type) {
    both.limits[type].soft = std::min(a.limits[type].soft, b.limits[type].soft);
    both.limits[type].hard = std::min(a.limits[type].hard, b.limits[type].hard);
  }
  return both;
}

Result<ResourceLimits> Rlimits::read(const Spec& spec, const Facts& facts) {
  const auto listed = TRY(read_request(spec));
  if (!listed) return ResourceLimits{};
  ResourceLimits request{facts.own};
  for (std::size_t type = 0; type < kTypes.size(); ++type) {
    if ((*listed)[type]) request.limits[type] = (*listed)[type]->limit;
  }
  return request;
}

Rlimits::Ceiling Rlimits::parse(const Rule& rule, doc::Diagnostics& wrong) {
  Ceiling ceiling;
  bool right = true;
  const auto take = [&](const doc::Cursor& value) {
    const auto most = wrong.take(parse_most(value));
    right = right && most;
    return most.value_or(Most{});
  };
  const auto otherwise = wrong.take(rule.need("default"));
  right = right && otherwise;
  if (otherwise) ceiling.fill(take(*otherwise));
  for (std::size_t type = 0; type < kTypes.size(); ++type) {
    if (const auto value = rule.find(keys[type + 1])) ceiling[type] = take(*value);
  }
  return right ? ceiling : Ceiling{};
}

Result<Rlimits::Facts> Rlimits::gather(Host& host, const Spec& /*spec*/, const Ceiling& /*ceiling*/) {
  return Facts{host.limits()};
}

ResourceLimits Rlimits::bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& /*earlier*/) {
  ResourceLimits most;
  for (std::size_t type = 0; type < kTypes.size(); ++type) {
    // Of our own limits the hard one bounds both: whoever has it may raise the soft one to it (setrlimit(2)), and
    // engines run under 1024:524288 while everyday images ask for a soft 65536.
    const std::uint64_t own = facts.own[type].hard;
    most.limits[type] = ceiling[type].inherited ? Limit{own, own} : ceiling[type].limit;
  }
  return most;
}

Outcome<ResourceLimits> Rlimits::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                        const std::tuple<>& earlier) {
  const ResourceLimits most = bound(ceiling, facts, earlier);
  // Soft stays at most hard: where that holds of both, it holds of their pointwise minimum.
  Outcome<ResourceLimits> outcome{meet(request, most), Verdict::unchanged, {}, {}};
  for (std::size_t type = 0; type < kTypes.size(); ++type) {
    const Limit& asked = request.limits[type];
    const Limit& granted = outcome.granted.limits[type];
    if (granted == asked) continue;
    const std::string named(kTypes[type]);
    outcome.verdict = Verdict::narrowed;
    outcome.changes.push_back({std::string(kList), named + " " + told(asked), named + " " + told(granted),
                               "the ceiling is " + told(most.limits[type]) +
                                   (ceiling[type].inherited ? ", what the runtime itself runs under" : "") +
                                   "; ask for less, or raise rlimits." + std::string(keys[type + 1]),
                               // Inherited, or no more than that: nobody asked for it.
                               asked == facts.own[type]});
  }
  return outcome;
}

void Rlimits::write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
  const auto request = read(spec, facts);
  const auto listed = read_request(spec);
  if (!request || !listed || !*listed || *request == grant) return;
  std::vector<doc::Value> added;
  for (std::size_t type = 0; type < kTypes.size(); ++type) {
    const Limit& limit = grant.limits[type];
    const Limit& asked = request->limits[type];
    const auto& place = (**listed)[type];
    if (limit == asked) continue;
    if (!place) {
      added.push_back(limit_object(type, limit));
      continue;
    }
    const std::string item = doc::child(kList, place->index);
    if (limit.soft != asked.soft) edits.set(item + "/soft", doc::Value::number(limit.soft));
    if (limit.hard != asked.hard) edits.set(item + "/hard", doc::Value::number(limit.hard));
  }
  if (added.empty()) return;
  if (!spec.find(kList)) return edits.set(kList, doc::Value::array(std::move(added)));
  for (doc::Value& object : added) edits.set(doc::child(kList, "-"), std::move(object));
}

}  // namespace hardened::controls
