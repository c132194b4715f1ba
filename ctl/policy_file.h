// A policy as a command reads it: whoever's file it is, and nothing is compiled, kept or written.
//
//   const PolicyFile file = TRY(read_policy_file(host, policy_path(arguments)));
//   for (const RuleText& rule : rules_of(*file.source)) ...
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/policy.h"
#include "config/source.h"
#include "ctl/command.h"

namespace hardened::ctl {

inline constexpr std::string_view kHostPolicy = "/etc/hardened/policy.yaml";

// What --policy names, or the host's.
[[nodiscard]] std::string policy_path(const Arguments& arguments);

struct PolicyFile {
  std::shared_ptr<const config::Source> source;
  config::Policy policy;
};
// Fault::policy with all that is wrong with it.
[[nodiscard]] Result<PolicyFile> read_policy_file(Host& host, const std::string& path,
                                                  Links links = Links::follow);
[[nodiscard]] Result<PolicyFile> parse_policy_file(const std::string& path, const std::string& yaml);

// A key of what holds in the end, and who says it: "policy.yaml:14", or the name of the base.
struct KeyText {
  std::string key;
  doc::Value value;
  std::string from;
};
struct RuleText {
  std::string control;
  std::vector<KeyText> keys;  // on_excess first
};
// Of every control, in the order in which they decide.
[[nodiscard]] std::vector<RuleText> rules_of(const config::Source& source);
// What stands beside the rules: "decision_log.path", "unknown_fields", …; neither version, extends nor waivers.
[[nodiscard]] std::vector<KeyText> settings_of(const config::Source& source);

// Each waiver of a policy that is right, as it is written.
[[nodiscard]] std::vector<doc::Cursor> waivers_of(const config::Source& source);

}  // namespace hardened::ctl
