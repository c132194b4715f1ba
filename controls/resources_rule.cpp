#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "controls/resources.h"
#include "controls/unified.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

using resource_fields::told;

constexpr std::uint64_t kLeastMemory =
    std::uint64_t{6} * 1024 * 1024;         // Docker's: with less a runtime cannot start it
constexpr std::uint64_t kLeastCpus = 1000;  // a quota of a millisecond, the kernel's
constexpr std::uint64_t kMostCpus = std::uint64_t{8192} * 100000;

// As it was written: YAML's 2 is a number, 2g and 1.5 are texts.
std::string_view word(const doc::Cursor& value) {
  const bool is_word = value.value().is(doc::Kind::string) || value.value().is(doc::Kind::number);
  return is_word ? std::string_view(value.value().text()) : std::string_view();
}

// 536870912, 512m, 2g: as Docker's --memory, powers of 1024.
std::optional<std::uint64_t> bytes(std::string_view text) {
  constexpr std::string_view kUnits = "kmgt";
  const std::size_t unit = text.empty() ? std::string_view::npos : kUnits.find(text.back());
  const unsigned shift = unit == std::string_view::npos ? 0 : 10 * (static_cast<unsigned>(unit) + 1);
  if (shift != 0) text.remove_suffix(1);
  unsigned long long number = 0;
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (!parse_decimal(text, number) || number > kMost >> shift) return std::nullopt;
  return number << shift;
}

// 2, 0.5: up to five digits behind the point, each of which is a whole microsecond of a period.
std::optional<std::uint64_t> cpus(std::string_view text) {
  const std::size_t point = text.find('.');
  std::string part(point == std::string_view::npos ? "" : text.substr(point + 1));
  if (point != std::string_view::npos && (part.empty() || part.size() > 5)) return std::nullopt;
  part.resize(5, '0');
  unsigned long long whole = 0;
  unsigned long long rest = 0;
  if (!parse_decimal(text.substr(0, point), whole) || !parse_decimal(part, rest) ||
      whole > kMostCpus / kOneCpu)
    return std::nullopt;
  return whole * kOneCpu + rest;
}

Result<Amount> parse_memory(const doc::Cursor& value) {
  if (word(value) == "unlimited") return Amount::unlimited();
  const auto number = bytes(word(value));
  if (number && *number >= kLeastMemory) return Amount::of(*number);
  return value.error("expected bytes from 6m on (536870912, 512m, 2g), or unlimited");
}

Result<Amount> parse_cpus(const doc::Cursor& value) {
  if (word(value) == "unlimited") return Amount::unlimited();
  const auto number = cpus(word(value));
  if (number && *number >= kLeastCpus && *number <= kMostCpus) return Amount::of(*number);
  return value.error("expected a number of processors from 0.01 to 8192 (2, 1.5), or unlimited");
}

class Reading {
 public:
  Reading(const Rule& rule, doc::Diagnostics& wrong) : rule_(rule), wrong_(wrong) {}

  [[nodiscard]] bool right() const { return right_; }

  template <class T, class Parse>
  T take(std::string_view key, Parse parse) {
    const auto value = wrong_.take(rule_.need(key));
    const auto parsed = value ? wrong_.take(Result<T>(parse(*value))) : std::nullopt;
    right_ = right_ && parsed;
    return parsed.value_or(T{});
  }

  // A value for both, or {default: …, maximum: …}.
  template <class Parse>
  ResourcesCeiling::Range range(std::string_view key, Parse parse) {
    return take<ResourcesCeiling::Range>(key,
                                         [&](const doc::Cursor& value) { return range_of(value, parse); });
  }

  std::uint64_t number(std::string_view key, std::uint64_t least, std::uint64_t most) {
    return take<std::uint64_t>(key, [&](const doc::Cursor& value) -> Result<std::uint64_t> {
      const auto number = value.unsigned_integer();
      if (number && *number >= least && *number <= most) return *number;
      return value.error("expected a number from " + std::to_string(least) + " to " + std::to_string(most));
    });
  }

  bool boolean(std::string_view key) {
    return take<bool>(key, [](const doc::Cursor& value) { return value.boolean(); });
  }

  void fault(std::string_view key, const std::string& what) {
    const auto value = rule_.find(key);
    if (value) wrong_.add(value->error(what));
    right_ = false;
  }

 private:
  template <class Parse>
  static Result<ResourcesCeiling::Range> range_of(const doc::Cursor& value, Parse parse) {
    if (value.kind() != doc::Kind::object) {
      const Amount both = TRY(parse(value));
      return ResourcesCeiling::Range{both, both};
    }
    constexpr std::array<std::string_view, 2> kParts{"default", "maximum"};
    TRY(value.only(kParts));
    const doc::Cursor by_default = TRY(value.need("default"));
    const doc::Cursor maximum = TRY(value.need("maximum"));
    const Amount lower = TRY(parse(by_default));
    const Amount upper = TRY(parse(maximum));
    if (leq(lower, upper)) return ResourcesCeiling::Range{lower, upper};
    return by_default.error("the default is above the maximum; lower it, or raise the maximum");
  }

  const Rule& rule_;
  doc::Diagnostics& wrong_;
  bool right_ = true;
};

Result<std::vector<std::string>> texts(const doc::Cursor& value) {
  const auto items = TRY(value.items());
  std::vector<std::string> texts;
  for (const doc::Cursor& item : items) {
    const std::string_view text = TRY(item.text());
    texts.emplace_back(text);
  }
  return texts;
}

struct Files {
  bool limits = false;
  std::set<std::string, std::less<>> others;
};

Result<Files> parse_files(const doc::Cursor& value) {
  const auto names = TRY(texts(value));
  Files files;
  for (const std::string& name : names) {
    if (name == "limits") {
      files.limits = true;
    } else if (name.find('.') == std::string::npos || name.find('/') != std::string::npos) {
      return value.error("expected limits, or files of cgroup v2 such as io.weight, found '" +
                         printable(name, 40) + "'");
    } else if (name == "pids.max") {
      return value.error("pids.max belongs to controls.pids; set pids.maximum");
    } else {
      files.others.insert(name);
    }
  }
  return files;
}

Result<CgroupParents> parse_parents(const doc::Cursor& value) {
  if (word(value) == "any") return CgroupParents{true, {}};
  const auto names = TRY(texts(value));
  CgroupParents parents;
  for (const std::string& name : names) {
    std::string path = path_of_parent(name);
    if (path.empty()) {
      return value.error("expected any, or a list of slices (docker.slice) and paths (/docker), found '" +
                         printable(name, 60) + "'");
    }
    parents.listed.push_back(std::move(path));
  }
  return parents;
}

}  // namespace

Resources::Ceiling Resources::parse(const Rule& rule, doc::Diagnostics& wrong) {
  Reading reading(rule, wrong);
  Ceiling ceiling;
  ceiling.memory = reading.range("memory", parse_memory);
  ceiling.swap = reading.take<Amount>("memory_swap", parse_memory);
  ceiling.cpus = reading.range("cpus", parse_cpus);
  ceiling.cpu_shares = reading.number("cpu_shares", 2, 262144);  // kernel/sched/sched.h, MIN_ and MAX_SHARES
  ceiling.blkio_weight = reading.number("blkio_weight", 100, 1000);  // the kernel's default, and the most
  ceiling.realtime = reading.boolean("realtime");
  ceiling.disable_oom_killer = reading.boolean("disable_oom_killer");
  ceiling.network_class = reading.boolean("network_class");
  const Files files = reading.take<Files>("unified", parse_files);
  ceiling.unified_limits = files.limits;
  ceiling.unified = files.others;
  ceiling.parents = reading.take<CgroupParents>("cgroup_parents", parse_parents);
  if (reading.right() && !leq(ceiling.memory.maximum, ceiling.swap)) {
    reading.fault("memory_swap", "memory and swap together are below the maximum of resources.memory (" +
                                     told(resource_fields::kLimit, ceiling.memory.maximum) +
                                     "); raise it, or lower that");
  }
  return reading.right() ? ceiling : Ceiling{};
}

}  // namespace hardened::controls
