// An entry of /mounts that is not the runtime's own, as the runtimes read it.
//
//   const std::vector<AskedMount> asked = TRY(asked_mounts(spec));
//   asked[7].kind            bind: what stands at `source` is seen at `destination` too
//   asked[7].powers          what it leaves open: bits of MountPower (system_mount.h) and of MountReach
//
// runc goes by the options alone: with `bind` or `rbind` among them an entry is a bind, whatever its type says, and
// `rbind` cannot be taken back. To crun the type `bind` makes one as well; then we count it as recursive.
//
// Propagation words are all applied, one after the other, so each of them counts. Without one, a bind follows the
// mount that it was made of: what appears below that on the host appears in the container. The runtimes make
// their root a slave before they mount, so that nothing goes the other way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "controls/spec.h"
#include "controls/system_mount.h"
#include "core/base/result.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

// Beside the first four of MountPower.
enum class MountReach : unsigned {
  source = 16,  // that it is mounted at all
  swapped,      // it is not what was judged: only seen in a container that runs
  follows,      // mounts that appear on the host below the source appear in the container
  shares,       // and those that the container makes, on the host
  unjudged,     // beside its list: only seen in a container that waits
};
[[nodiscard]] constexpr unsigned bit(MountReach reach) { return static_cast<unsigned>(reach); }

enum class MountKind : std::uint8_t {
  system,
  bind,
  fresh
};  // of system_mounts; of the host; made for the container

struct AskedMount {
  MountKind kind = MountKind::system;
  bool propagates = false;  // a word of its options says how
  bool recursive = false;   // with what is mounted below the source
  std::string type;
  std::string source;
  std::string destination;  // clean (lexical.h) where it can be; else as it stands there
  std::vector<std::string> options;
  bool has_options = false;
  Flags powers;       // none where it is of system_mounts
  std::string label;  // "/srv/data at /data", printable
};
[[nodiscard]] Result<std::vector<AskedMount>> asked_mounts(const Spec& spec);

// How to take powers of MountReach and MountPower from an entry by changes of its options; not `source`.
[[nodiscard]] OptionEdits without_reach(const AskedMount& mount, Flags lost);

}  // namespace hardened::controls
