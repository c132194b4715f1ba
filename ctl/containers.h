// Every container that a low-level runtime of this host knows, whoever made it and with what.
//
//   for (const Container& one : TRY(containers(context, {})))
//     if (one.process && !one.kept) ...   // it runs, and did not start under hardened
//
// The runtime's own state is what counts (<root>/<id>/state.json of runc, status of crun): it is there for containers of
// every engine, whether or not that runs. Engines' files only add names. Looked at are the roots that engines are known to
// use (/run/docker/runtime-runc/*, /run/containerd/runc/*, /run/runc, /run/crun, …), those of dockerds that run with an
// exec-root of their own (daemons.h), and those of which there are grant records.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controls/init_process.h"
#include "ctl/command.h"
#include "ctl/container_roots.h"
#include "runtime/kept.h"

namespace hardened::ctl {

struct Container {
  std::string root;  // canonical
  std::string id;
  std::optional<controls::InitProcess> process;  // of one that runs, or waits to be started
  std::string
      engine;  // as runtime/record.h tells it of the root, or of the grant record; "" where nobody knows
  std::string name;   // what its engine calls it; "" where that is not known
  std::string image;  // "sha256:…"; "" where that is not known
  std::string
      runtime;  // what its engine was told to make it with ("hardened", "runc"); "" where that is not known
  std::string bundle;                 // as the low-level runtime remembers it; "" where it does not
  std::optional<runtime::Kept> kept;  // its grant record
  std::string trouble;                // why some of this could not be read; "" mostly
};

// Roots of which nobody can tell what is in them hide no other: they are told beside.
struct SeenContainers {
  std::vector<Container> all;  // sorted by root and id
  std::vector<RootTrouble> unread;
};
// Further roots to look at may be given.
[[nodiscard]] Result<SeenContainers> look_for_containers(const Context& context,
                                                         const std::vector<std::string>& more_roots);
// The same; what could not be looked at is complained of on standard error.
[[nodiscard]] Result<std::vector<Container>> containers(const Context& context,
                                                        const std::vector<std::string>& more_roots);

// The one that a person means: an id, the beginning of one that no other has, or an engine's name. Fault::absent where none
// is meant, Fault::usage where several are.
[[nodiscard]] Result<Container> find_container(const std::vector<Container>& all, std::string_view meant);

// "web 4f1c0de0a1b2", for people.
[[nodiscard]] std::string shown(const Container& container);

}  // namespace hardened::ctl
