// What a container may use of memory, processors and block devices, and where its cgroup stands.
//
//   resources: {on_excess: narrow, memory: {default: unlimited, maximum: unlimited}, memory_swap: unlimited,
//               cpus: {default: unlimited, maximum: unlimited}, cpu_shares: 1024, blkio_weight: 100,
//               realtime: false, disable_oom_killer: false, network_class: false,
//               unified: [limits], cgroup_parents: any}
//
//   request   /linux/resources/memory: limit, reservation and swap (which counts memory and swap together) in bytes,
//             disableOOMKiller. /cpu: quota and period in microseconds, burst, shares, realtimeRuntime and realtimePeriod.
//             /blockIO: weight, leafWeight, weightDevice. /network: what cgroup v1 marks its packets with. /unified: files
//             of cgroup v2 by name (unified.h). /linux/cgroupsPath (cgroup_parent.h), which no update carries
//   ceiling   memory, cpus: `default` for a container that asks for no limit, `maximum` for one that does; the rest is
//             what an explicit request is narrowed to. What else stands in these objects bounds the container alone
//             (fields_resources.h says of each why)
//
// Zero is not set, to engines and runtimes alike: at create as if absent, in an update kept. Negative numbers are no
// limit. Of weights, which are shares of what others have too, an absent one is the kernel's default: 1024 for
// cpu/shares, written only where the ceiling is lower.
//
// In an update memory without a limit takes swap's with it, where that is not named (runc, both versions); and quota
// or period alone means what the container has for the other: unclear, above every ceiling, and taken out. So does memory
// without swap where both together have a ceiling, on version 2: the kernel holds what swap was beyond memory at create,
// which stays when memory rises. For the same reason memory.max is there no more than the limit.
//
// Where swap has a ceiling, a create that does not speak of it has twice its memory, as Docker has it, or the ceiling.
//
// A kernel that counts no swap (cgroup v1 without swapaccount=1) has no file for its limit, and runtimes fail where one is
// asked for: there a ceiling adds none, and the record says so.
//
// Valid: what was swap >= limit >= reservation stays so, since the ceilings are. A burst is at most the quota: it goes
// where the quota is narrowed.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "controls/amount.h"
#include "controls/cgroup_parent.h"
#include "controls/control.h"

namespace hardened::controls {

struct ResourcesCeiling {
  struct Range {
    Amount by_default;
    Amount maximum;  // not below it
  };
  Range memory;  // bytes
  Amount swap;   // bytes of both; not below memory's maximum
  Range cpus;    // hundred-thousandths of one
  std::uint64_t cpu_shares = 2;
  std::uint64_t blkio_weight = 100;  // not below the kernel's default, which an absent one is
  bool realtime = false;
  bool disable_oom_killer = false;
  bool network_class = false;
  bool unified_limits = false;
  std::set<std::string, std::less<>> unified;  // further files, with any value
  CgroupParents parents;
};

struct ResourcesFacts {
  std::vector<std::string> unified;  // the files that the request names
  std::size_t weight_devices = 0;    // entries of blockIO/weightDevice
  std::string cgroups_path;
  bool counts_swap = true;     // the kernel: then a ceiling on it can hold
  bool swap_is_total = false;  // to the kernel too (version 1): it holds, whatever becomes of memory
  Amount limit;                // of memory, as asked
};

struct Resources {
  static constexpr std::string_view name = "resources";
  static constexpr std::array<std::string_view, 16> owned{"/linux/resources/memory/limit",
                                                          "/linux/resources/memory/reservation",
                                                          "/linux/resources/memory/swap",
                                                          "/linux/resources/memory/disableOOMKiller",
                                                          "/linux/resources/cpu/shares",
                                                          "/linux/resources/cpu/quota",
                                                          "/linux/resources/cpu/burst",
                                                          "/linux/resources/cpu/period",
                                                          "/linux/resources/cpu/realtimeRuntime",
                                                          "/linux/resources/cpu/realtimePeriod",
                                                          "/linux/resources/blockIO/weight",
                                                          "/linux/resources/blockIO/leafWeight",
                                                          "/linux/resources/blockIO/weightDevice",
                                                          "/linux/resources/network",
                                                          "/linux/resources/unified",
                                                          "/linux/cgroupsPath"};
  static constexpr std::array<std::string_view, 10> keys{
      "memory",   "memory_swap",        "cpus",          "cpu_shares", "blkio_weight",
      "realtime", "disable_oom_killer", "network_class", "unified",    "cgroup_parents"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};

  using Needs = std::tuple<>;
  using Grant =
      Amounts;  // by the pointer of each field; quota for quota and period, what is only there is unlimited
  using Ceiling = ResourcesCeiling;
  using Facts = ResourcesFacts;

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const std::tuple<>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  // What gather reads, all of it in the request itself.
  [[nodiscard]] static Result<Facts> facts_of(const Spec& spec);

  static constexpr Flags lifted_by{std::uint64_t{1} << 21U};  // CAP_SYS_ADMIN
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Resources>);

// The fields by name, for the files that make up the control.
namespace resource_fields {
inline constexpr std::string_view kLimit = Resources::owned[0];
inline constexpr std::string_view kReservation = Resources::owned[1];
inline constexpr std::string_view kSwap = Resources::owned[2];
inline constexpr std::string_view kOomKiller = Resources::owned[3];
inline constexpr std::string_view kShares = Resources::owned[4];
inline constexpr std::string_view kQuota = Resources::owned[5];
inline constexpr std::string_view kBurst = Resources::owned[6];
inline constexpr std::string_view kPeriod = Resources::owned[7];
inline constexpr std::string_view kRealtimeRuntime = Resources::owned[8];
inline constexpr std::string_view kRealtimePeriod = Resources::owned[9];
inline constexpr std::string_view kWeight = Resources::owned[10];
inline constexpr std::string_view kLeafWeight = Resources::owned[11];
inline constexpr std::string_view kWeightDevice = Resources::owned[12];
inline constexpr std::string_view kNetwork = Resources::owned[13];
inline constexpr std::string_view kUnified = Resources::owned[14];
inline constexpr std::string_view kCgroupsPath = Resources::owned[15];
inline constexpr std::string_view kMemoryMax = "/linux/resources/unified/memory.max";
inline constexpr std::uint64_t kDefaultShares = 1024;

[[nodiscard]] std::string unified_file(std::string_view key);  // its pointer
// "512 bytes", "1.5 cpus", "unlimited"; of what is only there, what it is.
[[nodiscard]] std::string told(std::string_view pointer, const Amount& amount);
}  // namespace resource_fields

}  // namespace hardened::controls
