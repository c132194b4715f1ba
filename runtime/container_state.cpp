#include "runtime/container_state.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/text.h"
#include "core/doc/cursor.h"
#include "core/doc/json.h"
#include "runtime/kept.h"
#include "runtime/low_level.h"

namespace hardened::runtime {
namespace {

constexpr std::string_view kBundleLabel = "bundle=";

constexpr std::uint64_t kMostProcesses = std::numeric_limits<std::int32_t>::max();

Result<std::string> read_roots(Host& host, const std::string& path) {
  File file = TRY(host.read(path, kMostBytes, Links::refuse));
  if (file.stat.uid != 0) return Error{Fault::io, path + " is not root's"};
  return std::move(file.bytes);
}

Result<doc::Document> read_document(Host& host, const std::string& path) {
  std::string text = TRY(read_roots(host, path));
  return doc::read_json(path, std::move(text));
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

// A number behind `before`, both taken off the text.
std::optional<std::uint64_t> take_number(std::string_view& text, std::string_view before) {
  if (!text.starts_with(before)) return std::nullopt;
  const std::size_t end = std::min(text.find_first_not_of("0123456789", before.size()), text.size());
  unsigned long long number = 0;
  if (!parse_decimal(text.substr(before.size(), end - before.size()), number)) return std::nullopt;
  text.remove_prefix(end);
  return number;
}

// runc's state holds its whole configuration, behind the three members that it begins with (libcontainer,
// BaseState): 30 KB that need not be made a document, where it begins just so.
std::optional<InitProcess> at_the_beginning(std::string_view text, const std::string& id) {
  const auto process = take_number(text, R"({"id":")" + id + R"(","init_process_pid":)");
  const auto start_time = process ? take_number(text, R"(,"init_process_start":)") : std::nullopt;
  if (!start_time || *process > kMostProcesses || !text.starts_with(',')) return std::nullopt;
  return InitProcess{static_cast<std::uint32_t>(*process), *start_time, false, false};
}

// Nothing where there is no such file.
Result<std::optional<InitProcess>> remembered(Host& host, const std::string& path, const std::string& id,
                                              const Member& names) {
  auto read = read_roots(host, path);
  if (!read && read.error().fault == Fault::absent) return std::optional<InitProcess>();
  std::string text = TRY(std::move(read));
  if (const auto found = at_the_beginning(text, id)) return found;
  const doc::Document document = TRY(doc::read_json(path, std::move(text)));
  const doc::Cursor state(document, document.root);
  const doc::Cursor process = TRY(state.need(names.process));
  const doc::Cursor start_time = TRY(state.need(names.start_time));
  const std::uint64_t number = TRY(process.unsigned_integer());
  if (number > kMostProcesses) return process.error("no process has that number");
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
  std::optional<InitProcess> init = TRY(remembered(host, directory + std::string(kRunc.file), id, kRunc));
  if (!init) init = TRY(remembered(host, directory + std::string(kCrun.file), id, kCrun));
  if (!init || init->process == 0) return std::optional<InitProcess>();
  init->waits = TRY(waits(host, root, id));
  init->filter_to_come = TRY(stands(host, directory + "/seccomp.bpf"));
  return init;
}

Result<bool> waits(Host& host, const std::string& root, const std::string& id) {
  return stands(host, runtime_state(root, id) + "/exec.fifo");
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
