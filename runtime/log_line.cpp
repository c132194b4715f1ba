#include "runtime/log_line.h"

#include <algorithm>
#include <array>

#include "core/doc/value.h"
#include "runtime/record.h"

namespace hardened::runtime {
namespace {

constexpr std::uint32_t kLogMode = 0644;  // as runc makes it
constexpr std::string_view kOurName = "hardened: ";
constexpr std::string_view kEllipsis = "\xe2\x80\xa6";  // what printable() ends a cut text with

struct Phrase {
  std::string_view theirs;
  std::string_view ours;
};

constexpr std::array kPhrases{
    Phrase{"permission denied", "access refused"},
    Phrase{"no such file or directory", "missing file"},
    Phrase{"executable file not found", "program missing"},
    Phrase{"not a directory", "no directory"},
    Phrase{"is a directory", "is a folder"},
    Phrase{"does not exist", "is missing"},
    Phrase{"no such process", "process gone"},
    Phrase{"process already finished", "process has ended"},
    Phrase{"container not running", "container stopped"},
};

// A replacement may complete another phrase with what stands beside it; that each is shorter than what
// it replaces is why replacing until nothing is left comes to an end.
constexpr bool each_is_shorter() {
  return std::all_of(kPhrases.begin(), kPhrases.end(),
                     [](const Phrase& phrase) { return phrase.ours.size() < phrase.theirs.size(); });
}
static_assert(each_is_shorter());

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The daemon compares in lower case.
std::size_t find_folded(std::string_view text, std::string_view phrase) {
  const auto found = std::search(text.begin(), text.end(), phrase.begin(), phrase.end(),
                                 [](char a, char b) { return folded(a) == b; });
  return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

void reword(std::string& text) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const Phrase& phrase : kPhrases) {
      const std::size_t at = find_folded(text, phrase.theirs);
      if (at == std::string::npos) continue;
      text.replace(at, phrase.theirs.size(), phrase.ours);
      changed = true;
    }
  }
}

// ASCII alone: Go folds a few letters beyond it to ASCII ones, and a terminal shows them.
std::string plain(std::string_view message) {
  std::string text;
  text.reserve(message.size());
  while (!message.empty() && text.size() < kLongestMessage) {
    const char c = message.front();
    if (message.starts_with(kEllipsis)) {
      text += "...";
      message.remove_prefix(kEllipsis.size());
      continue;
    }
    text += (c >= ' ' && c <= '~') || c == '\n' ? c : '?';
    message.remove_prefix(1);
  }
  if (!message.empty()) text += "...";
  return text;
}

std::string quoted(std::string text) { return doc::print(doc::Value::string(std::move(text))); }

}  // namespace

std::string fit_message(std::string_view message) {
  std::string text = plain(message);
  reword(text);
  return text;
}

std::string log_line(std::string_view format, std::string_view message, std::int64_t now_ns) {
  const std::string text = quoted(std::string(kOurName) + fit_message(message));
  const std::string time = quoted(rfc3339(now_ns));
  // The order of logrus' JSON formatter, so that people who read the file find the usual.
  if (format == "json") return R"({"level":"error","msg":)" + text + R"(,"time":)" + time + "}\n";
  return "time=" + time + " level=error msg=" + text + "\n";
}

std::string log_file(std::string_view log) {
  constexpr std::string_view kFile = "file:";
  if (log.starts_with("journald:") || log.starts_with("syslog:")) return "";
  if (log.starts_with(kFile)) log.remove_prefix(kFile.size());
  return std::string(log);
}

void report(Host& host, const LogTarget& log, std::string_view message) {
  if (const std::string file = log_file(log.file); !file.empty()) {
    static_cast<void>(host.append(file, log_line(log.format, message, host.now_ns()), kLogMode).ok());
  }
  host.print_error(std::string(kOurName) + fit_message(message) + "\n");
}

}  // namespace hardened::runtime
