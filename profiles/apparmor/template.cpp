#include "profiles/apparmor/template.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/sha256.h"
#include "core/base/text.h"
#include "profiles/embedded.h"

namespace hardened::apparmor {
namespace {

constexpr std::array<Template, 2> kTemplates{
    Template{"docker-default", embedded::docker_default_in},
    Template{"hardened-default", embedded::hardened_default_in},
};
constexpr std::size_t kDigits = 12;
constexpr std::size_t kLongestTag = 16;

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
         c == '-';
}
bool is_tag(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

std::string stem_of(const Template& source) {
  const bool ours = source.name.starts_with(kPrefix);
  return (ours ? "" : std::string(kPrefix)) + std::string(source.name);
}

// Does the condition word hold? Nothing for a word that no condition has.
std::optional<bool> holds(std::string_view word, const Installed& installed) {
  if (word == "abi4") return installed.abi4;
  if (word == "abi3") return installed.abi3;
  if (word == "abi3only") return installed.abi3 && !installed.abi4;
  if (word == "tunables") return installed.tunables;
  if (word == "base") return installed.base;
  return std::nullopt;
}

// The line without its condition; nothing where the condition does not hold.
Result<std::optional<std::string>> chosen(std::string_view line, const Installed& installed) {
  if (!line.starts_with('?')) return std::optional<std::string>(line);
  const bool negated = line.starts_with("?!");
  const std::size_t begin = negated ? 2 : 1;
  const std::size_t end = line.find(' ');
  if (end == std::string_view::npos) return Error{Fault::internal, "a template's condition has no line"};
  const auto met = holds(line.substr(begin, end - begin), installed);
  if (!met) return Error{Fault::internal, "a template has an unknown condition: " + printable(line)};
  if (*met == negated) return std::optional<std::string>();
  return std::optional<std::string>(line.substr(end + 1));
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

// A label as a pattern that matches it alone, for between quotes.
Result<std::string> literal(std::string_view label) {
  std::string pattern;
  for (const char c : label) {
    if (c < ' ' || c > '~' || c == '"' || c == '@') {
      return Error{Fault::policy, "the label '" + printable(label) +
                                      "', which this runtime runs under, cannot be written as a peer"};
    }
    if (std::string_view("\\*?[]{}^,#!").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

// Both are names, or parts of one, alone or anywhere in a stack.
std::string peer_pattern(std::string_view name) { return "{,**//&}" + std::string(name) + "{,//&**}"; }

// What only observes denies nothing, and lets the kernel log what would be denied.
void observe(std::string& line) {
  const std::size_t at = line.find_first_not_of(' ');
  constexpr std::string_view kDeny = "deny ";
  if (at == std::string::npos || line.compare(at, kDeny.size(), kDeny) != 0) return;
  line.replace(at, kDeny.size(), "audit ");
  // To allow x one must say under which profile; what may be executed is no part of what is observed.
  if (line.ends_with("klx,")) line.erase(line.size() - 2, 1);
}

Result<std::string> rendered(const Template& source, std::string_view name, const Values& values) {
  std::string text;
  const std::string flags =
      std::string("attach_disconnected,mediate_deleted") + (values.observe ? ",complain" : "");
  for (std::string_view rest = source.text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view raw = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t first = raw.find_first_not_of(' ');
    if (first == std::string_view::npos || raw[first] == '#') continue;
    auto line = TRY(chosen(raw, values.installed));
    if (!line) continue;
    if (values.observe) observe(*line);
    replace_all(*line, "@PEER@", peer_pattern(name));
    replace_all(*line, "@NAME@", name);
    replace_all(*line, "@FLAGS@", flags);
    if (line->find("@RUNTIME@") == std::string::npos) {
      text += *line + '\n';
      continue;
    }
    for (const std::string& label : values.runtime_peers) {
      std::string one = *line;
      const std::string peer = TRY(literal(label));
      replace_all(one, "@RUNTIME@", peer);
      text += one + '\n';
    }
  }
  return text;
}

// What tells contents apart where they cannot be rendered: never loaded, so that any text does.
std::string content(const Template& source, const Values& values) {
  return rendered(source, "", values).value_or(std::string(source.text));
}

}  // namespace

std::span<const Template> templates() { return kTemplates; }

const Template* find_template(std::string_view name) {
  const auto found = std::find_if(kTemplates.begin(), kTemplates.end(),
                                  [&](const Template& one) { return one.name == name; });
  return found == kTemplates.end() ? nullptr : &*found;
}

std::string profile_name(const Template& source, const Values& values, std::string_view tag) {
  std::string name = stem_of(source) + '-' + sha256(content(source, values)).substr(0, kDigits);
  if (!tag.empty()) name += '.' + std::string(tag.substr(0, kLongestTag));
  return name;
}

Result<std::string> render(const Template& source, std::string_view name, const Values& values) {
  if (!is_own_name(name)) return Error{Fault::internal, "no name of ours for a profile: " + printable(name)};
  return rendered(source, name, values);
}

Result<std::string> render_as(const Template& source, std::string_view name, const Values& values) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), is_plain);
  if (!plain) return Error{Fault::internal, "no name for a profile: " + printable(name)};
  return rendered(source, name, values);
}

bool is_own_name(std::string_view name) {
  for (const Template& source : kTemplates) {
    const std::string stem = stem_of(source) + '-';
    if (!name.starts_with(stem)) continue;
    std::string_view rest = name.substr(stem.size());
    const std::string_view digits = rest.substr(0, kDigits);
    if (digits.size() != kDigits || !std::all_of(digits.begin(), digits.end(), is_lower_hex)) continue;
    rest.remove_prefix(kDigits);
    if (rest.empty()) return true;
    if (rest.front() != '.') continue;
    rest.remove_prefix(1);
    if (!rest.empty() && rest.size() <= kLongestTag && std::all_of(rest.begin(), rest.end(), is_tag))
      return true;
  }
  return false;
}

std::string_view tag_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || !is_own_name(name) ? "" : name.substr(dot + 1);
}

}  // namespace hardened::apparmor
