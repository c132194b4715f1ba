#include "runtime/container_state.h"

#include <limits>
#include <utility>

#include "core/doc/cursor.h"
#include "core/doc/json.h"
#include "runtime/kept.h"
#include "runtime/low_level.h"

namespace hardened::runtime {
namespace {

constexpr std::string_view kBundleLabel = "bundle=";

Result<doc::Document> read_document(Host& host, const std::string& path) {
  File file = TRY(host.read(path, kMostBytes, Links::refuse));
  if (file.stat.uid != 0) return Error{Fault::io, path + " is not root's"};
  return doc::read_json(path, std::move(file.bytes));
}

// runc keeps the bundle among the labels of its configuration, crun as a member of its status.
Result<std::string> bundle_of(Host& host, const std::string& directory) {
  if (const auto state = read_document(host, directory + "/state.json")) {
    if (const doc::Value* labels = doc::resolve(state->root, "/config/labels")) {
      for (const doc::Value& label : labels->items()) {
        if (label.text().compare(0, kBundleLabel.size(), kBundleLabel) == 0) {
          return label.text().substr(kBundleLabel.size());
        }
      }
    }
    return Error{Fault::io, directory + "/state.json names no bundle"};
  }
  const doc::Document status = TRY(read_document(host, directory + "/status"));
  const doc::Cursor bundle = TRY(doc::Cursor(status, status.root).need("bundle"));
  const std::string_view text = TRY(bundle.text());
  return std::string(text);
}

struct Member {
  std::string_view file;
  std::string_view process;
  std::string_view start_time;
};
constexpr Member kRunc{"/state.json", "init_process_pid", "init_process_start"};
constexpr Member kCrun{"/status", "pid", "process-start-time"};

// Nothing where there is no such file.
Result<std::optional<InitProcess>> remembered(Host& host, const std::string& directory, const Member& names) {
  const auto read = read_document(host, directory + std::string(names.file));
  if (!read && read.error().fault == Fault::absent) return std::optional<InitProcess>();
  const doc::Document document = TRY(read);
  const doc::Cursor state(document, document.root);
  const doc::Cursor process = TRY(state.need(names.process));
  const doc::Cursor start_time = TRY(state.need(names.start_time));
  const std::uint64_t number = TRY(process.unsigned_integer());
  if (number > std::numeric_limits<std::uint32_t>::max()) return process.error("no process has that number");
  InitProcess init;
  init.process = static_cast<std::uint32_t>(number);
  init.start_time = TRY(start_time.unsigned_integer());
  return std::optional<InitProcess>(init);
}

Result<bool> stands(Host& host, const std::string& path) {
  const Result<Stat> stat = host.stat(path, Links::refuse);
  if (!stat && stat.error().fault != Fault::absent) return stat.error();
  return stat.ok() && (stat->type != Stat::Type::file || stat->size > 0);
}

}  // namespace

Result<std::optional<InitProcess>> init_process(Host& host, const std::string& root, const std::string& id) {
  const std::string directory = runtime_state(root, id);
  std::optional<InitProcess> init = TRY(remembered(host, directory, kRunc));
  if (!init) init = TRY(remembered(host, directory, kCrun));
  if (!init || init->process == 0) return std::optional<InitProcess>();
  init->waits = TRY(stands(host, directory + "/exec.fifo"));
  init->filter_to_come = TRY(stands(host, directory + "/seccomp.bpf"));
  return init;
}

Result<doc::Value> bundle_process(Host& host, const std::string& root, const std::string& id) {
  const std::string bundle = TRY(bundle_of(host, runtime_state(root, id)).within("the container's state"));
  const doc::Document config =
      TRY(read_document(host, bundle + "/config.json").within("the container's bundle"));
  const doc::Value* process = config.root.find("process");
  return process == nullptr ? doc::Value() : *process;
}

std::string default_root(const std::string& low_level) {
  return is_crun(low_level) ? "/run/crun" : "/run/runc";
}

}  // namespace hardened::runtime
