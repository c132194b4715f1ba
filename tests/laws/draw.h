// Drawing values inside of a law.
//
// Each of these is a draw of rapidcheck's, made where it stands: call them only below a law's
// property. A failing law is tried again with smaller draws, so let the first choice be the plainest:
//
//   const std::uint64_t limit = number(1, 4096);
//   const std::string name = one_of({"CAP_CHOWN", "CAP_KILL"});
//   if (coin()) note("with a ceiling of " + std::to_string(limit));
//
// rapidcheck itself is included by draw.cpp alone: it costs seconds of every file that sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace hardened::laws {

// Both ends included; smaller is plainer.
[[nodiscard]] std::uint64_t number(std::uint64_t lowest, std::uint64_t highest);
// false is plainer.
[[nodiscard]] bool coin();
// `among` of the given ones, at least one of them.
template <class T>
[[nodiscard]] T one_of(const std::vector<T>& choices) {
  return choices[static_cast<std::size_t>(number(0, choices.size() - 1))];
}
[[nodiscard]] inline std::string one_of(const std::vector<std::string>& choices) {
  return one_of<std::string>(choices);
}
// Each of the given ones or not, in their order.
template <class T>
[[nodiscard]] std::vector<T> some_of(const std::vector<T>& choices) {
  std::vector<T> some;
  for (const T& choice : choices) {
    if (coin()) some.push_back(choice);
  }
  return some;
}

// A document as an engine might have spaced it: blanks and line ends between the tokens, and members
// that no control owns ("x-before", "x-after", with numbers and escapes that printing would
// change) around those of the outermost object.
[[nodiscard]] std::string dressed(const std::string& object);

// What a person reads when the law fails.
void note(const std::string& what);
// Fails the law.
void require(bool holds, const std::string& otherwise);

// "" when `property` held for every draw, else what rapidcheck says.
[[nodiscard]] std::string violation(const std::function<void()>& property);

}  // namespace hardened::laws
