// The parts that both formats share; for parse.cpp and parse_docker.cpp alone.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/doc/cursor.h"
#include "profiles/seccomp/profile.h"

namespace hardened::seccomp::detail {

// A list of strings; nothing when the key is absent.
[[nodiscard]] Result<std::optional<std::vector<std::string>>> words(const doc::Cursor& object,
                                                                    std::string_view key);
[[nodiscard]] Result<std::string> word(const doc::Cursor& object, std::string_view key);
[[nodiscard]] Result<std::optional<std::vector<std::string>>> flags(const doc::Cursor& object);
[[nodiscard]] Result<std::vector<Architecture>> architectures(const doc::Cursor& object,
                                                              std::string_view key);
// Where an answer stands: {"action": "SCMP_ACT_ERRNO", "errnoRet": 38, "errno": "ENOSYS"}.
struct AnswerKeys {
  std::string_view action;
  std::string_view number;
  std::string_view word;  // podman's; "" where there is none
};
// podman takes the word where there is one, and the number otherwise (containers/common, getErrno), and says
// nothing where they differ; here that is an error. The word may be a number in digits, as it may there.
[[nodiscard]] Result<Answer> answer_at(const doc::Cursor& object, const AnswerKeys& keys);

// For messages: "rule 3 (ptrace, process_vm_readv and 4 more)", as far as the names can be read.
[[nodiscard]] std::string title(std::size_t position, const doc::Cursor& rule);
// Action and conditions of a rule whose names are known already; `word` is the key of podman's errno, or "".
[[nodiscard]] Result<Rule> rule_with(const doc::Cursor& object, std::vector<std::string> names,
                                     std::string_view word);

// Conditions on one argument alone become a case of their own for each name of the rule (see reading.h), and each
// is compared with all of the other side's. Profiles of engines have some four hundred.
inline constexpr std::size_t kMostCases = 65536;

inline const Rule& plain(const Rule& rule) { return rule; }

// The rules at "syscalls", each read by `read_one`; whatever is wrong with one names it.
template <class T>
[[nodiscard]] Result<std::vector<T>> rules_at(const doc::Cursor& file,
                                              Result<T> (*read_one)(const doc::Cursor&)) {
  std::vector<T> out;
  const std::optional<doc::Cursor> list = file.find("syscalls");
  if (!list) return out;
  const std::vector<doc::Cursor> items = TRY(list->items().within("syscalls"));
  out.reserve(items.size());
  std::size_t cases = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Result<T> read = read_one(items[i]);
    if (!read) return std::move(read).error().within(title(i, items[i]));
    cases += plain(*read).names.size() * std::max<std::size_t>(plain(*read).conditions.size(), 1);
    if (cases > kMostCases) {
      return items[i]
          .error("more than " + std::to_string(kMostCases) + " calls and conditions")
          .within(title(i, items[i]));
    }
    out.push_back(std::move(read).value());
  }
  return out;
}

}  // namespace hardened::seccomp::detail
