// The shipped profile and questions to it, for the tests beside it.
#pragma once

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

#include "core/doc/json.h"
#include "profiles/capability_names.h"
#include "profiles/embedded.h"
#include "profiles/seccomp/parse.h"
#include "profiles/seccomp/resolve.h"
#include "tests/unit/profiles/seccomp/by_name.h"

namespace hardened::seccomp {

inline constexpr Flags kDockerDefault{0xa80425fb};
inline constexpr Machine kPc{Architecture::x86_64, {6, 1}};
inline constexpr unsigned kArchitectureCount = static_cast<unsigned>(Architecture::loongarch64) + 1;

inline constexpr Answer kAllowed{Action::allow, 0};
inline constexpr Answer kDenied{Action::error, kEperm};
inline constexpr Answer kUnknown{Action::error, kEnosys};

inline DockerProfile parsed(const std::string& name, std::string text) {
  const auto document = doc::read_json(name, std::move(text));
  if (!document) throw std::runtime_error(document.error().what);
  auto profile = parse_docker(doc::Cursor(*document, document->root));
  if (!profile) throw std::runtime_error(profile.error().what);
  return *profile;
}

inline const DockerProfile& shipped() {
  static const DockerProfile profile = parsed("default.json", std::string(embedded::default_json));
  return profile;
}

inline std::optional<std::string> text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

inline Flags with(Flags base, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) base = base.with(*capability_number(name));
  return base;
}

inline std::set<std::string> names_in(const DockerProfile& profile) {
  std::set<std::string> out;
  for (const DockerRule& rule : profile.rules) out.insert(rule.rule.names.begin(), rule.rule.names.end());
  return out;
}

inline bool is_filtered(const DockerRule& rule) {
  const auto says = [](const Filter& filter) {
    return !filter.capabilities.empty() || !filter.architectures.empty() || filter.least_kernel.has_value();
  };
  return says(rule.includes) || says(rule.excludes);
}

}  // namespace hardened::seccomp
