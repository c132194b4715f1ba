#include "tests/support/fake_host.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/base/failure.h"

namespace hardened::test {
namespace {

constexpr int kMostHops = 40;  // as path_resolution(7)

constexpr std::array kOperations{
    std::pair{Operation::read, std::string_view("read")},
    std::pair{Operation::drain, std::string_view("drain")},
    std::pair{Operation::stat, std::string_view("stat")},
    std::pair{Operation::read_link, std::string_view("read_link")},
    std::pair{Operation::list, std::string_view("list")},
    std::pair{Operation::replace, std::string_view("replace")},
    std::pair{Operation::append, std::string_view("append")},
    std::pair{Operation::make_directories, std::string_view("make_directories")},
    std::pair{Operation::remove, std::string_view("remove")},
    std::pair{Operation::memory_file, std::string_view("memory_file")},
    std::pair{Operation::print_error, std::string_view("print_error")},
    std::pair{Operation::execute, std::string_view("execute")},
};

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::vector<std::string> components(std::string_view path) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin < path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (!part.empty() && part != ".") parts.emplace_back(part);
    begin = end + 1;
  }
  return parts;
}

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

std::string FakeHost::printed() const {
  std::string all;
  for (const Effect& effect : journal_) {
    if (effect.operation == Operation::print_error) all += effect.bytes;
  }
  return all;
}

Result<std::string> FakeHost::resolve(std::string_view path, Links last, int hops) const {
  if (path.empty()) return failure("cannot find", path, ENOENT);
  if (hops > kMostHops) return failure("cannot find", path, ELOOP);
  // A relative path starts at "/": the fake has no working directory of its own.
  std::string at = "/";
  const std::vector<std::string> parts = components(path);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto here = nodes_.find(at);
    if (here == nodes_.end()) return failure("cannot find", path, ENOENT);
    if (here->second.stat.type != Stat::Type::directory) return failure("cannot find", path, ENOTDIR);
    if (parts[i] == "..") {
      at = parent_of(at);
      continue;
    }
    std::string next = (at == "/" ? "" : at) + "/" + parts[i];
    const auto node = nodes_.find(next);
    const bool follow = i + 1 < parts.size() || last == Links::follow;
    if (follow && node != nodes_.end() && node->second.stat.type == Stat::Type::symlink) {
      const std::string& target = node->second.bytes;
      next = TRY(resolve(target.starts_with('/') ? target : at + "/" + target, Links::follow, hops + 1));
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
  const auto failing = failing_effects_.find(effects_++);
  if (failing != failing_effects_.end()) return failing->second;
  if (const Error* error = trouble(operation, path)) return *error;
  journal_.push_back({.operation = operation, .path = path, .bytes = std::string(bytes)});
  return done();
}

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

Result<std::string> FakeHost::read_link(const std::string& path) {
  if (const Error* error = trouble(Operation::read_link, path)) return *error;
  const Node* node = TRY(find(path, Links::refuse));
  if (node->stat.type != Stat::Type::symlink) return failure("cannot read", path, "it is no symbolic link");
  return node->bytes;
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

Result<int> FakeHost::memory_file(const std::string& name, std::string_view bytes, int lowest) {
  TRY(effect(Operation::memory_file, name, bytes));
  int number = lowest;
  while (std::find(open_.begin(), open_.end(), number) != open_.end()) ++number;
  open_.push_back(number);
  memory_files_[number] = MemoryFile{.name = name, .bytes = std::string(bytes)};
  return number;
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
