#include "config/waivers.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <utility>

#include "config/waiver_reader.h"
#include "core/base/text.h"

namespace hardened::config {
namespace {

// Calls `take` with each line of the text, without its newline.
template <class Take>
void each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

bool fits(std::string_view pattern, std::string_view text) {
  std::size_t star = std::string_view::npos;  // the last one that was passed
  std::size_t held = 0;                       // where the text goes on behind what that star stands for
  std::size_t p = 0;
  for (std::size_t t = 0; t < text.size();) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      held = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++held;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

// In which line a value stands. Asked in the order of the file, a thousand answers cost one walk through it.
class LineCounter {
 public:
  std::uint64_t of(const doc::Cursor& at) {
    const std::uint32_t offset = at.value().range().begin;
    const std::string_view text = at.document().text;
    if (offset < passed_) {
      passed_ = 0;
      line_ = 1;
    }
    const std::string_view between = text.substr(passed_, offset - passed_);
    line_ += static_cast<std::uint64_t>(std::count(between.begin(), between.end(), '\n'));
    passed_ = offset;
    return line_;
  }

 private:
  std::uint32_t passed_ = 0;
  std::uint64_t line_ = 1;
};

// What holds between waivers: their names differ, and no image has two ceilings of one control.
class Distinct {
 public:
  void check(const doc::Cursor& item, const Waiver& waiver, doc::Diagnostics& wrong) {
    const auto name = item.find("name");
    if (name && !waiver.name.empty() && !names_.insert(waiver.name).second) {
      wrong.add(
          name->error("two waivers are called '" + printable(waiver.name) + "'; the record names them"));
    }
    const auto controls = item.find("controls");
    if (!controls) return;
    for (const doc::Member& rule : controls->value().members()) {
      if (clashes(waiver, rule.key)) {
        wrong.add(doc::Cursor(item.document(), rule.value)
                      .error("another waiver raises " + printable(rule.key) +
                             " for the same image: an image has one ceiling of it, join the two"));
      }
    }
  }

 private:
  bool clashes(const Waiver& waiver, const std::string& control) {
    bool found = false;
    const std::set<std::string> own(waiver.match.ids.begin(), waiver.match.ids.end());
    for (const std::string& id : own) found = !raised_.insert(id + ' ' + control).second || found;
    return found;
  }

  std::set<std::string> names_;
  std::set<std::string> raised_;
};

void check_engine(const doc::Cursor& item, const Waiver& waiver, const std::vector<Engine>& engines,
                  doc::Diagnostics& wrong) {
  if (waiver.match.engine.empty()) return;
  std::vector<std::string_view> names;
  for (const Engine& engine : engines) names.push_back(engine.name);
  if (std::find(names.begin(), names.end(), waiver.match.engine) != names.end()) return;
  const std::string_view near = nearest(waiver.match.engine, names);
  wrong.add(item.find("match")->find("engine")->error(
      "there is no engine '" + printable(waiver.match.engine) + "' below engines" +
      (near.empty() ? "" : ", did you mean " + std::string(near) + "?")));
}

std::vector<RuleLine> lines_of(const doc::Cursor& item, LineCounter& counter) {
  std::vector<RuleLine> lines;
  const auto controls = item.find("controls");
  if (!controls) return lines;
  for (const doc::Member& rule : controls->value().members())
    lines.push_back({rule.key, counter.of(doc::Cursor(item.document(), rule.value))});
  return lines;
}

Result<Waiver> restored(std::string_view text, const std::string& path, const Layers& rules) {
  const doc::Document document = TRY(read_line(text));
  const doc::Cursor line(document, document.root);
  const doc::Cursor written = TRY(line.need("waiver"));
  const std::vector<RuleLine> lines = TRY(rule_lines(line));
  doc::Diagnostics wrong;
  auto waiver = read_waiver(written, rules, wrong);
  if (wrong.any() || !waiver) return wrong.error(Fault::policy);
  set_origins(*waiver, path, lines);
  return *std::move(waiver);
}

}  // namespace

bool matches(const Match& match, const Identity& identity) {
  return std::find(match.ids.begin(), match.ids.end(), identity.id) != match.ids.end() &&
         (match.engine.empty() || match.engine == identity.engine) &&
         (match.engine_namespace.empty() || match.engine_namespace == identity.engine_namespace) &&
         (match.name.empty() || fits(match.name, identity.name));
}

std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  unsigned long long year = 0;
  unsigned long long month = 0;
  unsigned long long day = 0;
  if (!parse_decimal(text.substr(0, 4), year) || !parse_decimal(text.substr(5, 2), month) ||
      !parse_decimal(text.substr(8, 2), day)) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return date;
}

std::string told(const std::chrono::year_month_day& date) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return {text.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

bool expired(const Waiver& waiver, std::int64_t now_ns) {
  if (!waiver.expires) return false;
  const std::chrono::sys_time<std::chrono::nanoseconds> now{std::chrono::nanoseconds(now_ns)};
  return std::chrono::floor<std::chrono::days>(now) > std::chrono::sys_days(*waiver.expires);
}

Result<std::vector<Waiver>> Waivers::of(std::string_view id) const {
  std::vector<std::string_view> its;
  each_line(lines(), [&](std::string_view line) {
    if (is_for(line, id)) its.push_back(line);
  });
  std::vector<Waiver> found;
  for (const std::string_view line : its) {
    Waiver waiver = TRY(restored(line, path_, *rules_));
    found.push_back(std::move(waiver));
  }
  return found;
}

Result<doc::Document> Waivers::written(std::string_view name) const {
  std::optional<Result<doc::Document>> found;
  each_line(lines(), [&](std::string_view line) {
    if (found) return;
    auto document = read_line(line);
    if (!document) return found.emplace(std::move(document)), void();
    const doc::Value* waiver = document->root.find("waiver");
    const doc::Value* its = waiver == nullptr ? nullptr : waiver->find("name");
    if (its == nullptr || its->text() != name) return;
    doc::Document written = std::move(document).value();
    doc::Value below = *written.root.find("waiver");
    written.root = std::move(below);
    found.emplace(std::move(written));
  });
  if (found) return *std::move(found);
  return Error{Fault::absent, "there is no waiver '" + printable(name) + "'"};
}

Waivers read_waivers(const Layers& top, const std::string& path, const std::vector<Engine>& engines,
                     std::shared_ptr<const void> documents, doc::Diagnostics& wrong) {
  const auto list = wrong.take(top.need("waivers"));
  const auto items = list ? wrong.take(list->items()) : std::nullopt;
  if (!items || items->empty()) return {};
  if (engines.empty())
    wrong.add(list->error("waivers need engines that say what a container is made of: engines is empty"));
  Distinct distinct;
  LineCounter counter;
  std::string lines;
  for (const doc::Cursor& item : *items) {
    const auto waiver = read_waiver(item, top, wrong);
    if (!waiver) continue;
    distinct.check(item, *waiver, wrong);
    check_engine(item, *waiver, engines, wrong);
    lines += waiver_line(*waiver, item.value(), lines_of(item, counter)) + '\n';
  }
  return {std::make_shared<const std::string>(std::move(lines)), 0, path, top, std::move(documents)};
}

}  // namespace hardened::config
