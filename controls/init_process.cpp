#include "controls/init_process.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "core/base/proc_status.h"
#include "core/base/text.h"
#include "core/doc/cursor.h"
#include "core/doc/json.h"

namespace hardened::controls {
namespace {

constexpr std::uint64_t kMostProcesses = std::numeric_limits<std::int32_t>::max();
constexpr std::size_t kMostContainers = 65536;
constexpr std::size_t kMostText = std::size_t{64} * 1024;

Result<std::string> read_roots(Host& host, const std::string& path) {
  File file = TRY(host.read(path, kMostBytes, Links::refuse));
  if (file.stat.uid != 0) return Error{Fault::io, path + " is not root's"};
  return std::move(file.bytes);
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

// Of a container that is gone meanwhile, or whose state cannot be read, nothing is known.
bool remembers(Host& host, const std::string& root, const std::string& id, std::uint32_t process,
               std::uint64_t start_time) {
  const std::string directory = runtime_state(root, id);
  auto init = remembered(host, directory + std::string(kRunc.file), id, kRunc);
  if (init && !*init) init = remembered(host, directory + std::string(kCrun.file), id, kCrun);
  return init && *init && (*init)->process == process && (*init)->start_time == start_time;
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

std::string runtime_state(const std::string& root, const std::string& id) { return root + '/' + id; }

bool is_first_process(Host& host, const std::string& root, std::uint32_t process) {
  const std::string own = "/proc/" + std::to_string(process);
  const auto text = host.read(own + "/stat", kMostText, Links::refuse);
  const auto stat = text ? parse_proc_stat(text->bytes) : Result<ProcStat>(text.error());
  if (!stat) return false;
  std::vector<std::string> ids = host.list(root, kMostContainers).value_or({});
  // Engines name a container's cgroup after it: of a thousand, the right one is looked at first.
  const auto cgroup = host.read(own + "/cgroup", kMostText, Links::refuse);
  const std::string place = cgroup ? cgroup->bytes : "";
  std::partition(ids.begin(), ids.end(),
                 [&](const std::string& id) { return place.find(id) != std::string::npos; });
  return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
    return remembers(host, root, id, process, stat->start_time);
  });
}

}  // namespace hardened::controls
