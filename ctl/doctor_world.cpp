#include "ctl/doctor_world.h"

#include <algorithm>

#include "config/load.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "ctl/dockerd_processes.h"
#include "ctl/doctor_host.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kLargestProgram = std::size_t{64} << 20U;
constexpr std::size_t kMostNames = 65536;
constexpr std::string_view kUsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
// containerd puts a directory of its own before the PATH of its shims, which look for runc.
constexpr std::string_view kShimsRunc = "/opt/containerd/bin/runc";

std::string program_beside(Host& host) {
  const std::string own = host.own_executable();
  const std::size_t slash = own.rfind('/');
  return (slash == std::string::npos ? std::string("/usr/sbin/") : own.substr(0, slash + 1)) +
         "hardened-runtime";
}

void read_policy(World& world) {
  Result<File> file = read_trusted(world.host, world.policy_path, config::kLargestPolicy);
  if (!file) {
    world.distrust = file.error();
    file = world.host.read(world.policy_path, config::kLargestPolicy, Links::follow);
  }
  if (!file) return;
  Result<config::Policy> policy = config::parse_policy(world.policy_path, std::move(file->bytes));
  if (policy) {
    world.policy = std::move(*policy);
  } else {
    world.wrong = policy.error();
  }
}

std::vector<std::string> parts(std::string_view text, char between) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(between), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

bool World::reached() const {
  return std::any_of(doors.begin(), doors.end(), [](const Door& door) {
    return !door.filtered && (door.everybody || !door.users.empty() || !door.group.empty());
  });
}

Result<World> gather(const Context& context, const std::string& policy) {
  World world{.host = context.host, .machine = context.machine, .policy_path = policy};
  world.program = program_beside(context.host);
  read_policy(world);
  world.daemons = TRY(daemons(context));
  for (const Daemon& daemon : world.daemons) {
    const std::string program = dockerd_of(world, daemon);
    if (!world.versions.contains(program)) world.versions[program] = version_of(world.host, program);
    if (!daemon.trouble.empty()) world.troubles.push_back(daemon.trouble);
    for (Made& made : made_by(world, daemon)) world.made.push_back(std::move(made));
    for (Door& door : doors_of(world, daemon)) world.doors.push_back(std::move(door));
  }
  Dockerds processes = TRY(dockerd_processes(context.host));
  world.strangers = std::move(processes.users);
  for (std::string& why : processes.distrusted) world.troubles.push_back(std::move(why));
  Result<SeenContainers> found = look_for_containers(context, {});
  if (!found) {
    world.troubles.push_back(found.error().what);
    return world;
  }
  world.containers = std::move(found.value().all);
  for (const RootTrouble& one : found->unread)
    world.troubles.push_back("containers of " + printable(one.root, 4096) + ": " + one.why);
  return world;
}

bool is_hardened(const World& world, const std::string& path) {
  const Result<Stat> own = world.host.stat(world.program, Links::follow);
  const Result<Stat> stat = world.host.stat(path, Links::follow);
  if (!own || !stat) return false;
  if (own->device == stat->device && own->inode == stat->inode) return true;
  if (own->size != stat->size || own->size > kLargestProgram) return false;
  const Result<File> one = world.host.read(world.program, kLargestProgram, Links::follow);
  const Result<File> other = world.host.read(path, kLargestProgram, Links::follow);
  return one && other && one->bytes == other->bytes;
}

bool is_bounded(const World& world, const Daemon& daemon, std::string_view runtime) {
  for (const Runtime& one : daemon.runtimes) {
    if (one.name == runtime) return is_hardened(world, found_by(world, daemon, one.path));
  }
  // What is not registered is dockerd's own: runc by its name, or by that of containerd's shim for it.
  if (runtime != "runc" && runtime != "io.containerd.runc.v2") return false;
  const std::vector<std::string> runcs = runcs_of(world, daemon);
  return !runcs.empty() && std::all_of(runcs.begin(), runcs.end(),
                                       [&](const std::string& path) { return is_hardened(world, path); });
}

std::string environment_of(const World& world, const Daemon& daemon, std::string_view name) {
  if (daemon.process == 0) return {};
  for (const std::string& line :
       words_in(world.host, "/proc/" + std::to_string(daemon.process) + "/environ")) {
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == '=')
      return line.substr(name.size() + 1);
  }
  return {};
}

std::string found_by(const World& world, const Daemon& daemon, const std::string& program) {
  if (program.empty() || program.find('/') != std::string::npos) return program;
  std::string path = environment_of(world, daemon, "PATH");
  if (path.empty()) path = kUsualPath;
  for (const std::string& directory : parts(path, ':')) {
    const std::string candidate = directory + "/" + program;
    const Result<Stat> stat = world.host.stat(candidate, Links::follow);
    if (stat && stat->type == Stat::Type::file && (stat->mode & 0111U) != 0) return candidate;
  }
  return {};
}

std::vector<std::string> runcs_of(const World& world, const Daemon& daemon) {
  std::vector<std::string> out;
  if (world.host.stat(std::string(kShimsRunc), Links::follow)) out.emplace_back(kShimsRunc);
  std::string found = found_by(world, daemon, "runc");
  if (!found.empty()) out.push_back(std::move(found));
  return out;
}

std::vector<std::string> settings_of(const Daemon& daemon, std::string_view key) {
  std::vector<std::string> out;
  const doc::Value* value = daemon.config ? daemon.config->root.find(key) : nullptr;
  if (value != nullptr && value->is(doc::Kind::string)) out.push_back(value->text());
  if (value != nullptr && value->is(doc::Kind::boolean)) out.emplace_back(value->truth() ? "true" : "false");
  if (value != nullptr) {
    for (const doc::Value& item : value->items()) out.push_back(item.text());
  }
  const std::string flag = "--" + std::string(key);
  for (std::size_t i = 0; i < daemon.arguments.size(); ++i) {
    const std::string& word = daemon.arguments[i];
    if (word.starts_with(flag + "=")) out.push_back(word.substr(flag.size() + 1));
    if (word == flag) out.push_back(i + 1 < daemon.arguments.size() ? daemon.arguments[i + 1] : "");
  }
  return out;
}

bool is_set(const Daemon& daemon, std::string_view key) {
  const std::vector<std::string> all = settings_of(daemon, key);
  // As strconv.ParseBool of Go has it.
  static constexpr std::array<std::string_view, 6> no{"0", "f", "F", "false", "FALSE", "False"};
  return !all.empty() && std::find(no.begin(), no.end(), all.back()) == no.end();
}

std::string config_of(const Daemon& daemon) { return printable(daemon.config_file, 4096); }

std::vector<std::string> words_in(Host& host, const std::string& path) {
  const Result<File> file = host.read(path, kMostBytes, Links::refuse);
  return file ? parts(file->bytes, '\0') : std::vector<std::string>();
}

std::vector<std::string> names_in(Host& host, const std::string& directory) {
  std::vector<std::string> names = host.list(directory, kMostNames).value_or({});
  std::sort(names.begin(), names.end());
  return names;
}

Result<doc::Document> json_in(Host& host, const std::string& path) {
  File file = TRY(host.read(path, kMostBytes, Links::refuse));
  Result<doc::Document> document = doc::read_json(path, std::move(file.bytes));
  if (document) return document;
  const Error& error = document.error();  // without the line of the file, which is nobody else's to read
  return Error{error.fault, error.what.substr(0, error.what.find('\n'))};
}

std::string some_of(const std::vector<std::string>& all, std::size_t most) {
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < all.size() && i < most; ++i) shown.push_back(printable(all[i]));
  if (all.size() == most + 1) shown.push_back(printable(all.back()));
  if (all.size() > most + 1) shown.push_back(std::to_string(all.size() - most) + " others");
  return joined(shown);
}

}  // namespace hardened::ctl
