#include "core/base/proc_status.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"

namespace hardened {
namespace {

Error strange(std::string_view file, std::string_view what) {
  return Error{Fault::io, "the kernel's " + std::string(file) + " of a process has no " + std::string(what)};
}

// Takes the first line, without its line feed, off the text.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::string_view take_word(std::string_view& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  text.remove_prefix(begin == std::string_view::npos ? text.size() : begin);
  const std::size_t end = text.find_first_of(" \t");
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(word.size());
  return word;
}

// What stands behind the name in "CapBnd:\t00000000a80425fb": nothing for a line of another name.
std::optional<std::string_view> rest_of(std::string_view line, std::string_view key) {
  if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ':') return std::nullopt;
  line.remove_prefix(key.size() + 1);
  return line;
}

// Its first word.
std::optional<std::string_view> value_of(std::string_view line, std::string_view key) {
  auto rest = rest_of(line, key);
  return rest ? std::optional(take_word(*rest)) : std::nullopt;
}

bool parse_mask(std::string_view text, std::uint64_t& mask) {
  constexpr int kHexadecimal = 16;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mask, kHexadecimal);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

bool parse_number(std::string_view text, std::uint64_t& number) {
  unsigned long long value = 0;
  if (!parse_decimal(text, value)) return false;
  number = value;
  return true;
}

// "Uid:\t0\t0\t0\t0", "Groups:\t0 1 "
std::optional<std::vector<std::uint32_t>> ids_of(std::string_view line, std::string_view key) {
  auto rest = rest_of(line, key);
  if (!rest) return std::nullopt;
  std::vector<std::uint32_t> ids;
  for (std::string_view word = take_word(*rest); !word.empty(); word = take_word(*rest)) {
    std::uint64_t id = 0;
    if (!parse_number(word, id) || id > UINT32_MAX) return std::nullopt;
    ids.push_back(static_cast<std::uint32_t>(id));
  }
  return ids;
}

bool take_four(std::string_view line, std::string_view key, std::array<std::uint32_t, 4>& to) {
  const auto ids = ids_of(line, key);
  if (!ids || ids->size() != to.size()) return false;
  std::copy(ids->begin(), ids->end(), to.begin());
  return true;
}

bool parse_limit(std::string_view text, std::uint64_t& limit) {
  constexpr std::uint64_t kInfinity = ~std::uint64_t{0};
  if (text == "unlimited") {
    limit = kInfinity;
    return true;
  }
  return parse_number(text, limit);
}

// Which lines were there.
struct Lines {
  std::size_t sets = 0;
  bool privileges = false;
  bool seccomp = false;
  bool uids = false;
  bool gids = false;
  bool groups = false;
};

void read_line(std::string_view line, ProcStatus& status, Lines& lines) {
  constexpr std::array<std::string_view, 5> kSets{"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"};
  for (std::size_t set = 0; set < kSets.size(); ++set) {
    const auto mask = value_of(line, kSets.at(set));
    if (mask && parse_mask(*mask, status.capabilities.at(set))) ++lines.sets;
  }
  std::uint64_t number = 0;
  if (const auto value = value_of(line, "NoNewPrivs"); value && parse_number(*value, number)) {
    status.no_new_privileges = number != 0;
    lines.privileges = true;
  }
  if (const auto value = value_of(line, "Seccomp"); value && parse_number(*value, status.seccomp))
    lines.seccomp = true;
  if (const auto value = value_of(line, "Seccomp_filters"); value && parse_number(*value, number)) {
    status.filters = number;
  }
  lines.uids = take_four(line, "Uid", status.uids) || lines.uids;
  lines.gids = take_four(line, "Gid", status.gids) || lines.gids;
  if (auto groups = ids_of(line, "Groups")) {
    status.groups = *std::move(groups);
    lines.groups = true;
  }
}

}  // namespace

Result<ProcStatus> parse_proc_status(std::string_view text) {
  constexpr std::string_view kFile = "status";
  ProcStatus status;
  Lines lines;
  while (!text.empty()) read_line(take_line(text), status, lines);
  if (lines.sets != status.capabilities.size()) return strange(kFile, "five capability sets");
  if (!lines.privileges) return strange(kFile, "NoNewPrivs");
  if (!lines.seccomp) return strange(kFile, "Seccomp");
  if (!lines.uids || !lines.gids || !lines.groups) return strange(kFile, "Uid, Gid and Groups");
  return status;
}

Result<ProcStat> parse_proc_stat(std::string_view text) {
  constexpr int kFlags = 9;
  constexpr int kStartTime = 22;
  constexpr std::uint64_t kForkedOnly = 0x40;
  constexpr std::uint64_t kExiting = 0x4;
  // The second field is the command in parentheses, and may hold some itself; no other field does.
  const std::size_t command = text.rfind(')');
  if (command == std::string_view::npos) return strange("stat", "command");
  text.remove_prefix(command + 1);
  ProcStat stat;
  for (int field = 3; field <= kStartTime; ++field) {
    const std::string_view word = take_word(text);
    std::uint64_t number = 0;
    if (field != kFlags && field != kStartTime) continue;
    if (!parse_number(word, number)) return strange("stat", field == kFlags ? "flags" : "start time");
    if (field == kFlags) stat.executed = (number & kForkedOnly) == 0;
    if (field == kFlags) stat.exiting = (number & kExiting) != 0;
    if (field == kStartTime) stat.start_time = number;
  }
  return stat;
}

Result<std::array<Limit, 16>> parse_proc_limits(std::string_view text) {
  constexpr std::size_t kName = 26;  // "%-25s " for the name, of several words
  std::array<Limit, 16> limits{};
  take_line(text);  // the headings
  for (Limit& limit : limits) {
    std::string_view line = take_line(text);
    line.remove_prefix(line.size() < kName ? line.size() : kName);
    if (!parse_limit(take_word(line), limit.soft) || !parse_limit(take_word(line), limit.hard)) {
      return strange("limits", "16 limits");
    }
  }
  return limits;
}

Label parse_label(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\0')) text.remove_suffix(1);
  // A name may hold " (", the mode stands last.
  const std::size_t mode = text.rfind(" (");
  if (mode == std::string_view::npos || text.back() != ')') return {std::string(text), ""};
  return {std::string(text.substr(0, mode)), std::string(text.substr(mode + 2, text.size() - mode - 3))};
}

}  // namespace hardened
