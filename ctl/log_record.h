// Lines of the decision log, as runtime/record.h writes them, read back.
//
//   Lines lines;
//   lines.feed(bytes, [&](std::string_view line) { if (const auto one = read_record(line)) ... });
//   lines.broken                                          // lines that are too long to be ours
//
// Whoever could write to the log could write anything: every line is bounded, what is no record is counted and left out,
// and nothing of one is printed but through printable().
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/doc/value.h"
#include "ctl/screen.h"

namespace hardened::ctl {

// What was asked and not granted.
struct AskedFor {
  std::string control;
  std::string verdict;  // of the control: "narrowed"; "observed" where its rule only looked on
  std::string field;    // "/linux/resources/pids/limit"
  std::string asked;
  std::string granted;
  bool by_default = false;  // an engine's own default asked for it, and no user
};

struct LogRecord {
  std::string time;
  std::string id;
  std::string engine;
  std::string image;  // "" where the record does not name it
  std::string call;
  std::string verdict;  // "unchanged", "narrowed", "refused", "fault", "above"
  std::vector<std::string> controls;
  std::vector<std::string> waivers;  // that held
  std::vector<AskedFor> asked;
  std::vector<std::string> notes;  // of the call and of its controls
  std::string message;             // of a fault
};
[[nodiscard]] std::optional<LogRecord> read_record(std::string_view line);

// What was asked, with what it is about in front where the words alone do not say that:
//   sysctls    "net.core.somaxconn 77"
//   resources  "cpu.shares 2048"
[[nodiscard]] std::string told_asked(std::string_view control, std::string_view field,
                                     const std::string& asked);

// A line for people: what was decided, about whom, and why.
[[nodiscard]] std::string told(const Screen& screen, const LogRecord& record);
[[nodiscard]] Style style_of_verdict(std::string_view verdict);

// A stream cut into lines, which are whole. A line that is longer than a record may be is counted and skipped.
class Lines {
 public:
  using Take = std::function<void(std::string_view line)>;
  void feed(std::string_view bytes, const Take& take);
  // The stream ends here: a line without its end is one that was cut.
  void end();

  std::size_t broken = 0;

 private:
  std::string begun_;
  bool skipping_ = false;
};

// Which records are wanted; "" asks for nothing.
struct LogFilter {
  std::string since;  // the beginning of a time: "2026-11-22T10"
  std::string control;
  std::string verdict;
  std::string id;  // the beginning of one
};
// With what is said of other controls taken out, where one is asked for; nothing where that had nothing to object to.
[[nodiscard]] std::optional<LogRecord> wanted(const LogFilter& filter, LogRecord record);

}  // namespace hardened::ctl
