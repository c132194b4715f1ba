#include <optional>
#include <utility>

#include "controls/reach.h"
#include "controls/resources.h"
#include "controls/unified.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

using namespace resource_fields;

constexpr std::string_view kPidsMax = "pids.max";

// What an unset field is: the top at create, as it was in an update.
Amount unset(Scope scope) { return scope == Scope::bundle ? Amount::absent() : Amount(); }

Result<Amount> read_limit(const Spec& spec, std::string_view pointer) {
  const auto value = TRY(reach(spec, pointer));
  if (!value) return Amount();
  const std::int64_t number = TRY(value->signed_integer());
  if (number == 0) return Amount();
  return number < 0 ? Amount::unlimited() : Amount::of(static_cast<std::uint64_t>(number));
}

Result<std::uint64_t> natural(const Spec& spec, std::string_view pointer) {
  const auto value = TRY(reach(spec, pointer));
  if (!value) return std::uint64_t{0};
  return value->unsigned_integer();
}

Result<bool> is_set(const Spec& spec, std::string_view pointer) {
  const auto value = TRY(reach(spec, pointer));
  if (!value) return false;
  return value->boolean();
}

void set_unless_zero(Amounts& request, std::string_view pointer, std::uint64_t number) {
  if (number != 0) request.set(pointer, Amount::of(number));
}

Done read_memory(const Spec& spec, const ResourcesFacts& facts, Amounts& request) {
  const Amount limit = TRY(read_limit(spec, kLimit));
  const Amount reservation = TRY(read_limit(spec, kReservation));
  const Amount swap = TRY(read_limit(spec, kSwap));
  const bool no_killer = TRY(is_set(spec, kOomKiller));
  const bool lifts_both =
      spec.scope() == Scope::resources && limit.is(Amount::Kind::unlimited) && swap == Amount();
  request.set(kLimit, limit == Amount() ? unset(spec.scope()) : limit);
  // Absent it is the bottom at create too: on version 2 a reservation (memory.low) is what nobody else may reclaim.
  request.set(kReservation, reservation);
  request.set(kSwap, swap == Amount() ? unset(spec.scope()) : swap);
  // On version 2 the kernel holds what swap was beyond memory at create: both together are more with more memory.
  const bool moves_swap = spec.scope() == Scope::resources && limit.is_number() && swap == Amount();
  if (moves_swap && !facts.swap_is_total) request.set(kSwap, Amount::unclear());
  if (lifts_both) request.set(kSwap, Amount::unlimited());
  if (no_killer) request.set(kOomKiller, Amount::unlimited());
  return done();
}

Result<Amount> read_cpus(const Spec& spec) {
  const Amount quota = TRY(read_limit(spec, kQuota));
  const std::uint64_t period = TRY(natural(spec, kPeriod));
  const bool update = spec.scope() == Scope::resources;
  if (quota.is_number()) {
    if (update && period == 0) return Amount::unclear();
    return Amount::of(cpus_of(quota.number(), period == 0 ? kOneCpu : period));
  }
  if (quota == Amount() && period != 0 && update) return Amount::unclear();
  return quota == Amount() ? unset(spec.scope()) : quota;
}

Done read_cpu(const Spec& spec, Amounts& request) {
  const Amount cpus = TRY(read_cpus(spec));
  const std::uint64_t burst = TRY(natural(spec, kBurst));
  const std::uint64_t shares = TRY(natural(spec, kShares));
  const Amount runtime = TRY(read_limit(spec, kRealtimeRuntime));
  const std::uint64_t period = TRY(natural(spec, kRealtimePeriod));
  request.set(kQuota, cpus);
  set_unless_zero(request, kBurst, burst);
  set_unless_zero(request, kShares, shares == 0 && spec.scope() == Scope::bundle ? kDefaultShares : shares);
  if (runtime != Amount() || period != 0) request.set(kRealtimeRuntime, Amount::unlimited());
  return done();
}

Result<std::vector<doc::Cursor>> weight_devices(const Spec& spec) {
  const auto list = TRY(reach(spec, kWeightDevice));
  if (!list) return std::vector<doc::Cursor>();
  return list->items();
}

Done read_weights(const Spec& spec, Amounts& request) {
  for (const std::string_view pointer : {kWeight, kLeafWeight}) {
    const std::uint64_t weight = TRY(natural(spec, pointer));
    set_unless_zero(request, pointer, weight);
  }
  const auto devices = TRY(weight_devices(spec));
  for (std::size_t index = 0; index < devices.size(); ++index) {
    for (const char* const key : {"weight", "leafWeight"}) {
      const auto value = devices[index].find(key);
      if (!value) continue;
      const std::uint64_t weight = TRY(value->unsigned_integer());
      set_unless_zero(request, doc::child(doc::child(kWeightDevice, index), key), weight);
    }
  }
  return done();
}

Done read_network(const Spec& spec, Amounts& request) {
  const auto network = TRY(reach_object(spec, kNetwork));
  if (!network) return done();
  const auto entries = TRY(network->entries());
  for (const doc::Entry& entry : entries) {
    const doc::Value& value = entry.value.value();
    const bool nothing = value.is(doc::Kind::null) || (value.is(doc::Kind::number) && value.text() == "0") ||
                         (value.is(doc::Kind::array) && value.items().empty());
    if (!nothing) request.set(kNetwork, Amount::unlimited());
  }
  return done();
}

Done read_files(const Spec& spec, const ResourcesFacts& facts, Amounts& request) {
  const auto unified = TRY(reach_object(spec, kUnified));
  if (!unified) return done();
  const auto entries = TRY(unified->entries());
  for (const doc::Entry& entry : entries) {
    if (entry.key == kPidsMax || entry.value.value().is(doc::Kind::null)) continue;
    const Amount amount = TRY(read_unified(kind_of_unified(entry.key), entry.value, spec.scope()));
    request.set(unified_file(entry.key), amount);
  }
  const bool moves_swap = spec.scope() == Scope::resources && request.at(kMemoryMax) != Amount();
  if (moves_swap && !facts.swap_is_total && request.at(kSwap) == Amount())
    request.set(kSwap, Amount::unclear());
  return done();
}

}  // namespace

namespace resource_fields {

std::string unified_file(std::string_view key) { return doc::child(kUnified, key); }

}  // namespace resource_fields

Result<Amounts> Resources::read(const Spec& spec, const Facts& facts) {
  Amounts request;
  TRY(read_memory(spec, facts, request));
  TRY(read_cpu(spec, request));
  TRY(read_weights(spec, request));
  TRY(read_network(spec, request));
  TRY(read_files(spec, facts, request));
  const auto path = TRY(reach(spec, kCgroupsPath));
  if (path) {
    const std::string_view text = TRY(path->text());
    if (!text.empty()) request.set(kCgroupsPath, Amount::unlimited());
  }
  return request;
}

Result<ResourcesFacts> Resources::facts_of(const Spec& spec) {
  Facts facts;
  const Amount limit = TRY(read_limit(spec, kLimit));
  facts.limit = limit == Amount() ? unset(spec.scope()) : limit;
  const auto devices = TRY(weight_devices(spec));
  facts.weight_devices = devices.size();
  const auto unified = TRY(reach_object(spec, kUnified));
  if (unified) {
    const auto entries = TRY(unified->entries());
    for (const doc::Entry& entry : entries) {
      if (entry.key != kPidsMax) facts.unified.emplace_back(entry.key);
    }
  }
  const auto path = TRY(reach(spec, kCgroupsPath));
  if (path) {
    const std::string_view text = TRY(path->text());
    facts.cgroups_path = std::string(text);
  }
  return facts;
}

// Of what every host has of each version: the hierarchy of memory, and systemd's slice below the one of all.
Result<ResourcesFacts> Resources::gather(Host& host, const Spec& spec, const Ceiling& ceiling) {
  Facts facts = TRY(facts_of(spec));
  if (!ceiling.swap.is_number()) return facts;
  const auto is_there = [&host](const char* path) { return host.stat(path, Links::refuse).ok(); };
  facts.swap_is_total = is_there("/sys/fs/cgroup/memory/memory.limit_in_bytes");
  const bool without =
      (facts.swap_is_total && !is_there("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes")) ||
      (is_there("/sys/fs/cgroup/system.slice/memory.max") &&
       !is_there("/sys/fs/cgroup/system.slice/memory.swap.max"));
  facts.counts_swap = !without;
  return facts;
}

}  // namespace hardened::controls
