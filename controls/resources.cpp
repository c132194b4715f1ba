#include "controls/resources.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "controls/unified.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

using namespace resource_fields;
using Kind = Amount::Kind;

std::string_view key_of(std::string_view pointer) {
  return pointer.starts_with(kUnified) && pointer.size() > kUnified.size()
             ? pointer.substr(kUnified.size() + 1)
             : std::string_view();
}

bool is_bytes(std::string_view pointer) {
  const Unified file = kind_of_unified(key_of(pointer));
  return pointer == kLimit || pointer == kReservation || pointer == kSwap || file == Unified::memory ||
         file == Unified::swap;
}
bool is_cpus(std::string_view pointer) {
  return pointer == kQuota || kind_of_unified(key_of(pointer)) == Unified::cpus;
}

// What cpu.weight stands for as many shares: both are relative to a default, 100 and 1024.
std::uint64_t weight_of(std::uint64_t shares) {
  return std::clamp<std::uint64_t>(shares * 100 / kDefaultShares, 1, 10000);
}

// Without limit in the policy is without limit in the request, however that is said.
Amount top(const Amount& by_default, const Amount& maximum) {
  return by_default.is(Kind::unlimited) && maximum.is(Kind::unlimited) ? Amount::absent() : maximum;
}

Amount decide(std::string_view pointer, const Amount& asked, const Amount& most,
              const ResourcesCeiling& ceiling) {
  if (leq(asked, most)) return asked;
  if (asked.is(Kind::unclear)) return {};
  if (asked.is(Kind::absent) && pointer == kLimit) return ceiling.memory.by_default;
  if (asked.is(Kind::absent) && pointer == kQuota) return ceiling.cpus.by_default;
  return most;
}

// It is written over the limit, while swap is what was left beyond that.
Amount memory_file_bound(const ResourcesCeiling& ceiling, const ResourcesFacts& facts) {
  const Amount most = ceiling.memory.maximum;
  if (!ceiling.swap.is_number() || !facts.counts_swap || facts.limit == Amount()) return most;
  return meet(most, decide(kLimit, facts.limit, most, ceiling));
}

Amount file_bound(std::string_view key, const ResourcesCeiling& ceiling, const ResourcesFacts& facts) {
  if (ceiling.unified.find(key) != ceiling.unified.end()) return Amount::absent();
  if (!ceiling.unified_limits) return Amount();
  switch (kind_of_unified(key)) {
    case Unified::other: return {};
    case Unified::limit: return Amount::unlimited();
    case Unified::memory:
      return unified_file(key) == kMemoryMax ? memory_file_bound(ceiling, facts) : ceiling.memory.maximum;
    case Unified::swap:
      // Beyond memory, while the ceiling counts both: what is left of it depends on what is granted of memory, and to
      // let it rise where that falls would grant more under a lower ceiling. The field `swap` says it as the ceiling does.
      return ceiling.swap.is_number() ? Amount::of(0) : ceiling.swap;
    case Unified::cpus: return top(ceiling.cpus.by_default, ceiling.cpus.maximum);
    case Unified::weight: return Amount::of(weight_of(ceiling.cpu_shares));
  }
  return {};
}

Amount twice(const Amount& limit) {
  const bool fits = limit.number() <= std::numeric_limits<std::uint64_t>::max() / 2;
  return fits ? Amount::of(limit.number() * 2) : Amount::unlimited();
}

std::string_view rule_of(std::string_view pointer) {
  if (pointer.starts_with(kWeightDevice) || pointer == kWeight || pointer == kLeafWeight)
    return "blkio_weight";
  const Unified file = kind_of_unified(key_of(pointer));
  if (pointer == kSwap || file == Unified::swap) return "memory_swap";
  if (is_bytes(pointer)) return "memory";
  if (is_cpus(pointer) || pointer == kBurst) return "cpus";
  if (pointer == kShares || file == Unified::weight) return "cpu_shares";
  if (pointer == kRealtimeRuntime) return "realtime";
  if (pointer == kOomKiller) return "disable_oom_killer";
  if (pointer == kNetwork) return "network_class";
  return "unified";
}

std::string reason(std::string_view pointer, const Amount& asked, const Amount& now, const Amount& most,
                   const ResourcesFacts& facts, const ResourcesCeiling& ceiling) {
  const std::string raise = ", or let the operator change resources." + std::string(rule_of(pointer));
  if (pointer == kCgroupsPath) return why_not_there(facts.cgroups_path, ceiling.parents);
  if (pointer == kBurst) return "no more than the quota, which was narrowed; ask for fewer cpus";
  if (now == Amount() && (pointer == kLimit || pointer == kMemoryMax) && most != Amount())
    return "swap stays what it was beyond it, and both have a ceiling; give --memory-swap with --memory" +
           raise;
  if (asked.is(Kind::unclear)) return "quota and period mean nothing alone; give both" + raise;
  if (asked.is(Kind::absent))
    return "the default of this host; another limit, up to " + told(pointer, most) + ", may be asked for";
  if (pointer == kRealtimeRuntime)
    return "it comes before everything else that the host runs; ask for none" + raise;
  if (pointer == kOomKiller)
    return "without it programs of the host are killed for want of memory; ask for a memory limit alone" +
           raise;
  if (pointer == kNetwork)
    return "the host's firewall and scheduler tell its own services by it; ask for none" + raise;
  if (most == Amount()) return "it is not known to bound this container alone; ask without" + raise;
  return "the ceiling is " + told(pointer, most) + "; ask for less" + raise;
}

bool nobody_asked(std::string_view pointer, const Amount& asked) {
  return asked.is(Kind::absent) || (pointer == kShares && asked == Amount::of(kDefaultShares));
}

void set_number(SpecEdits& edits, std::string_view pointer, const Amount& granted) {
  if (granted.is(Kind::unlimited)) return edits.set(pointer, doc::Value::number(std::int64_t{-1}));
  if (granted.is_number()) return edits.set(pointer, doc::Value::number(granted.number()));
  edits.remove(pointer);
}

void set_file(SpecEdits& edits, std::string_view pointer, const Amount& granted) {
  if (!granted.is_number()) return edits.remove(pointer);
  const std::string number = std::to_string(granted.number());
  edits.set(pointer, doc::Value::string(is_cpus(pointer) ? number + " " + std::to_string(kOneCpu) : number));
}

void write_one(SpecEdits& edits, std::string_view pointer, const Amount& granted) {
  if (!key_of(pointer).empty()) return set_file(edits, pointer, granted);
  if (pointer == kOomKiller) return edits.set(pointer, doc::Value::boolean(false));
  set_number(edits, pointer, granted);
  // Which goes with it: what is narrowed is said in the usual period, whatever the request's was.
  if (pointer == kQuota) set_number(edits, kPeriod, granted.is_number() ? Amount::of(kOneCpu) : Amount());
  if (pointer == kRealtimeRuntime) edits.remove(kRealtimePeriod);
}

}  // namespace

namespace resource_fields {

std::string told(std::string_view pointer, const Amount& amount) {
  if (amount == Amount()) return "";
  const bool there = amount.is(Kind::unlimited);
  if (there && pointer == kRealtimeRuntime) return "real-time scheduling";
  if (there && pointer == kOomKiller) return "no out-of-memory killer";
  if (there && pointer == kNetwork) return "a network class";
  const Unified file = kind_of_unified(key_of(pointer));
  if (there && !key_of(pointer).empty() && (file == Unified::other || file == Unified::limit)) return "set";
  if (there) return "unlimited";
  if (amount.is(Kind::absent)) return "no limit";
  if (amount.is(Kind::unclear)) return "quota or period alone";
  if (is_bytes(pointer)) return std::to_string(amount.number()) + " bytes";
  if (!is_cpus(pointer)) return std::to_string(amount.number());
  std::string part = std::to_string(kOneCpu + amount.number() % kOneCpu).substr(1);
  part.erase(part.find_last_not_of('0') + 1);
  return std::to_string(amount.number() / kOneCpu) + (part.empty() ? "" : "." + part) + " cpus";
}

}  // namespace resource_fields

Amounts Resources::bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& /*earlier*/) {
  Amounts most;
  most.set(kLimit, top(ceiling.memory.by_default, ceiling.memory.maximum));
  most.set(kReservation, ceiling.memory.maximum);
  most.set(kSwap, facts.counts_swap ? top(ceiling.swap, ceiling.swap) : Amount::absent());
  most.set(kQuota, top(ceiling.cpus.by_default, ceiling.cpus.maximum));
  most.set(kBurst, Amount::unlimited());  // the kernel's own: at most the quota
  most.set(kShares, Amount::of(ceiling.cpu_shares));
  const Amount weight = Amount::of(ceiling.blkio_weight);
  most.set(kWeight, weight);
  most.set(kLeafWeight, weight);
  for (std::size_t index = 0; index < facts.weight_devices; ++index) {
    const std::string device = doc::child(kWeightDevice, index);
    most.set(doc::child(device, "weight"), weight);
    most.set(doc::child(device, "leafWeight"), weight);
  }
  if (ceiling.realtime) most.set(kRealtimeRuntime, Amount::unlimited());
  if (ceiling.disable_oom_killer) most.set(kOomKiller, Amount::unlimited());
  if (ceiling.network_class) most.set(kNetwork, Amount::unlimited());
  for (const std::string& key : facts.unified) most.set(unified_file(key), file_bound(key, ceiling, facts));
  if (why_not_there(facts.cgroups_path, ceiling.parents).empty()) most.set(kCgroupsPath, Amount::unlimited());
  return most;
}

Outcome<Amounts> Resources::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                   const std::tuple<>& earlier) {
  const Amounts most = bound(ceiling, facts, earlier);
  Outcome<Amounts> outcome{request, Verdict::unchanged, {}, {}};
  Amounts& granted = outcome.granted;
  for (const auto& [pointer, asked] : request.all())
    granted.set(pointer, decide(pointer, asked, most.at(pointer), ceiling));
  const bool moves_swap = request.at(kSwap).is(Kind::unclear) && granted.at(kSwap) != request.at(kSwap);
  if (moves_swap) granted.set(kLimit, Amount());
  if (moves_swap) granted.set(kMemoryMax, Amount());
  const bool keeps_memory = granted.at(kLimit) == Amount() && granted.at(kMemoryMax) == Amount();
  if (request.at(kSwap).is(Kind::unclear) && keeps_memory) granted.set(kSwap, Amount());
  const Amount limit = granted.at(kLimit);
  if (limit != request.at(kLimit) && limit.is_number())
    granted.set(kReservation, meet(granted.at(kReservation), limit));
  // A default is what Docker makes of a limit alone: as much swap again.
  if (request.at(kSwap).is(Kind::absent) && granted.at(kSwap).is_number() && limit.is_number())
    granted.set(kSwap, meet(granted.at(kSwap), twice(limit)));
  const std::string file = unified_file("cpu.max");
  if (granted.at(kQuota) != request.at(kQuota) || granted.at(file) != request.at(file))
    granted.set(kBurst, Amount());

  for (const auto& [pointer, asked] : request.all()) {
    const Amount now = granted.at(pointer);
    // Of swap that memory would move, what becomes of memory tells.
    if (now == asked || (pointer == kSwap && asked.is(Kind::unclear))) continue;
    outcome.verdict =
        std::max(outcome.verdict, pointer == kCgroupsPath ? Verdict::refused : Verdict::narrowed);
    std::string before = pointer == kCgroupsPath ? printable(facts.cgroups_path) : told(pointer, asked);
    outcome.changes.push_back({pointer, std::move(before), told(pointer, now),
                               reason(pointer, asked, now, most.at(pointer), facts, ceiling),
                               nobody_asked(pointer, asked)});
  }
  if (!facts.counts_swap)
    outcome.notes.emplace_back(
        "the kernel of this host counts no swap, so that resources.memory_swap holds nobody; boot "
        "it with swapaccount=1");
  return outcome;
}

void Resources::write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
  const auto request = read(spec, facts);
  if (!request) return;
  for (const auto& [pointer, asked] : request->all()) {
    const Amount granted = grant.at(pointer);
    if (granted != asked && pointer != kCgroupsPath) write_one(edits, pointer, granted);
  }
  // That memory had no limit said the same of swap, which now must be said.
  const bool unsaid = request->at(kLimit).is(Kind::unlimited) && grant.at(kLimit) != request->at(kLimit) &&
                      request->at(kSwap).is(Kind::unlimited) && grant.at(kSwap) == request->at(kSwap);
  if (unsaid) set_number(edits, kSwap, grant.at(kSwap));
}

}  // namespace hardened::controls
