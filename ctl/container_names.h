// What engines call their containers, by their own files. They only add names: who cannot be read is left unnamed.
//
//   <data-root>/containers/<id>/config.v2.json     Name, Image      dockerd's containers
//   <data-root>/containers/<id>/hostconfig.json    Runtime
//   <data-root>/plugins/<id>/config.json           plugin.Name      its managed plugins
//   /var/lib/containers/storage/overlay-containers/containers.json  podman's and CRI-O's
//
// Below a data root of dockerd that remaps user ids all of it stands in <data-root>/<uid>.<gid>.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/host.h"

namespace hardened::ctl {

struct Named {
  std::string name;
  std::string image;    // "sha256:…"
  std::string runtime;  // "" where that is not told
  std::string trouble;
};

class Names {
 public:
  Names(Host& host, const std::vector<std::string>& data_roots);

  // Nothing where no engine's files speak of it.
  [[nodiscard]] std::optional<Named> docker(const std::string& id) const;
  [[nodiscard]] std::optional<Named> plugin(const std::string& id) const;
  [[nodiscard]] std::optional<Named> storage(const std::string& id) const;

 private:
  Host& host_;
  std::vector<std::string> homes_;
  std::map<std::string, Named> stored_;
};

}  // namespace hardened::ctl
