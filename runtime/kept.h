// The grant record: what was granted when a container was created.
//
// An exec or an update comes long after create and names the container by its id alone. What it
// must be judged by then stands in
//
//   /run/hardened/containers/<first 16 hex digits of sha256 of the canonical --root>/<id>.json
//
// root only, with the boot id (where /run is no tmpfs, a record of an earlier boot says nothing).
// A container without one is *unmanaged*: it was created before hardened was installed, or past it.
//
// A create never replaces the record of a container that the runtime still knows (it will refuse that
// create, after our exec). Our poststop hook takes a record away, and later creates collect those that no hook took;
// delete itself never does: runc refuses some deletes after we have exec'ed it, and the container lives on.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "config/identity.h"
#include "controls/init_process.h"
#include "core/base/host.h"
#include "core/doc/value.h"

namespace hardened::runtime {

inline constexpr std::string_view kKeptDirectory = "/run/hardened/containers";

// What is needed to hold the container, once it is there, against what it was granted (verify.h).
struct Promise {
  std::string config;                 // where the granted document stands
  std::string digest;                 // sha256 of its bytes
  std::string log;                    // the policy's decision log; "" for none
  std::array<Limit, 16> inherited{};  // the limits that create ran under
  // Controls that only observed: what they would have granted was not written, and is not asked for.
  std::vector<std::string> observing;
  // Where the kernel showed the AppArmor profiles of ours that hold (profiles/apparmor/loader.h, entry_of).
  std::vector<std::string> profiles;
  // What the sources of its mounts were when they were judged (controls/mounts.h, judged_sources).
  std::vector<std::string> sources{};
  // /linux/resources, as far as updates granted something since (amend.h); null where none did.
  doc::Value updated{};
};

struct Kept {
  std::string boot_id;
  std::string root;  // canonical
  std::string id;
  std::string bundle;  // canonical
  std::string policy;  // the policy's path
  std::string policy_id;
  std::string engine;  // as record.h tells it of a bundle; "" in records of earlier builds
  // What the engine said at create that the container is made of, where the policy had waivers then, and which of them held.
  std::optional<config::Identity> identity{};
  std::vector<std::string> waivers{};
  // /process as it was granted; null where the bundle had none. Of one that is too large to be kept, its AppArmor
  // profile alone: the rest stands in the bundle.
  doc::Value process;
  bool cut = false;
  std::optional<Promise> promise;  // nothing in records of earlier builds
};

using controls::runtime_state;

// Nothing when there is no record, or none of this boot. A record that cannot be read or understood
// is an error: it is ours alone, and somebody changed it.
[[nodiscard]] Result<std::optional<Kept>> find_kept(Host& host, const std::string& root,
                                                    const std::string& id);

// The roots of which there are records of this boot, in their order; what is no record of ours is passed over.
[[nodiscard]] Result<std::vector<std::string>> kept_roots(Host& host);

// Writes the record, unless the runtime still knows a container of that id.
[[nodiscard]] Done keep(Host& host, const Kept& kept);

// The same for a container that is there, and has one.
[[nodiscard]] Done replace_kept(Host& host, const Kept& kept);

// The container is gone for good: its record goes too, and behind it the AppArmor profile that was its alone
// (apparmor_load.h); while that may be in use, both stay, for a create to collect. None there is none to remove.
[[nodiscard]] Done forget(Host& host, const std::string& root, const std::string& id);

// Forgets up to 16 records whose container the runtime no longer knows, and takes one profile out of the kernel at most. A failure is none of the
// call's business, and a record that is younger than ten minutes is left alone: another create may
// stand between its record and its runtime.
void collect_kept(Host& host, const std::string& root);

[[nodiscard]] Result<std::string> boot_id(Host& host);

}  // namespace hardened::runtime
