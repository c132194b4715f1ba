// The mount that the container has for its root. Its own flag counts, and what it passes mounts on to; what
// the mounts beside it do is for those who ask for them.
#include <vector>

#include "controls/kernel.h"
#include "controls/rootfs.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

// As mountinfo tells it. One that is both has a master and peers of its own; those peers are what counts.
Propagation propagation_of(const Mount& root) {
  if (root.shared) return Propagation::shared;
  if (root.follows) return Propagation::slave;
  return root.unbindable ? Propagation::unbindable : Propagation::closed;
}

}  // namespace

Result<Observed<RootfsGrant>> Rootfs::observe(const KernelView& kernel, const Spec& granted) {
  Observed<Grant> observed;
  observed.granted = TRY(read(granted, Facts{}));
  const MountTable* mounts = TRY(kernel.mounts());
  const Mount* root = mounts->at("/");
  if (root == nullptr) return Error{Fault::io, "the container's root is no mount"};
  observed.held.path = observed.granted.path;  // the name that it had on the host is not told
  observed.held.readonly = Required(root->read_only());
  observed.held.propagation = propagation_of(*root);
  return observed;
}

std::string Rootfs::surplus(const Observed<RootfsGrant>& observed) {
  std::vector<std::string> more;
  if (!leq(observed.held.readonly, observed.granted.readonly))
    more.emplace_back("has a root that it can write to");
  if (observed.held.propagation > observed.granted.propagation)
    more.push_back("has a root whose mounts are " + std::string(told(observed.held.propagation)));
  return joined(more);
}

}  // namespace hardened::controls
