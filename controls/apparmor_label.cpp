// The order of labels: which profiles hold.
#include <algorithm>
#include <iterator>

#include "controls/apparmor.h"
#include "profiles/apparmor/template.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kAnd = "//&";
constexpr std::string_view kUnconfined = "unconfined";
// What the kernel's strim() takes off (lib/ctype.c: isspace).
constexpr std::string_view kBlanks = " \t\n\v\f\r\xA0";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool holds(const AppArmorLabel& label, const std::string& part) {
  return std::binary_search(label.parts.begin(), label.parts.end(), part);
}

bool is_ours(const std::string& part) { return apparmor::is_own_name(part); }

// Is what this part forbids forbidden by a label that does not hold it by name?
bool implied(const std::string& part, bool trusted, bool ours) {
  if (is_ours(part)) return trusted;
  return is_engine_default(part) && (trusted || ours);
}

AppArmorLabel normal(std::vector<std::string> parts, bool trusted) {
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  const bool ours = std::any_of(parts.begin(), parts.end(), is_ours);
  parts.erase(std::remove_if(parts.begin(), parts.end(),
                             [&](const std::string& part) { return implied(part, trusted, ours); }),
              parts.end());
  return {false, trusted, std::move(parts)};
}

}  // namespace

bool is_engine_default(std::string_view profile) {
  // Podman names its own after its version: containers-default-0.50.1.
  return profile == "docker-default" || profile.starts_with("containers-default-") ||
         profile == "cri-containerd.apparmor.d" || profile == "crio-default";
}

bool leq(const AppArmorLabel& a, const AppArmorLabel& b) {
  if (a.kept || b.kept) return a.kept;
  if (b.trusted && !a.trusted) return false;
  const bool ours = std::any_of(a.parts.begin(), a.parts.end(), is_ours);
  return std::all_of(b.parts.begin(), b.parts.end(), [&](const std::string& part) {
    return holds(a, part) || implied(part, a.trusted, ours);
  });
}

AppArmorLabel meet(const AppArmorLabel& a, const AppArmorLabel& b) {
  if (a.kept || b.kept) return {};
  std::vector<std::string> parts;
  std::set_union(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(), std::back_inserter(parts));
  return normal(std::move(parts), a.trusted || b.trusted);
}

AppArmorLabel label_of(std::string_view text, const std::vector<std::string>& trusted) {
  std::vector<std::string> parts;
  std::string_view rest = trimmed(text);
  if (rest.starts_with('&')) rest.remove_prefix(1);
  bool any_trusted = false;
  std::string
      space;  // ":lxd:": what follows is looked up there, too, until another is named (fqlookupn, label.c)
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(kAnd), rest.size());
    std::string part(rest.substr(0, end));
    if (part.starts_with(':')) {
      space = part.substr(0, part.find(':', 1)) + ':';
    } else {
      part = space + part;
    }
    any_trusted = any_trusted || std::find(trusted.begin(), trusted.end(), part) != trusted.end();
    if (part != kUnconfined) parts.push_back(std::move(part));
    rest.remove_prefix(std::min(end + kAnd.size(), rest.size()));
  }
  return normal(std::move(parts), any_trusted);
}

std::string text_of(const AppArmorLabel& label) {
  if (label.parts.empty()) return std::string(kUnconfined);
  std::string text;
  // Names of other policy namespaces last: what stands behind one would be looked up there.
  for (const bool spaced : {false, true}) {
    for (const std::string& part : label.parts) {
      if (part.starts_with(':') == spaced) text += (text.empty() ? "" : std::string(kAnd)) + part;
    }
  }
  return text;
}

}  // namespace hardened::controls
