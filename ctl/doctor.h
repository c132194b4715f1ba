// What `hardenedctl doctor` looks for: each check is a row of a table, and everything that it looks at is gathered once.
//
//   constexpr std::array kChecks{
//       Check{"swarm", "no swarm under another runtime", "tasks of a swarm cannot choose a runtime: …", swarm}};
//
// A newcomer adds a row, and its function, to the table of its theme: doctor_engine.cpp, doctor_sockets.cpp,
// doctor_containers.cpp, doctor_policy.cpp, doctor_host.cpp. An id is for good: operators silence it by --ignore, and
// their scripts read it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ctl/doctor_world.h"
#include "ctl/screen.h"

namespace hardened::ctl {

// From medium on the host is not as it should be, and doctor's exit status says so.
enum class Severity : std::uint8_t { info, low, medium, high, critical };
[[nodiscard]] std::string_view name(Severity severity);

struct Finding {
  Severity severity = Severity::critical;
  std::string what;  // a line, with what was found in it
  std::string mend;  // the command that mends it, or where none does, what to do
};
using Findings = std::vector<Finding>;

struct Check {
  std::string_view id;
  std::string_view title;  // what is so on a good host
  std::string_view why;    // why it matters where it is not
  Findings (*look)(const World&) = nullptr;
};

// What the host is able to; what it lacks is a finding of a check beside.
struct Ability {
  std::string_view id;
  std::string (*told)(const World&) = nullptr;
};

[[nodiscard]] std::span<const Ability> abilities();
[[nodiscard]] std::span<const Check> host_checks();
[[nodiscard]] std::span<const Check> engine_checks();
[[nodiscard]] std::span<const Check> power_checks();
[[nodiscard]] std::span<const Check> socket_checks();
[[nodiscard]] std::span<const Check> container_checks();
[[nodiscard]] std::span<const Check> policy_checks();
[[nodiscard]] std::span<const Check> waiver_checks();

// All of them; of findings that are equally severe those of the earlier check come first.
using CheckTables = std::array<std::span<const Check>, 7>;
[[nodiscard]] CheckTables check_tables();

}  // namespace hardened::ctl
