#include "ctl/daemons.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "core/doc/json.h"
#include "ctl/dockerd_processes.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kLongestText = std::size_t{1} << 20U;  // a daemon.json
constexpr std::string_view kSocket = "unix:///var/run/docker.sock";
constexpr std::array<std::string_view, 5> kPrograms{"/usr/bin/dockerd", "/usr/sbin/dockerd",
                                                    "/usr/local/bin/dockerd", "/usr/local/sbin/dockerd",
                                                    "/snap/bin/dockerd"};

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

// What dockerd does where nobody says otherwise (moby's cmd/dockerd and daemon/config); kDaemonJson is its file.
constexpr const char* kDataRoot = "/var/lib/docker";
constexpr const char* kExecRoot = "/run/docker";

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
std::string host_of(const std::string& given) {
  if (given.empty() || given == "unix://") return std::string(kSocket);
  if (given.find("://") == std::string::npos) return "tcp://" + given;
  return given == "tcp://" ? "tcp://localhost:2375" : given;
}

std::vector<std::string> hosts_of(const Daemon& daemon, const Flags& flags) {
  std::vector<std::string> out;
  for (const std::string& given : texts(setting(daemon, "hosts"))) out.push_back(host_of(given));
  for (const std::string& given : flags.all("host")) out.push_back(host_of(given));
  if (out.empty()) out.emplace_back(kSocket);
  return out;
}

// Its place and what is wrong, without the line of the file below: that may hold what is nobody else's to read.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

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
    daemon.trouble = first_line(document.error().what);
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

Daemon described(Host& host, std::uint32_t process, std::vector<std::string> arguments) {
  Daemon out;
  out.process = process;
  out.arguments = std::move(arguments);
  const Flags flags(out.arguments);
  out.config_file = flags.one("config-file", std::string(kDaemonJson));
  read_config(host, out);
  out.data_root =
      first_of(flags.one("data-root", flags.one("graph", "")),
               first_of(text_setting(out, "data-root"), text_setting(out, "graph"), ""), kDataRoot);
  out.exec_root =
      canonical(host, first_of(flags.one("exec-root", ""), text_setting(out, "exec-root"), kExecRoot));
  out.hosts = hosts_of(out, flags);
  out.default_runtime =
      first_of(flags.one("default-runtime", ""), text_setting(out, "default-runtime"), "runc");
  out.runtimes = runtimes_of(out, flags);
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
  const Dockerds running = TRY(dockerd_processes(host));
  std::set<std::string> held;  // configuration files and data roots that are in use
  for (const DockerdProcess& one : running.trusted) {
    out.push_back(described(host, one.process, one.arguments));
    held.insert({out.back().config_file, out.back().data_root});
  }
  if (!installed(host)) return out;
  // A data root has one dockerd at a time: one that runs on that of the file counts, also with another file.
  Daemon configured = described(host, 0, {});
  if (!held.contains(configured.config_file) && !held.contains(configured.data_root)) {
    out.push_back(std::move(configured));
  }
  return out;
}

}  // namespace hardened::ctl
