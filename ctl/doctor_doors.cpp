// The sockets of a dockerd, and who beside root may open them.
#include <algorithm>

#include "core/base/text.h"
#include "ctl/access_list.h"
#include "ctl/doctor_world.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kLargestAccounts = std::size_t{4} << 20U;
constexpr std::string_view kGroup = "docker";  // where no --group is given

std::vector<std::string_view> cut(std::string_view text, char between) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t end = text.find(between);
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

// The lines of an account file, as fields. group(5): name, password, gid, members; passwd(5): name, password, uid, gid.
std::vector<std::vector<std::string_view>> lines_of(std::string_view text) {
  std::vector<std::vector<std::string_view>> out;
  for (const std::string_view line : cut(text, '\n')) {
    std::vector<std::string_view> fields = cut(line, ':');
    if (fields.size() >= 4) out.push_back(std::move(fields));
  }
  return out;
}

std::string text_of(Host& host, const std::string& path) {
  const Result<File> file = host.read(path, kLargestAccounts, Links::follow);
  return file ? file->bytes : std::string();
}

void add(std::vector<std::string>& users, std::string_view name) {
  if (name.empty() || name == "root") return;
  if (std::find(users.begin(), users.end(), name) == users.end()) users.emplace_back(name);
}

std::string user_named(Host& host, std::uint32_t uid) {
  const std::string text = text_of(host, "/etc/passwd");
  for (const auto& fields : lines_of(text)) {
    if (fields[2] == std::to_string(uid)) return std::string(fields[0]);
  }
  return "uid " + std::to_string(uid);
}

std::optional<std::uint32_t> group_number(Host& host, std::string_view name) {
  const std::string text = text_of(host, "/etc/group");
  unsigned long long number = 0;
  for (const auto& fields : lines_of(text)) {
    if (fields[0] == name && parse_decimal(fields[2], number)) return static_cast<std::uint32_t>(number);
  }
  return std::nullopt;
}

// Are groups and their members told by /etc/group and /etc/passwd alone? nsswitch.conf(5): "group: files [SUCCESS=merge]
// sss". A database without a line is looked for in files (glibc's default). systemd's own service adds the users of
// units; a line that begins with + takes others in (compat).
bool told_by_files(Host& host) {
  const Result<File> file = host.read("/etc/nsswitch.conf", kLargestAccounts, Links::follow);
  if (!file && file.error().fault != Fault::absent) return false;
  const std::string text = file ? file->bytes : std::string();
  for (std::string_view line : cut(text, '\n')) {
    line = line.substr(0, line.find('#'));
    const bool counts =
        line.starts_with("group:") || line.starts_with("passwd:") || line.starts_with("initgroups:");
    if (!counts) continue;
    std::string words(line.substr(line.find(':') + 1));
    std::replace(words.begin(), words.end(), '\t', ' ');
    bool inside = false;
    for (const std::string_view word : cut(words, ' ')) {
      if (word.starts_with('[')) inside = true;
      const bool known = word.empty() || word == "files" || word == "systemd" || word == "compat";
      if (!inside && !known) return false;
      if (word.ends_with(']')) inside = false;
    }
  }
  for (const char* path : {"/etc/group", "/etc/passwd"}) {
    const std::string all = text_of(host, path);
    if (all.empty() || all.starts_with('+') || all.find("\n+") != std::string::npos) return false;
  }
  return true;
}

// "" of one that the file does not know.
std::string group_named(Host& host, std::uint32_t group) {
  const std::string text = text_of(host, "/etc/group");
  for (const auto& fields : lines_of(text)) {
    if (fields[2] == std::to_string(group)) return std::string(fields[0]);
  }
  return "";
}

// Who beside root is in that group, by name.
std::vector<std::string> members_of(Host& host, std::uint32_t group) {
  std::vector<std::string> out;
  const std::string number = std::to_string(group);
  const std::string groups = text_of(host, "/etc/group");
  for (const auto& fields : lines_of(groups)) {
    if (fields[2] != number) continue;
    for (const std::string_view name : cut(fields[3], ',')) add(out, name);
  }
  const std::string users = text_of(host, "/etc/passwd");
  for (const auto& fields : lines_of(users)) {
    if (fields[3] == number) add(out, fields[0]);
  }
  return out;
}

void open_to_group(Host& host, std::uint32_t group, Door& door) {
  const std::string name = group_named(host, group);
  for (const std::string& user : members_of(host, group)) {
    add(door.users, user);
    door.by = name;
  }
  if (door.users.empty() && (name.empty() || !told_by_files(host)))
    door.group = "group " + std::to_string(group);
}

// Of one that is not there: whom it will let in, by its group.
Door door_to_be(const World& world, const Daemon& daemon, const std::string& path) {
  Door door{.path = path};
  const std::vector<std::string> given = settings_of(daemon, "group");
  const std::string name(given.empty() ? kGroup : std::string_view(given.back()));
  const auto group = group_number(world.host, name);
  if (group && *group != 0) open_to_group(world.host, *group, door);
  if (!group && (!given.empty() || !told_by_files(world.host))) door.group = "group " + printable(name);
  return door;
}

}  // namespace

namespace {

// With an access list what the mode shows of the group is the list's mask.
void open_to_listed(Host& host, const Writers& writers, std::uint32_t own_group, Door& door) {
  for (const std::uint32_t user : writers.users) {
    if (user == 0) continue;
    add(door.users, user_named(host, user));
    door.listed = true;
  }
  for (const std::uint32_t group : writers.groups) {
    if (group == 0) continue;
    open_to_group(host, group, door);
    door.listed = true;
  }
  if (writers.group && own_group != 0) open_to_group(host, own_group, door);
  door.may_be_listed = writers.group && own_group == 0;
}

}  // namespace

// Whoever may write to the file of a socket may connect (unix(7)).
Door door_at(const World& world, const std::string& path) {
  Host& host = world.host;
  Door door{.path = path};
  const Result<Stat> stat = host.stat(path, Links::follow);
  if (!stat) return door;
  door.everybody = (stat->mode & 0002U) != 0;
  if (stat->uid != 0 && (stat->mode & 0200U) != 0) add(door.users, user_named(host, stat->uid));
  if ((stat->mode & 0020U) == 0) return door;
  const Result<std::string> list = world.machine.access_list(path);
  const auto writers = list ? parse_access_list(*list) : std::nullopt;
  if (writers) {
    open_to_listed(host, *writers, stat->gid, door);
    return door;
  }
  if (stat->gid != 0) open_to_group(host, stat->gid, door);
  door.may_be_listed = stat->gid == 0 || !list || !list->empty();
  return door;
}

std::vector<Door> doors_of(const World& world, const Daemon& daemon) {
  std::vector<Door> out;
  for (const std::string& host : daemon.hosts) {
    const bool unix_socket = host.starts_with("unix://");
    if (!unix_socket && !host.starts_with("fd://")) continue;
    const std::string path = unix_socket ? host.substr(7) : std::string(kActivatedSocket);
    const bool there = world.host.stat(path, Links::follow).ok();
    out.push_back(there ? door_at(world, path) : door_to_be(world, daemon, path));
    out.back().filtered = !settings_of(daemon, "authorization-plugins").empty() ||
                          !settings_of(daemon, "authorization-plugin").empty();
  }
  return out;
}

}  // namespace hardened::ctl
