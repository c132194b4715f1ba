#include <array>
#include <charconv>
#include <utility>

#include "core/base/text.h"
#include "profiles/capability_names.h"
#include "profiles/seccomp/parse.h"
#include "profiles/seccomp/parse_rule.h"

namespace hardened::seccomp {
namespace {

using Keys = std::span<const std::string_view>;
constexpr std::array<std::string_view, 9> kFileKeys{"defaultAction", "defaultErrnoRet",  "defaultErrno",
                                                    "architectures", "archMap",          "flags",
                                                    "listenerPath",  "listenerMetadata", "syscalls"};
constexpr std::array<std::string_view, 9> kRuleKeys{"names", "name",    "action",   "errnoRet", "errno",
                                                    "args",  "comment", "includes", "excludes"};
constexpr std::array<std::string_view, 3> kFilterKeys{"caps", "arches", "minKernel"};
constexpr std::array<std::string_view, 2> kFamilyKeys{"architecture", "subArchitectures"};

// Digits at the front of `text`, which they leave; 0 to 255 as Docker reads "minKernel".
std::optional<unsigned> leading_number(std::string_view& text, unsigned most) {
  unsigned value = 0;
  const auto [stopped, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || value > most) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stopped - text.data()));
  return value;
}

std::optional<KernelVersion> two_numbers(std::string_view& text, unsigned most) {
  const std::optional<unsigned> major = leading_number(text, most);
  if (!major || text.empty() || text.front() != '.') return std::nullopt;
  text.remove_prefix(1);
  const std::optional<unsigned> minor = leading_number(text, most);
  if (!minor) return std::nullopt;
  return KernelVersion{*major, *minor};
}

Result<std::optional<KernelVersion>> least_kernel(const doc::Cursor& filter) {
  const std::optional<doc::Cursor> written = filter.find("minKernel");
  if (!written) return std::optional<KernelVersion>{};
  std::string_view text = TRY(written->text());
  // Every kernel is at least "": moby reads it as 0.0, which is no absence where it stands among excludes.
  if (text.empty()) return std::optional(KernelVersion{});
  std::optional<KernelVersion> version = two_numbers(text, 255);
  if (!version || !text.empty() || *version == KernelVersion{}) {
    return written->error("'minKernel' is two numbers up to 255, as \"4.8\"");
  }
  return version;
}

Result<Filter> parse_filter(const doc::Cursor& rule, std::string_view key) {
  Filter out;
  const std::optional<doc::Cursor> filter = rule.find(key);
  if (!filter) return out;
  TRY(filter->only(Keys(kFilterKeys)));
  const std::optional<std::vector<std::string>> names = TRY(detail::words(*filter, "caps"));
  for (const std::string& written : names.value_or(std::vector<std::string>{})) {
    const std::optional<unsigned> number = capability_number(written);
    if (!number) return filter->error("unknown capability '" + printable(written) + "'");
    out.capabilities = out.capabilities.with(*number);
  }
  const std::optional<std::vector<std::string>> machines = TRY(detail::words(*filter, "arches"));
  for (const std::string& written : machines.value_or(std::vector<std::string>{})) {
    std::optional<Architecture> found;
    for (unsigned i = 0; i <= static_cast<unsigned>(Architecture::loongarch64); ++i) {
      if (short_name(static_cast<Architecture>(i)) == written) found = static_cast<Architecture>(i);
    }
    if (!found) return filter->error("unknown architecture '" + printable(written) + "' in 'arches'");
    out.architectures.push_back(*found);
  }
  out.least_kernel = TRY(least_kernel(*filter));
  return out;
}

Result<std::vector<std::string>> names_of(const doc::Cursor& rule) {
  const std::string one = TRY(detail::word(rule, "name"));
  std::optional<std::vector<std::string>> many = TRY(detail::words(rule, "names"));
  if (!one.empty() && many && !many->empty()) return rule.error("'name' and 'names' together");
  if (!one.empty()) return std::vector<std::string>{one};
  return std::move(many).value_or(std::vector<std::string>{});
}

Result<DockerRule> parse_rule(const doc::Cursor& object) {
  TRY(object.only(Keys(kRuleKeys)));
  std::vector<std::string> names = TRY(names_of(object));
  if (names.empty()) return object.error("no system call is named");
  DockerRule out;
  out.rule = TRY(detail::rule_with(object, std::move(names), "errno"));
  TRY(detail::word(object, "comment"));
  out.includes = TRY(parse_filter(object, "includes"));
  out.excludes = TRY(parse_filter(object, "excludes"));
  return out;
}

Result<std::vector<ArchitectureFamily>> parse_families(const doc::Cursor& file) {
  std::vector<ArchitectureFamily> out;
  const std::optional<doc::Cursor> list = file.find("archMap");
  if (!list) return out;
  const std::vector<doc::Cursor> items = TRY(list->items());
  for (const doc::Cursor& item : items) {
    TRY(item.only(Keys(kFamilyKeys)));
    const std::string written = TRY(detail::word(item, "architecture"));
    const std::optional<Architecture> architecture = architecture_named(written);
    if (!architecture) return item.error("unknown architecture '" + printable(written) + "'");
    ArchitectureFamily family{*architecture, {}};
    family.compatible = TRY(detail::architectures(item, "subArchitectures"));
    out.push_back(std::move(family));
  }
  return out;
}

}  // namespace

std::optional<KernelVersion> kernel_version(std::string_view release) { return two_numbers(release, 65535); }

Result<DockerProfile> parse_docker(const doc::Cursor& file) {
  TRY(file.only(Keys(kFileKeys)));
  DockerProfile out;
  out.rules = TRY(detail::rules_at<DockerRule>(file, parse_rule));
  if (!file.find("defaultAction") && out.rules.empty()) return out;
  out.confined = true;
  out.fallback = TRY(detail::answer_at(file, {"defaultAction", "defaultErrnoRet", "defaultErrno"}));
  out.architectures = TRY(detail::architectures(file, "architectures"));
  out.families = TRY(parse_families(file));
  if (!out.architectures.empty() && !out.families.empty()) {
    return file.error("'architectures' and 'archMap' together: which of them is meant?");
  }
  out.flags = TRY(detail::flags(file));
  out.listener_path = TRY(detail::word(file, "listenerPath"));
  out.listener_metadata = TRY(detail::word(file, "listenerMetadata"));
  return out;
}

doc::Diagnostics wrong_in_docker(const doc::Cursor& file) {
  doc::Diagnostics wrong;
  const Result<DockerProfile> whole = parse_docker(file);
  if (whole) return wrong;
  const std::optional<doc::Cursor> list = file.find("syscalls");
  const auto items = list ? list->items() : Result<std::vector<doc::Cursor>>(std::vector<doc::Cursor>{});
  bool told = false;
  for (std::size_t i = 0; items && i < items->size(); ++i) {
    Result<DockerRule> rule = parse_rule(items->at(i));
    if (rule) continue;
    told = told || Error(rule.error()).within(detail::title(i, items->at(i))).what == whole.error().what;
    wrong.add(std::move(rule).error());  // which says where
  }
  if (!told) wrong.add(whole.error());
  return wrong;
}

}  // namespace hardened::seccomp
