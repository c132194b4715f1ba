#include "ctl/needed.h"

#include <set>
#include <utility>

#include "controls/init_process.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "ctl/engine_homes.h"
#include "ctl/value_text.h"
#include "runtime/kept.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kMostContainers = 65536;
constexpr const char* kContainers = "/containers";
constexpr std::string_view kRecord = ".json";

Result<std::vector<std::string>> names_in(Host& host, const std::string& directory) {
  auto names = host.list(directory, kMostContainers);
  if (!names && names.error().fault == Fault::absent) return std::vector<std::string>();
  return names;
}

// Null where there is none: a container half made or half gone, which needs nothing.
Result<doc::Value> read_value(Host& host, const std::string& path) {
  Result<File> file = host.read(path, kMostBytes, Links::refuse);
  if (!file && file.error().fault == Fault::absent) return doc::Value();
  File found = TRY(std::move(file));
  const doc::Document document = TRY(doc::read_json(path, std::move(found.bytes)));
  return document.root;
}

std::string name_of(Host& host, const std::string& directory, const std::string& id) {
  const auto config = read_value(host, directory + "/config.v2.json");
  const std::string name = config ? text_at(*config, "/Name") : "";
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

// A container of dockerd's, by the file that says with which runtime it was made.
std::optional<std::string> why_made(Host& host, const std::string& directory,
                                    const std::map<std::string, std::string>& runtimes) {
  const auto settings = read_value(host, directory + "/hostconfig.json");
  if (!settings) return settings.error().what;
  const std::string runtime = text_at(*settings, "/Runtime");
  if (!runtimes.contains(runtime)) return std::nullopt;
  return "docker made it with the runtime " + printable(runtime);
}

// A container of any engine's, by its grant record.
std::optional<std::string> why_kept(Host& host, const std::string& record, const std::string& id) {
  const auto kept = read_value(host, record);
  if (!kept) return kept.error().what;
  if (kept->is(doc::Kind::null) || !runs(host, text_at(*kept, "/root"), id)) return std::nullopt;
  return "it runs, and was started by hardened";
}

class Search {
 public:
  Search(Host& host, std::vector<std::string> homes) : host_(host), homes_(std::move(homes)) {}

  Done made(const std::map<std::string, std::string>& runtimes) {
    for (const std::string& home : homes_) {
      const std::vector<std::string> ids = TRY(names_in(host_, home + kContainers));
      for (const std::string& id : ids) add(id, why_made(host_, home + kContainers + '/' + id, runtimes));
    }
    return done();
  }
  Done kept() {
    const std::string records(runtime::kKeptDirectory);
    const std::vector<std::string> roots = TRY(names_in(host_, records));
    for (const std::string& root : roots) {
      const std::vector<std::string> names = TRY(names_in(host_, records + '/' + root));
      for (const std::string& name : names) {
        if (!name.ends_with(kRecord)) continue;
        const std::string id = name.substr(0, name.size() - kRecord.size());
        if (!seen_.contains(id)) add(id, why_kept(host_, records + '/' + root + '/' + name, id));
      }
    }
    return done();
  }
  [[nodiscard]] std::vector<Needing> all() && { return std::move(found_); }

 private:
  void add(const std::string& id, const std::optional<std::string>& why) {
    if (!why) return;
    seen_.insert(id);
    found_.push_back({named(id), *why});
  }
  [[nodiscard]] std::string named(const std::string& id) const {
    for (const std::string& home : homes_) {
      const std::string name = name_of(host_, home + kContainers + '/' + id, id);
      if (name != printable(id)) return name;
    }
    return printable(id);
  }

  Host& host_;
  std::vector<std::string> homes_;
  std::set<std::string> seen_;
  std::vector<Needing> found_;
};

}  // namespace

Result<std::vector<Needing>> needing(const Context& context, const std::vector<std::string>& data_roots,
                                     const std::map<std::string, std::string>& runtimes) {
  std::vector<std::string> homes = TRY(engine_homes(context.host, data_roots));
  Search search(context.host, std::move(homes));
  TRY(search.made(runtimes));
  TRY(search.kept());
  return std::move(search).all();
}

}  // namespace hardened::ctl
