// A value, or the reason why we could not decide.
//
//   Result<int> parse(std::string_view text);
//
//   Result<int> twice(std::string_view text) {
//     const int number = TRY(parse(text));   // hands the error to our caller
//     return number * 2;
//   }
//
// An Error says that we *could not decide*; a refusal by the policy is an outcome
// (controls/control.h), never an Error. Messages are lower case, without a full stop.
// No exception leaves a function of ours: those of libraries are caught where the
// library is called.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace hardened {

// What kind of trouble kept us from deciding.
enum class Fault : std::uint8_t {
  usage,     // the command line cannot be read
  io,        // the kernel refused a read, a write or an exec
  absent,    // nothing has that name (ENOENT): the one io trouble that a caller may take for an answer
  syntax,    // a document of the call is not what the specification allows
  policy,    // the policy file, or what it names, is missing, broken or not to be trusted
  internal,  // a state that our own code should have made impossible
};

[[nodiscard]] constexpr std::string_view name(Fault fault) {
  switch (fault) {
    case Fault::usage: return "usage";
    case Fault::io: return "io";
    case Fault::absent: return "absent";
    case Fault::syntax: return "syntax";
    case Fault::policy: return "policy";
    case Fault::internal: return "internal";
  }
  return "internal";
}

// `what` may hold several lines when a file has several faults; each says its place.
struct Error {
  Fault fault = Fault::internal;
  std::string what;

  // "while reading the bundle: " + what
  [[nodiscard]] Error within(std::string_view context) && {
    what.insert(0, std::string(context) + ": ");
    return std::move(*this);
  }
};

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {
  }  // NOLINT(google-explicit-constructor): `return value;` is the point
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {
  }  // NOLINT(google-explicit-constructor): `return error;` is the point

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  [[nodiscard]] explicit operator bool() const { return ok(); }

  // Only when ok(): std::get ends the program otherwise (there is no handler above).
  [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
  [[nodiscard]] T& value() & { return std::get<0>(state_); }
  // Not [[nodiscard]]: TRY as a whole statement drops it, and clang warns of that.
  T value() && { return std::get<0>(std::move(state_)); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }

  // Only when not ok().
  [[nodiscard]] const Error& error() const& { return std::get<1>(state_); }
  [[nodiscard]] Error error() && { return std::get<1>(std::move(state_)); }

  [[nodiscard]] T value_or(T otherwise) && {
    return ok() ? std::get<0>(std::move(state_)) : std::move(otherwise);
  }

  // The same result; an error is told where it happened.
  [[nodiscard]] Result within(std::string_view context) && {
    if (ok()) return std::move(*this);
    return std::move(*this).error().within(context);
  }

 private:
  std::variant<T, Error> state_;
};

// The result of an effect that yields nothing.
struct Unit {
  friend bool operator==(const Unit&, const Unit&) = default;
};
using Done = Result<Unit>;
[[nodiscard]] inline Done done() { return Unit{}; }

// Result::value() for TRY: as a whole statement TRY drops the Unit, which clang would warn about.
template <class T>
T taken(Result<T>&& result) {
  return std::move(result).value();
}

}  // namespace hardened

// The value of `expression`, or a return of its error from the enclosing function. Only as the
// initialiser of a named local or as a whole statement: inside a braced initialiser the parts
// that were built already would leak (seen with g++ 12 and clang 14).
#define TRY(expression) HARDENED_TRY(HARDENED_JOIN(try_, __COUNTER__), expression)
#define HARDENED_JOIN(a, b) HARDENED_JOIN_NOW(a, b)
#define HARDENED_JOIN_NOW(a, b) a##b
#define HARDENED_TRY(result, expression)           \
  __extension__({                                  \
    auto result = (expression);                    \
    if (!result) return std::move(result).error(); \
    ::hardened::taken(std::move(result));          \
  })
