#include "ctl/advisories.h"

#include <algorithm>

#include "core/base/text.h"

namespace hardened::ctl {
namespace {

// github.com/opencontainers/runc/security/advisories. Of those, the ones that a user of the engine can make use of.
constexpr std::array kRunc{
    Advisory{"CVE-2019-5736", Severity::critical, "a container overwrites the runtime's binary",
             "1.0.0-rc.7"},
    Advisory{"CVE-2021-30465", Severity::high, "a mount is led out of the container by exchanged links",
             "1.0.0-rc.95"},
    Advisory{"CVE-2023-27561", Severity::medium, "AppArmor is bypassed through a linked /proc", "1.1.5"},
    Advisory{"CVE-2024-21626", Severity::high, "a working directory leads to a leaked descriptor of the host",
             "1.1.12"},
    Advisory{"CVE-2024-45310", Severity::low, "empty files can be made on the host", "1.1.14 1.2.0-rc.3"},
    Advisory{"CVE-2025-31133", Severity::high, "a masked path is exchanged against a link",
             "1.2.8 1.3.3 1.4.0-rc.3"},
    Advisory{"CVE-2025-52565", Severity::high, "the console is mounted before paths are masked",
             "1.2.8 1.3.3 1.4.0-rc.3"},
    Advisory{"CVE-2025-52881", Severity::high, "writes to /proc are led elsewhere", "1.2.8 1.3.3 1.4.0-rc.3"},
    Advisory{"CVE-2026-41579", Severity::low, "an image's linked /dev (not under Docker)",
             "1.3.6 1.4.3 1.5.0-rc.3"},
};

// github.com/containers/crun/security/advisories
constexpr std::array kCrun{
    Advisory{"CVE-2022-27650", Severity::medium, "containers start with inheritable capabilities", "1.4.4"},
    Advisory{"CVE-2025-24965", Severity::low, "its krun handler makes a file outside of the root file system",
             "1.20"},
};

// BuildKit 0.12.5. Docker 24.0.9's own release notes say that it is without these, and to take 25.0.2.
constexpr std::array kBuildKit{
    Advisory{"CVE-2024-23651", Severity::high, "cache mounts race to files of the host", "25.0.2"},
    Advisory{"CVE-2024-23652", Severity::high, "the clean-up of a build removes files of the host", "25.0.2"},
    Advisory{"CVE-2024-23653", Severity::high, "a build runs a privileged container without being allowed to",
             "25.0.2"},
};

// github.com/moby/moby/security/advisories
constexpr std::array kAuthorization{
    Advisory{"CVE-2024-41110", Severity::high, "a request without a body passes the plugins",
             "23.0.15 25.0.6 26.1.5 27.1.1"},
    Advisory{"CVE-2026-34040", Severity::high, "a request with too large a body passes the plugins",
             "29.3.1"},
};
constexpr std::array kPlugins{
    Advisory{"CVE-2026-33997", Severity::medium, "a plugin gets privileges that nobody granted", "29.3.1"},
};

bool same_line(const Version& a, const Version& b) {
  return a.numbers[0] == b.numbers[0] && a.numbers[1] == b.numbers[1];
}

std::uint32_t number_at(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  unsigned long long value = 0;
  if (!parse_decimal(text.substr(0, end), value) || value > UINT32_MAX) value = 0;
  text.remove_prefix(end);
  return static_cast<std::uint32_t>(value);
}

std::vector<Version> mends(std::string_view text) {
  std::vector<Version> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    out.push_back(parse_version(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

Version parse_version(std::string_view text) {
  Version out;
  if (text.starts_with('v')) text.remove_prefix(1);
  for (std::uint32_t& number : out.numbers) {
    number = number_at(text);
    if (!text.starts_with('.')) break;
    text.remove_prefix(1);
  }
  if (text.starts_with('-') || text.starts_with('~')) text.remove_prefix(1);
  if (!text.starts_with("rc")) return out;
  text.remove_prefix(2);
  if (text.starts_with('.')) text.remove_prefix(1);
  out.candidate = std::max(number_at(text), 1U);
  return out;
}

bool older(const Version& a, const Version& b) {
  if (a.numbers != b.numbers) return a.numbers < b.numbers;
  if (a.candidate == 0 || b.candidate == 0) return a.candidate != 0 && b.candidate == 0;
  return a.candidate < b.candidate;
}

std::span<const Advisory> runc_advisories() { return kRunc; }
std::span<const Advisory> crun_advisories() { return kCrun; }
std::span<const Advisory> buildkit_advisories() { return kBuildKit; }
std::span<const Advisory> authorization_advisories() { return kAuthorization; }
std::span<const Advisory> plugin_advisories() { return kPlugins; }

bool is_open_in(const Advisory& advisory, std::string_view version) {
  const Version asked = parse_version(version);
  const std::vector<Version> all = mends(advisory.mended);
  for (const Version& mend : all) {
    if (same_line(asked, mend)) return older(asked, mend);
  }
  return older(asked, all.back());
}

std::vector<const Advisory*> open_in(std::span<const Advisory> all, std::string_view version) {
  std::vector<const Advisory*> out;
  for (const Advisory& one : all) {
    if (is_open_in(one, version)) out.push_back(&one);
  }
  return out;
}

std::string ids_of(const std::vector<const Advisory*>& all) {
  std::vector<std::string> ids;
  for (const Advisory* one : all) ids.emplace_back(one->id);
  return joined(ids);
}

Severity worst_of(const std::vector<const Advisory*>& all) {
  Severity worst = Severity::info;
  for (const Advisory* one : all) worst = std::max(worst, one->severity);
  return worst;
}

}  // namespace hardened::ctl
