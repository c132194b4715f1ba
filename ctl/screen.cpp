#include "ctl/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace hardened::ctl {
namespace {

constexpr std::size_t kUsual = 100;
constexpr std::size_t kNarrowest = 8;  // of a column
constexpr std::string_view kBetween = "  ";

// What is not printed here is lost for a reason that nobody can be told: a closed pipe.
void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

class Terminal final : public Screen {
 public:
  Terminal() {
    const char* kind = std::getenv("TERM");
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    colours_ = terminal && !is_set("NO_COLOR") && kind != nullptr && std::string_view(kind) != "dumb";
    winsize size{};
    if (terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) width_ = size.ws_col;
  }
  void print(std::string_view text) override { write_all(STDOUT_FILENO, text); }
  void complain(std::string_view text) override { write_all(STDERR_FILENO, text); }
  [[nodiscard]] bool colours() const override { return colours_; }
  [[nodiscard]] std::size_t width() const override { return width_; }

 private:
  bool colours_ = false;
  std::size_t width_ = kUsual;
};

std::string_view sequence_of(Style style) {
  switch (style) {
    case Style::plain: return "";
    case Style::strong: return "\x1b[1m";
    case Style::good: return "\x1b[32m";
    case Style::doubtful: return "\x1b[33m";
    case Style::bad: return "\x1b[31m";
    case Style::faint: return "\x1b[2m";
  }
  return "";
}

// In code points: a text of ours is ASCII but for a few signs of one column.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
  }));
}

// The bytes of so many columns.
std::size_t bytes_of(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  for (std::size_t seen = 0; bytes < text.size(); ++bytes) {
    if ((static_cast<unsigned char>(text[bytes]) & 0xc0U) != 0x80U && ++seen > columns) break;
  }
  return bytes;
}

void fold_line(std::string_view text, std::size_t width, std::vector<std::string>& lines) {
  while (columns_of(text) > width) {
    const std::size_t most = bytes_of(text, width);
    const std::size_t blank = text.rfind(' ', most);
    const bool breaks = blank != std::string_view::npos && blank > 0;
    lines.emplace_back(text.substr(0, breaks ? blank : most));
    text.remove_prefix(breaks ? blank + 1 : most);
  }
  lines.emplace_back(text);
}

std::vector<std::string> lines_of(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  for (;;) {
    const std::size_t end = text.find('\n');
    fold_line(text.substr(0, end), width, lines);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::size_t widest_line(std::string_view text) {
  std::size_t widest = 0;
  for (const std::string& line : lines_of(text, std::string::npos))
    widest = std::max(widest, columns_of(line));
  return widest;
}

std::vector<std::size_t> widths_of(const Screen& screen, const std::vector<std::vector<Cell>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i)
      widths[i] = std::max(widths[i], widest_line(row.at(i).text));
  }
  const std::size_t between = kBetween.size() * (widths.size() - 1);
  while (std::accumulate(widths.begin(), widths.end(), between) > screen.width()) {
    auto& widest = *std::max_element(widths.begin(), widths.end());
    if (widest <= kNarrowest) break;
    --widest;
  }
  return widths;
}

std::string row_text(const Screen& screen, const std::vector<Cell>& row,
                     const std::vector<std::size_t>& widths) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 0;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    cells.push_back(lines_of(row.at(i).text, widths[i]));
    height = std::max(height, cells.back().size());
  }
  std::string out;
  for (std::size_t line = 0; line < height; ++line) {
    std::string blanks;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::string text = line < cells[i].size() ? cells[i][line] : std::string();
      if (!text.empty()) out += blanks + painted(screen, row[i].style, text);
      if (!text.empty()) blanks.clear();
      blanks.append(widths[i] - std::min(widths[i], columns_of(text)) + kBetween.size(), ' ');
    }
    out += '\n';
  }
  return out;
}

}  // namespace

void Screen::print(const doc::Value& json) { print(doc::print(json) + "\n"); }

std::unique_ptr<Screen> terminal() { return std::make_unique<Terminal>(); }

std::string painted(const Screen& screen, Style style, std::string_view text) {
  if (!screen.colours() || style == Style::plain) return std::string(text);
  return std::string(sequence_of(style)) + std::string(text) + "\x1b[0m";
}

std::string laid_out(const Screen& screen, const Table& table) {
  if (table.rows.empty()) return "";
  std::vector<std::vector<Cell>> rows;
  if (!table.heads.empty()) {
    rows.emplace_back();
    for (const std::string& head : table.heads) rows.back().push_back({head, Style::faint});
  }
  rows.insert(rows.end(), table.rows.begin(), table.rows.end());
  const std::vector<std::size_t> widths = widths_of(screen, rows);
  std::string out;
  for (const auto& row : rows) out += row_text(screen, row, widths);
  return out;
}

std::string folded(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  for (const std::string& line : lines_of(text, std::max(width, indent + kNarrowest) - indent)) {
    out += std::string(indent, ' ') + line + '\n';
  }
  return out;
}

}  // namespace hardened::ctl
