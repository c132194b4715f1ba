// The seam itself, over the files in memory.
#include <algorithm>
#include <cerrno>
#include <functional>
#include <utility>

#include "core/base/failure.h"
#include "core/base/proc_mounts.h"
#include "tests/support/fake_host.h"
#include "tests/support/fake_paths.h"

namespace hardened::test {

Result<File> FakeHost::read(const std::string& path, std::size_t most, Links links) {
  if (const Error* error = trouble(Operation::read, path)) return *error;
  const Node* node = TRY(find(path, links));
  if (node->stat.type != Stat::Type::file) return failure("cannot read", path, "it is no regular file");
  if (node->bytes.size() > most) {
    return failure("cannot read", path, "it has more than " + std::to_string(most) + " bytes");
  }
  return File{.bytes = node->bytes, .stat = node->stat};
}

Result<std::string> FakeHost::drain(int descriptor, std::size_t most) {
  const std::string name = std::to_string(descriptor);
  if (const Error* error = trouble(Operation::drain, name)) return *error;
  const auto input = inputs_.find(descriptor);
  if (input == inputs_.end()) return failure("cannot read descriptor", name, EBADF);
  if (input->second.size() > most) {
    return failure("cannot read descriptor", name, "it has more than " + std::to_string(most) + " bytes");
  }
  return std::exchange(input->second, "");
}

Result<Stat> FakeHost::stat(const std::string& path, Links links) {
  if (const Error* error = trouble(Operation::stat, path)) return *error;
  const Node* node = TRY(find(path, links));
  return node->stat;
}

// Mounts stand in the mountinfo beside the root, where there is one.
Result<Place> FakeHost::place_below(const std::string& root, const std::string& path) {
  if (const Error* error = trouble(Operation::place_below, path)) return *error;
  const std::string real = TRY(resolve(path, Links::follow, 0, root));
  const Node* node = TRY(find(real, Links::refuse));
  Place place;
  place.stat = node->stat;
  const auto table = MountTable::parse(bytes(root.substr(0, root.rfind('/')) + "/mountinfo").value_or(""));
  const std::string inside = real == root ? "/" : real.substr(root.size());
  const Mount* mount = table && machine.numbers_mounts ? table->over(inside) : nullptr;
  place.mount = mount == nullptr ? 0 : mount->number;
  const auto told = machine.mounts.find(real);
  if (machine.numbers_mounts && told != machine.mounts.end()) place.mount = told->second;
  place.mounted = mount != nullptr && mount->point == inside;
  const auto names = list(real, 1);
  place.empty = names && names->empty();
  return place;
}

Result<std::string> FakeHost::read_link(const std::string& path) {
  if (const Error* error = trouble(Operation::read_link, path)) return *error;
  const Node* node = TRY(find(path, Links::refuse));
  if (node->stat.type != Stat::Type::symlink) return failure("cannot read", path, "it is no symbolic link");
  return node->bytes;
}

Result<Identity> FakeHost::identify(const std::string& path) {
  if (const Error* error = trouble(Operation::identify, path)) return *error;
  Identity identity;
  identity.path = TRY(resolve(path, Links::follow));
  const Node* node = TRY(find(identity.path, Links::refuse));
  identity.stat = node->stat;
  const auto table = MountTable::parse(bytes("/proc/self/mountinfo").value_or(""));
  const Mount* mount = table && machine.numbers_mounts ? table->over(identity.path) : nullptr;
  if (mount != nullptr) identity.mount = mount->number;
  return identity;
}

Result<std::vector<Listener>> FakeHost::listeners() {
  if (const Error* error = trouble(Operation::listeners, "")) return *error;
  return machine.listeners;
}

Result<std::uint64_t> FakeHost::file_system(const std::string& path) {
  TRY(find(path, Links::refuse));
  const auto own = machine.file_systems.find(path);
  return own == machine.file_systems.end() ? machine.file_system : own->second;
}

Result<std::optional<NameSpace>> FakeHost::name_space(const std::string& path) {
  if (const Error* error = trouble(Operation::name_space, path)) return *error;
  const auto found = machine.name_spaces.find(path);
  if (found != machine.name_spaces.end()) return std::optional(found->second);
  TRY(find(path, Links::follow));
  return std::optional<NameSpace>();
}

Result<std::vector<std::string>> FakeHost::list(const std::string& path, std::size_t most) {
  if (const Error* error = trouble(Operation::list, path)) return *error;
  const std::string real = TRY(resolve(path, Links::refuse));
  const Node* node = TRY(find(path, Links::refuse));
  if (node->stat.type != Stat::Type::directory) return failure("cannot read", path, ENOTDIR);
  std::vector<std::string> names;
  for (const auto& [other, unused] : nodes_) {
    if (other != "/" && parent_of(other) == real && names.size() < most) {
      names.push_back(other.substr(other.rfind('/') + 1));
    }
  }
  return names;
}

Done FakeHost::replace(const std::string& path, std::string_view bytes, std::uint32_t mode) {
  const std::string real = TRY(place(path));
  TRY(effect(Operation::replace, path, bytes));
  const auto old = nodes_.find(real);
  const Owner owner =
      old == nodes_.end()
          ? Owner{.mode = mode, .uid = machine.caller.uid, .gid = 0}
          : Owner{.mode = old->second.stat.mode, .uid = old->second.stat.uid, .gid = old->second.stat.gid};
  file(real, std::string(bytes), owner);
  return done();
}

Done FakeHost::append(const std::string& path, std::string_view bytes, std::uint32_t mode) {
  const std::string real = TRY(place(path));
  TRY(effect(Operation::append, path, bytes));
  if (!nodes_.contains(real)) file(real, "", {.mode = mode, .uid = machine.caller.uid});
  Node& node = nodes_.at(real);
  node.bytes += bytes;
  node.stat.size = node.bytes.size();
  return done();
}

Done FakeHost::make_directories(const std::string& path, std::uint32_t mode) {
  TRY(effect(Operation::make_directories, path, ""));
  std::string prefix;
  for (const std::string& part : components(path)) {
    prefix += "/" + part;
    const std::string real = TRY(resolve(prefix, Links::follow));
    const auto node = nodes_.find(real);
    if (node == nodes_.end()) {
      directory(real, {.mode = mode, .uid = machine.caller.uid});
    } else if (node->second.stat.type != Stat::Type::directory) {
      return failure("cannot make directory", prefix, ENOTDIR);
    }
  }
  return done();
}

Done FakeHost::remove(const std::string& path) {
  const std::string real = TRY(resolve(path, Links::refuse));
  const Node* node = TRY(find(path, Links::refuse));
  if (node->stat.type == Stat::Type::directory) return failure("cannot remove", path, EISDIR);
  TRY(effect(Operation::remove, path, ""));
  nodes_.erase(real);
  return done();
}

Done FakeHost::write_whole(const std::string& path, std::string_view bytes) {
  if (!takes) TRY(find(path, Links::refuse));
  TRY(effect(Operation::write_whole, path, bytes));
  return takes ? takes(path, bytes) : done();
}

Result<Held> FakeHost::lock(const std::string& path, int /*seconds*/) {
  TRY(effect(Operation::lock, path, ""));
  return Held(std::make_shared<const int>(0));
}

// A tmpfs from now on: of every path, as file_system() has it.
Done FakeHost::mount_tmpfs(const std::string& path, std::size_t /*most*/) {
  TRY(find(path, Links::refuse));
  TRY(effect(Operation::mount_tmpfs, path, ""));
  machine.file_system = Machine{}.file_system;
  return done();
}

Result<Ran> FakeHost::run(const Program& program) {
  TRY(effect(Operation::run, program.path, program.input));
  return runs ? runs(program) : Ran{.status = 127, .output = "", .errors = ""};
}

Done FakeHost::detach(const std::function<void()>& work) {
  TRY(effect(Operation::detach, "", ""));
  detached.push_back(work);
  return done();
}

Result<int> FakeHost::memory_file(const std::string& name, std::string_view bytes, int lowest) {
  TRY(effect(Operation::memory_file, name, bytes));
  int number = lowest;
  while (std::find(open_.begin(), open_.end(), number) != open_.end()) ++number;
  open_.push_back(number);
  memory_files_[number] = MemoryFile{.name = name, .bytes = std::string(bytes)};
  return number;
}

namespace {

class FakeProcess final : public HeldProcess {
 public:
  FakeProcess(std::chrono::milliseconds lives, std::function<Done()> kill)
      : lives_(lives), kill_(std::move(kill)) {}
  [[nodiscard]] bool ends_within(std::chrono::milliseconds time) override { return lives_ <= time; }
  Done kill() override { return kill_(); }

 private:
  std::chrono::milliseconds lives_;
  std::function<Done()> kill_;
};

}  // namespace

Result<std::unique_ptr<HeldProcess>> FakeHost::hold(std::uint32_t process) {
  const std::string name = std::to_string(process);
  if (const Error* error = trouble(Operation::hold, name)) return *error;
  const auto found = processes_.find(process);
  if (found == processes_.end()) return failure("cannot look at process", name, ENOENT);
  const auto kill = [this, name] { return effect(Operation::kill, name, ""); };
  return std::unique_ptr<HeldProcess>(std::make_unique<FakeProcess>(found->second, kill));
}

Result<std::uint32_t> FakeHost::device_programs(const std::string& cgroup) {
  if (const Error* error = trouble(Operation::device_programs, cgroup)) return *error;
  TRY(find(cgroup, Links::refuse));
  const auto found = machine.device_programs.find(cgroup);
  return found == machine.device_programs.end() ? 0 : found->second;
}

Result<std::vector<DeviceAccess>> FakeHost::device_access(const std::string& cgroup,
                                                          const std::vector<std::string>& nodes) {
  if (const Error* error = trouble(Operation::device_access, cgroup)) return *error;
  TRY(find(cgroup, Links::refuse));
  std::vector<DeviceAccess> access;
  for (const std::string& node : nodes) {
    const auto found = machine.device_access.find(node);
    access.push_back(found == machine.device_access.end() ? DeviceAccess{} : found->second);
  }
  return access;
}

void FakeHost::print_error(std::string_view text) {
  // Failures of standard error do not matter to anybody.
  static_cast<void>(effect(Operation::print_error, "", text).ok());
}

Error FakeHost::execute(const std::string& path, const std::vector<std::string>& arguments,
                        const std::vector<std::string>& environment) {
  std::string words;
  for (const std::string& argument : arguments) words += (words.empty() ? "" : " ") + argument;
  Done allowed = effect(Operation::execute, path, words);
  if (!allowed) return std::move(allowed).error();
  throw Executed{.path = path, .arguments = arguments, .environment = environment};
}

}  // namespace hardened::test
