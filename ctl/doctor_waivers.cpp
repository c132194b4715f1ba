// doctor: what the policy's waivers open again.
#include "config/reopens.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "ctl/doctor.h"
#include "ctl/quoted.h"

namespace hardened::ctl {
namespace {

struct Told {
  std::string name;
  std::optional<std::chrono::year_month_day> expires;
};

// A line each: its ids, a tab, and JSON.
std::vector<Told> waivers_of(const World& world) {
  std::vector<Told> out;
  std::string_view lines = world.policy ? world.policy->waivers.lines() : std::string_view();
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    const std::size_t tab = line.find('\t');
    const auto document =
        tab == std::string_view::npos ? Error{} : doc::read_json("waiver", std::string(line.substr(tab + 1)));
    const doc::Value* waiver = document ? document->root.find("waiver") : nullptr;
    const doc::Value* name = waiver == nullptr ? nullptr : waiver->find("name");
    if (name == nullptr) continue;
    const doc::Value* expires = waiver->find("expires");
    out.push_back({name->text(), expires == nullptr ? std::nullopt : config::parse_date(expires->text())});
  }
  return out;
}

bool is_over(const World& world, const Told& waiver) {
  return config::expired(
      {.name = waiver.name, .match = {}, .because = {}, .expires = waiver.expires, .rules = {}},
      world.host.now_ns());
}

Findings in_force(const World& world) {
  Findings out;
  for (const Told& one : waivers_of(world)) {
    if (is_over(world, one)) continue;
    const auto escapes = config::reopened_by(*world.policy, one.name).value_or({});
    out.push_back({Severity::low,
                   "the waiver " + printable(one.name) +
                       (escapes.empty() ? " holds" : " opens again " + some_of(escapes, 30)) +
                       (one.expires ? ", until " + config::told(*one.expires) : ", without an end"),
                   "take it out of " + world.policy_path +
                       (one.expires ? "" : ", or give it a day: expires: YYYY-MM-DD")});
  }
  return out;
}

Findings over(const World& world) {
  std::vector<std::string> names;
  for (const Told& one : waivers_of(world)) {
    if (is_over(world, one)) names.push_back(one.name);
  }
  if (names.empty()) return {};
  return {{Severity::low, some_of(names) + (names.size() == 1 ? " has expired" : " have expired"),
           "take them out of " + world.policy_path}};
}

Findings readable(const World& world) {
  const Result<Stat> stat = world.host.stat(world.policy_path, Links::follow);
  if (!stat || (stat->mode & 0004U) == 0 || waivers_of(world).empty()) return {};
  return {{Severity::info,
           world.policy_path + " has waivers and is readable by everybody: it says which images to start",
           "chmod 0600 " + quoted(world.policy_path)}};
}

constexpr std::array kChecks{
    Check{"waivers", "no waiver opens a way that the policy shuts",
          "a waiver is a grant to every user of the engine: any command, any files of his own, under the "
          "raised ceilings",
          in_force},
    Check{"expired-waivers", "no waiver has expired",
          "it does nothing any more, and misleads who reads the policy", over},
    Check{"readable-waivers", "the policy's waivers are not for everybody to read",
          "their image ids are what somebody needs to make use of them", readable},
};

}  // namespace

std::span<const Check> waiver_checks() { return kChecks; }

}  // namespace hardened::ctl
