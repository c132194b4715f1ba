// Where a command prints: text for people, with colours on a terminal alone, and JSON for programs.
//
//   Table table{{"control", "asked"}, {}};
//   table.rows.push_back({{"capabilities", Style::strong}, {"CAP_SYS_ADMIN", Style::bad}});
//   screen.print(laid_out(screen, table));
//
//   control       asked
//   capabilities  CAP_SYS_ADMIN
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/doc/value.h"

namespace hardened::ctl {

class Screen {
 public:
  Screen() = default;
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  virtual ~Screen() = default;

  virtual void print(std::string_view text) = 0;        // to standard output, as it is
  virtual void complain(std::string_view text) = 0;     // to standard error, as it is
  [[nodiscard]] virtual bool colours() const = 0;       // of standard output
  [[nodiscard]] virtual std::size_t width() const = 0;  // in columns; 100 where it is no terminal

  // One document, and a line feed. Keys in their order.
  void print(const doc::Value& json);
};

// Standard output and error. Colours where standard output is a terminal, NO_COLOR is not set and TERM is not "dumb".
[[nodiscard]] std::unique_ptr<Screen> terminal();

enum class Style : std::uint8_t { plain, strong, good, doubtful, bad, faint };
[[nodiscard]] std::string painted(const Screen& screen, Style style, std::string_view text);

struct Cell {
  std::string text;
  Style style = Style::plain;
};
struct Table {
  std::vector<std::string> heads;       // none: no line of heads
  std::vector<std::vector<Cell>> rows;  // as many cells each as there are columns
};
// Columns as wide as they have to be; where the screen is too narrow the widest are made less wide, and their texts go on
// in further lines, broken at blanks where there are some. Ends with a line feed; "" without rows.
[[nodiscard]] std::string laid_out(const Screen& screen, const Table& table);

// A text of several words in lines of that width, each behind `indent` blanks.
[[nodiscard]] std::string folded(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace hardened::ctl
