// The parts that both formats share; for parse.cpp and parse_docker.cpp alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
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
// `action_key` with the errno at `code_key`.
[[nodiscard]] Result<Answer> answer_at(const doc::Cursor& object, std::string_view action_key,
                                       std::string_view code_key);
// For messages: "rule 3 (ptrace, process_vm_readv and 4 more)", as far as the names can be read.
[[nodiscard]] std::string title(std::size_t position, const doc::Cursor& rule);
// Action and conditions of a rule whose names are known already.
[[nodiscard]] Result<Rule> rule_with(const doc::Cursor& object, std::vector<std::string> names);

}  // namespace hardened::seccomp::detail
