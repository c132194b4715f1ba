// Which of two ceilings lets less through, told from what they say, without a request.
//
//   within(theirs.ceiling, ours.ceiling)     // whatever theirs grants of a request, ours would grant as well
//
// True is proven by the shape of the ceilings: numbers and sets in the control's own order, lists by their entries.
// False is no proof of the contrary: a list of another wording may mean the same. The modes of on_excess do not count:
// a rule that refuses what another narrows grants no more.
#pragma once

#include "controls/all.h"

namespace hardened::config {

template <class C>
using Ceiling = const typename C::Ceiling&;

[[nodiscard]] bool within(Ceiling<controls::Capabilities> one, Ceiling<controls::Capabilities> other);
[[nodiscard]] bool within(Ceiling<controls::NoNewPrivileges> one, Ceiling<controls::NoNewPrivileges> other);
[[nodiscard]] bool within(Ceiling<controls::Namespaces> one, Ceiling<controls::Namespaces> other);
[[nodiscard]] bool within(Ceiling<controls::User> one, Ceiling<controls::User> other);
[[nodiscard]] bool within(Ceiling<controls::Seccomp> one, Ceiling<controls::Seccomp> other);
[[nodiscard]] bool within(Ceiling<controls::AppArmor> one, Ceiling<controls::AppArmor> other);
[[nodiscard]] bool within(Ceiling<controls::Selinux> one, Ceiling<controls::Selinux> other);
[[nodiscard]] bool within(Ceiling<controls::Devices> one, Ceiling<controls::Devices> other);
[[nodiscard]] bool within(Ceiling<controls::Mounts> one, Ceiling<controls::Mounts> other);
[[nodiscard]] bool within(Ceiling<controls::SystemMounts> one, Ceiling<controls::SystemMounts> other);
[[nodiscard]] bool within(Ceiling<controls::Rootfs> one, Ceiling<controls::Rootfs> other);
[[nodiscard]] bool within(Ceiling<controls::Paths> one, Ceiling<controls::Paths> other);
[[nodiscard]] bool within(Ceiling<controls::Sysctls> one, Ceiling<controls::Sysctls> other);
[[nodiscard]] bool within(Ceiling<controls::Pids> one, Ceiling<controls::Pids> other);
[[nodiscard]] bool within(Ceiling<controls::Resources> one, Ceiling<controls::Resources> other);
[[nodiscard]] bool within(Ceiling<controls::Rlimits> one, Ceiling<controls::Rlimits> other);
[[nodiscard]] bool within(Ceiling<controls::Scheduling> one, Ceiling<controls::Scheduling> other);
[[nodiscard]] bool within(Ceiling<controls::Hooks> one, Ceiling<controls::Hooks> other);
[[nodiscard]] bool within(Ceiling<controls::Annotations> one, Ceiling<controls::Annotations> other);
[[nodiscard]] bool within(Ceiling<controls::Command> one, Ceiling<controls::Command> other);
[[nodiscard]] bool within(Ceiling<controls::Other> one, Ceiling<controls::Other> other);

}  // namespace hardened::config
