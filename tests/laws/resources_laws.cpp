#include <algorithm>
#include <cstdlib>

#include "controls/resources.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::Amount;
using controls::Resources;
using controls::ResourcesCeiling;
using Range = ResourcesCeiling::Range;

constexpr std::uint64_t kMega = 1048576;

std::string text(std::uint64_t value) { return std::to_string(value); }
std::string draw_bytes() { return text(number(1, 2000) * kMega + number(0, 3)); }

struct Members {
  std::string text{};
  void add(const std::string& key, const std::string& value) {
    if (!value.empty()) text += (text.empty() ? "\"" : ",\"") + key + "\":" + value;
  }
  [[nodiscard]] std::string object() const { return "{" + text + "}"; }
};

// What a runtime takes: swap is not below the limit, nor the reservation above it.
std::string draw_memory() {
  const std::uint64_t limit = number(8, 2000) * kMega;
  Members memory;
  const bool bounded = coin();
  memory.add("limit", bounded ? text(limit) : one_of({"", "0", "-1", "null"}));
  memory.add("swap", bounded ? one_of({"", "0", "-1", text(limit), text(limit + number(0, 900) * kMega)})
                             : one_of({"", "0", "-1"}));
  memory.add("reservation", one_of({"", "0", text(number(1, limit)), "-1"}));
  memory.add("disableOOMKiller", one_of({"", "false", "true", "null"}));
  memory.add("swappiness", one_of({"", "60"}));
  return memory.object();
}

std::string draw_cpu() {
  const std::uint64_t period = one_of<std::uint64_t>({100000, number(1000, 1000000)});
  const std::uint64_t quota = number(1000, 8 * period + 1000);
  Members cpu;
  cpu.add("quota", one_of({"", "0", "-1", text(quota), text(quota)}));
  cpu.add("period", one_of({"", "0", text(period), text(period)}));
  cpu.add("burst", one_of({"", "", "0", text(number(1, quota))}));
  cpu.add("shares", one_of({"", "0", "1024", text(number(2, 4096))}));
  cpu.add("realtimeRuntime", one_of({"", "", "0", "-1", "900"}));
  cpu.add("realtimePeriod", one_of({"", "", "0", "1000"}));
  cpu.add("cpus", one_of({"", "\"0-1\""}));
  return cpu.object();
}

std::string draw_weights() {
  const auto weight = [] { return one_of({"", "0", "null", text(number(10, 300))}); };
  Members first;
  first.add("weight", weight());
  first.add("leafWeight", weight());
  Members block;
  block.add("weight", weight());
  block.add("leafWeight", weight());
  block.add("weightDevice",
            one_of({"", "[]", "[" + first.object() + "]", R"([{"weight":9},)" + first.object() + "]"}));
  return block.object();
}

std::string draw_files() {
  Members files;
  files.add("memory.max", one_of({"", "\"max\"", "\"" + draw_bytes() + "\"", "\"1G\""}));
  files.add("memory.swap.max", one_of({"", "", "\"max\"", "\"0\""}));
  files.add("cpu.max",
            one_of({"", "", "\"max 100000\"", "\"" + text(number(1000, 300000)) + " 100000\"", "\"5000\""}));
  files.add("cpu.weight", one_of({"", "", "\"" + text(number(1, 300)) + "\""}));
  files.add("io.max", one_of({"", "\"8:0 rbps=1\""}));
  files.add("memory.min", one_of({"", "", "\"1\""}));
  files.add("pids.max", one_of({"", "\"9\""}));
  return files.object();
}

struct ResourcesTrait : Trait<Resources> {
  static std::string document(Scope scope) {
    Members members;
    members.add("memory", one_of({"", "null", "{}", draw_memory(), draw_memory()}));
    members.add("cpu", one_of({"", "null", "{}", draw_cpu(), draw_cpu()}));
    members.add("blockIO", one_of({"", "null", draw_weights()}));
    members.add("network",
                one_of({"", "null", "{}", R"({"classID":7})", R"({"classID":0,"priorities":[]})"}));
    members.add("unified", one_of({"", "null", "{}", draw_files()}));
    std::string document = resources_document(scope, members.text);
    if (scope == Scope::bundle && document.find("\"linux\":{") != std::string::npos && coin()) {
      const std::string path =
          one_of({"/docker/x", "system.slice:docker:x", "", "-.slice:docker:x", "/docker.slice/x"});
      document.insert(document.find("\"linux\":{") + 9,
                      "\"cgroupsPath\":\"" + path + "\"" +
                          (document.find("\"linux\":{}") == std::string::npos ? "," : ""));
    }
    return document;
  }

  static Resources::Facts facts(const Spec& asked) {
    Resources::Facts facts = require_value(Resources::facts_of(asked));
    facts.counts_swap = number(0, 3) != 3;
    facts.swap_is_total = number(0, 3) == 3;
    return facts;
  }

  static std::vector<std::string> owned(const Spec& asked) {
    std::vector<std::string> places;
    for (const std::string_view pointer : Resources::owned) {
      if (pointer != "/linux/resources/unified") places.emplace_back(pointer);
    }
    const Resources::Facts known = require_value(Resources::facts_of(asked));
    for (const std::string& file : known.unified)
      places.push_back(doc::child("/linux/resources/unified", file));
    return places;
  }

  static Amount draw_amount(std::uint64_t least, std::uint64_t most) {
    return coin() ? Amount::unlimited() : Amount::of(number(least, most));
  }
  static Range draw_range(std::uint64_t least, std::uint64_t most) {
    const Amount one = draw_amount(least, most);
    const Amount other = draw_amount(least, most);
    return {meet(one, other), leq(one, other) ? other : one};
  }
  static std::string yaml(const Amount& amount) {
    return amount.is_number() ? text(amount.number()) : "unlimited";
  }
  static std::string yaml_cpus(const Amount& amount) {
    if (!amount.is_number()) return "unlimited";
    return text(amount.number() / 100000) + "." + text(100000 + amount.number() % 100000).substr(1);
  }

  static Resources::Ceiling ceiling() {
    const Range memory = draw_range(6 * kMega, 3000 * kMega);
    const Amount beyond = draw_amount(0, 900 * kMega);
    const bool both = memory.maximum.is_number() && beyond.is_number();
    const Amount swap = both ? Amount::of(memory.maximum.number() + beyond.number()) : Amount::unlimited();
    const Range cpus = draw_range(1000, 900000);
    const auto yes = [] { return one_of({"false", "true"}); };
    return ceiling_of<Resources>(
        "{memory: {default: " + yaml(memory.by_default) + ", maximum: " + yaml(memory.maximum) +
        "}, memory_swap: " + yaml(swap) + ", cpus: {default: \"" + yaml_cpus(cpus.by_default) +
        "\", maximum: \"" + yaml_cpus(cpus.maximum) + "\"}, cpu_shares: " +
        one_of({"1024", text(number(2, 4096))}) + ", blkio_weight: " + text(number(100, 300)) +
        ", realtime: " + yes() + ", disable_oom_killer: " + yes() + ", network_class: " + yes() +
        ", unified: " + one_of({"[limits]", "[]", "[limits, memory.min]", "[cpu.max, memory.max]"}) +
        ", cgroup_parents: " + one_of({"any", "[docker.slice]", "[]"}) + "}");
  }

  static Resources::Ceiling lower(const Resources::Ceiling& than) {
    Resources::Ceiling low = than;
    const Range memory = draw_range(6 * kMega, 3000 * kMega);
    const Range cpus = draw_range(1000, 900000);
    low.cpus = {meet(meet(than.cpus.by_default, cpus.by_default), meet(than.cpus.maximum, cpus.maximum)),
                meet(than.cpus.maximum, cpus.maximum)};
    const Amount maximum = meet(than.memory.maximum, memory.maximum);
    low.memory = {meet(meet(than.memory.by_default, memory.by_default), maximum), maximum};
    if (maximum.is_number() && coin()) {
      const std::uint64_t most = than.swap.is_number() ? than.swap.number() : 9000 * kMega;
      low.swap = Amount::of(number(maximum.number(), std::max(most, maximum.number())));
    }
    low.cpu_shares = std::min(than.cpu_shares, number(2, 4096));
    low.blkio_weight = std::min(than.blkio_weight, number(100, 300));
    low.realtime = than.realtime && coin();
    low.disable_oom_killer = than.disable_oom_killer && coin();
    low.network_class = than.network_class && coin();
    if (coin()) low.unified.clear();
    if (coin()) low.unified_limits = false;
    if (coin()) low.parents = {false, {}};
    return low;
  }

  // The next number, none, and what is not there at all.
  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    for (const auto& [pointer, amount] : granted.all()) {
      if (!amount.is_number()) continue;
      for (const Amount& more : {Amount::of(amount.number() + 1), Amount::unlimited()}) {
        Grant held = granted;
        held.set(pointer, more);
        above.push_back({held, pointer});
      }
    }
    for (const char* const pointer :
         {"/linux/resources/memory/disableOOMKiller", "/linux/resources/network"}) {
      Grant held = granted;
      held.set(pointer, Amount::unlimited());
      if (held != granted) above.push_back({held, pointer});
    }
    return above;
  }

  static std::int64_t number_at(const Spec& spec, const char* pointer) {
    const auto value = spec.find(pointer);
    return value ? require_value(value->signed_integer()) : 0;
  }

  static std::string flaw(const Spec& asked, const Spec& granted) {
    const std::int64_t limit = number_at(granted, "/linux/resources/memory/limit");
    const std::int64_t swap = number_at(granted, "/linux/resources/memory/swap");
    const std::int64_t reservation = number_at(granted, "/linux/resources/memory/reservation");
    const std::int64_t quota = number_at(granted, "/linux/resources/cpu/quota");
    const std::int64_t period = number_at(granted, "/linux/resources/cpu/period");
    const std::int64_t burst = number_at(granted, "/linux/resources/cpu/burst");
    const bool update = granted.scope() == Scope::resources;
    if (swap > 0 && (limit > swap || (limit <= 0 && !update))) return "swap is below memory";
    const bool reserved_more = number_at(asked, "/linux/resources/memory/limit") > 0 &&
                               reservation > number_at(asked, "/linux/resources/memory/limit");
    if (limit > 0 && (reservation > limit || reservation < 0) && !reserved_more &&
        number_at(asked, "/linux/resources/memory/limit") != limit)
      return "the reservation is above memory";
    if (quota > 0 && burst > quota) return "the burst is above the quota";
    if (period != 0 && (period < 1000 || period > 1000000)) return "no period of the kernel's";
    for (const std::string_view pointer : Resources::owned) {
      const auto after = granted.find(pointer);
      if (update && after && !asked.find(pointer) && pointer != "/linux/resources/memory/swap" &&
          pointer != "/linux/resources/cpu/period")
        return "an update was given what it did not name: " + std::string(pointer);
    }
    return "";
  }
};

INSTANTIATE_TEST_SUITE_P(Resources, ControlLaws, testing::ValuesIn(of<ResourcesTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
