// A key whose value is one of a few words.
//
//   constexpr std::array kRootless{Choice{"pass", Rootless::pass}, Choice{"refuse", Rootless::refuse}};
//   const auto rootless = wrong.take(choose<Rootless>(cursor, kRootless));
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "controls/words.h"
#include "core/doc/cursor.h"

namespace hardened::config {

template <class T>
struct Choice {
  std::string_view word;
  T value;
};

template <class T>
[[nodiscard]] Result<T> choose(const doc::Cursor& at, std::span<const Choice<T>> choices) {
  std::vector<std::string_view> words;
  for (const Choice<T>& choice : choices) {
    if (at.value().is(doc::Kind::string) && at.value().text() == choice.word) return choice.value;
    words.push_back(choice.word);
  }
  return controls::no_such_word(at, words);
}

}  // namespace hardened::config
