#include "runtime/update_flags.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/doc/value.h"

namespace hardened::runtime {
namespace {

using doc::Member;
using doc::Value;

enum class Kind : std::uint8_t {
  text,
  natural,
  integer,
  weight,  // an int of the parser's, which reads 010 as eight and 0x10 as sixteen; then 16 bits of it
  count,   // an int of the parser's
  size,
};

struct Row {
  std::string_view flag;
  std::string_view section;
  std::string_view key;
  Kind kind;
};

constexpr std::array kRows{
    Row{"memory", "memory", "limit", Kind::size},
    Row{"memory-reservation", "memory", "reservation", Kind::size},
    Row{"memory-swap", "memory", "swap", Kind::size},
    Row{"kernel-memory", "memory", "kernel", Kind::size},
    Row{"kernel-memory-tcp", "memory", "kernelTCP", Kind::size},
    Row{"cpu-share", "cpu", "shares", Kind::natural},
    Row{"cpu-quota", "cpu", "quota", Kind::integer},
    Row{"cpu-burst", "cpu", "burst", Kind::natural},
    Row{"cpu-period", "cpu", "period", Kind::natural},
    Row{"cpu-rt-runtime", "cpu", "realtimeRuntime", Kind::integer},
    Row{"cpu-rt-period", "cpu", "realtimePeriod", Kind::natural},
    Row{"cpuset-cpus", "cpu", "cpus", Kind::text},
    Row{"cpuset-mems", "cpu", "mems", Kind::text},
    Row{"cpu-idle", "cpu", "idle", Kind::integer},
    Row{"blkio-weight", "blockIO", "weight", Kind::weight},
    Row{"pids-limit", "pids", "limit", Kind::count},
};

constexpr std::array<std::string_view, 4> kSections{"memory", "cpu", "blockIO", "pids"};

std::optional<std::uint64_t> natural(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "", "b", "k", "kb", "kib"; nothing for another suffix.
std::optional<double> factor(std::string_view suffix) {
  std::string lower(suffix);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (lower.empty() || lower == "b") return 1.0;
  constexpr std::string_view kUnits = "kmgtp";
  const std::size_t unit = kUnits.find(lower[0]);
  const std::string_view rest = std::string_view(lower).substr(1);
  if (unit == std::string_view::npos || !(rest.empty() || rest == "b" || rest == "ib")) return std::nullopt;
  return std::exp2(10.0 * static_cast<double>(unit + 1));
}

// docker/go-units RAMInBytes. It counts in doubles, and so do we: above 2^53 the same bytes are lost.
std::optional<std::int64_t> bytes(std::string_view text) {
  if (text == "-1") return -1;
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  double number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number, std::chars_format::fixed);
  if (error != std::errc()) return std::nullopt;
  std::string_view suffix(end, static_cast<std::size_t>(last - end));
  if (!suffix.empty() && suffix[0] == ' ') suffix.remove_prefix(1);
  const std::optional<double> times = factor(suffix);
  if (!times) return std::nullopt;
  number *= *times;
  if (number >= std::exp2(63.0)) return std::nullopt;  // Go's conversion would make it negative
  return static_cast<std::int64_t>(number);
}

template <class T>
std::optional<Value> number(std::optional<T> value) {
  if (!value) return std::nullopt;
  return Value::number(*value);
}

// crun reads 010 as ten: only what all read as the same number.
std::optional<std::int64_t> plain(std::string_view text) {
  const std::string_view digits = text.substr(text.substr(0, 1) == "-" ? 1 : 0);
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  return integer(text);
}

std::optional<std::int64_t> weight(std::string_view text) {
  const std::optional<std::int64_t> value = plain(text);
  const bool fits = value && *value >= 0 && *value <= std::numeric_limits<std::uint16_t>::max();
  return fits ? value : std::nullopt;
}

std::optional<Value> value_of(Kind kind, const std::string& text) {
  switch (kind) {
    case Kind::text: return Value::string(text);
    case Kind::natural: return number(natural(text));
    case Kind::integer: return number(integer(text));
    case Kind::weight: return number(weight(text));
    case Kind::count: return number(plain(text));
    case Kind::size: return number(bytes(text));
  }
  return std::nullopt;
}

std::string_view wanted(Kind kind) {
  switch (kind) {
    case Kind::text: return "text";
    case Kind::natural: return "a whole number from 0";
    case Kind::integer: return "a whole number";
    case Kind::count: return "a whole number without leading zeros";
    case Kind::weight: return "a whole number from 0 to 65535";
    case Kind::size: return "a size (1048576, 512m, 1.5GiB) or -1";
  }
  return "a number";
}

}  // namespace

Result<std::string> resources_of_flags(const Invocation& call) {
  std::vector<Member> document;
  for (std::string_view section : kSections) {
    std::vector<Member> members;
    for (const Row& row : kRows) {
      const Given* given = row.section == section ? last_given(call, row.flag) : nullptr;
      if (given == nullptr || given->value.empty()) continue;
      std::optional<Value> value = value_of(row.kind, given->value);
      if (!value) {
        return Error{Fault::usage, "update: flag --" + std::string(row.flag) + ": " +
                                       printable(given->value, 40) + " is not " +
                                       std::string(wanted(row.kind))};
      }
      members.push_back({std::string(row.key), std::move(*value), {}});
    }
    if (!members.empty()) document.push_back({std::string(section), Value::object(std::move(members)), {}});
  }
  return doc::print(Value::object(std::move(document)));
}

}  // namespace hardened::runtime
