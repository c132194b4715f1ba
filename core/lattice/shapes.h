// The orders that most controls are made of. The zero value of each is its strictest.
//
//   Flags          a set of up to 64 small numbers (capabilities): fewer is stricter
//   AtMost         a number with "unlimited" on top: less is stricter
//   AtLeast        a number with "anything" on top: more is stricter
//   Permitted      yes or no: no is stricter
//   Required       yes or no: yes is stricter (read-only, no_new_privs)
//   Set<T>         any finite set: fewer is stricter
//   Cover<T>       a set of things that are taken away (masked paths): more is stricter. Its zero
//                  value means "everything is covered", so that it too is the strictest.
#pragma once

#include <algorithm>
#include <bit>
#include <compare>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "core/lattice/lattice.h"

namespace hardened {

class Flags {
 public:
  constexpr Flags() = default;
  explicit constexpr Flags(std::uint64_t bits) : bits_(bits) {}

  [[nodiscard]] constexpr bool has(unsigned bit) const { return bit < 64 && ((bits_ >> bit) & 1U) != 0; }
  [[nodiscard]] constexpr Flags with(unsigned bit) const { return Flags(bits_ | only(bit)); }
  [[nodiscard]] constexpr Flags without(unsigned bit) const { return Flags(bits_ & ~only(bit)); }
  [[nodiscard]] constexpr std::uint64_t bits() const { return bits_; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr int count() const { return std::popcount(bits_); }

  friend constexpr bool operator==(Flags, Flags) = default;
  friend constexpr bool leq(Flags a, Flags b) { return (a.bits_ & ~b.bits_) == 0; }
  friend constexpr Flags meet(Flags a, Flags b) { return Flags(a.bits_ & b.bits_); }
  friend constexpr Flags minus(Flags a, Flags b) { return Flags(a.bits_ & ~b.bits_); }

 private:
  // A number of 64 and more has no place: a shift by it is undefined.
  static constexpr std::uint64_t only(unsigned bit) { return bit < 64 ? std::uint64_t{1} << bit : 0; }
  std::uint64_t bits_ = 0;
};

class AtMost {
 public:
  constexpr AtMost() = default;
  [[nodiscard]] static constexpr AtMost of(std::uint64_t value) { return AtMost(value, false); }
  [[nodiscard]] static constexpr AtMost unlimited() { return AtMost(0, true); }

  [[nodiscard]] constexpr bool is_unlimited() const { return unlimited_; }
  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }  // 0 when unlimited

  friend constexpr bool operator==(AtMost, AtMost) = default;
  friend constexpr bool leq(AtMost a, AtMost b) {
    return b.unlimited_ || (!a.unlimited_ && a.value_ <= b.value_);
  }
  friend constexpr AtMost meet(AtMost a, AtMost b) { return leq(a, b) ? a : b; }

 private:
  constexpr AtMost(std::uint64_t value, bool unlimited) : value_(value), unlimited_(unlimited) {}
  std::uint64_t value_ = 0;
  bool unlimited_ = false;
};

// A floor under a signed number (oom_score_adj): the zero value is the highest floor.
class AtLeast {
 public:
  constexpr AtLeast() = default;
  [[nodiscard]] static constexpr AtLeast of(std::int64_t value) { return AtLeast(value); }
  [[nodiscard]] static constexpr AtLeast anything() {
    return AtLeast(std::numeric_limits<std::int64_t>::min());
  }

  [[nodiscard]] constexpr std::int64_t value() const { return value_; }

  friend constexpr bool operator==(AtLeast, AtLeast) = default;
  friend constexpr bool leq(AtLeast a, AtLeast b) { return a.value_ >= b.value_; }
  friend constexpr AtLeast meet(AtLeast a, AtLeast b) { return leq(a, b) ? a : b; }

 private:
  explicit constexpr AtLeast(std::int64_t value) : value_(value) {}
  std::int64_t value_ = std::numeric_limits<std::int64_t>::max();
};

class Permitted {
 public:
  constexpr Permitted() = default;
  explicit constexpr Permitted(bool yes) : yes_(yes) {}
  [[nodiscard]] constexpr bool yes() const { return yes_; }
  friend constexpr bool operator==(Permitted, Permitted) = default;
  friend constexpr bool leq(Permitted a, Permitted b) { return !a.yes_ || b.yes_; }
  friend constexpr Permitted meet(Permitted a, Permitted b) { return Permitted(a.yes_ && b.yes_); }

 private:
  bool yes_ = false;
};

class Required {
 public:
  constexpr Required() = default;
  explicit constexpr Required(bool yes) : no_(!yes) {}
  [[nodiscard]] constexpr bool yes() const { return !no_; }
  friend constexpr bool operator==(Required, Required) = default;
  friend constexpr bool leq(Required a, Required b) { return !a.no_ || b.no_; }
  friend constexpr Required meet(Required a, Required b) { return Required(!a.no_ || !b.no_); }

 private:
  bool no_ = false;
};

template <class T>
class Set {
 public:
  Set() = default;
  Set(std::initializer_list<T> items) : items_(items) {}
  explicit Set(std::set<T> items) : items_(std::move(items)) {}
  [[nodiscard]] const std::set<T>& items() const { return items_; }
  [[nodiscard]] bool has(const T& item) const { return items_.find(item) != items_.end(); }

  friend bool operator==(const Set&, const Set&) = default;
  friend bool leq(const Set& a, const Set& b) {
    return std::includes(b.items_.begin(), b.items_.end(), a.items_.begin(), a.items_.end());
  }
  friend Set meet(const Set& a, const Set& b) {
    Set both;
    std::set_intersection(a.items_.begin(), a.items_.end(), b.items_.begin(), b.items_.end(),
                          std::inserter(both.items_, both.items_.end()));
    return both;
  }

 private:
  std::set<T> items_;
};

template <class T>
class Cover {
 public:
  Cover() = default;  // everything
  explicit Cover(std::set<T> items) : items_(std::move(items)) {}
  [[nodiscard]] bool everything() const { return !items_.has_value(); }
  // Only when not everything().
  [[nodiscard]] const std::set<T>& items() const { return *items_; }

  friend bool operator==(const Cover&, const Cover&) = default;
  friend bool leq(const Cover& a, const Cover& b) {
    if (a.everything() || b.everything()) return a.everything();
    return std::includes(a.items_->begin(), a.items_->end(), b.items_->begin(), b.items_->end());
  }
  friend Cover meet(const Cover& a, const Cover& b) {
    if (a.everything() || b.everything()) return Cover{};
    std::set<T> both = *a.items_;
    both.insert(b.items_->begin(), b.items_->end());
    return Cover(std::move(both));
  }

 private:
  std::optional<std::set<T>> items_;
};

}  // namespace hardened
