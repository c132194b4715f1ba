// Amounts that a request names by pointer, of which less is stricter.
//
//   Amounts request;
//   request.set("/linux/resources/memory/limit", Amount::of(536870912));
//   request.at("/linux/resources/cpu/shares")                 // kept: the bottom, which is never stored
//
// A chain: kept < 0 < 1 < … < unlimited < unclear < absent. What is only there or not is kept or unlimited.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace hardened::controls {

class Amount {
 public:
  enum class Kind : std::uint8_t {
    kept,       // the call does not speak of it
    number,     //
    unlimited,  // said to be without limit
    unclear,    // an update that says half of it, and means what the container has for the other half
    absent,     // a create that does not speak of it, where that means no limit
  };

  Amount() = default;
  [[nodiscard]] static Amount of(std::uint64_t number) { return Amount(Kind::number, number); }
  [[nodiscard]] static Amount unlimited() { return Amount(Kind::unlimited, 0); }
  [[nodiscard]] static Amount unclear() { return Amount(Kind::unclear, 0); }
  [[nodiscard]] static Amount absent() { return Amount(Kind::absent, 0); }

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is(Kind kind) const { return kind_ == kind; }
  [[nodiscard]] bool is_number() const { return is(Kind::number); }
  [[nodiscard]] std::uint64_t number() const { return number_; }  // 0 of all others

  friend auto operator<=>(const Amount&, const Amount&) = default;
  friend bool leq(const Amount& a, const Amount& b) { return a <= b; }
  friend Amount meet(const Amount& a, const Amount& b) { return a <= b ? a : b; }

 private:
  Amount(Kind kind, std::uint64_t number) : kind_(kind), number_(number) {}
  Kind kind_ = Kind::kept;  // compared first
  std::uint64_t number_ = 0;
};

class Amounts {
 public:
  using Map = std::map<std::string, Amount, std::less<>>;

  [[nodiscard]] Amount at(std::string_view pointer) const {
    const auto found = map_.find(pointer);
    return found == map_.end() ? Amount() : found->second;
  }
  void set(std::string_view pointer, Amount amount) {
    if (amount == Amount()) {
      map_.erase(std::string(pointer));
    } else {
      map_.insert_or_assign(std::string(pointer), amount);
    }
  }
  [[nodiscard]] const Map& all() const { return map_; }

  friend bool operator==(const Amounts&, const Amounts&) = default;
  friend bool leq(const Amounts& a, const Amounts& b) {
    for (const auto& [pointer, amount] : a.map_) {
      if (!leq(amount, b.at(pointer))) return false;
    }
    return true;
  }
  friend Amounts meet(const Amounts& a, const Amounts& b) {
    Amounts both;
    for (const auto& [pointer, amount] : a.map_) both.set(pointer, meet(amount, b.at(pointer)));
    return both;
  }

 private:
  Map map_;
};

}  // namespace hardened::controls
