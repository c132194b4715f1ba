#include "tests/golden/machine.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "controls/namespaces_asked.h"
#include "core/base/text.h"
#include "core/doc/cursor.h"
#include "core/doc/yaml.h"

namespace hardened::test {
namespace {

// In the order of RLIMIT_* on Linux (asm-generic/resource.h).
constexpr std::array<std::string_view, 16> kLimits{
    "RLIMIT_CPU",      "RLIMIT_FSIZE",  "RLIMIT_DATA",    "RLIMIT_STACK", "RLIMIT_CORE",  "RLIMIT_RSS",
    "RLIMIT_NPROC",    "RLIMIT_NOFILE", "RLIMIT_MEMLOCK", "RLIMIT_AS",    "RLIMIT_LOCKS", "RLIMIT_SIGPENDING",
    "RLIMIT_MSGQUEUE", "RLIMIT_NICE",   "RLIMIT_RTPRIO",  "RLIMIT_RTTIME"};
constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

Result<std::uint64_t> limit(const doc::Cursor& value) {
  if (value.kind() == doc::Kind::string && value.value().text() == "unlimited") return kUnlimited;
  return value.unsigned_integer();
}

Done set_limits(FakeHost& host, const doc::Cursor& limits) {
  host.machine.limits.fill(Limit{kUnlimited, kUnlimited});
  const auto entries = TRY(limits.entries());
  for (const doc::Entry& entry : entries) {
    const auto* const name = std::find(kLimits.begin(), kLimits.end(), entry.key);
    if (name == kLimits.end()) return entry.error("no limit is called so");
    const auto pair = TRY(entry.value.items());
    if (pair.size() != 2) return entry.value.error("a limit is [soft, hard]");
    Limit& set = host.machine.limits[static_cast<std::size_t>(name - kLimits.begin())];
    set.soft = TRY(limit(pair[0]));
    set.hard = TRY(limit(pair[1]));
  }
  return done();
}

Done set_kernel(FakeHost& host, const doc::Cursor& kernel) {
  const auto release = TRY(kernel.need("release"));
  const auto machine = TRY(kernel.need("machine"));
  host.machine.kernel = Kernel{std::string(TRY(release.text())), std::string(TRY(machine.text()))};
  return done();
}

Done set_caller(FakeHost& host, const doc::Cursor& caller) {
  const auto uid = TRY(caller.need("uid"));
  const auto initial = TRY(caller.need("initial_user_namespace"));
  host.machine.caller.uid = static_cast<std::uint32_t>(TRY(uid.unsigned_integer()));
  host.machine.caller.initial_user_namespace = TRY(initial.boolean());
  return done();
}

Done set_files(FakeHost& host, const doc::Cursor& files) {
  const auto entries = TRY(files.entries());
  for (const doc::Entry& entry : entries) {
    const auto text = TRY(entry.value.text());
    host.file(std::string(entry.key), std::string(text));
  }
  return done();
}

// Executable files of root's.
Done set_programs(FakeHost& host, const doc::Cursor& programs) {
  const auto items = TRY(programs.items());
  for (const doc::Cursor& item : items) {
    const auto path = TRY(item.text());
    host.file(std::string(path), "", {.mode = 0755});
  }
  return done();
}

Done set_links(FakeHost& host, const doc::Cursor& links) {
  const auto entries = TRY(links.entries());
  for (const doc::Entry& entry : entries) {
    const auto target = TRY(entry.value.text());
    host.symlink(std::string(entry.key), std::string(target));
  }
  return done();
}

// "net:[4026531840]"
Result<NameSpace> name_space(const doc::Cursor& value) {
  const std::string text(TRY(value.text()));
  const std::size_t open = text.find(":[");
  unsigned long long inode = 0;
  if (open == std::string::npos || !text.ends_with(']') ||
      !parse_decimal(std::string_view(text).substr(open + 2, text.size() - open - 3), inode)) {
    return value.error("a namespace is kind:[number]");
  }
  for (std::size_t i = 0; i < controls::kNameSpaceKinds; ++i) {
    const auto kind = static_cast<controls::NameSpaceKind>(i);
    if (controls::file_of(kind) == text.substr(0, open)) return NameSpace{inode, controls::flag_of(kind)};
  }
  return value.error("no namespace is of that kind");
}

Done set_name_spaces(FakeHost& host, const doc::Cursor& namespaces) {
  const auto entries = TRY(namespaces.entries());
  for (const doc::Entry& entry : entries) {
    host.machine.name_spaces[std::string(entry.key)] = TRY(name_space(entry.value));
  }
  return done();
}

Done set_directories(FakeHost& host, const doc::Cursor& directories) {
  const auto items = TRY(directories.items());
  for (const doc::Cursor& item : items) {
    const auto path = TRY(item.text());
    host.directory(std::string(path));
  }
  return done();
}

// Each with root behind it, on the tmpfs at /run.
Done set_sockets(FakeHost& host, const doc::Cursor& sockets) {
  constexpr unsigned kRun = 24;
  const auto items = TRY(sockets.items());
  for (const doc::Cursor& item : items) {
    const std::string path(TRY(item.text()));
    host.node(path, Stat::Type::socket);
    const auto inode = static_cast<std::uint32_t>(host.status(path)->inode);
    host.machine.listeners.push_back({path, makedev(0, kRun), inode});
  }
  return done();
}

}  // namespace

Done set_up(FakeHost& host, std::string name, std::string yaml) {
  const doc::Document document = TRY(doc::read_yaml(std::move(name), std::move(yaml)));
  const doc::Cursor root(document, document.root);
  constexpr std::array<std::string_view, 9> kKeys{"kernel",   "caller", "limits",      "files",  "namespaces",
                                                  "programs", "links",  "directories", "sockets"};
  TRY(root.only(kKeys));
  if (const auto kernel = root.find("kernel")) TRY(set_kernel(host, *kernel));
  if (const auto caller = root.find("caller")) TRY(set_caller(host, *caller));
  if (const auto limits = root.find("limits")) TRY(set_limits(host, *limits));
  if (const auto files = root.find("files")) TRY(set_files(host, *files));
  if (const auto programs = root.find("programs")) TRY(set_programs(host, *programs));
  if (const auto namespaces = root.find("namespaces")) TRY(set_name_spaces(host, *namespaces));
  if (const auto directories = root.find("directories")) TRY(set_directories(host, *directories));
  if (const auto links = root.find("links")) TRY(set_links(host, *links));
  if (const auto sockets = root.find("sockets")) TRY(set_sockets(host, *sockets));
  return done();
}

}  // namespace hardened::test
