// How much work a meet may still be: a profile of a user is text that may ask for any amount of it.
//
//   Effort effort;                       of one comparison, or of one meet
//   Effort share = effort.share();       what a single call of it may take
//   if (!share.spend(boxes)) …           used up: answer without looking, on the side that grants less
//
// Its unit is a box that is compared or made. What is used up stays so: the call, or where all is used up every
// later one, gets the strictest of what its rules say, and Below::coarse tells of it. It counts, and looks at no
// clock: the same profiles get the same answer on every machine.
#pragma once

#include <cstddef>

namespace hardened::seccomp {

class Effort {
 public:
  // About a fifth of a second. Two profiles of 400 calls with 800 argument rules each take 640,000; what engines ask for
  // a plain container takes 8,000.
  static constexpr std::size_t kWhole = std::size_t{1} << 22U;
  static constexpr std::size_t kShares = 8;

  explicit Effort(std::size_t whole = kWhole) : Effort(whole, nullptr) {}
  Effort(const Effort&) = delete;
  Effort& operator=(const Effort&) = delete;
  ~Effort() = default;

  // Of this one, which must outlive it: so that one hostile call does not take it from all others.
  [[nodiscard]] Effort share() { return {whole_ / kShares, this}; }

  [[nodiscard]] bool spend(std::size_t boxes) {
    const bool enough = boxes <= left_ && (whole_of_ == nullptr || whole_of_->spend(boxes));
    left_ = enough ? left_ - boxes : 0;
    return enough;
  }
  [[nodiscard]] std::size_t spent() const { return whole_ - left_; }

 private:
  Effort(std::size_t whole, Effort* whole_of) : whole_(whole), left_(whole), whole_of_(whole_of) {}

  std::size_t whole_;
  std::size_t left_;
  Effort* whole_of_;
};

}  // namespace hardened::seccomp
