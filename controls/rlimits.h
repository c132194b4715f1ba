// Resource limits of the first process, setrlimit(2).
//
//   controls: {rlimits: {on_excess: narrow, default: inherited, core: {soft: 0, hard: unlimited}}}
//
//   request   /process/rlimits: [{"type": "RLIMIT_NOFILE", "soft": 1024, "hard": 4096}, …], where
//             18446744073709551615 is no limit. Unknown types (runc refuses them, crun 1.8 by other words), types that stand
//             twice (the last or the first would count) and a missing soft or hard (0 to runc) are
//             syntax errors
//   ceiling   for each type its own key (as, core, cpu, … as in getrlimit(2), lower case), else `default`:
//             inherited          soft and hard no more than the hard limit that the runtime itself runs
//                                under: a container that asks for nothing has it, and may raise its
//                                soft limit to it without any privilege
//             unlimited | 4096   soft and hard
//             {soft: …, hard: …} each a number or unlimited, soft at most hard
//             Units are the kernel's: bytes, seconds for cpu, microseconds for rttime.
//
// A type that the list does not name is left as the runtime's own limit, which the container
// inherits: that is the request then, and written only where it is above the ceiling. In a
// process.json an absent or empty list means what the container was created with (kept); one that names
// some types replaces the container's whole list, and the other types are the runtime's own again
// (runc: libcontainer's newInitConfig).
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>

#include "controls/control.h"
#include "core/base/host.h"

namespace hardened::controls {

inline constexpr std::uint64_t kNoLimit = 18446744073709551615U;  // RLIM_INFINITY

struct ResourceLimits {
  // In the order of RLIMIT_* (asm-generic/resource.h), as in Host::limits().
  static constexpr std::array<std::string_view, 16> types{
      "RLIMIT_CPU",      "RLIMIT_FSIZE", "RLIMIT_DATA",   "RLIMIT_STACK",
      "RLIMIT_CORE",     "RLIMIT_RSS",   "RLIMIT_NPROC",  "RLIMIT_NOFILE",
      "RLIMIT_MEMLOCK",  "RLIMIT_AS",    "RLIMIT_LOCKS",  "RLIMIT_SIGPENDING",
      "RLIMIT_MSGQUEUE", "RLIMIT_NICE",  "RLIMIT_RTPRIO", "RLIMIT_RTTIME"};
  std::array<Limit, 16> limits{};

  friend bool operator==(const ResourceLimits&, const ResourceLimits&) = default;
  friend bool leq(const ResourceLimits& a, const ResourceLimits& b);
  friend ResourceLimits meet(const ResourceLimits& a, const ResourceLimits& b);
};

struct Rlimits {
  static constexpr std::string_view name = "rlimits";
  static constexpr std::array<std::string_view, 1> owned{"/process/rlimits"};
  static constexpr std::array<std::string_view, 17> keys{
      "default", "cpu", "fsize", "data",       "stack",    "core", "rss",    "nproc", "nofile",
      "memlock", "as",  "locks", "sigpending", "msgqueue", "nice", "rtprio", "rttime"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};

  using Needs = std::tuple<>;
  using Grant = ResourceLimits;
  struct Most {  // of one type
    bool inherited = false;
    Limit limit;  // when not inherited
  };
  using Ceiling = std::array<Most, 16>;
  struct Facts {
    std::array<Limit, 16> own{};  // what the runtime itself runs under
  };

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const std::tuple<>& earlier);
  // Only the numbers that change; an inherited limit above the ceiling is added to the list.
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{std::uint64_t{1} << 24U};  // CAP_SYS_RESOURCE
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Rlimits>);

}  // namespace hardened::controls
