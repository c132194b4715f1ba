#include "config/engines.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace hardened::config {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kKeys{"name"sv, "data_root"sv};
constexpr std::size_t kMostEngines = 64;
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestPath = 3072;  // PATH_MAX, less what stands below it

Result<std::string> engine_name(const doc::Cursor& at) {
  const std::string_view name = TRY(at.text());
  if (!name.empty() && name.size() <= kLongestName) return std::string(name);
  return at.error("expected a name of 1 to " + std::to_string(kLongestName) + " bytes");
}

// Plain, as read_trusted demands it (core/base/host.h): then two of them are the same only when they are written the same.
Result<std::string> data_root(const doc::Cursor& at) {
  const std::string_view path = TRY(at.text());
  if (!path.starts_with('/')) {
    return at.error("'" + printable(path) +
                    "' is a relative path; expected an absolute one, as in /var/lib/docker");
  }
  const std::string closed = std::string(path) + '/';
  const bool plain = path.size() > 1 && path.size() <= kLongestPath &&
                     closed.find("//") == std::string::npos && closed.find("/./") == std::string::npos &&
                     closed.find("/../") == std::string::npos && path.find('\0') == std::string_view::npos;
  if (plain) return std::string(path);
  return at.error("expected a directory below /, without '.', '..' and doubled slashes");
}

void read_engine(const doc::Cursor& item, std::vector<Engine>& engines, doc::Diagnostics& wrong) {
  if (!wrong.check(item.only(kKeys)) && !item.value().is(doc::Kind::object)) return;
  const auto name_at = wrong.take(item.need("name"));
  const auto root_at = wrong.take(item.need("data_root"));
  const auto name = name_at ? wrong.take(engine_name(*name_at)) : std::nullopt;
  const auto root = root_at ? wrong.take(data_root(*root_at)) : std::nullopt;
  for (const Engine& earlier : engines) {
    if (name && earlier.name == *name)
      wrong.add(name_at->error("two engines are called '" + printable(*name) + "'"));
    if (root && earlier.data_root == *root)
      wrong.add(root_at->error("the engine '" + printable(earlier.name) + "' has this data_root already"));
  }
  engines.push_back({name.value_or(""), root.value_or("")});
}

}  // namespace

std::vector<Engine> read_engines(const Layers& top, doc::Diagnostics& wrong) {
  std::vector<Engine> engines;
  const auto list = wrong.take(top.need("engines"));
  const auto items = list ? wrong.take(list->items()) : std::nullopt;
  if (!items) return engines;
  if (items->size() > kMostEngines) {
    wrong.add(list->error("more than " + std::to_string(kMostEngines) + " engines"));
    return engines;
  }
  for (const doc::Cursor& item : *items) read_engine(item, engines, wrong);
  return engines;
}

void add_data_roots(const std::vector<Engine>& engines, controls::MountsCeiling& ceiling) {
  for (const Engine& engine : engines) {
    ceiling.engines.push_back({controls::Engine::docker, engine.data_root});
  }
}

}  // namespace hardened::config
