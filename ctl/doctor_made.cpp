// The containers that the files of an engine tell of: <data-root>/containers/<id>/{config.v2,hostconfig}.json.
#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "ctl/doctor_world.h"
#include "ctl/engine_homes.h"
#include "ctl/value_text.h"

namespace hardened::ctl {
namespace {

constexpr std::string_view kOurs = "io.hardened.";
constexpr std::array<std::string_view, 9> kSecrets{"PASSWORD",   "PASSWD",     "SECRET",
                                                   "TOKEN",      "API_KEY",    "PRIVATE_KEY",
                                                   "ACCESS_KEY", "CREDENTIAL", "PASSPHRASE"};

bool has_ours(const doc::Document& document, std::string_view pointer) {
  const doc::Value* map = doc::resolve(document.root, pointer);
  if (map == nullptr) return false;
  return std::any_of(map->members().begin(), map->members().end(),
                     [](const doc::Member& member) { return member.key.starts_with(kOurs); });
}

// "DB_PASSWORD=…" is one, "DB_PASSWORD_FILE=/run/secrets/db" names where one is.
bool is_secret(std::string_view variable) {
  const std::size_t equals = variable.find('=');
  if (equals == std::string_view::npos || equals + 1 == variable.size()) return false;
  std::string name(variable.substr(0, equals));
  std::transform(name.begin(), name.end(), name.begin(), [](char one) {
    return one >= 'a' && one <= 'z' ? static_cast<char>(one - 'a' + 'A') : one;
  });
  if (name.ends_with("_FILE") || name.ends_with("_PATH")) return false;
  return std::any_of(kSecrets.begin(), kSecrets.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

std::size_t secrets_in(const doc::Document& document) {
  const doc::Value* all = doc::resolve(document.root, "/Config/Env");
  if (all == nullptr) return 0;
  return static_cast<std::size_t>(std::count_if(all->items().begin(), all->items().end(),
                                                [](const doc::Value& one) { return is_secret(one.text()); }));
}

// Options of a log driver that say where dockerd is to connect to, or to write: syslog-address, gelf-address,
// fluentd-address, splunk-url, awslogs-endpoint, gcp-project.
bool says_where(const doc::Document& host) {
  const doc::Value* options = doc::resolve(host.root, "/LogConfig/Config");
  if (options == nullptr) return false;
  constexpr std::array<std::string_view, 4> kEnds{"-address", "-url", "-endpoint", "-project"};
  return std::any_of(options->members().begin(), options->members().end(), [&](const doc::Member& member) {
    return std::any_of(kEnds.begin(), kEnds.end(),
                       [&](std::string_view end) { return member.key.ends_with(end); });
  });
}

Result<Made> read_made(const World& world, const Daemon& daemon, const std::string& place,
                       const std::string& id) {
  auto config = json_in(world.host, place + "/config.v2.json");
  if (!config) return config.error();
  const auto host = json_in(world.host, place + "/hostconfig.json");
  if (!host) return host.error();
  Made out{.id = id, .name = text_at(config->root, "/Name")};
  if (out.name.starts_with('/')) out.name.erase(0, 1);
  if (out.name.empty()) out.name = id.substr(0, 12);
  out.runtime = text_at(host->root, "/Runtime");
  if (out.runtime.empty()) out.runtime = daemon.default_runtime;
  out.bounded = is_bounded(world, daemon, out.runtime);
  out.marked = has_ours(*host, "/Annotations") || has_ours(*config, "/Config/Labels");
  out.secrets = secrets_in(*config);
  out.log_driver = text_at(host->root, "/LogConfig/Type");
  out.log_elsewhere = says_where(*host);
  return out;
}

std::vector<std::string> listed(World& world, const std::string& directory) {
  constexpr std::size_t kMost = 65536;
  const auto names = world.host.list(directory, kMost);
  if (!names && names.error().fault != Fault::absent) world.troubles.push_back(names.error().what);
  return names_in(world.host, directory);
}

}  // namespace

std::vector<Made> made_by(World& world, const Daemon& daemon) {
  auto homes = engine_homes(world.host, {daemon.data_root});
  if (!homes) world.troubles.push_back(homes.error().what);
  const std::vector<std::string> roots = std::move(homes).value_or({daemon.data_root});
  std::vector<Made> out;
  for (const std::string& root : roots) {
    for (const std::string& id : listed(world, root + "/containers")) {
      Result<Made> made = read_made(world, daemon, root + "/containers/" + id, id);
      if (made) {
        out.push_back(std::move(made).value());
      } else if (made.error().fault != Fault::absent) {
        world.troubles.push_back(made.error().what);
      }
    }
  }
  return out;
}

}  // namespace hardened::ctl
