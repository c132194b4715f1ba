// What an engine itself says a container is made of (runtime/engine.h reads it).
#pragma once

#include <string>

namespace hardened::config {

struct Identity {
  std::string engine;            // its name in the policy: "docker"
  std::string engine_namespace;  // in which it keeps its containers: "moby", "plugins.moby"
  std::string id;    // of an image "sha256:" and 64 hexadecimal digits, of a plugin the digits alone
  std::string name;  // the container's or the plugin's: "web"

  friend bool operator==(const Identity&, const Identity&) = default;
};

}  // namespace hardened::config
