#include "core/base/proc_mounts.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>

#include "core/base/text.h"

namespace hardened {
namespace {

constexpr std::size_t kOptionalFields = 6;  // of a line: they follow these, and end with "-"

std::string_view take(std::string_view& text, char until) {
  const std::size_t end = text.find(until);
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return piece;
}

bool is_octal(char digit) { return digit >= '0' && digit <= '7'; }

// The kernel writes blank, tab, line feed and backslash as \ and three octal digits (seq_path).
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 3 < text.size() && is_octal(text[i + 1]) &&
                        is_octal(text[i + 2]) && is_octal(text[i + 3]);
    if (!escape) {
      plain += text[i];
      continue;
    }
    const int value = (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0');
    plain += static_cast<char>(static_cast<unsigned char>(value));
    i += 3;
  }
  return plain;
}

std::optional<Mount> parse_line(std::string_view line) {
  std::array<std::string_view, kOptionalFields> fields;  // id, parent, device, root, point, options
  for (std::string_view& field : fields) field = take(line, ' ');
  Mount mount;
  while (!line.empty()) {
    const std::string_view word = take(line, ' ');
    mount.shared = mount.shared || word.starts_with("shared:");
    mount.follows = mount.follows || word.starts_with("master:");
    mount.unbindable = mount.unbindable || word == "unbindable";
    if (word == "-") {
      unsigned long long number = 0;
      if (!parse_decimal(fields[0], number)) return std::nullopt;
      mount.number = number;
      mount.device = fields[2];
      mount.root = unescaped(fields[3]);
      mount.point = unescaped(fields[4]);
      mount.options = fields[5];
      mount.kind = take(line, ' ');
      take(line, ' ');  // the source
      mount.super_options = line;
      if (mount.kind.empty() || !mount.point.starts_with('/')) return std::nullopt;
      return mount;
    }
  }
  return std::nullopt;
}

}  // namespace

bool names(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    if (take(list, ',') == word) return true;
  }
  return false;
}

bool Mount::has(std::string_view option) const { return names(options, option); }

bool Mount::read_only() const { return has("ro") || names(super_options, "ro"); }

Result<MountTable> MountTable::parse(std::string_view text) {
  MountTable table;
  while (!text.empty()) {
    auto mount = parse_line(take(text, '\n'));
    if (!mount) return Error{Fault::io, "the kernel's list of mounts has a line that is none"};
    table.mounts_.push_back(*std::move(mount));
  }
  table.by_point_.resize(table.mounts_.size());
  std::iota(table.by_point_.begin(), table.by_point_.end(), std::size_t{0});
  table.by_number_ = table.by_point_;
  const auto& mounts = table.mounts_;
  std::stable_sort(table.by_point_.begin(), table.by_point_.end(),
                   [&](std::size_t a, std::size_t b) { return mounts[a].point < mounts[b].point; });
  std::sort(table.by_number_.begin(), table.by_number_.end(),
            [&](std::size_t a, std::size_t b) { return mounts[a].number < mounts[b].number; });
  return table;
}

const Mount* MountTable::at(std::string_view path) const {
  const auto behind = std::upper_bound(
      by_point_.begin(), by_point_.end(), path,
      [this](std::string_view wanted, std::size_t index) { return wanted < mounts_[index].point; });
  if (behind == by_point_.begin()) return nullptr;
  const Mount& mount = mounts_[*std::prev(behind)];
  return mount.point == path ? &mount : nullptr;
}

const Mount* MountTable::over(std::string_view path) const {
  while (path.size() > 1) {
    if (const Mount* mount = at(path)) return mount;
    path = path.substr(0, path.rfind('/'));
  }
  return at("/");
}

// Sorted, all that begins with "/srv/" stands together.
std::vector<const Mount*> MountTable::below(std::string_view path) const {
  const std::string start = path == "/" ? "/" : std::string(path) + '/';
  auto next = std::lower_bound(
      by_point_.begin(), by_point_.end(), start,
      [this](std::size_t index, std::string_view wanted) { return mounts_[index].point < wanted; });
  std::vector<const Mount*> found;
  for (; next != by_point_.end() && mounts_[*next].point.starts_with(start); ++next) {
    if (mounts_[*next].point != path) found.push_back(&mounts_[*next]);
  }
  return found;
}

const Mount* MountTable::numbered(std::uint64_t number) const {
  const auto found = std::lower_bound(
      by_number_.begin(), by_number_.end(), number,
      [this](std::size_t index, std::uint64_t wanted) { return mounts_[index].number < wanted; });
  if (found == by_number_.end() || mounts_[*found].number != number) return nullptr;
  return &mounts_[*found];
}

// A line each below the names of the columns: the path, blanks, "file" or "partition", tabs (swap_show in mm/swapfile.c).
std::vector<std::string> swap_files(std::string_view text) {
  std::vector<std::string> files;
  take(text, '\n');
  while (!text.empty()) {
    std::string_view line = take(text, '\n');
    const std::string_view path = line.substr(0, line.find_first_of(" \t"));
    line.remove_prefix(path.size());
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.substr(0, line.find_first_of(" \t")) == "file") files.push_back(unescaped(path));
  }
  return files;
}

std::optional<CgroupPlace> cgroup_place(std::string_view text, std::string_view controller) {
  std::optional<CgroupPlace> unified;
  while (!text.empty()) {
    std::string_view line = take(text, '\n');  // "8:pids:/docker/4f1c", "0::/system.slice"
    const std::string_view number = take(line, ':');
    const std::string_view controllers = take(line, ':');
    if (names(controllers, controller)) return CgroupPlace{1, std::string(line)};
    if (number == "0" && controllers.empty()) unified = CgroupPlace{2, std::string(line)};
  }
  return unified;
}

}  // namespace hardened
