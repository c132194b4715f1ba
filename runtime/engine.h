// What the engine says a container is made of, from its own metadata.
//
//   const Told told = identify(host, policy.engines, "/run/docker/runtime-runc/moby", spec);
//
//   <data_root>/containers/<id>/config.v2.json   of a container: Image, Name
//   <data_root>/plugins/<id>/config.json         of a managed plugin: plugin.Id, plugin.Name
//
// for the id of the command line, which dockerd draws and no user chooses, and only behind a --root as dockerd's
// (…/runtime-runc/<its containerd namespace>). Nothing that a user writes takes part: not /mounts (a bind over /etc/hosts
// names what it likes, and --network container: names another's id), no label, no annotation, no reference. Everything
// on the way to a file must be root's alone. A daemon that remaps user ids keeps all of it below <data_root>/<uid>.<gid>,
// those that the container's root has on the host; that is looked at too.
//
// Whatever cannot be read is no identity, and the container then gets no waiver: it is never a reason to fail.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/engines.h"
#include "config/identity.h"
#include "controls/spec.h"
#include "core/base/host.h"

namespace hardened::runtime {

struct Told {
  std::optional<config::Identity> identity;
  std::vector<std::string> notes;  // why there is none, where one was to be expected
};
// Of a bundle; `root` is canonical.
[[nodiscard]] Told identify(Host& host, const std::vector<config::Engine>& engines, std::string_view root,
                            const controls::Spec& bundle);

}  // namespace hardened::runtime
