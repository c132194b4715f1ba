#include "profiles/seccomp/instead.h"

#include <set>
#include <utility>

namespace hardened::seccomp {

DockerProfile instead(DockerProfile profile, const std::vector<DockerRule>& rules) {
  std::set<std::string> calls;
  for (const DockerRule& rule : rules) calls.insert(rule.rule.names.begin(), rule.rule.names.end());
  for (DockerRule& rule : profile.rules) {
    std::erase_if(rule.rule.names, [&](const std::string& name) { return calls.contains(name); });
  }
  std::erase_if(profile.rules, [](const DockerRule& rule) { return rule.rule.names.empty(); });
  profile.rules.insert(profile.rules.end(), rules.begin(), rules.end());
  return profile;
}

DockerRule all_of(std::vector<std::string> calls) {
  return {{std::move(calls), answer(Action::allow, {}), {}}, {}, {}};
}

}  // namespace hardened::seccomp
