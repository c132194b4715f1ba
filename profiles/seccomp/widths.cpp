#include "profiles/seccomp/widths.h"

#include <algorithm>

#include "profiles/seccomp/profile.h"
#include "profiles/seccomp/widths_table.h"

namespace hardened::seccomp {
namespace {

using detail::kPrototypes;
using detail::Prototype;

constexpr bool by_call(const Prototype& a, const Prototype& b) { return a.call < b.call; }
constexpr bool is_wrong(const Prototype& row) {
  return row.arguments.size() > kArguments || row.arguments.find_first_not_of("iuhw") != row.arguments.npos;
}
static_assert(std::adjacent_find(std::begin(kPrototypes), std::end(kPrototypes),
                                 [](const Prototype& a, const Prototype& b) { return !by_call(a, b); }) ==
                  std::end(kPrototypes),
              "sorted by name, each once");
static_assert(std::none_of(std::begin(kPrototypes), std::end(kPrototypes), is_wrong),
              "a letter that means nothing, or too many");

constexpr Width width_of_letter(char letter) {
  switch (letter) {
    case 'i': return {32, true};
    case 'u': return {32, false};
    case 'h': return {16, false};
    default: return {};  // 'w', by the assertion above
  }
}

}  // namespace

std::optional<Width> width_of(std::string_view call, unsigned index) {
  const auto* const row =
      std::lower_bound(std::begin(kPrototypes), std::end(kPrototypes), Prototype{call, {}}, by_call);
  if (row == std::end(kPrototypes) || row->call != call || index >= kArguments) return std::nullopt;
  return index < row->arguments.size() ? width_of_letter(row->arguments[index]) : Width{};
}

}  // namespace hardened::seccomp
