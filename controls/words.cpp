#include "controls/words.h"

#include <string>
#include <vector>

#include "core/base/text.h"

namespace hardened::controls {
namespace {

std::string or_joined(const std::vector<std::string_view>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

}  // namespace

Error no_such_word(const doc::Cursor& at, std::span<const std::string_view> known, std::string_view others) {
  std::vector<std::string_view> words(known.begin(), known.end());
  if (!others.empty()) words.push_back(others);
  const std::string expected = "expected " + or_joined(words) + ", found ";
  if (!at.value().is(doc::Kind::string)) return at.error(expected + std::string(name(at.kind())));
  const std::string_view near = nearest(at.value().text(), known);
  return at.error(expected + "'" + printable(at.value().text(), 60) + "'" +
                  (near.empty() ? "" : ", did you mean " + std::string(near) + "?"));
}

}  // namespace hardened::controls
