#include "ctl/quoted.h"

#include <algorithm>

#include "core/base/text.h"

namespace hardened::ctl {
namespace {

bool is_plain(char one) {
  constexpr std::string_view kPlain = "_./:=@+-";
  return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9') ||
         kPlain.find(one) != std::string_view::npos;
}

}  // namespace

std::string quoted(std::string_view word) {
  const std::string text = printable(word, 4096);
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return text;
  std::string out = "'";
  for (const char one : text) {
    if (one == '\'') {
      out += "'\\''";
    } else {
      out += one;
    }
  }
  return out + "'";
}

}  // namespace hardened::ctl
