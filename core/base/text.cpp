#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <limits>

namespace hardened {
namespace {

// Longer words are no names of ours; the table below stays on the stack.
constexpr std::size_t kLongestWord = 64;

bool plain(char c) { return c >= 0x20 && c < 0x7f && c != '\\'; }

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Edit distance with swapped neighbours (Damerau's, optimal string alignment), in three rows.
std::size_t distance(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, kLongestWord + 1>;
  Row before{};
  Row last{};
  Row now{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = folded(a[i - 1]) == folded(b[j - 1]);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped =
          i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) && folded(a[i - 2]) == folded(b[j - 1]);
      if (swapped) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before = last;
    last = now;
  }
  return last[b.size()];
}

}  // namespace

std::string printable(std::string_view text, std::size_t most) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const std::string_view shown = text.substr(0, most);
  const auto first = std::find_if_not(shown.begin(), shown.end(), plain);
  std::string out(shown.begin(), first);  // most often all of it
  for (auto at = first; at != shown.end(); ++at) {
    if (plain(*at)) {
      out += *at;
    } else {
      const auto byte = static_cast<unsigned char>(*at);
      out += "\\x";
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xfU];
    }
  }
  if (shown.size() < text.size()) out += "…";
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i];
  }
  return out;
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
  if (word.empty() || word.size() > kLongestWord) return "";
  // One slip in a short word, a third of the letters at most in a long one.
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::string_view found;
  for (const std::string_view candidate : known) {
    if (candidate.empty() || candidate.size() > kLongestWord) continue;
    const std::size_t far = distance(word, candidate);
    if (far < best) {
      best = far;
      found = candidate;
    }
  }
  return found;
}

bool parse_decimal(std::string_view text, unsigned long long& value) {
  constexpr unsigned long long kMost = std::numeric_limits<unsigned long long>::max();
  if (text.empty()) return false;
  unsigned long long sum = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    const auto digit = static_cast<unsigned long long>(c - '0');
    if (sum > (kMost - digit) / 10) return false;
    sum = sum * 10 + digit;
  }
  value = sum;
  return true;
}

}  // namespace hardened
