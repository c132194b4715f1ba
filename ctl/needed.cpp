#include "ctl/needed.h"

#include <set>
#include <utility>

#include "controls/init_process.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "runtime/kept.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kMostContainers = 65536;
constexpr std::size_t kMostConfig = std::size_t{4} * 1024 * 1024;
constexpr std::string_view kRecord = ".json";

Result<std::vector<std::string>> names_in(Host& host, const std::string& directory) {
  auto names = host.list(directory, kMostContainers);
  if (!names && names.error().fault == Fault::absent) return std::vector<std::string>();
  return names;
}

// What cannot be read is a container half made or half gone, which needs nothing.
std::optional<doc::Document> read_document(Host& host, const std::string& path) {
  Result<File> file = host.read(path, kMostConfig, Links::refuse);
  if (!file) return std::nullopt;
  auto document = doc::read_json(path, std::move(file).value().bytes);
  if (!document) return std::nullopt;
  return std::move(document).value();
}

std::string text_at(const std::optional<doc::Document>& document, std::string_view pointer) {
  const doc::Value* value = document ? doc::resolve(document->root, pointer) : nullptr;
  return value == nullptr ? "" : value->text();
}

std::string name_of(Host& host, const std::string& directory, const std::string& id) {
  const std::string name = text_at(read_document(host, directory + "/config.v2.json"), "/Name");
  return name.size() > 1 ? printable(name.substr(1)) : printable(id);
}

// A record whose container runs: its first process is there.
bool runs(Host& host, const std::string& root, const std::string& id) {
  const auto init = controls::init_process(host, root, id);
  // Where it cannot be told, it is taken for one that runs: --force is the way past it.
  if (!init) return true;
  if (!*init) return false;
  const auto held = host.hold((*init)->process);
  return held ? (*held)->lives() : held.error().fault != Fault::absent;
}

}  // namespace

Result<std::vector<Needing>> needing(const Context& context, const std::string& data_root,
                                     const std::map<std::string, std::string>& runtimes) {
  Host& host = context.host;
  std::vector<Needing> found;
  std::set<std::string> seen;
  const std::string containers = data_root + "/containers";
  const std::vector<std::string> ids = TRY(names_in(host, containers));
  for (const std::string& id : ids) {
    const std::string directory = containers + '/' + id;
    const std::string runtime = text_at(read_document(host, directory + "/hostconfig.json"), "/Runtime");
    if (!runtimes.contains(runtime)) continue;
    seen.insert(id);
    found.push_back({name_of(host, directory, id), "docker made it with the runtime " + runtime});
  }
  const std::string records(runtime::kKeptDirectory);
  const std::vector<std::string> roots = TRY(names_in(host, records));
  for (const std::string& root : roots) {
    const std::vector<std::string> kept = TRY(names_in(host, records + '/' + root));
    for (const std::string& name : kept) {
      if (!name.ends_with(kRecord)) continue;
      const std::string id = name.substr(0, name.size() - kRecord.size());
      const auto record = read_document(host, records + '/' + root + '/' + name);
      if (!record || seen.contains(id) || !runs(host, text_at(record, "/root"), id)) continue;
      found.push_back({name_of(host, containers + '/' + id, id), "it runs, and was started by hardened"});
    }
  }
  return found;
}

}  // namespace hardened::ctl
