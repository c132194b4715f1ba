#include "tests/support/fake_host.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/base/failure.h"
#include "tests/support/fake_paths.h"

namespace hardened::test {
namespace {

constexpr int kMostHops = 40;  // as path_resolution(7)

constexpr std::array kOperations{
    std::pair{Operation::read, std::string_view("read")},
    std::pair{Operation::drain, std::string_view("drain")},
    std::pair{Operation::stat, std::string_view("stat")},
    std::pair{Operation::read_link, std::string_view("read_link")},
    std::pair{Operation::identify, std::string_view("identify")},
    std::pair{Operation::listeners, std::string_view("listeners")},
    std::pair{Operation::place_below, std::string_view("place_below")},
    std::pair{Operation::list, std::string_view("list")},
    std::pair{Operation::replace, std::string_view("replace")},
    std::pair{Operation::append, std::string_view("append")},
    std::pair{Operation::make_directories, std::string_view("make_directories")},
    std::pair{Operation::remove, std::string_view("remove")},
    std::pair{Operation::write_whole, std::string_view("write_whole")},
    std::pair{Operation::lock, std::string_view("lock")},
    std::pair{Operation::mount_tmpfs, std::string_view("mount_tmpfs")},
    std::pair{Operation::run, std::string_view("run")},
    std::pair{Operation::memory_file, std::string_view("memory_file")},
    std::pair{Operation::hold, std::string_view("hold")},
    std::pair{Operation::kill, std::string_view("kill")},
    std::pair{Operation::device_programs, std::string_view("device_programs")},
    std::pair{Operation::detach, std::string_view("detach")},
    std::pair{Operation::name_space, std::string_view("name_space")},
    std::pair{Operation::device_access, std::string_view("device_access")},
    std::pair{Operation::print_error, std::string_view("print_error")},
    std::pair{Operation::execute, std::string_view("execute")},
    std::pair{Operation::link, std::string_view("link")},
    std::pair{Operation::symlink, std::string_view("symlink")},
    std::pair{Operation::rename, std::string_view("rename")},
    std::pair{Operation::change_mode, std::string_view("change_mode")},
    std::pair{Operation::sync_directory, std::string_view("sync_directory")},
    std::pair{Operation::remove_directory, std::string_view("remove_directory")},
    std::pair{Operation::signal, std::string_view("signal")},
};

}  // namespace

std::string_view name(Operation operation) {
  for (const auto& [value, word] : kOperations) {
    if (value == operation) return word;
  }
  return "";
}

std::optional<Operation> operation_named(std::string_view word) {
  for (const auto& [value, known] : kOperations) {
    if (known == word) return value;
  }
  return std::nullopt;
}

FakeHost::FakeHost() {
  machine.limits.fill(Limit{.soft = 1'048'576, .hard = 1'048'576});
  nodes_["/"] = Node{.stat = fresh(Stat::Type::directory, {.mode = 0755}), .bytes = ""};
  file("/proc/self/oom_score_adj", "0\n");
}

Stat FakeHost::fresh(Stat::Type type, Owner owner) {
  return Stat{.type = type,
              .device = 1,
              .inode = next_inode_++,
              .rdev = 0,
              .mode = owner.mode,
              .uid = owner.uid,
              .gid = owner.gid,
              .size = 0,
              .mtime_ns = machine.now_ns,
              .ctime_ns = machine.now_ns};
}

void FakeHost::put(const std::string& path, Node node) {
  if (const std::string above = parent_of(path); !nodes_.contains(above)) directory(above);
  node.stat.size = node.bytes.size();
  nodes_[path] = std::move(node);
}

FakeHost& FakeHost::file(const std::string& path, std::string bytes, Owner owner) {
  put(path, Node{.stat = fresh(Stat::Type::file, owner), .bytes = std::move(bytes)});
  return *this;
}

FakeHost& FakeHost::directory(const std::string& path, Owner owner) {
  put(path, Node{.stat = fresh(Stat::Type::directory, owner), .bytes = ""});
  return *this;
}

FakeHost& FakeHost::symlink(const std::string& path, std::string target, std::uint32_t uid) {
  put(path, Node{.stat = fresh(Stat::Type::symlink, {.mode = 0777, .uid = uid}), .bytes = std::move(target)});
  return *this;
}

FakeHost& FakeHost::node(const std::string& path, Stat::Type type, std::uint64_t rdev, Owner owner) {
  Stat stat = fresh(type, owner);
  stat.rdev = rdev;
  put(path, Node{.stat = stat, .bytes = ""});
  return *this;
}

FakeHost& FakeHost::hard_link(const std::string& path, const std::string& existing) {
  put(path, nodes_.at(existing));
  return *this;
}

FakeHost& FakeHost::input(int descriptor, std::string bytes) {
  inputs_[descriptor] = std::move(bytes);
  return open_descriptor(descriptor);
}

FakeHost& FakeHost::process(std::uint32_t number, bool lives) {
  return process_ends_in(number, lives ? std::chrono::milliseconds::max() : std::chrono::milliseconds(0));
}
FakeHost& FakeHost::process_ends_in(std::uint32_t number, std::chrono::milliseconds time) {
  processes_[number] = time;
  return *this;
}

FakeHost& FakeHost::open_descriptor(int descriptor) {
  open_.push_back(descriptor);
  return *this;
}

void FakeHost::fail(Operation operation, std::string path, Error error) {
  troubles_.push_back({.operation = operation, .path = std::move(path), .error = std::move(error)});
}

void FakeHost::fail_effect(std::size_t nth, Error error) {
  failing_effects_.insert_or_assign(nth, std::move(error));
}

std::optional<std::string> FakeHost::bytes(const std::string& path) const {
  const auto node = nodes_.find(path);
  if (node == nodes_.end() || node->second.stat.type != Stat::Type::file) return std::nullopt;
  return node->second.bytes;
}

std::optional<Stat> FakeHost::status(const std::string& path) const {
  const auto node = nodes_.find(path);
  if (node == nodes_.end()) return std::nullopt;
  return node->second.stat;
}

std::map<std::string, std::string> FakeHost::tree() const {
  std::map<std::string, std::string> all;
  for (const auto& [path, node] : nodes_) {
    all[path] = std::to_string(static_cast<int>(node.stat.type)) + ' ' + std::to_string(node.stat.uid) + ' ' +
                std::to_string(node.stat.mode) + ' ' + node.bytes;
  }
  return all;
}

std::string FakeHost::printed() const {
  std::string all;
  for (const Effect& effect : journal_) {
    if (effect.operation == Operation::print_error) all += effect.bytes;
  }
  return all;
}

bool FakeHost::killed(std::uint32_t process) const {
  const Effect kill{.operation = Operation::kill, .path = std::to_string(process), .bytes = ""};
  return std::find(journal_.begin(), journal_.end(), kill) != journal_.end();
}

Result<std::string> FakeHost::resolve(std::string_view path, Links last, int hops,
                                      const std::string& root) const {
  if (path.empty()) return failure("cannot find", path, ENOENT);
  if (hops > kMostHops) return failure("cannot find", path, ELOOP);
  // A relative path starts at "/": the fake has no working directory of its own.
  std::string at = root.empty() ? "/" : root;
  const std::vector<std::string> parts = components(path);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto here = nodes_.find(at);
    if (here == nodes_.end()) return failure("cannot find", path, ENOENT);
    if (here->second.stat.type != Stat::Type::directory) return failure("cannot find", path, ENOTDIR);
    if (parts[i] == "..") {
      if (at != root) at = parent_of(at);
      continue;
    }
    std::string next = (at == "/" ? "" : at) + "/" + parts[i];
    const auto node = nodes_.find(next);
    const bool follow = i + 1 < parts.size() || last == Links::follow;
    if (follow && node != nodes_.end() && node->second.stat.type == Stat::Type::symlink) {
      const std::string& target = node->second.bytes;
      const std::string here_again = at.substr(root.size()) + "/" + target;
      next = TRY(resolve(target.starts_with('/') ? target : here_again, Links::follow, hops + 1, root));
    }
    at = std::move(next);
  }
  return at;
}

Result<const FakeHost::Node*> FakeHost::find(const std::string& path, Links links) const {
  const std::string real = TRY(resolve(path, links));
  const auto node = nodes_.find(real);
  if (node == nodes_.end()) return failure("cannot find", path, ENOENT);
  return &node->second;
}

Result<std::string> FakeHost::place(const std::string& path) const {
  std::string real = TRY(resolve(path, Links::refuse));
  const Node* above = TRY(find(parent_of(real), Links::refuse));
  if (above->stat.type != Stat::Type::directory) return failure("cannot write", path, ENOTDIR);
  const auto node = nodes_.find(real);
  if (node != nodes_.end() && node->second.stat.type != Stat::Type::file) {
    return failure("cannot write", path, "it is no regular file");
  }
  return real;
}

const Error* FakeHost::trouble(Operation operation, std::string_view path) const {
  for (const Trouble& known : troubles_) {
    if (known.operation == operation && (known.path.empty() || known.path == path)) return &known.error;
  }
  return nullptr;
}

Done FakeHost::effect(Operation operation, const std::string& path, std::string_view bytes) {
  if (effects_ == cut_) throw PowerCut{};
  const auto failing = failing_effects_.find(effects_++);
  if (failing != failing_effects_.end()) return failing->second;
  if (const Error* error = trouble(operation, path)) return *error;
  journal_.push_back({.operation = operation, .path = path, .bytes = std::string(bytes)});
  return done();
}

}  // namespace hardened::test
