// doctor: who can talk to an engine at all.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "core/base/text.h"
#include "ctl/doctor.h"
#include "ctl/quoted.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kLargestTable = std::size_t{64} << 20U;  // /proc/<pid>/net/tcp of a busy host
constexpr std::size_t kMostDescriptors = std::size_t{1} << 20U;
constexpr std::string_view kListens = "0A";  // TCP_LISTEN, net/tcp_states.h

// Where others can put something else into its place first, no command is told that follows it there.
std::string safely(Host& host, const std::string& command, const std::string& path) {
  const std::string above = path.substr(0, std::max(path.rfind('/') + 1, std::size_t{2}) - 1);
  if (!path.starts_with('/') || !locate_trusted(host, above))
    return "ls -ld " + quoted(above) + ": others than root can write there";
  return command + " " + quoted(path);
}

std::string mend_of(Host& host, const Door& door) {
  if (door.everybody) return safely(host, "chmod o-rwx", door.path);
  if (door.listed) return safely(host, "setfacl --remove-all", door.path);
  if (door.by.empty()) return safely(host, "chown --no-dereference root", door.path);
  return "gpasswd --delete " + quoted(door.users.back()) + " " + quoted(door.by) +
         ", and hand out a socket behind an API filter (authorization-plugins, or a proxy) instead";
}

// Nobody is named, and yet there may be somebody.
std::optional<Finding> of_unknown(const Door& door) {
  const std::string path = quoted(door.path);
  if (!door.group.empty()) {
    return Finding{
        Severity::medium,
        printable(door.path, 4096) + " is a raw socket, and open to " + door.group +
            ", whose members /etc/group does not tell (LDAP, or an access list)",
        "getent group " + quoted(door.group.substr(door.group.find(' ') + 1)) + "; getfacl " + path};
  }
  if (!door.may_be_listed) return std::nullopt;
  return Finding{Severity::low,
                 printable(door.path, 4096) + " may be written to by root's group, or by an access list",
                 "getfacl " + path};
}

Findings raw_socket(const World& world) {
  Findings out;
  for (const Door& door : world.doors) {
    if (door.filtered) continue;
    if (!door.everybody && door.users.empty()) {
      if (auto finding = of_unknown(door)) out.push_back(std::move(*finding));
      continue;
    }
    const std::string who = door.everybody ? "everybody on this host" : some_of(door.users);
    out.push_back({Severity::critical,
                   printable(door.path, 4096) + " is a raw socket, without an API filter, and open to " + who,
                   mend_of(world.host, door)});
  }
  return out;
}

Findings filtered_group(const World& world) {
  Findings out;
  for (const Door& door : world.doors) {
    if (!door.filtered || (!door.everybody && door.users.empty())) continue;
    out.push_back(
        {Severity::info,
         printable(door.path, 4096) + " is open to " + (door.everybody ? "everybody" : some_of(door.users)) +
             ", behind an authorization plugin",
         "see that it refuses host bind sources, volume driver options, plugins, log options and --runtime"});
  }
  return out;
}

// TCP

struct Listening {
  std::string address;
  unsigned port = 0;
  bool loopback = false;
  friend auto operator<=>(const Listening&, const Listening&) = default;
};

// "0100007F:0947": words of 32 bits as this machine writes them, which is little-endian nearly wherever Docker runs.
constexpr std::string_view kMapped =
    "0000000000000000FFFF0000";  // ::ffff:0:0/96, with an IPv4 address behind
constexpr std::string_view kLoopback6 = "00000000000000000000000001000000";

void tell_ipv4(std::string_view hex, Listening& out) {
  const unsigned long word = std::strtoul(std::string(hex).c_str(), nullptr, 16);
  for (unsigned shift = 0; shift < 32; shift += 8) {
    out.address += (shift == 0 ? "" : ".") + std::to_string((word >> shift) & 0xffU);
  }
  out.loopback = (word & 0xffU) == 127;
}

Listening listening_at(std::string_view local) {
  const std::size_t colon = std::min(local.find(':'), local.size());
  std::string_view address = local.substr(0, colon);
  Listening out;
  out.port = static_cast<unsigned>(
      std::strtoul(std::string(local.substr(std::min(colon + 1, local.size()))).c_str(), nullptr, 16));
  if (address.starts_with(kMapped)) address.remove_prefix(kMapped.size());
  if (address.size() == 8) {
    tell_ipv4(address, out);
  } else {
    out.loopback = address == kLoopback6;
    const bool any = address.find_first_not_of('0') == std::string_view::npos;
    out.address = out.loopback ? "[::1]" : any ? "[::]" : "an IPv6 address";
  }
  return out;
}

// By the number of the socket's inode. A table that is not there is of a protocol that the kernel has not, or of a process
// that is gone.
Result<std::map<std::string, Listening>> listening_in(Host& host, const std::string& table) {
  std::map<std::string, Listening> out;
  const Result<File> file = host.read(table, kLargestTable, Links::refuse);
  if (!file && file.error().fault != Fault::absent) return file.error();
  std::string_view text = file ? std::string_view(file->bytes) : std::string_view();
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::vector<std::string> fields;
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (line.find_first_not_of(' ') != std::string_view::npos) {
      line.remove_prefix(line.find_first_not_of(' '));
      fields.emplace_back(line.substr(0, line.find(' ')));
      line.remove_prefix(fields.back().size());
    }
    if (fields.size() > 9 && fields[3] == kListens) out.emplace(fields[9], listening_at(fields[1]));
  }
  return out;
}

// What the daemon listens on now, whatever it was told.
Result<std::set<Listening>> listening_of(const World& world, const Daemon& daemon) {
  std::set<Listening> out;
  if (daemon.process == 0) return out;
  const std::string place = "/proc/" + std::to_string(daemon.process);
  auto all = TRY(listening_in(world.host, place + "/net/tcp"));
  auto more = TRY(listening_in(world.host, place + "/net/tcp6"));
  all.merge(more);
  const auto names = world.host.list(place + "/fd", kMostDescriptors);
  if (!names && names.error().fault != Fault::absent) return names.error();
  for (const std::string& name : names ? *names : std::vector<std::string>()) {
    const Result<std::string> target = world.host.read_link(place + "/fd/" + name);
    if (!target || !target->starts_with("socket:[")) continue;
    const auto found = all.find(target->substr(8, target->size() - 9));
    if (found != all.end()) out.insert(found->second);
  }
  return out;
}

bool asks_certificates(const Daemon& daemon) { return is_set(daemon, "tlsverify"); }

bool is_local(std::string_view address) {
  return address.starts_with("localhost") || address.starts_with("127.") || address.starts_with("[::1]");
}

Finding of_tcp(const Daemon& daemon, const std::string& address, bool loopback) {
  if (asks_certificates(daemon)) {
    return {Severity::low, "the API is on " + address + ", to whoever has a certificate of its authority",
            "see who has one: each is root on this host"};
  }
  return {Severity::critical,
          "the API is on " + address + ", without a question: " +
              (loopback ? "every user and every container on the host's network is root here"
                        : "whoever reaches this host is root on it"),
          "take the tcp:// host out of " + config_of(daemon) + " or the command line, and restart docker"};
}

// Of a swarm's own ports: the manager's, and that of its members' gossip (docs.docker.com, swarm tutorial).
bool is_swarms(unsigned port) { return port == 2377 || port == 7946; }

Findings tcp_socket(const World& world) {
  Findings out;
  for (const Daemon& daemon : world.daemons) {
    std::string told;
    for (const std::string& host : daemon.hosts) {
      if (!host.starts_with("tcp://")) continue;
      const std::string address = printable(host, 100);
      out.push_back(of_tcp(daemon, address, is_local(std::string_view(host).substr(6))));
      told += address + " ";
    }
    const auto listening = listening_of(world, daemon);
    if (!listening) {
      out.push_back({Severity::medium,
                     "what dockerd listens on could not be looked at: " + listening.error().what,
                     "ss --listening --tcp --processes"});
      continue;
    }
    for (const Listening& one : *listening) {
      const std::string port = ":" + std::to_string(one.port);
      if (told.find(port + " ") != std::string::npos || is_swarms(one.port)) continue;
      if (settings_of(daemon, "metrics-addr") == std::vector<std::string>{one.address + port}) continue;
      out.push_back(of_tcp(daemon, one.address + port, one.loopback));
    }
  }
  return out;
}

// Sockets of other engines. Their names: containerd's (k3s, k0s and MicroK8s have it elsewhere, under the same name) and
// CRI-O's defaults, podman system service, buildkitd, dockershim.
struct Engine {
  std::string_view end;
  std::string_view what;
  std::string_view does;
};
constexpr std::array kEngines{
    Engine{"/containerd.sock", "containerd",
           "ctr run starts containers with runc, or what --runc-binary names"},
    Engine{"/containerd/docker-containerd.sock", "containerd", "ctr run starts containers with runc"},
    Engine{"/podman/podman.sock", "podman",
           "it starts containers with the runtime of containers.conf, or --runtime"},
    Engine{"/crio/crio.sock", "CRI-O", "it starts containers with the runtimes of crio.conf"},
    Engine{"/buildkit/buildkitd.sock", "BuildKit", "it runs builds with the runc on its PATH"},
    Engine{"/cri-dockerd.sock", "cri-dockerd", "it asks dockerd, as root"},
};

Finding of_engine(const World& world, const Engine& engine, const std::string& path) {
  const Door door = door_at(world, path);
  const std::vector<std::string>& users = door.users;
  const bool everybody = door.everybody;
  const std::string what = std::string(engine.what) + " listens on " + printable(path, 4096) + ", ";
  if (!everybody && users.empty() && !door.group.empty()) {
    return {Severity::medium, what + "open to " + door.group + ", whose members /etc/group does not tell",
            "getfacl " + quoted(path)};
  }
  if (!everybody && users.empty()) {
    return {Severity::info, what + "for root alone: " + std::string(engine.does), "hand it to nobody"};
  }
  return {Severity::high,
          what + "open to " + (everybody ? "everybody" : some_of(users)) + ": " + std::string(engine.does),
          safely(world.host, "chmod 0600", path)};
}

// Where the kernel does not tell who listens, the socket's owner does, in a directory that is not root's alone.
bool is_a_users(Host& host, const Listener& listener) {
  if (listener.uid) return *listener.uid != 0;
  const Result<Stat> stat = host.stat(listener.name, Links::refuse);
  const std::size_t slash = listener.name.rfind('/');
  return stat && stat->uid != 0 && slash != std::string::npos && slash != 0 &&
         !locate_trusted(host, listener.name.substr(0, slash));
}

Findings other_engines(const World& world) {
  Findings out;
  const Result<std::vector<Listener>> all = world.host.listeners();
  if (!all)
    return {{Severity::low, "the listening sockets could not be told: " + all.error().what,
             "ss --listening --unix"}};
  std::set<std::string> seen;
  for (const Listener& listener : *all) {
    for (const Engine& engine : kEngines) {
      if (!listener.name.ends_with(engine.end) || !seen.insert(listener.name).second) continue;
      if (is_a_users(world.host, listener)) {
        out.push_back({Severity::info,
                       std::string(engine.what) + " of a user's own listens on " +
                           printable(listener.name, 4096) + ": what it starts is the user's",
                       "nothing is to be done"});
        continue;
      }
      out.push_back(of_engine(world, engine, listener.name));
    }
  }
  return out;
}

constexpr std::array kChecks{
    Check{"raw-socket", "no raw socket of dockerd is open to others than root",
          "who holds the socket is root on this host whatever a runtime does: docker cp into a created "
          "container, volumes that "
          "dockerd mounts, plugins, builds and log drivers never reach one",
          raw_socket},
    Check{"tcp-socket", "no API on TCP",
          "an API on TCP asks nobody who he is, unless it asks for certificates", tcp_socket},
    Check{"filtered-socket", "the socket behind an API filter",
          "what the filter lets through is all that bounds its users", filtered_group},
    Check{"other-engines", "no socket of another engine is open to others than root",
          "dockerd's runtimes are none of theirs: what they start passes hardened by, unless their own "
          "configuration names it",
          other_engines},
};

}  // namespace

std::span<const Check> socket_checks() { return kChecks; }

}  // namespace hardened::ctl
