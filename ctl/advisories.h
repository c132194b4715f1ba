// Known holes of runc and of Docker, by the version that mends them, as data; and versions.
//
//   for (const Advisory* one : open_in(kRuncAdvisories, "1.1.5")) one->id   // "CVE-2024-21626", …
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ctl/doctor.h"

namespace hardened::ctl {

// "1.1.5+ds1" is 1.1.5; what is behind the numbers counts when it is a release candidate ("1.2.0-rc.2", below 1.2.0).
struct Version {
  std::array<std::uint32_t, 3> numbers{};
  std::uint32_t candidate = 0;  // 0: a release
  friend bool operator==(const Version&, const Version&) = default;
};
[[nodiscard]] Version parse_version(std::string_view text);
[[nodiscard]] bool older(const Version& a, const Version& b);

struct Advisory {
  std::string_view id;
  Severity severity = Severity::critical;
  std::string_view what;
  // Releases that have the mend, one a line of releases that got it, oldest first: "1.2.8 1.3.3 1.4.0-rc.3". A version of
  // a line that is not named has it when it is newer than the last.
  std::string_view mended;
};

[[nodiscard]] std::span<const Advisory> runc_advisories();
[[nodiscard]] std::span<const Advisory> crun_advisories();
[[nodiscard]] std::span<const Advisory> buildkit_advisories();       // by Docker's version
[[nodiscard]] std::span<const Advisory> authorization_advisories();  // by Docker's version
[[nodiscard]] std::span<const Advisory> plugin_advisories();         // by Docker's version

[[nodiscard]] bool is_open_in(const Advisory& advisory, std::string_view version);
[[nodiscard]] std::vector<const Advisory*> open_in(std::span<const Advisory> all, std::string_view version);

// "CVE-2024-21626 and CVE-2025-31133"
[[nodiscard]] std::string ids_of(const std::vector<const Advisory*>& all);
[[nodiscard]] Severity worst_of(const std::vector<const Advisory*>& all);

}  // namespace hardened::ctl
