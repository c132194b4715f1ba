#include "profiles/seccomp/parse_rule.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"
#include "profiles/seccomp/errno_names.h"

namespace hardened::seccomp::detail {
namespace {

constexpr std::array<std::string_view, 4> kFlags{"SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG",
                                                 "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
                                                 "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"};

// Absent is 0, as it is to Go's decoder.
Result<std::uint64_t> number_at(const doc::Cursor& object, std::string_view key) {
  const std::optional<doc::Cursor> value = object.find(key);
  if (!value) return std::uint64_t{0};
  return value->unsigned_integer();
}

Result<Condition> condition(const doc::Cursor& object) {
  if (object.kind() != doc::Kind::object) return object.error("a condition is an object");
  const std::uint64_t index = TRY(number_at(object, "index"));
  if (index >= kArguments) return object.error("a system call has the arguments 0 to 5");
  const std::uint64_t value = TRY(number_at(object, "value"));
  const std::uint64_t value_two = TRY(number_at(object, "valueTwo"));
  const doc::Cursor written = TRY(object.need("op"));
  const std::string_view text = TRY(written.text());
  const std::optional<Compare> op = compare_named(text);
  if (!op) return written.error("unknown comparison '" + printable(text) + "'");
  return Condition{static_cast<unsigned>(index), *op, value, value_two};
}

Result<std::vector<Condition>> conditions(const doc::Cursor& rule) {
  std::vector<Condition> out;
  const std::optional<doc::Cursor> list = rule.find("args");
  if (!list) return out;
  const std::vector<doc::Cursor> items = TRY(list->items());
  for (const doc::Cursor& item : items) {
    const Condition one = TRY(condition(item));
    out.push_back(one);
  }
  return out;
}

using Code = std::optional<std::uint16_t>;

// SECCOMP_RET_DATA has 16 bits; runc cuts what is larger, so that it would mean another number.
Result<Code> code(const doc::Cursor& written, std::string_view key, std::uint64_t value) {
  if (value > 0xffff) return written.error("'" + std::string(key) + "' is at most 65535");
  return Code(static_cast<std::uint16_t>(value));
}

Result<Code> numbered(const doc::Cursor& object, std::string_view key) {
  const std::optional<doc::Cursor> written = object.find(key);
  if (!written) return Code{};
  const std::uint64_t value = TRY(written->unsigned_integer());
  return code(*written, key, value);
}

Result<Code> named(const doc::Cursor& object, std::string_view key) {
  const std::optional<doc::Cursor> written = object.find(key);
  if (!written) return Code{};
  const std::string_view text = TRY(written->text());
  if (text.empty()) return Code{};
  unsigned long long value = 0;
  if (parse_decimal(text, value)) return code(*written, key, value);
  const Code known = errno_named(text);
  if (!known) return written->error("unknown error '" + printable(text) + "' in '" + std::string(key) + "'");
  return known;
}

Result<Code> code_at(const doc::Cursor& object, const AnswerKeys& keys) {
  const Code number = TRY(numbered(object, keys.number));
  if (keys.word.empty()) return number;
  const Code word = TRY(named(object, keys.word));
  if (word && number && *word != *number) {
    return object.error("'" + std::string(keys.word) + "' is " + std::to_string(*word) + " and '" +
                        std::string(keys.number) + "' is " + std::to_string(*number) +
                        ": which of them is meant?");
  }
  return word ? word : number;
}

}  // namespace

Result<std::optional<std::vector<std::string>>> words(const doc::Cursor& object, std::string_view key) {
  const std::optional<doc::Cursor> list = object.find(key);
  if (!list) return std::optional<std::vector<std::string>>{};
  const std::vector<doc::Cursor> items = TRY(list->items());
  std::vector<std::string> out;
  out.reserve(items.size());
  for (const doc::Cursor& item : items) {
    const std::string_view text = TRY(item.text());
    out.emplace_back(text);
  }
  return std::optional(std::move(out));
}

Result<std::string> word(const doc::Cursor& object, std::string_view key) {
  const std::optional<doc::Cursor> written = object.find(key);
  if (!written) return std::string{};
  const std::string_view text = TRY(written->text());
  return std::string(text);
}

Result<std::optional<std::vector<std::string>>> flags(const doc::Cursor& object) {
  std::optional<std::vector<std::string>> out = TRY(words(object, "flags"));
  for (const std::string& flag : out.value_or(std::vector<std::string>{})) {
    if (std::find(kFlags.begin(), kFlags.end(), flag) == kFlags.end()) {
      return object.error("unknown filter flag '" + printable(flag) + "'");
    }
  }
  return out;
}

Result<std::vector<Architecture>> architectures(const doc::Cursor& object, std::string_view key) {
  std::vector<Architecture> out;
  const std::optional<std::vector<std::string>> names = TRY(words(object, key));
  for (const std::string& written : names.value_or(std::vector<std::string>{})) {
    const std::optional<Architecture> architecture = architecture_named(written);
    if (!architecture)
      return object.error("unknown architecture '" + printable(written) + "' in '" + std::string(key) + "'");
    out.push_back(*architecture);
  }
  return out;
}

Result<Answer> answer_at(const doc::Cursor& object, const AnswerKeys& keys) {
  const doc::Cursor written = TRY(object.need(keys.action));
  const std::string_view text = TRY(written.text());
  const std::optional<Action> action = action_named(text);
  if (!action) return written.error("unknown action '" + printable(text) + "'");
  const Code given = TRY(code_at(object, keys));
  return answer(*action, given);
}

std::string title(std::size_t position, const doc::Cursor& rule) {
  constexpr std::size_t kShown = 3;
  std::string out = "rule " + std::to_string(position + 1);
  std::vector<std::string> names;
  if (const auto one = word(rule, "name"); one && !one->empty()) names.push_back(*one);
  if (const auto many = words(rule, "names"); many && *many)
    names.insert(names.end(), (*many)->begin(), (*many)->end());
  if (names.empty()) return out;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < names.size() && i < kShown; ++i) shown.push_back(printable(names[i], 40));
  if (names.size() > kShown) shown.push_back(std::to_string(names.size() - kShown) + " more");
  return out + " (" + joined(shown) + ")";
}

Result<Rule> rule_with(const doc::Cursor& object, std::vector<std::string> names, std::string_view word) {
  if (std::find(names.begin(), names.end(), "") != names.end()) {
    return object.error("an empty name is no system call");
  }
  Rule rule;
  rule.answer = TRY(answer_at(object, {"action", "errnoRet", word}));
  rule.conditions = TRY(conditions(object));
  rule.names = std::move(names);
  return rule;
}

}  // namespace hardened::seccomp::detail
