#include "ctl/daemons.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "core/base/proc_status.h"
#include "core/base/text.h"
#include "core/doc/json.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kMostProcesses = std::size_t{1} << 20U;
constexpr std::size_t kLongestText = std::size_t{1} << 20U;  // a command line, an environment, a daemon.json
constexpr std::string_view kSocket = "unix:///var/run/docker.sock";
constexpr std::array<std::string_view, 5> kPrograms{"/usr/bin/dockerd", "/usr/sbin/dockerd",
                                                    "/usr/local/bin/dockerd", "/usr/local/sbin/dockerd",
                                                    "/snap/bin/dockerd"};

// Texts that each end in a NUL: /proc/<pid>/cmdline and environ.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::vector<std::string> read_words(Host& host, const std::string& path) {
  const Result<File> file = host.read(path, kLongestText, Links::refuse);
  return file ? words_of(file->bytes) : std::vector<std::string>();
}

// The flags that say something here, read as pflag reads them: --flag=value, --flag value, -Hvalue, -H value, -DH value.
struct Flag {
  std::string_view name;
  char letter = '\0';
};
constexpr std::array kFlags{Flag{"config-file"},    Flag{"data-root", 'g'}, Flag{"graph"},
                            Flag{"exec-root"},      Flag{"host", 'H'},      Flag{"add-runtime"},
                            Flag{"default-runtime"}};
constexpr std::string_view kLettersAlone = "Dvh";  // --debug, --version, --help: no value follows

class Flags {
 public:
  explicit Flags(const std::vector<std::string>& arguments) : words_(arguments) {
    for (at_ = 1; at_ < words_.size() && words_[at_] != "--"; ++at_) {
      const std::string_view word = words_[at_];
      if (word.starts_with("--")) {
        read_long(word.substr(2));
      } else if (word.starts_with("-")) {
        read_letters(word.substr(1));
      }
    }
  }

  [[nodiscard]] std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> out;
    for (const auto& [flag, value] : found_) {
      if (flag == name) out.push_back(value);
    }
    return out;
  }
  // The last one counts.
  [[nodiscard]] std::string one(std::string_view name, std::string otherwise) const {
    const std::vector<std::string> values = all(name);
    return values.empty() ? std::move(otherwise) : values.back();
  }

 private:
  std::string next() { return at_ + 1 < words_.size() ? words_[++at_] : std::string(); }

  void read_long(std::string_view word) {
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    for (const Flag& flag : kFlags) {
      if (flag.name != name) continue;
      found_.emplace_back(flag.name,
                          equals == std::string_view::npos ? next() : std::string(word.substr(equals + 1)));
    }
  }

  void read_letters(std::string_view letters) {
    while (!letters.empty() && kLettersAlone.find(letters.front()) != std::string_view::npos)
      letters.remove_prefix(1);
    if (letters.empty()) return;
    std::string_view joined = letters.substr(1);
    if (joined.starts_with('=')) joined.remove_prefix(1);
    std::string value = letters.size() == 1 ? next() : std::string(joined);
    for (const Flag& flag : kFlags) {
      if (flag.letter == letters.front()) found_.emplace_back(flag.name, std::move(value));
    }
  }

  const std::vector<std::string>& words_;
  std::size_t at_ = 0;
  std::vector<std::pair<std::string_view, std::string>> found_;
};

// What dockerd does where nobody says otherwise (moby's cmd/dockerd and daemon/config).
struct Defaults {
  std::string config_file = std::string(kDaemonJson);
  std::string data_root = "/var/lib/docker";
  std::string exec_root = "/run/docker";
  std::string host = std::string(kSocket);
};

std::string variable(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string& line : environment) {
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == '=')
      return line.substr(name.size() + 1);
  }
  return {};
}

// A daemon without root keeps its things in its user's directories (moby's homedir package).
Defaults rootless_defaults(const std::vector<std::string>& environment) {
  const std::string home = variable(environment, "HOME");
  const auto directory = [&](std::string_view name, const std::string& otherwise) {
    const std::string said = variable(environment, name);
    return said.empty() ? home + otherwise : said;
  };
  const std::string runtime = variable(environment, "XDG_RUNTIME_DIR");
  return {.config_file = directory("XDG_CONFIG_HOME", "/.config") + "/docker/daemon.json",
          .data_root = directory("XDG_DATA_HOME", "/.local/share") + "/docker",
          .exec_root = runtime + "/docker",
          .host = "unix://" + runtime + "/docker.sock"};
}

bool is_rootless(Host& host, const std::string& place) {
  const Result<File> file = host.read(place + "/status", kLongestText, Links::refuse);
  if (!file) return false;
  const Result<ProcStatus> status = parse_proc_status(file->bytes);
  return status && status->uids[1] != 0;
}

// An engine inside of a container has another root: its paths are none of this host's.
bool of_this_host(Host& host, const std::string& place) {
  const Result<Stat> theirs = host.stat(place + "/root", Links::follow);
  const Result<Stat> ours = host.stat("/", Links::follow);
  return !theirs || !ours || (theirs->device == ours->device && theirs->inode == ours->inode);
}

const doc::Value* setting(const Daemon& daemon, std::string_view key) {
  return daemon.config ? daemon.config->root.find(key) : nullptr;
}

std::string text_setting(const Daemon& daemon, std::string_view key) {
  const doc::Value* value = setting(daemon, key);
  return value != nullptr && value->is(doc::Kind::string) ? value->text() : std::string();
}

std::string first_of(std::string a, std::string b, const std::string& otherwise) {
  if (!a.empty()) return a;
  return b.empty() ? otherwise : std::move(b);
}

std::vector<std::string> texts(const doc::Value* list) {
  std::vector<std::string> out;
  if (list == nullptr) return out;
  for (const doc::Value& item : list->items()) out.push_back(item.text());
  return out;
}

Runtime runtime_of(const doc::Member& member) {
  Runtime out{.name = member.key, .path = {}, .arguments = texts(member.value.find("runtimeArgs"))};
  if (const doc::Value* path = member.value.find("path")) out.path = path->text();
  // A runtime type with a program of its own: {"runtimeType": "io.containerd.runc.v2", "options": {"BinaryName": …}}
  const doc::Value* options = member.value.find("options");
  if (const doc::Value* program = options == nullptr ? nullptr : options->find("BinaryName"))
    out.path = program->text();
  return out;
}

std::vector<Runtime> runtimes_of(const Daemon& daemon, const Flags& flags) {
  std::vector<Runtime> out;
  if (const doc::Value* all = setting(daemon, "runtimes")) {
    for (const doc::Member& member : all->members()) out.push_back(runtime_of(member));
  }
  for (const std::string& given : flags.all("add-runtime")) {
    const std::size_t equals = given.find('=');
    if (equals == std::string::npos) continue;
    out.push_back({.name = given.substr(0, equals), .path = given.substr(equals + 1), .arguments = {}});
  }
  return out;
}

// opts.ParseHost: what has no scheme is TCP, and an empty address is the scheme's own.
std::string host_of(const std::string& given, const std::string& socket) {
  if (given.empty() || given == "unix://") return socket;
  if (given.find("://") == std::string::npos) return "tcp://" + given;
  return given == "tcp://" ? "tcp://localhost:2375" : given;
}

std::vector<std::string> hosts_of(const Daemon& daemon, const Flags& flags, const std::string& socket) {
  std::vector<std::string> out;
  for (const std::string& given : texts(setting(daemon, "hosts"))) out.push_back(host_of(given, socket));
  for (const std::string& given : flags.all("host")) out.push_back(host_of(given, socket));
  if (out.empty()) out.push_back(socket);
  return out;
}

void read_config(Host& host, Daemon& daemon) {
  Result<File> file = host.read(daemon.config_file, kLongestText, Links::follow);
  if (!file) {
    if (file.error().fault != Fault::absent) daemon.trouble = file.error().what;
    return;
  }
  // dockerd takes an empty file for one that says nothing.
  if (file->bytes.find_first_not_of(" \t\r\n") == std::string::npos) return;
  Result<doc::Document> document = doc::read_json(daemon.config_file, std::move(file->bytes));
  if (!document) {
    daemon.trouble = document.error().what;
  } else if (!document->root.is(doc::Kind::object)) {
    daemon.trouble = daemon.config_file + " holds no object";
  } else {
    daemon.config = std::move(*document);
  }
}

// Records and states are kept by the canonical root: /run/docker, of which /var/run/docker is mostly another name.
std::string canonical(Host& host, const std::string& path) {
  const Result<Identity> found = host.identify(path);
  return found ? found->path : path;
}

Daemon described(Host& host, std::uint32_t process, std::vector<std::string> arguments,
                 const Defaults& defaults) {
  Daemon out;
  out.process = process;
  out.arguments = std::move(arguments);
  const Flags flags(out.arguments);
  out.config_file = flags.one("config-file", defaults.config_file);
  read_config(host, out);
  out.data_root =
      first_of(flags.one("data-root", flags.one("graph", "")),
               first_of(text_setting(out, "data-root"), text_setting(out, "graph"), ""), defaults.data_root);
  out.exec_root = canonical(
      host, first_of(flags.one("exec-root", ""), text_setting(out, "exec-root"), defaults.exec_root));
  out.hosts = hosts_of(out, flags, defaults.host);
  out.default_runtime =
      first_of(flags.one("default-runtime", ""), text_setting(out, "default-runtime"), "runc");
  out.runtimes = runtimes_of(out, flags);
  return out;
}

bool is_dockerd(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return false;
  const std::string& program = arguments.front();
  return program.substr(program.rfind('/') + 1) == "dockerd";
}

std::vector<std::uint32_t> processes(const std::vector<std::string>& names) {
  std::vector<std::uint32_t> out;
  for (const std::string& name : names) {
    unsigned long long number = 0;
    if (parse_decimal(name, number) && number <= UINT32_MAX)
      out.push_back(static_cast<std::uint32_t>(number));
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool installed(Host& host) {
  const auto there = [&](std::string_view path) { return host.stat(std::string(path), Links::follow).ok(); };
  return std::any_of(kPrograms.begin(), kPrograms.end(), there) || there(kDaemonJson);
}

}  // namespace

Result<std::vector<Daemon>> daemons(const Context& context) {
  Host& host = context.host;
  std::vector<Daemon> out;
  const std::vector<std::string> names = TRY(host.list("/proc", kMostProcesses));
  // Configuration files and data roots that are in use; by what a user calls dockerd none of the host's is.
  std::set<std::string> held;
  for (const std::uint32_t process : processes(names)) {
    const std::string place = "/proc/" + std::to_string(process);
    std::vector<std::string> arguments = read_words(host, place + "/cmdline");
    if (!is_dockerd(arguments) || !of_this_host(host, place)) continue;
    const bool rootless = is_rootless(host, place);
    const Defaults defaults = rootless ? rootless_defaults(read_words(host, place + "/environ")) : Defaults{};
    out.push_back(described(host, process, std::move(arguments), defaults));
    if (!rootless) held.insert({out.back().config_file, out.back().data_root});
  }
  if (!installed(host)) return out;
  // A data root has one dockerd at a time: one that runs on that of the file counts, also with another file.
  Daemon configured = described(host, 0, {}, {});
  if (!held.contains(configured.config_file) && !held.contains(configured.data_root)) {
    out.push_back(std::move(configured));
  }
  return out;
}

}  // namespace hardened::ctl
