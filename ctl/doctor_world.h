// What doctor's checks look at, gathered once; and what several of them ask of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/policy.h"
#include "core/base/host.h"
#include "ctl/command.h"
#include "ctl/containers.h"
#include "ctl/daemons.h"

namespace hardened::ctl {

// A container as the files of its engine tell of it, whether it runs or not.
struct Made {
  std::string id;
  std::string name;
  std::string runtime{};       // the name; never "": what asks for none has the daemon's default
  bool bounded = false;        // that runtime is hardened
  bool marked = false;         // an annotation or a label of it is called io.hardened.…
  std::size_t secrets = 0;     // variables of its environment that are called like one
  std::string log_driver{};    // "json-file"
  bool log_elsewhere = false;  // with options of its own that say where to
};

// A socket of a dockerd, and who beside root may open it.
struct Door {
  std::string path;
  std::vector<std::string> users{};  // named, of its group
  std::string by{};                  // the name of the group that they are in, where that lets them in
  std::string group{};  // "group 105": whom it has in it this host's files do not tell; "" mostly
  bool everybody = false;
  bool may_be_listed =
      false;              // of root's group, which may write: or that is the mask of an access list (acl(5))
  bool listed = false;    // some of them by an access list
  bool filtered = false;  // the daemon has an authorization plugin
};

struct World {
  Host& host;
  Machine& machine;
  std::string policy_path;
  std::optional<config::Policy> policy{};
  std::optional<Error> distrust{};  // why the file is not to be trusted
  std::optional<Error> wrong{};     // what is wrong in it
  std::string program{};            // where hardened-runtime should stand: beside this program
  std::vector<Daemon> daemons{};
  std::vector<Container> containers{};
  std::vector<std::string> troubles{};  // what could not be looked at
  std::vector<std::uint32_t>
      strangers{};  // users whose processes call themselves dockerd, and are none of this host
  std::vector<Made> made{};
  std::vector<Door> doors{};
  std::map<std::string, std::string> versions{};  // of the dockerds, by the paths of their programs

  // Somebody beside root may ask an engine for what he likes, and no filter is known to stand before it.
  [[nodiscard]] bool reached() const;
};
[[nodiscard]] Result<World> gather(const Context& context, const std::string& policy);

// Is the program hardened's, under whatever name? By device and inode, or byte for byte.
[[nodiscard]] bool is_hardened(const World& world, const std::string& path);
// Does the daemon start containers of that runtime's name through hardened?
[[nodiscard]] bool is_bounded(const World& world, const Daemon& daemon, std::string_view runtime);
// Each `runc` that the daemon, or a shim of its containerd, may find.
[[nodiscard]] std::vector<std::string> runcs_of(const World& world, const Daemon& daemon);
// A program as the daemon finds it: by its PATH where it has no slash; "" where it finds none.
[[nodiscard]] std::string found_by(const World& world, const Daemon& daemon, const std::string& program);
// A variable of the daemon's environment; "" where it has none, or does not run.
[[nodiscard]] std::string environment_of(const World& world, const Daemon& daemon, std::string_view name);
// A daemon's setting that is a text, a list of texts or a truth; by its flag too, where that is called the same.
[[nodiscard]] std::vector<std::string> settings_of(const Daemon& daemon, std::string_view key);
[[nodiscard]] bool is_set(const Daemon& daemon, std::string_view key);
// "/etc/docker/daemon.json"
[[nodiscard]] std::string config_of(const Daemon& daemon);

// The texts of a file that each end in a NUL; none where it cannot be read.
[[nodiscard]] std::vector<std::string> words_in(Host& host, const std::string& path);
// What of `list`, sorted, or nothing.
[[nodiscard]] std::vector<std::string> names_in(Host& host, const std::string& directory);
// A file of JSON.
[[nodiscard]] Result<doc::Document> json_in(Host& host, const std::string& path);

// doctor_made.cpp, doctor_doors.cpp
[[nodiscard]] std::vector<Made> made_by(World& world, const Daemon& daemon);  // adds to its troubles
[[nodiscard]] std::vector<Door> doors_of(const World& world, const Daemon& daemon);
// Who beside root may open the socket that stands there.
[[nodiscard]] Door door_at(const World& world, const std::string& path);

// "one", "one, two and 3 others"
[[nodiscard]] std::string some_of(const std::vector<std::string>& all, std::size_t most = 5);

}  // namespace hardened::ctl
