#include "ctl/log_tally.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"

namespace hardened::ctl {
namespace {

using doc::Member;
using doc::Value;

constexpr std::size_t kMostShown = 20;
constexpr std::size_t kMostContainers = 10;
constexpr std::array<std::string_view, 6> kWorstFirst{"above",    "refused",  "fault",
                                                      "narrowed", "observed", "unchanged"};

std::size_t rank(std::string_view verdict) {
  const auto* const found = std::find(kWorstFirst.begin(), kWorstFirst.end(), verdict);
  return static_cast<std::size_t>(found - kWorstFirst.begin());
}

// The key, unless there are as many as are told apart.
template <class Key, class Counted>
Counted* place(std::map<Key, Counted>& all, const Key& key) {
  const auto found = all.find(key);
  if (found != all.end()) return &found->second;
  return all.size() < LogTally::kMost ? &all[key] : nullptr;
}

std::string number(std::uint64_t value) { return std::to_string(value); }

std::vector<std::pair<std::string, CountedContainer>> worst(
    const std::map<std::string, CountedContainer>& containers) {
  std::vector<std::pair<std::string, CountedContainer>> all(containers.begin(), containers.end());
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    if (a.second.refused != b.second.refused) return a.second.refused > b.second.refused;
    return a.second.narrowed > b.second.narrowed;
  });
  if (all.size() > kMostContainers) all.resize(kMostContainers);
  return all;
}

std::string head(const LogTally& tally) {
  std::string words = number(tally.calls) + (tally.calls == 1 ? " call" : " calls");
  if (tally.calls > 0) {
    constexpr std::size_t kToTheSecond = 19;
    words += " from " + printable(tally.first.substr(0, kToTheSecond)) + " to " +
             printable(tally.last.substr(0, kToTheSecond)) + " UTC";
  }
  std::vector<std::string> engines;
  for (const auto& [engine, times] : tally.engines)
    engines.push_back(printable(engine.empty() ? "unknown" : engine, 32) + " " + number(times));
  if (!engines.empty()) words += ": " + joined(engines);
  words += "\n";
  if (tally.broken > 0)
    words += number(tally.broken) + " lines are no record, or were cut, and are left out\n";
  return words;
}

// All of them, and "create 3 and exec 1".
std::pair<std::uint64_t, std::string> by_call(const std::map<std::string, std::uint64_t>& calls) {
  std::uint64_t sum = 0;
  std::vector<std::string> each;
  for (const auto& [call, times] : calls) {
    sum += times;
    each.push_back(printable(call, 32) + " " + number(times));
  }
  return {sum, joined(each)};
}

Table verdicts(const LogTally& tally) {
  Table table{{"verdict", "calls", ""}, {}};
  std::vector<std::pair<std::string, std::map<std::string, std::uint64_t>>> all(
      tally.calls_by_verdict.begin(), tally.calls_by_verdict.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return rank(a.first) < rank(b.first); });
  for (const auto& [verdict, calls] : all) {
    const auto [sum, each] = by_call(calls);
    table.rows.push_back({{printable(verdict, 32), style_of_verdict(verdict)},
                          {number(sum), Style::plain},
                          {each, Style::faint}});
  }
  return table;
}

std::string told_waivers(const Screen& screen, const LogTally& tally) {
  if (tally.waivers.empty()) return "";
  Table table{{"waiver", "calls", ""}, {}};
  for (const auto& [waiver, calls] : tally.waivers) {
    if (table.rows.size() == kMostShown) break;
    const auto [sum, each] = by_call(calls);
    table.rows.push_back(
        {{printable(waiver, 64), Style::strong}, {number(sum), Style::plain}, {each, Style::faint}});
  }
  return "\nwaivers that held\n\n" + laid_out(screen, table);
}

Table reasons(const std::vector<std::pair<Reason, Times>>& all) {
  constexpr std::size_t kMostWords = 100;
  Table table{{"verdict", "times", "control", "asked", "granted"}, {}};
  for (const auto& [reason, times] : all) {
    if (table.rows.size() == kMostShown) break;
    table.rows.push_back(
        {{printable(reason.verdict, 32), style_of_verdict(reason.verdict)},
         {number(times.times), Style::plain},
         {printable(reason.control, 32), Style::strong},
         {printable(told_asked(reason.control, reason.field, reason.asked), kMostWords), Style::plain},
         {times.granted.empty() ? "-" : printable(times.granted, kMostWords), Style::plain}});
  }
  return table;
}

std::string told_reasons(const Screen& screen, const LogTally& tally) {
  const auto all = sorted(tally.asked);
  std::string out;
  if (!all.empty()) {
    out += "\nwhat users asked for above the ceiling\n\n" + laid_out(screen, reasons(all));
    const std::uint64_t left = all.size() - std::min(all.size(), kMostShown);
    if (left > 0 || tally.others > 0) out += "and " + number(left + tally.others) + " more\n";
  }
  std::uint64_t by_default = 0;
  for (const auto& [reason, times] : tally.defaults) by_default += times.times;
  if (by_default > 0)
    out += "\nleft out: what engines ask for by default and lose, " + number(by_default) + " times\n";
  return out;
}

std::string told_faults(const Screen& screen, const LogTally& tally) {
  if (tally.faults.empty()) return "";
  Table table;
  for (const auto& [message, times] : tally.faults) {
    if (table.rows.size() == kMostContainers) break;
    table.rows.push_back({{number(times), Style::plain}, {printable(message), Style::plain}});
  }
  return "\nwhat could not be decided\n\n" + laid_out(screen, table);
}

std::string told_worst(const Screen& screen, const std::string& what,
                       const std::map<std::string, CountedContainer>& all, const KnownNames& names) {
  constexpr std::string_view kDigest = "sha256:";
  constexpr std::size_t kShort = 12;
  Table table{{what, "engine", "refused", "narrowed"}, {}};
  for (const auto& [id, counted] : worst(all)) {
    const auto name = names.find(id);
    const std::string known = name == names.end() ? "" : name->second + " ";
    const std::size_t length = kShort + (id.starts_with(kDigest) ? kDigest.size() : 0);
    table.rows.push_back({{known + printable(id.substr(0, length), length), Style::strong},
                          {counted.engine.empty() ? "-" : printable(counted.engine, 32), Style::plain},
                          {number(counted.refused), Style::plain},
                          {number(counted.narrowed), Style::plain}});
  }
  if (table.rows.empty()) return "";
  return "\n" + what + "s with most of it\n\n" + laid_out(screen, table);
}

Value json(const std::map<std::string, CountedContainer>& all) {
  std::vector<Value> out;
  for (const auto& [id, counted] : worst(all)) {
    out.push_back(Value::object({{"id", Value::string(id), {}},
                                 {"engine", Value::string(counted.engine), {}},
                                 {"refused", Value::number(counted.refused), {}},
                                 {"narrowed", Value::number(counted.narrowed), {}}}));
  }
  return Value::array(std::move(out));
}

Value json(const std::map<Reason, Times>& reasons) {
  std::vector<Value> all;
  for (const auto& [reason, times] : sorted(reasons)) {
    all.push_back(Value::object({{"verdict", Value::string(reason.verdict), {}},
                                 {"control", Value::string(reason.control), {}},
                                 {"field", Value::string(reason.field), {}},
                                 {"asked", Value::string(reason.asked), {}},
                                 {"granted", Value::string(times.granted), {}},
                                 {"times", Value::number(times.times), {}}}));
  }
  return Value::array(std::move(all));
}

Value json(const std::map<std::string, std::uint64_t>& counts) {
  std::vector<Member> members;
  for (const auto& [key, times] : counts) members.push_back({key, Value::number(times), {}});
  return Value::object(std::move(members));
}

Value json(const std::map<std::string, std::map<std::string, std::uint64_t>>& all) {
  std::vector<Member> members;
  for (const auto& [key, counts] : all) members.push_back({key, json(counts), {}});
  return Value::object(std::move(members));
}

}  // namespace

std::string any_place(std::string_view field) {
  std::string out;
  while (!field.empty()) {
    const std::size_t end = std::min(field.find('/', 1), field.size());
    const std::string_view token = field.substr(0, end);
    const bool place = token.size() > 1 && token.find_first_not_of("0123456789", 1) == std::string_view::npos;
    out += place ? "/*" : token;
    field.remove_prefix(end);
  }
  return out;
}

void LogTally::add(std::map<Reason, Times>& reasons, const AskedFor& one) {
  Times* times = place(reasons, Reason{one.verdict, one.control, any_place(one.field), one.asked});
  if (times == nullptr) {
    ++others;
    return;
  }
  ++times->times;
  times->granted = one.granted;
}

void LogTally::add(const LogRecord& record) {
  ++calls;
  if (first.empty() || record.time < first) first = record.time;
  last = std::max(last, record.time);
  if (auto* by_call = place(calls_by_verdict, record.verdict)) {
    if (auto* times = place(*by_call, record.call)) ++*times;
  }
  if (auto* times = place(engines, record.engine)) ++*times;
  for (const std::string& waiver : record.waivers) {
    auto* by_call = place(waivers, waiver);
    auto* times = by_call == nullptr ? nullptr : place(*by_call, record.call);
    if (times != nullptr) ++*times;
  }
  for (const AskedFor& one : record.asked) add(one.by_default ? defaults : asked, one);
  if (!record.message.empty()) {
    if (auto* times = place(faults, record.message)) ++*times;
  }
  const bool narrowed =
      record.verdict == "narrowed" && !std::all_of(record.asked.begin(), record.asked.end(),
                                                   [](const AskedFor& one) { return one.by_default; });
  const bool refused = record.verdict == "refused";
  if (!narrowed && !refused) return;
  const auto count = [&](std::map<std::string, CountedContainer>& all, const std::string& id) {
    if (auto* counted = place(all, id)) {
      counted->engine = record.engine;
      ++(refused ? counted->refused : counted->narrowed);
    }
  };
  count(containers, record.id);
  if (!record.image.empty()) count(images, record.image);
}

std::vector<std::pair<Reason, Times>> sorted(const std::map<Reason, Times>& reasons) {
  std::vector<std::pair<Reason, Times>> all(reasons.begin(), reasons.end());
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    const std::size_t first = rank(a.first.verdict);
    const std::size_t second = rank(b.first.verdict);
    return first != second ? first < second : a.second.times > b.second.times;
  });
  return all;
}

std::string told(const Screen& screen, const LogTally& tally, const KnownNames& names) {
  std::string out = head(tally);
  if (tally.calls == 0) return out;
  out += "\n" + laid_out(screen, verdicts(tally));
  out += told_reasons(screen, tally);
  out += told_waivers(screen, tally);
  out += told_faults(screen, tally);
  out += told_worst(screen, "image", tally.images, {});
  return out + told_worst(screen, "container", tally.containers, names);
}

doc::Value json(const LogTally& tally) {
  return Value::object({{"calls", Value::number(tally.calls), {}},
                        {"broken", Value::number(tally.broken), {}},
                        {"first", Value::string(tally.first), {}},
                        {"last", Value::string(tally.last), {}},
                        {"verdicts", json(tally.calls_by_verdict), {}},
                        {"waivers", json(tally.waivers), {}},
                        {"engines", json(tally.engines), {}},
                        {"asked", json(tally.asked), {}},
                        {"defaults", json(tally.defaults), {}},
                        {"others", Value::number(tally.others), {}},
                        {"faults", json(tally.faults), {}},
                        {"images", json(tally.images), {}},
                        {"containers", json(tally.containers), {}}});
}

}  // namespace hardened::ctl
