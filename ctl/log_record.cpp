#include "ctl/log_record.h"

#include <algorithm>
#include <array>
#include <utility>

#include "controls/all.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "runtime/record.h"

namespace hardened::ctl {
namespace {

using doc::Value;

constexpr std::size_t kShortId = 12;
constexpr std::size_t kShortTime = 19;  // to the second
constexpr std::size_t kMostWords = 80;

std::string text(const Value& value, std::string_view key) {
  const Value* found = value.find(key);
  return found != nullptr && found->is(doc::Kind::string) ? found->text() : "";
}

const std::vector<Value>& items(const Value& value, std::string_view key) {
  static const std::vector<Value> none;
  const Value* found = value.find(key);
  return found == nullptr ? none : found->items();
}

void read_control(const Value& value, LogRecord& record) {
  const std::string control = text(value, "control");
  const bool observed = text(value, "on_excess") == "observe";
  const std::string verdict = observed ? "observed" : text(value, "verdict");
  record.controls.push_back(control);
  for (const Value& change : items(value, "changes")) {
    const Value* by_default = change.find("default");
    record.asked.push_back({control, verdict, text(change, "field"), text(change, "asked"),
                            text(change, "granted"), by_default != nullptr && by_default->truth()});
  }
  for (const Value& note : items(value, "notes")) record.notes.push_back(control + ": " + note.text());
}

// Their words are a value, and the field says of what: by a name, or by its path.
constexpr std::array<std::string_view, 4> kOfFields{controls::Sysctls::name, controls::Annotations::name,
                                                    controls::Resources::name, controls::Scheduling::name};
constexpr std::array<std::string_view, 3> kAboveNames{"/linux/sysctl/", "/annotations/",
                                                      "/linux/resources/unified/"};
constexpr std::array<std::string_view, 3> kAbovePaths{"/linux/resources/", "/linux/", "/process/"};

template <std::size_t kMany>
std::optional<std::string_view> behind(const std::array<std::string_view, kMany>& all,
                                       std::string_view field) {
  for (const std::string_view one : all) {
    if (field.starts_with(one)) return field.substr(one.size());
  }
  return std::nullopt;
}

// A name as it was written: "~1" is a slash in it (RFC 6901).
std::string unescaped(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '~' || i + 1 == name.size())
      out += name[i];
    else
      out += name[++i] == '1' ? '/' : '~';
  }
  return out;
}

// "cpu/shares" is "cpu.shares", "oomScoreAdj" is "oom_score_adj".
std::string dotted(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c >= 'A' && c <= 'Z') {
      out += {'_', static_cast<char>(c - 'A' + 'a')};
    } else {
      out += c == '/' ? '.' : c;
    }
  }
  return out;
}

std::string told(const AskedFor& one) {
  std::string words =
      one.control + " " + printable(told_asked(one.control, one.field, one.asked), kMostWords);
  if (!one.granted.empty()) words += " to " + printable(one.granted, kMostWords);
  return words;
}

std::string reasons_of(const LogRecord& record) {
  std::vector<std::string> words;
  if (!record.message.empty()) words.push_back(printable(record.message));
  std::size_t by_default = 0;
  for (const AskedFor& one : record.asked) {
    if (one.by_default)
      ++by_default;
    else
      words.push_back(told(one));
  }
  if (by_default > 0)
    words.push_back(std::to_string(by_default) + (words.empty() ? "" : " more") + " by default");
  if (words.empty()) {
    for (const std::string& note : record.notes) words.push_back(printable(note));
  }
  std::string all;
  for (const std::string& one : words) all += (all.empty() ? "" : "; ") + one;
  return all;
}

std::string padded(std::string_view word, std::size_t width) {
  std::string text = printable(word, 32);
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

}  // namespace

std::string told_asked(std::string_view control, std::string_view field, const std::string& asked) {
  if (std::find(kOfFields.begin(), kOfFields.end(), control) == kOfFields.end()) return asked;
  if (const auto name = behind(kAboveNames, field)) return unescaped(*name) + " " + asked;
  if (const auto path = behind(kAbovePaths, field)) return dotted(*path) + " " + asked;
  return asked;
}

std::optional<LogRecord> read_record(std::string_view line) {
  const auto read = doc::read_json("record", std::string(line));
  if (!read) return std::nullopt;
  const Value& root = read->root;
  LogRecord record;
  record.time = text(root, "time");
  record.call = text(root, "call");
  record.verdict = text(root, "verdict");
  if (record.time.empty() || record.call.empty() || record.verdict.empty()) return std::nullopt;
  record.id = text(root, "id");
  record.engine = text(root, "engine");
  record.image = text(root, "image");
  record.message = text(root, "message");
  for (const Value& waiver : items(root, "waivers")) record.waivers.push_back(waiver.text());
  for (const Value& note : items(root, "notes")) record.notes.push_back(note.text());
  for (const Value& control : items(root, "controls")) read_control(control, record);
  return record;
}

Style style_of_verdict(std::string_view verdict) {
  if (verdict == "narrowed") return Style::doubtful;
  return verdict == "unchanged" ? Style::good : Style::bad;
}

std::string told(const Screen& screen, const LogRecord& record) {
  constexpr std::size_t kVerdict = 9;
  constexpr std::size_t kCall = 6;
  std::string line = printable(record.time.substr(0, kShortTime), kShortTime) + "  ";
  line += painted(screen, style_of_verdict(record.verdict), padded(record.verdict, kVerdict)) + "  ";
  line += padded(record.call, kCall) + "  " + padded(record.engine.empty() ? "-" : record.engine, kCall);
  line += "  " + padded(record.id.substr(0, kShortId), kShortId);
  const std::string reasons = reasons_of(record);
  if (!reasons.empty()) line += "  " + reasons;
  while (line.ends_with(' ')) line.pop_back();
  return line + "\n";
}

void Lines::feed(std::string_view bytes, const Take& take) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    if (!skipping_ && begun_.size() + part.size() >= runtime::kLongestRecord) {
      skipping_ = true;
      begun_.clear();
      ++broken;
    }
    if (!skipping_) begun_ += part;
    if (end == std::string_view::npos) return;
    if (!skipping_ && !begun_.empty()) take(begun_);
    begun_.clear();
    skipping_ = false;
    bytes.remove_prefix(end + 1);
  }
}

void Lines::end() {
  if (!begun_.empty()) ++broken;
  begun_.clear();
  skipping_ = false;
}

std::optional<LogRecord> wanted(const LogFilter& filter, LogRecord record) {
  // RFC 3339 in UTC: as texts they are in the order of time.
  if (!filter.since.empty() && record.time < filter.since) return std::nullopt;
  if (!filter.verdict.empty() && record.verdict != filter.verdict) return std::nullopt;
  if (!filter.id.empty() && !record.id.starts_with(filter.id)) return std::nullopt;
  if (filter.control.empty()) return record;
  auto& asked = record.asked;
  const auto another = [&](const AskedFor& one) { return one.control != filter.control; };
  asked.erase(std::remove_if(asked.begin(), asked.end(), another), asked.end());
  if (asked.empty()) return std::nullopt;  // a note alone decides nothing
  return record;
}

}  // namespace hardened::ctl
