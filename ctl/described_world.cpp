#include "ctl/described_world.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "controls/namespaces_asked.h"
#include "core/base/failure.h"
#include "core/base/text.h"
#include "core/doc/cursor.h"
#include "core/doc/yaml.h"

namespace hardened::ctl {
namespace {

constexpr int kMostHops = 40;  // as path_resolution(7)
constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

// In the order of RLIMIT_* on Linux (asm-generic/resource.h).
constexpr std::array<std::string_view, 16> kLimits{
    "RLIMIT_CPU",      "RLIMIT_FSIZE",  "RLIMIT_DATA",    "RLIMIT_STACK", "RLIMIT_CORE",  "RLIMIT_RSS",
    "RLIMIT_NPROC",    "RLIMIT_NOFILE", "RLIMIT_MEMLOCK", "RLIMIT_AS",    "RLIMIT_LOCKS", "RLIMIT_SIGPENDING",
    "RLIMIT_MSGQUEUE", "RLIMIT_NICE",   "RLIMIT_RTPRIO",  "RLIMIT_RTTIME"};

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::vector<std::string> components(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(part.size() + 1, path.size()));
    if (!part.empty() && part != ".") parts.emplace_back(part);
  }
  return parts;
}

Result<std::string> path_of(const doc::Cursor& at, std::string_view text) {
  const std::vector<std::string> parts = components(text);
  const bool plain = text.starts_with('/') && text.size() > 1 && !text.ends_with('/') &&
                     std::find(parts.begin(), parts.end(), "..") == parts.end();
  if (!plain) return at.error("expected an absolute path without '..', found '" + printable(text, 80) + "'");
  return std::string(text);
}

Result<std::uint64_t> limit_of(const doc::Cursor& value) {
  if (value.value().text() == "unlimited") return kUnlimited;
  return value.unsigned_integer();
}

Done set_limits(DescribedWorld& world, const doc::Cursor& limits) {
  const auto entries = TRY(limits.entries());
  for (const doc::Entry& entry : entries) {
    const auto* const name = std::find(kLimits.begin(), kLimits.end(), entry.key);
    if (name == kLimits.end()) return doc::unknown_key(entry, kLimits);
    const auto pair = TRY(entry.value.items());
    if (pair.size() != 2) return entry.value.error("a limit is [soft, hard]");
    Limit& set = world.limits.at(static_cast<std::size_t>(name - kLimits.begin()));
    set.soft = TRY(limit_of(pair[0]));
    set.hard = TRY(limit_of(pair[1]));
  }
  return done();
}

Done set_kernel(DescribedWorld& world, const doc::Cursor& kernel) {
  constexpr std::array<std::string_view, 2> kKeys{"release", "machine"};
  TRY(kernel.only(kKeys));
  if (const auto release = kernel.find("release")) world.kernel.release = TRY(release->text());
  if (const auto machine = kernel.find("machine")) world.kernel.machine = TRY(machine->text());
  return done();
}

Done set_caller(DescribedWorld& world, const doc::Cursor& caller) {
  constexpr std::array<std::string_view, 2> kKeys{"uid", "initial_user_namespace"};
  TRY(caller.only(kKeys));
  if (const auto uid = caller.find("uid"))
    world.caller.uid = static_cast<std::uint32_t>(TRY(uid->unsigned_integer()));
  if (const auto initial = caller.find("initial_user_namespace"))
    world.caller.initial_user_namespace = TRY(initial->boolean());
  return done();
}

// "net:[4026531840]"
Result<NameSpace> name_space_of(const doc::Cursor& value) {
  const std::string text(TRY(value.text()));
  const std::size_t open = text.find(":[");
  unsigned long long inode = 0;
  if (open == std::string::npos || !text.ends_with(']') ||
      !parse_decimal(std::string_view(text).substr(open + 2, text.size() - open - 3), inode))
    return value.error("a namespace is kind:[number]");
  for (std::size_t i = 0; i < controls::kNameSpaceKinds; ++i) {
    const auto kind = static_cast<controls::NameSpaceKind>(i);
    if (controls::file_of(kind) == text.substr(0, open)) return NameSpace{inode, controls::flag_of(kind)};
  }
  return value.error("no namespace is of that kind");
}

Done set_name_spaces(DescribedWorld& world, const doc::Cursor& namespaces) {
  const auto entries = TRY(namespaces.entries());
  for (const doc::Entry& entry : entries) {
    const std::string path = TRY(path_of(entry.value, entry.key));
    world.name_spaces[path] = TRY(name_space_of(entry.value));
  }
  return done();
}

// {path: text}: of files their bytes, of links their targets.
Done set_texts(DescribedWorld& world, const doc::Cursor& texts, Stat::Type type, std::uint32_t mode) {
  const auto entries = TRY(texts.entries());
  for (const doc::Entry& entry : entries) {
    const std::string path = TRY(path_of(entry.value, entry.key));
    const std::string_view text = TRY(entry.value.text());
    world.put(path, type, mode, std::string(text));
  }
  return done();
}

Done set_places(DescribedWorld& world, const doc::Cursor& places, Stat::Type type, std::uint32_t mode) {
  const auto items = TRY(places.items());
  for (const doc::Cursor& item : items) {
    const std::string_view text = TRY(item.text());
    const std::string path = TRY(path_of(item, text));
    world.put(path, type, mode, "");
  }
  return done();
}

// Each with root behind it. The device is that of everything here.
Done set_sockets(DescribedWorld& world, const doc::Cursor& sockets) {
  TRY(set_places(world, sockets, Stat::Type::socket, 0660));
  for (const doc::Value& item : sockets.value().items()) {
    const Stat& stat = world.nodes.at(item.text()).stat;
    world.listeners.push_back({item.text(), stat.device, static_cast<std::uint32_t>(stat.inode), 0});
  }
  return done();
}

}  // namespace

DescribedWorld::DescribedWorld() {
  limits.fill(Limit{kUnlimited, kUnlimited});
  nodes["/"].stat = Stat{.type = Stat::Type::directory, .device = 1, .inode = 2, .mode = 0755};
}

void DescribedWorld::put(const std::string& path, Stat::Type type, std::uint32_t mode, std::string bytes) {
  if (const std::string above = parent_of(path); !nodes.contains(above))
    put(above, Stat::Type::directory, 0755, "");
  const Stat stat{.type = type, .device = 1, .inode = next_inode_++, .mode = mode, .size = bytes.size()};
  nodes[path] = Node{stat, std::move(bytes)};
}

Result<std::string> DescribedWorld::resolve(std::string_view path, Links last) const {
  return resolve(path, last, 0);
}

Result<std::string> DescribedWorld::resolve(std::string_view path, Links last, int hops) const {
  if (path.empty()) return failure("cannot find", path, ENOENT);
  if (hops > kMostHops) return failure("cannot find", path, ELOOP);
  std::string at = "/";
  const std::vector<std::string> parts = components(path);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto here = nodes.find(at);
    if (here == nodes.end()) return failure("cannot find", path, ENOENT);
    if (here->second.stat.type != Stat::Type::directory) return failure("cannot find", path, ENOTDIR);
    if (parts[i] == "..") {
      at = parent_of(at);
      continue;
    }
    std::string next = (at == "/" ? "" : at) + "/" + parts[i];
    const auto node = nodes.find(next);
    const bool follow = i + 1 < parts.size() || last == Links::follow;
    if (follow && node != nodes.end() && node->second.stat.type == Stat::Type::symlink) {
      const std::string& target = node->second.bytes;
      next = TRY(resolve(target.starts_with('/') ? target : at + "/" + target, Links::follow, hops + 1));
    }
    at = std::move(next);
  }
  return at;
}

Result<const DescribedWorld::Node*> DescribedWorld::find(const std::string& path, Links links) const {
  const std::string real = TRY(resolve(path, links));
  const auto node = nodes.find(real);
  if (node == nodes.end()) return failure("cannot find", path, ENOENT);
  return &node->second;
}

Done describe(DescribedWorld& world, const std::string& name, const std::string& yaml) {
  const doc::Document document = TRY(doc::read_yaml(name, yaml));
  const doc::Cursor root(document, document.root);
  if (document.root.is(doc::Kind::null)) return done();
  constexpr std::array<std::string_view, 9> kKeys{"kernel",      "caller", "limits",  "files",     "programs",
                                                  "directories", "links",  "sockets", "namespaces"};
  TRY(root.only(kKeys));
  if (const auto kernel = root.find("kernel")) TRY(set_kernel(world, *kernel));
  if (const auto caller = root.find("caller")) TRY(set_caller(world, *caller));
  if (const auto limits = root.find("limits")) TRY(set_limits(world, *limits));
  if (const auto files = root.find("files")) TRY(set_texts(world, *files, Stat::Type::file, 0644));
  if (const auto programs = root.find("programs")) TRY(set_places(world, *programs, Stat::Type::file, 0755));
  if (const auto directories = root.find("directories"))
    TRY(set_places(world, *directories, Stat::Type::directory, 0755));
  if (const auto links = root.find("links")) TRY(set_texts(world, *links, Stat::Type::symlink, 0777));
  if (const auto sockets = root.find("sockets")) TRY(set_sockets(world, *sockets));
  if (const auto spaces = root.find("namespaces")) TRY(set_name_spaces(world, *spaces));
  return done();
}

}  // namespace hardened::ctl
