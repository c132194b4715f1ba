// One plain container, started and removed: what does this engine ask for that hardened does not know, or narrows, though
// no user asked for anything? To be run after an upgrade of the engine, before users do.
#pragma once

#include <string>

#include "ctl/doctor.h"

namespace hardened::ctl {

struct CanaryWish {
  std::string docker_host;  // "unix:///run/docker.sock"; "" for docker's own default
  std::string image;        // "" for the smallest that the engine has
  std::string runtime = "hardened";
};

inline constexpr Check kCanary{
    "canary", "a plain container of this engine starts, and nothing of it is narrowed",
    "a new version of an engine asks for new things: what is not known is refused, for every container"};

// Fault::absent where there is no docker, or no image.
[[nodiscard]] Result<Findings> canary(const World& world, const CanaryWish& wish);

}  // namespace hardened::ctl
