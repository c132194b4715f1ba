#include "controls/unified.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

struct Known {
  std::string_view key;
  Unified kind;
};
// Kernel, admin-guide/cgroup-v2.rst. Not here: cgroup.* (changes the hierarchy), memory.min and memory.reclaim, io.latency
// and cpu.uclamp.min (at the expense of others), io.weight, cpu.weight.nice, cpu.max.burst, cpuset.cpus.partition and
// .exclusive. memory.low bounds what others may reclaim; as it counts no more than the parent's, it is had where the
// operator of the host has set that one: as the reservation, which runtimes write to it.
constexpr std::array kKnown{
    Known{"cpu.idle", Unified::limit},         Known{"cpu.max", Unified::cpus},
    Known{"cpu.weight", Unified::weight},      Known{"cpuset.cpus", Unified::limit},
    Known{"cpuset.mems", Unified::limit},      Known{"io.max", Unified::limit},
    Known{"memory.high", Unified::limit},      Known{"memory.low", Unified::memory},
    Known{"memory.max", Unified::memory},      Known{"memory.oom.group", Unified::limit},
    Known{"memory.swap.high", Unified::limit}, Known{"memory.swap.max", Unified::swap},
    Known{"memory.zswap.max", Unified::limit}, Known{"misc.max", Unified::limit},
    Known{"rdma.max", Unified::limit},
};

// hugetlb.2MB.max and hugetlb.2MB.rsvd.max; the size is the kernel's own word.
bool bounds_huge_pages(std::string_view key) {
  constexpr std::string_view kHugetlb = "hugetlb.";
  if (!key.starts_with(kHugetlb)) return false;
  key.remove_prefix(kHugetlb.size());
  const std::string_view size = key.substr(0, key.find('.'));
  const std::string_view rest = key.substr(size.size());
  const bool plain = std::all_of(size.begin(), size.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == 'K' || c == 'M' || c == 'G' || c == 'B';
  });
  return !size.empty() && plain && (rest == ".max" || rest == ".rsvd.max");
}

// As the kernel's memparse(): a power of 1024. It reads octal and hexadecimal too.
std::optional<std::uint64_t> bytes(std::string_view text) {
  constexpr std::string_view kUnits = "KMGTPE";
  unsigned shift = 0;
  if (!text.empty()) {
    const char last = text.back() >= 'a' ? static_cast<char>(text.back() - 'a' + 'A') : text.back();
    const std::size_t unit = kUnits.find(last);
    if (unit != std::string_view::npos) {
      shift = 10 * (static_cast<unsigned>(unit) + 1);
      text.remove_suffix(1);
    }
  }
  unsigned long long number = 0;
  if (!parse_decimal(text, number) || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  if (number > kMost >> shift) return kMost;
  return number << shift;
}

std::optional<std::uint64_t> decimal(std::string_view text) {
  unsigned long long number = 0;
  if (!parse_decimal(text, number) || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  return number;
}

std::optional<Amount> read_bytes(std::string_view text) {
  if (text == "max") return Amount::unlimited();
  const auto number = bytes(text);
  return number ? std::optional(Amount::of(*number)) : std::nullopt;
}

// "max 100000", "50000 100000", "50000"; where the period is missing, the kernel leaves it as it is.
std::optional<Amount> read_cpu_max(std::string_view text, Scope scope) {
  const std::size_t blank = text.find(' ');
  const std::string_view quota = text.substr(0, blank);
  std::optional<std::uint64_t> period;
  if (blank != std::string_view::npos) {
    period = decimal(text.substr(blank + 1));
    if (!period || *period == 0) return std::nullopt;
  }
  if (quota == "max") return Amount::unlimited();
  const auto number = decimal(quota);
  if (!number) return std::nullopt;
  if (!period && scope == Scope::resources) return Amount::unclear();
  return Amount::of(cpus_of(*number, period.value_or(kOneCpu)));
}

std::optional<Amount> read_weight(std::string_view text) {
  const auto number = decimal(text);
  return number ? std::optional(Amount::of(*number)) : std::nullopt;
}

}  // namespace

std::uint64_t cpus_of(std::uint64_t quota, std::uint64_t period) {
  // The kernel takes periods from a millisecond to a second (kernel/sched/core.c, tg_set_cfs_bandwidth); a longer one is
  // counted as a second, which is no less.
  constexpr std::uint64_t kLongest = 1000000;
  period = std::clamp<std::uint64_t>(period, 1, kLongest);
  const std::uint64_t whole = quota / period;
  if (whole >= kMost / kOneCpu - 1) return kMost;
  return whole * kOneCpu + (quota % period * kOneCpu + period - 1) / period;
}

Unified kind_of_unified(std::string_view key) {
  const auto known =
      std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& one) { return one.key == key; });
  if (known != kKnown.end()) return known->kind;
  return bounds_huge_pages(key) ? Unified::limit : Unified::other;
}

Result<Amount> read_unified(Unified kind, const doc::Cursor& value, Scope scope) {
  const std::string_view text = TRY(value.text());
  std::optional<Amount> amount;
  switch (kind) {
    case Unified::other:
    case Unified::limit: return Amount::unlimited();
    case Unified::memory:
    case Unified::swap: amount = read_bytes(text); break;
    case Unified::cpus: amount = read_cpu_max(text, scope); break;
    case Unified::weight: amount = read_weight(text); break;
  }
  if (amount) return *amount;
  return value.error("expected what cgroup-v2.rst says of this file, in decimal digits, found '" +
                     printable(text, 40) + "'");
}

}  // namespace hardened::controls
