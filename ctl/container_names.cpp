#include "ctl/container_names.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/doc/json.h"
#include "ctl/engine_homes.h"
#include "ctl/value_text.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kMostMetadata = std::size_t{4} << 20U;
constexpr std::array<std::string_view, 2> kStorages{
    "/var/lib/containers/storage/overlay-containers/containers.json",
    "/var/lib/containers/storage/vfs-containers/containers.json"};

// Root's own file, on a way of root's own; a data root may be a link of root's to another disk.
Result<doc::Document> read_engines(Host& host, const std::string& home, const std::string& below) {
  const Located place = TRY(locate_trusted(host, home));
  const std::string path = place.path + below;
  File file = TRY(read_trusted(host, path, kMostMetadata));
  return doc::read_json(path, std::move(file.bytes));
}

std::map<std::string, Named> read_storages(Host& host) {
  std::map<std::string, Named> stored;
  for (const std::string_view path : kStorages) {
    const std::size_t slash = path.rfind('/');
    const auto list = read_engines(host, std::string(path.substr(0, slash)), std::string(path.substr(slash)));
    if (!list) continue;
    for (const doc::Value& one : list->root.items()) {
      const std::string image = text_at(one, "/image");
      stored[text_at(one, "/id")] = {text_at(one, "/names/0"), image.empty() ? "" : "sha256:" + image, "",
                                     ""};
    }
  }
  return stored;
}

}  // namespace

// A data root that cannot be looked into still has containers whose names can be read.
Names::Names(Host& host, const std::vector<std::string>& data_roots)
    : host_(host),
      homes_(engine_homes(host, data_roots).value_or(data_roots)),
      stored_(read_storages(host)) {}

std::optional<Named> Names::docker(const std::string& id) const {
  std::string trouble;
  for (const std::string& home : homes_) {
    const std::string own = "/containers/" + id;
    const auto config = read_engines(host_, home, own + "/config.v2.json");
    if (config && text_at(config->root, "/ID") == id) {
      Named named{text_at(config->root, "/Name"), text_at(config->root, "/Image"), "", ""};
      if (named.name.starts_with('/')) named.name.erase(0, 1);
      const auto settings = read_engines(host_, home, own + "/hostconfig.json");
      if (settings) named.runtime = text_at(settings->root, "/Runtime");
      return named;
    }
    if (!config && config.error().fault != Fault::absent) trouble = config.error().what;
  }
  if (trouble.empty()) return std::nullopt;
  return Named{"", "", "", trouble};
}

std::optional<Named> Names::plugin(const std::string& id) const {
  for (const std::string& home : homes_) {
    const auto config = read_engines(host_, home, "/plugins/" + id + "/config.json");
    if (!config || text_at(config->root, "/plugin/Id") != id) continue;
    return Named{text_at(config->root, "/plugin/Name"), "", "", ""};
  }
  return std::nullopt;
}

std::optional<Named> Names::storage(const std::string& id) const {
  const auto found = stored_.find(id);
  if (found == stored_.end()) return std::nullopt;
  return found->second;
}

}  // namespace hardened::ctl
