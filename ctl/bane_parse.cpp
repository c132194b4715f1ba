#include <algorithm>
#include <array>
#include <optional>

#include "controls/apparmor.h"
#include "controls/capabilities.h"
#include "controls/capability_set.h"
#include "core/base/text.h"
#include "core/doc/cursor.h"
#include "ctl/bane.h"

namespace hardened::ctl {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 4> kTop{"Name", "Filesystem", "Network", "Capabilities"};
constexpr std::array<std::string_view, 5> kFilesystem{"ReadOnlyPaths", "LogOnWritePaths", "WritablePaths",
                                                      "AllowExec", "DenyExec"};
constexpr std::array<std::string_view, 3> kNetwork{"Raw", "Packet", "Protocols"};
constexpr std::array<std::string_view, 2> kCapabilities{"Allow", "Deny"};
constexpr std::array<std::string_view, 3> kProtocols{"tcp", "udp", "icmp"};
constexpr std::string_view kPrefix = "docker-";
constexpr std::size_t kLongestName = 128;
constexpr std::size_t kLongestPath = 4096;  // PATH_MAX
constexpr std::size_t kMostPaths = 1024;

bool is_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= kLongestName && name.front() != '-' && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), plain);
}

Result<std::string> name_of(const doc::Cursor& file) {
  const doc::Cursor value = TRY(file.need("Name"));
  const std::string_view written = TRY(value.text());
  if (!is_name(written)) return value.error("a name is of letters, digits, '-', '_' and '.', such as nginx");
  std::string name = (written.starts_with(kPrefix) ? "" : std::string(kPrefix)) + std::string(written);
  if (controls::is_engine_default(name))
    return value.error("'" + name + "' is the engine's own profile; choose another name");
  return name;
}

// Whether braces and brackets are closed, as AppArmor counts them.
bool is_closed(std::string_view pattern) {
  std::size_t braces = 0;
  bool bracket = false;
  for (const char c : pattern) {
    if (bracket) {
      bracket = c != ']';
    } else if (c == '[') {
      bracket = true;
    } else if (c == ']') {
      return false;
    } else if (c == '{') {
      ++braces;
    } else if (c == '}') {
      if (braces == 0) return false;
      --braces;
    }
  }
  return braces == 0 && !bracket;
}

bool has_part(std::string_view path, std::string_view part) {
  return (std::string(path) + "/").find("/" + std::string(part) + "/") != std::string::npos;
}

// "" where AppArmor can read the pattern and some path may match it.
std::string_view wrong_with(std::string_view path) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (!path.starts_with('/')) return "a path is absolute, it begins with '/'";
  if (path.size() > kLongestPath) return "a path has at most 4096 bytes";
  if (std::any_of(path.begin(), path.end(), control)) return "a path has no control characters here";
  if (path.find_first_of("\"\\") != std::string_view::npos) return "a path has neither '\"' nor '\\' here";
  if (path.find("@{") != std::string_view::npos)
    return "variables of AppArmor are not known here, write the path out";
  if (path.find("//") != std::string_view::npos)
    return "no path has '//' in it, so that this matches nothing";
  if (has_part(path, "..") || has_part(path, "."))
    return "no path has '.' or '..' in it, so that this matches nothing";
  if (!is_closed(path)) return "a '{' or '[' is not closed, or none was opened";
  return "";
}

std::vector<doc::Cursor> list_at(const std::optional<doc::Cursor>& table, std::string_view key,
                                 doc::Diagnostics& wrong) {
  const auto list = table ? table->find(key) : std::nullopt;
  if (!list) return {};
  return wrong.take(list->items()).value_or(std::vector<doc::Cursor>{});
}

std::vector<Bane::Path> paths_at(const std::optional<doc::Cursor>& table, std::string_view key,
                                 doc::Diagnostics& wrong) {
  std::vector<Bane::Path> paths;
  const std::vector<doc::Cursor> items = list_at(table, key, wrong);
  if (items.size() > kMostPaths) wrong.add(items[kMostPaths].error("more than 1024 paths"));
  for (std::size_t i = 0; i < items.size() && i < kMostPaths; ++i) {
    const auto text = wrong.take(items[i].text());
    if (!text) continue;
    const std::string_view trouble = wrong_with(*text);
    if (!trouble.empty()) wrong.add(items[i].error(trouble));
    paths.push_back({std::string(*text), items[i].where()});
  }
  return paths;
}

Flags capabilities_at(const doc::Cursor& table, std::string_view key, doc::Diagnostics& wrong) {
  Flags set;
  for (const doc::Cursor& item : list_at(table, key, wrong)) {
    const auto text = wrong.take(item.text());
    if (!text) continue;
    std::string upper(*text);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    if (!upper.starts_with("CAP_")) upper.insert(0, "CAP_");
    const auto number = capability_number(upper);
    if (number) set = set.with(*number);
    if (!number) wrong.add(item.error(controls::unknown_capability(*text)));
  }
  return set;
}

// A table that is there is held to its keys.
std::optional<doc::Cursor> table_at(const doc::Cursor& file, std::string_view name, Names keys,
                                    doc::Diagnostics& wrong) {
  const auto table = file.find(name);
  if (table) wrong.check(table->only(keys));
  return table;
}

bool truth_at(const std::optional<doc::Cursor>& table, std::string_view key, doc::Diagnostics& wrong) {
  const auto value = table ? table->find(key) : std::nullopt;
  return value && wrong.take(value->boolean()).value_or(false);
}

void read_network(const doc::Cursor& file, Bane& bane, doc::Diagnostics& wrong) {
  const auto table = table_at(file, "Network", kNetwork, wrong);
  bane.raw = truth_at(table, "Raw", wrong);
  bane.packet = truth_at(table, "Packet", wrong);
  bane.some_protocols = table && table->find("Protocols");
  for (const doc::Cursor& item : list_at(table, "Protocols", wrong)) {
    const auto text = wrong.take(item.text());
    if (!text) continue;
    bane.tcp = bane.tcp || *text == "tcp";
    bane.udp = bane.udp || *text == "udp";
    bane.icmp = bane.icmp || *text == "icmp";
    if (std::find(kProtocols.begin(), kProtocols.end(), *text) == kProtocols.end())
      wrong.add(item.error("unknown protocol '" + printable(*text) + "', AppArmor knows tcp, udp and icmp"));
  }
}

Flags read_capabilities(const doc::Cursor& file, doc::Diagnostics& wrong) {
  const auto table = table_at(file, "Capabilities", kCapabilities, wrong);
  if (!table) return Flags{};
  const bool only_denied = !table->find("Allow") && table->find("Deny");
  const Flags allowed = only_denied ? controls::kAllCapabilities : capabilities_at(*table, "Allow", wrong);
  return minus(allowed, capabilities_at(*table, "Deny", wrong));
}

}  // namespace

Result<Bane> parse_bane(const doc::Document& document) {
  const doc::Cursor file(document, document.root);
  doc::Diagnostics wrong;
  Bane bane;
  wrong.check(file.only(kTop));
  bane.name = wrong.take(name_of(file)).value_or("");
  const auto files = table_at(file, "Filesystem", kFilesystem, wrong);
  bane.read_only = paths_at(files, "ReadOnlyPaths", wrong);
  bane.logged = paths_at(files, "LogOnWritePaths", wrong);
  bane.writable = paths_at(files, "WritablePaths", wrong);
  bane.executable = paths_at(files, "AllowExec", wrong);
  bane.forbidden = paths_at(files, "DenyExec", wrong);
  read_network(file, bane, wrong);
  bane.capabilities = read_capabilities(file, wrong);
  if (wrong.any()) return wrong.error(Fault::syntax);
  return bane;
}

}  // namespace hardened::ctl
