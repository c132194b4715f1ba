#include "ctl/dockerd_processes.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "core/base/proc_status.h"
#include "core/base/text.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kMostProcesses = std::size_t{1} << 20U;
constexpr std::size_t kLongestText = std::size_t{1} << 20U;
constexpr std::string_view kName = "dockerd";
constexpr std::string_view kDeleted =
    " (deleted)";  // what the kernel says behind a path that is no more (d_path)

// Texts that each end in a NUL: /proc/<pid>/cmdline.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string_view last_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::vector<std::uint32_t> numbers_in(const std::vector<std::string>& names) {
  std::vector<std::uint32_t> out;
  for (const std::string& name : names) {
    unsigned long long number = 0;
    if (parse_decimal(name, number) && number <= UINT32_MAX)
      out.push_back(static_cast<std::uint32_t>(number));
  }
  std::sort(out.begin(), out.end());
  return out;
}

// An engine inside of a container has another root: its paths are none of this host's.
bool of_this_host(Host& host, const std::string& place) {
  const Result<Stat> theirs = host.stat(place + "/root", Links::follow);
  const Result<Stat> ours = host.stat("/", Links::follow);
  return !theirs || !ours || (theirs->device == ours->device && theirs->inode == ours->inode);
}

Result<std::array<std::uint32_t, 4>> users_of(Host& host, const std::string& place) {
  const File file = TRY(host.read(place + "/status", kLongestText, Links::refuse));
  const ProcStatus status = TRY(parse_proc_status(file.bytes));
  return status.uids;
}

// Why it is not to be trusted, if it is not.
Done trust_program(Host& host, const std::string& place) {
  std::string path = TRY(host.read_link(place + "/exe"));
  const bool deleted = path.ends_with(kDeleted);
  if (deleted) path.resize(path.size() - kDeleted.size());
  if (last_of(path) != kName)
    return Error{Fault::policy, "its program is " + printable(path, 4096) + ", and no dockerd"};
  const Result<Located> found = locate_trusted(host, path);
  if (found) {
    if (found->stat.type == Stat::Type::file) return done();
    return Error{Fault::policy, printable(path, 4096) + " is no regular file"};
  }
  if (!deleted || found.error().fault != Fault::absent) return found.error();
  TRY(locate_trusted(host, path.substr(0, std::max(path.rfind('/'), std::size_t{1}))));
  return done();
}

}  // namespace

Result<Dockerds> dockerd_processes(Host& host) {
  Dockerds out;
  const std::vector<std::string> names = TRY(host.list("/proc", kMostProcesses));
  std::set<std::uint32_t> users;
  for (const std::uint32_t process : numbers_in(names)) {
    const std::string place = "/proc/" + std::to_string(process);
    const Result<File> line = host.read(place + "/cmdline", kLongestText, Links::refuse);
    std::vector<std::string> arguments = line ? words_of(line->bytes) : std::vector<std::string>();
    if (arguments.empty() || last_of(arguments.front()) != kName || !of_this_host(host, place)) continue;
    const auto ids = users_of(host, place);
    if (!ids) {
      if (ids.error().fault != Fault::absent) out.distrusted.push_back(ids.error().what);
      continue;
    }
    const auto other = std::find_if(ids->begin(), ids->end(), [](std::uint32_t id) { return id != 0; });
    if (other != ids->end()) {
      users.insert(*other);
      continue;
    }
    if (const Done trusted = trust_program(host, place)) {
      out.trusted.push_back({process, std::move(arguments)});
    } else if (trusted.error().fault != Fault::absent || host.stat(place, Links::refuse)) {
      out.distrusted.push_back("process " + std::to_string(process) +
                               " of root's calls itself dockerd: " + trusted.error().what);
    }
  }
  out.users.assign(users.begin(), users.end());
  return out;
}

}  // namespace hardened::ctl
