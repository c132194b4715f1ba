#include "profiles/seccomp/views.h"

#include <algorithm>
#include <optional>

namespace hardened::seccomp {
namespace {

using Sets = std::vector<Values>;

// What the filter matches, of all that it sees.
Sets matched(const Condition& c, View view) {
  const std::uint64_t most = most_of(bits_of(view));
  const std::uint64_t value = c.value & most;
  Sets out;
  const auto add = [&out](const Values& v) {
    if (!v.empty()) out.push_back(v);
  };
  const auto below = [&](std::uint64_t end) { return end == 0 ? Values{} : Values::range(0, end - 1); };
  const auto above = [&](std::uint64_t end) { return end == most ? Values{} : Values::range(end + 1, most); };
  switch (c.op) {
    case Compare::not_equal:
      add(below(value));
      add(above(value));
      break;
    case Compare::less: add(below(value)); break;
    case Compare::less_or_equal: add(Values::range(0, value)); break;
    case Compare::equal: add(Values::one(value)); break;
    case Compare::greater_or_equal: add(Values::range(value, most)); break;
    case Compare::greater: add(above(value)); break;
    case Compare::masked_equal: add(Values::masked(value, c.value_two & value, bits_of(view))); break;
  }
  return out;
}

// A set that is one block: its fixed bits. Nothing for a range that is none.
std::optional<Block> as_block(const Values& v, unsigned bits) {
  const std::vector<Block> all = blocks(v, bits);
  return all.size() == 1 ? std::optional(all.front()) : std::nullopt;
}

Values low_part(const Values& v, std::uint64_t most) {
  return Values{v.low & most, v.high & most, v.mask, v.value};
}

// Two halves that are one set.
Sets joined(const Sets& lower, const Sets& upper) {
  Sets out = lower;
  for (const Values& high : upper) {
    const auto whole = [&](const Values& low) {
      return low.mask == 0 && high.mask == 0 && low.high + 1 == high.low;
    };
    const auto at = std::find_if(out.begin(), out.end(), whole);
    if (at != out.end()) {
      at->high = high.high;
    } else {
      out.push_back(high);
    }
  }
  return out;
}

// The filter's view of the canonical registers, as the kernel's arguments.
Sets canonical_values(const Condition& c, View view, Width width) {
  const Sets seen = matched(c, view);
  const unsigned bits = bits_of(view);
  if (width.bits == bits) return seen;
  const std::uint64_t most = most_of(width.bits);
  const std::uint64_t positive = width.is_signed ? most_of(width.bits - 1U) : most;
  Sets lower;
  Sets upper;
  for (const Values& v : seen) {
    const Values plain = both(v, Values::range(0, positive));
    if (!plain.empty()) lower.push_back(plain);
    if (!width.is_signed) continue;
    const Values extended = both(v, Values::range(most_of(bits) - positive, most_of(bits)));
    if (!extended.empty()) upper.push_back(low_part(extended, most));
  }
  // A mask inside of the width does not ask for the sign.
  const std::optional<Block> block = seen.size() == 1 ? as_block(seen.front(), bits) : std::nullopt;
  if (block && (block->mask & ~most) == 0) return {Values::masked(block->mask, block->value, width.bits)};
  return joined(lower, upper);
}

Sets reachable_values(const Condition& c, View view, Width width) {
  const Sets seen = matched(c, view);
  if (width.bits == bits_of(view)) return seen;
  const std::uint64_t most = most_of(width.bits);
  Sets out;
  for (const Values& v : seen) {
    if (const std::optional<Block> block = as_block(v, bits_of(view))) {
      out.push_back(Values::masked(block->mask & most, block->value & most, width.bits));
    } else if (v.mask != 0 || v.high - v.low >= most) {
      out.push_back(Values::all(width.bits));
    } else if ((v.low & most) <= (v.high & most)) {
      out.push_back(Values::range(v.low & most, v.high & most));
    } else {
      out.push_back(Values::range(v.low & most, most));
      out.push_back(Values::range(0, v.high & most));
    }
  }
  return out;
}

Sets certain_values(const Condition& c, View view, Width width) {
  const Sets seen = matched(c, view);
  if (width.bits == bits_of(view)) return seen;
  Sets out;
  for (const Values& v : seen) {
    const std::optional<Block> block = as_block(v, bits_of(view));
    if (!block || (block->mask & ~most_of(width.bits)) != 0) continue;
    out.push_back(Values::masked(block->mask, block->value, width.bits));
  }
  return out;
}

// One box for each choice of a set for each condition.
template <class Read>
std::vector<Box> product(const Conjunction& conditions, const Space& space, Read read) {
  std::vector<Box> out{space.all()};
  for (const Condition& condition : conditions) {
    const Sets sets = read(condition, space.view, space.widths.at(condition.index));
    std::vector<Box> next;
    for (const Box& box : out) {
      for (const Values& set : sets) {
        next.push_back(box);
        next.back().at(condition.index) = set;
      }
    }
    out = std::move(next);
  }
  return out;
}

}  // namespace

View view_of(Architecture architecture) {
  switch (architecture) {
    case Architecture::x86_64:
    case Architecture::aarch64:
    case Architecture::mips64:
    case Architecture::mipsel64:
    case Architecture::ppc64:
    case Architecture::ppc64le:
    case Architecture::riscv64:
    case Architecture::s390x:
    case Architecture::loongarch64: return View::wide;
    case Architecture::x86:
    case Architecture::x32:
    case Architecture::arm:
    case Architecture::mips:
    case Architecture::mips64n32:
    case Architecture::mipsel:
    case Architecture::mipsel64n32:
    case Architecture::ppc:
    case Architecture::s390: return View::narrow;
  }
  return View::narrow;
}

Box Space::all() const {
  Box out;
  for (std::size_t i = 0; i < kArguments; ++i) out[i] = Values::all(widths[i].bits);
  return out;
}

Space space_of(std::string_view call, View view) {
  const auto most = static_cast<std::uint8_t>(bits_of(view));
  Space out{view, {}};
  for (unsigned i = 0; i < kArguments; ++i) {
    Width& width = out.widths.at(i);
    width = width_of(call, i).value_or(Width{});
    width.bits = std::min(width.bits, most);
  }
  return out;
}

std::vector<Box> canonical(const Conjunction& conditions, const Space& space) {
  return product(conditions, space, canonical_values);
}

std::vector<Box> reachable(const Conjunction& conditions, const Space& space) {
  return product(conditions, space, reachable_values);
}

std::vector<Box> certain(const Conjunction& conditions, const Space& space) {
  return product(conditions, space, certain_values);
}

bool is_unconditional(const Conjunction& conditions, View view) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& c) {
    return c.op == Compare::masked_equal && (c.value & most_of(bits_of(view))) == 0;
  });
}

bool is_exact(const Condition& condition, const Width& width) {
  if (width.bits == 64) return true;
  return condition.op == Compare::masked_equal && (condition.value & ~most_of(width.bits)) == 0;
}

bool is_order(const Condition& condition) {
  return condition.op != Compare::equal && condition.op != Compare::masked_equal;
}

bool is_half_lost(const Conjunction& conditions) {
  return conditions.size() > 1 && std::any_of(conditions.begin(), conditions.end(), [](const Condition& c) {
           return c.op == Compare::masked_equal && c.value != 0 && (c.value & most_of(32)) == 0;
         });
}

bool is_treacherous(const std::vector<const Rule*>& rules) {
  std::size_t conditions = 0;
  bool ordered = false;
  bool half_lost = false;
  for (const Rule* rule : rules) {
    conditions += rule->conditions.size();
    half_lost = half_lost || is_half_lost(rule->conditions);
    ordered = ordered || std::any_of(rule->conditions.begin(), rule->conditions.end(), is_order);
  }
  return half_lost || (ordered && conditions > 1);
}

std::vector<Conjunction> alternatives(const Rule& rule) {
  std::array<unsigned, kArguments> seen{};
  bool twice = false;
  for (const Condition& condition : rule.conditions) twice = ++seen.at(condition.index) > 1 || twice;
  if (!twice) return {rule.conditions};
  std::vector<Conjunction> out;
  for (const Condition& condition : rule.conditions) out.push_back({condition});
  return out;
}

}  // namespace hardened::seccomp
