#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "controls/kernel.h"
#include "controls/resources.h"
#include "controls/unified.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

using namespace resource_fields;
using Kind = Amount::Kind;
using Cgroup = KernelView::Cgroup;
using Reading = std::function<Result<Amount>(const Cgroup&)>;

// Version 1 prints no limit as the largest number of whole pages.
constexpr std::uint64_t kNoLimitV1 = std::uint64_t{std::numeric_limits<std::int64_t>::max()} - 0xffff;

Result<Amount> amount_in(const KernelView& kernel, const Cgroup& cgroup, std::string_view name) {
  const std::string text = TRY(kernel.cgroup_file(cgroup, name));
  if (text == "max" || text == "-1") return Amount::unlimited();
  unsigned long long number = 0;
  if (!parse_decimal(text, number))
    return Error{Fault::io, "the kernel's " + std::string(name) + " says '" + printable(text, 40) + "'"};
  return Amount::of(number);
}

Result<Amount> bytes_v1(const KernelView& kernel, const Cgroup& cgroup, std::string_view name) {
  const Amount amount = TRY(amount_in(kernel, cgroup, name));
  return amount.number() >= kNoLimitV1 ? Amount::unlimited() : amount;
}

Amount sum(const Amount& a, const Amount& b) {
  if (!a.is_number() || !b.is_number()) return Amount::unlimited();
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return a.number() > most - b.number() ? Amount::unlimited() : Amount::of(a.number() + b.number());
}

// The kernel rounds limits down to whole pages (mm/page_counter.c, page_counter_memparse): never above what was set.
Result<Amount> memory_in(const KernelView& kernel, const Cgroup& cgroup) {
  return cgroup.version == 1 ? bytes_v1(kernel, cgroup, "memory.limit_in_bytes")
                             : amount_in(kernel, cgroup, "memory.max");
}

Result<Amount> swap_in(const KernelView& kernel, const Cgroup& cgroup) {
  if (cgroup.version == 1) return bytes_v1(kernel, cgroup, "memory.memsw.limit_in_bytes");
  const Amount memory = TRY(amount_in(kernel, cgroup, "memory.max"));
  const Amount swap = TRY(amount_in(kernel, cgroup, "memory.swap.max"));
  return sum(memory, swap);
}

Result<Amount> cpus_in(const KernelView& kernel, const Cgroup& cgroup) {
  if (cgroup.version == 1) {
    const Amount quota = TRY(amount_in(kernel, cgroup, "cpu.cfs_quota_us"));
    if (!quota.is_number()) return quota;
    const Amount period = TRY(amount_in(kernel, cgroup, "cpu.cfs_period_us"));
    return Amount::of(cpus_of(quota.number(), period.number()));
  }
  const std::string text = TRY(kernel.cgroup_file(cgroup, "cpu.max"));
  const std::size_t blank = text.find(' ');
  if (text.substr(0, blank) == "max") return Amount::unlimited();
  unsigned long long quota = 0;
  unsigned long long period = 0;
  if (blank == std::string::npos || !parse_decimal(text.substr(0, blank), quota) ||
      !parse_decimal(text.substr(blank + 1), period)) {
    return Error{Fault::io, "the kernel's cpu.max says '" + printable(text, 40) + "'"};
  }
  return Amount::of(cpus_of(quota, period));
}

// What holds is the least of all on the way up: below a systemd scope crun makes one more cgroup, and the scope has the
// limit. So where its own does not do, those above are asked, up to the root, which has no such file.
Result<Amount> least_of(const Reading& read, Cgroup cgroup, const Amount& most) {
  Amount held = TRY(read(cgroup));
  while (!leq(held, most)) {
    cgroup.directory.resize(cgroup.directory.rfind('/'));
    const auto above = read(cgroup);
    if (!above && above.error().fault == Fault::absent) break;
    const Amount limit = TRY(above);
    held = meet(held, limit);
  }
  return held;
}

// The cpu.weight that shares may become: runtimes used a straight line (1024 is 39) until they took a curve through both
// defaults (1024 is 100), which lies nowhere below it. A weight up to the curve's is no more than a runtime of today makes
// of these shares.
std::uint64_t weight_from(std::uint64_t shares) {
  const double l = std::log2(static_cast<double>(std::clamp<std::uint64_t>(shares, 2, 262144)));
  const double weight = std::pow(10.0, (l * l + 125.0 * l) / 612.0 - 7.0 / 34.0);
  return static_cast<std::uint64_t>(std::ceil(weight - 1e-9));
}

Result<Amount> shares_in(const KernelView& kernel, const Cgroup& cgroup, const Amount& granted) {
  if (cgroup.version == 1) {
    const Amount shares = TRY(amount_in(kernel, cgroup, "cpu.shares"));
    // The kernel raises what is less than its least to that (MIN_SHARES).
    return shares == Amount::of(2) ? meet(shares, granted) : shares;
  }
  const Amount weight = TRY(amount_in(kernel, cgroup, "cpu.weight"));
  if (weight.number() <= weight_from(granted.number())) return granted;
  return Amount::of(std::max(granted.number() + 1, weight.number() * kDefaultShares / 100));
}

class Look {
 public:
  Look(const KernelView& kernel, Observed<Amounts>& observed) : kernel_(kernel), observed_(observed) {}

  Done memory() {
    if (is_open(kLimit) && is_open(kSwap) && !is_granted("memory.max") && !is_granted("memory.swap.max"))
      return killer();
    const Cgroup cgroup = TRY(kernel_.cgroup("memory"));
    TRY(compare(field(cgroup, kLimit, "memory.max"), cgroup, memory_in));
    TRY(compare(std::string(kSwap), cgroup, swap_in));
    if (cgroup.version == 2) {
      TRY(compare(unified_file("memory.swap.max"), cgroup, [](const KernelView& kernel, const Cgroup& place) {
        return amount_in(kernel, place, "memory.swap.max");
      }));
    }
    return killer();
  }

  Done cpu() {
    const auto cgroup = kernel_.cgroup("cpu");
    // In no cgroup with a processor's share of its own it has a part of the share of the one above.
    const bool asks_for_less = !is_open(kQuota) || is_granted("cpu.max") || is_granted("cpu.weight") ||
                               observed_.granted.at(kShares) < Amount::of(kDefaultShares);
    if (!cgroup && !asks_for_less) return done();
    if (!cgroup) return cgroup.error();
    TRY(compare(field(*cgroup, kQuota, "cpu.max"), *cgroup, cpus_in));
    const Result<Amount> weight = weight_in(*cgroup);
    if (!weight && weight.error().fault == Fault::absent && !asks_for_less) return done();
    const Amount held = TRY(weight);
    observed_.held.set(field(*cgroup, kShares, "cpu.weight"), held);
    return done();
  }

 private:
  using Reader = Result<Amount> (*)(const KernelView&, const Cgroup&);

  [[nodiscard]] bool is_granted(std::string_view file) const {
    return observed_.granted.at(unified_file(file)) != Amount();
  }
  // Nothing can be above it, so that no cgroup need be there.
  [[nodiscard]] bool is_open(std::string_view pointer) const {
    return leq(Amount::unlimited(), observed_.granted.at(pointer));
  }
  // Of two fields for one file the unified one is written last, on version 2 alone.
  [[nodiscard]] std::string field(const Cgroup& cgroup, std::string_view pointer,
                                  std::string_view file) const {
    return cgroup.version == 2 && is_granted(file) ? unified_file(file) : std::string(pointer);
  }

  [[nodiscard]] Result<Amount> weight_in(const Cgroup& cgroup) const {
    if (cgroup.version == 2 && is_granted("cpu.weight")) return amount_in(kernel_, cgroup, "cpu.weight");
    return shares_in(kernel_, cgroup, observed_.granted.at(kShares));
  }

  Done compare(const std::string& pointer, const Cgroup& cgroup, Reader read) {
    const Amount most = observed_.granted.at(pointer);
    // Kept means that nothing was said of it: the other field was, or it is no limit of version 1.
    if (most == Amount() || leq(Amount::unlimited(), most)) return done();
    const KernelView& kernel = kernel_;
    // A kernel that counts no swap does not tell of it; runtimes pass over a limit there that they can do without.
    const auto own = read(kernel, cgroup);
    if (pointer == kSwap && !own && own.error().fault == Fault::absent) return done();
    const Amount held =
        TRY(least_of([&kernel, read](const Cgroup& place) { return read(kernel, place); }, cgroup, most));
    observed_.held.set(pointer, held);
    return done();
  }

  // Of version 1: version 2 has no such switch.
  Done killer() {
    const auto cgroup = kernel_.cgroup("memory");
    if (!cgroup || cgroup->version == 2 || is_open(kOomKiller)) return done();
    const auto control = kernel_.cgroup_file(*cgroup, "memory.oom_control");
    if (!control && control.error().fault == Fault::absent) return done();
    const std::string text = TRY(control);
    if (text.starts_with("oom_kill_disable 1")) observed_.held.set(kOomKiller, Amount::unlimited());
    return done();
  }

  const KernelView& kernel_;
  Observed<Amounts>& observed_;
};

}  // namespace

Result<Observed<Amounts>> Resources::observe(const KernelView& kernel, const Spec& granted) {
  Observed<Grant> observed;
  observed.granted = TRY(read(granted, {}));
  observed.held = observed.granted;
  Look look(kernel, observed);
  TRY(look.memory());
  TRY(look.cpu());
  return observed;
}

std::string Resources::surplus(const Observed<Amounts>& observed) {
  std::string text;
  for (const auto& [pointer, held] : observed.held.all()) {
    const Amount granted = observed.granted.at(pointer);
    if (leq(held, granted)) continue;
    text += (text.empty() ? "has " : ", ") + told(pointer, held) + " (" + pointer + ") instead of " +
            (granted == Amount() ? "none" : told(pointer, granted));
  }
  return text;
}

}  // namespace hardened::controls
