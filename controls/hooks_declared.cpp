#include "controls/hooks_declared.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/doc/json.h"
#include "core/doc/yaml.h"

namespace hardened::controls {
namespace {

constexpr std::size_t kMostFiles = 256;  // of a directory
constexpr std::size_t kLargestFile = std::size_t{1024} * 1024;

constexpr std::array<std::string_view, 2> kHookDirectories{"/usr/share/containers/oci/hooks.d",
                                                           "/etc/containers/oci/hooks.d"};
constexpr std::array<std::string_view, 2> kDeviceDirectories{"/etc/cdi", "/run/cdi"};

std::optional<Stage> stage_named(const doc::Cursor& value) {
  const auto found = std::find(kStages.begin(), kStages.end(), value.value().text());
  if (found == kStages.end()) return std::nullopt;
  return static_cast<Stage>(found - kStages.begin());
}

// {"hook": {path, args, env, timeout}, "stages": ["prestart"]}
void read_hook_file(const doc::Cursor& root, std::vector<DeclaredHook>& declared) {
  const auto item = root.find("hook");
  const auto list = root.find("stages");
  if (!item || !list) return;
  const auto stages = list->items();
  auto hook = read_hook(*item);
  if (!stages || !hook) return;
  DeclaredHook one{std::move(hook).value(), {}};
  for (const doc::Cursor& word : *stages) {
    if (const auto stage = stage_named(word)) one.stages.push_back(*stage);
  }
  declared.push_back(std::move(one));
}

// {"containerEdits": {"hooks": [{hookName, path, args, env, timeout}]}}
void read_edits(const doc::Cursor& holder, std::vector<DeclaredHook>& declared) {
  const auto edits = holder.find("containerEdits");
  const auto list = edits ? edits->find("hooks") : std::nullopt;
  if (!list) return;
  const auto items = list->items();
  if (!items) return;
  for (const doc::Cursor& item : *items) {
    const auto moment = item.find("hookName");
    const auto stage = moment ? stage_named(*moment) : std::nullopt;
    auto hook = read_hook(item);
    if (stage && hook) declared.push_back({std::move(hook).value(), {*stage}});
  }
}

void read_device_file(const doc::Cursor& root, std::vector<DeclaredHook>& declared) {
  read_edits(root, declared);
  const auto list = root.find("devices");
  if (!list) return;
  const auto devices = list->items();
  if (!devices) return;
  for (const doc::Cursor& device : *devices) read_edits(device, declared);
}

using Reader = void (*)(const doc::Cursor& root, std::vector<DeclaredHook>& declared);

void read_directory(Host& host, const std::string& directory, Reader reader,
                    std::vector<DeclaredHook>& declared) {
  const auto names = host.list(directory, kMostFiles);
  if (!names) return;
  for (const std::string& name : *names) {
    const bool json = name.ends_with(".json");
    if (!json && !name.ends_with(".yaml")) continue;
    auto file = read_trusted(host, directory + "/" + name, kLargestFile);
    if (!file) continue;
    const auto document =
        json ? doc::read_json(name, std::move(file->bytes)) : doc::read_yaml(name, std::move(file->bytes));
    if (document) reader(doc::Cursor(*document, document->root), declared);
  }
}

}  // namespace

std::vector<DeclaredHook> declared_hooks(Host& host) {
  std::vector<DeclaredHook> declared;
  for (const std::string_view directory : kHookDirectories)
    read_directory(host, std::string(directory), read_hook_file, declared);
  for (const std::string_view directory : kDeviceDirectories)
    read_directory(host, std::string(directory), read_device_file, declared);
  return declared;
}

bool declares(const std::vector<DeclaredHook>& declared, const Hook& hook) {
  return std::any_of(declared.begin(), declared.end(), [&](const DeclaredHook& one) {
    return one.hook.id.path == hook.id.path && one.hook.id.arguments == hook.id.arguments &&
           one.hook.environment == hook.environment && one.hook.timeout == hook.timeout &&
           std::find(one.stages.begin(), one.stages.end(), hook.id.stage) != one.stages.end();
  });
}

}  // namespace hardened::controls
