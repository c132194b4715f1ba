#include "config/most.h"

#include <algorithm>
#include <functional>
#include <string>

namespace hardened::config {

namespace {

using namespace controls;

// What the one permits, the other does.
bool unless(bool one, bool other) { return !one || other; }

template <class List, class Same = std::equal_to<>>
bool all_in(const List& one, const List& other, Same same = {}) {
  return std::all_of(one.begin(), one.end(), [&](const auto& entry) {
    return std::any_of(other.begin(), other.end(), [&](const auto& known) { return same(entry, known); });
  });
}

// Whether every name that the one means is meant by the other: a name, or the beginning of names.
bool means(const std::string& other, bool other_beginning, const std::string& one, bool one_beginning) {
  return other_beginning ? one.starts_with(other) : !one_beginning && one == other;
}

bool sysctl_within(const SysctlRule& one, const SysctlRule& other) {
  return means(other.path, other.beginning, one.path, one.beginning) &&
         (other.any_value || (!one.any_value && all_in(one.values, other.values)));
}

bool means(const AnnotationRule& other, const AnnotationRule& one) {
  return means(other.name, other.beginning, one.name, one.beginning);
}

// What the other takes back, the one must not give, or take back too.
bool annotations_within(const Annotations::Ceiling& one, const Annotations::Ceiling& other) {
  const auto some = [](const Annotations::Ceiling& rules, auto what) {
    return std::any_of(rules.begin(), rules.end(), what);
  };
  return std::none_of(one.begin(), one.end(),
                      [&](const AnnotationRule& given) {
                        return !given.taken && !some(other, [&](const AnnotationRule& rule) {
                          return !rule.taken && means(rule, given);
                        });
                      }) &&
         std::none_of(other.begin(), other.end(), [&](const AnnotationRule& lost) {
           return lost.taken &&
                  !some(one, [&](const AnnotationRule& rule) { return rule.taken && means(rule, lost); }) &&
                  some(one, [&](const AnnotationRule& given) {
                    return !given.taken && (means(given, lost) || means(lost, given));
                  });
         });
}

bool hook_within(const HookRule& a, const HookRule& b) {
  return a.path == b.path && leq(a.stages, b.stages) && a.arguments == b.arguments &&
         unless(a.inherits, b.inherits) && all_in(a.environment, b.environment) &&
         leq(a.seconds, b.seconds) && a.brings == b.brings;
}

bool within_profile(const AppArmor::Ceiling& one, const AppArmor::Ceiling& other) {
  if (one.unconfined || other.unconfined) return other.unconfined;
  // The stricter of the shipped ones (profiles/apparmor/template.h).
  return one.profile == other.profile ||
         (one.profile == "hardened-default" && other.profile == "docker-default");
}

bool within_range(const ResourcesCeiling::Range& one, const ResourcesCeiling::Range& other) {
  return leq(one.by_default, other.by_default) && leq(one.maximum, other.maximum);
}

bool within_limit(const Rlimits::Most& one, const Rlimits::Most& other) {
  if (!other.inherited && other.limit.soft == kNoLimit && other.limit.hard == kNoLimit) return true;
  // What the runtime itself has is no number that could be compared here, but that 0 is not above it.
  if (one.inherited || other.inherited) return other.inherited && (one.inherited || one.limit.hard == 0);
  return one.limit.soft <= other.limit.soft && one.limit.hard <= other.limit.hard;
}

}  // namespace

bool within(Ceiling<Capabilities> one, Ceiling<Capabilities> other) { return leq(one.most, other.most); }

bool within(Ceiling<NoNewPrivileges> one, Ceiling<NoNewPrivileges> other) {
  return leq(one.most, other.most);
}

bool within(Ceiling<Namespaces> one, Ceiling<Namespaces> other) {
  return std::equal(one.kinds.begin(), one.kinds.end(), other.kinds.begin(), std::less_equal<>()) &&
         unless(one.time_offsets, other.time_offsets);
}

bool within(Ceiling<User> one, Ceiling<User> other) {
  return leq(one.run_as, other.run_as) && all_in(other.protected_names, one.protected_names) &&
         leq(other.protected_groups, one.protected_groups);
}

bool within(Ceiling<Seccomp> one, Ceiling<Seccomp> other) {
  return one.file == other.file && one.shipped <= other.shipped && one.architectures <= other.architectures &&
         all_in(one.also, other.also);
}

bool within(Ceiling<AppArmor> one, Ceiling<AppArmor> other) {
  return within_profile(one, other) && one.peers <= other.peers && one.custom <= other.custom &&
         all_in(one.trusted, other.trusted) && unless(other.required, one.required);
}

bool within(Ceiling<Selinux> one, Ceiling<Selinux> other) {
  return all_in(one.types, other.types) && all_in(one.mount_types, other.mount_types) &&
         unless(one.unlabelled, other.unlabelled);
}

bool within(Ceiling<Devices> one, Ceiling<Devices> other) { return leq(one.allowed, other.allowed); }

bool within(Ceiling<Mounts> one, Ceiling<Mounts> other) {
  return all_in(other.guarded, one.guarded) && all_in(one.allowed, other.allowed) &&
         // What an engine gives to containers of its directory is open, the rest is shut: more are neither more nor less.
         all_in(other.engines, one.engines) && all_in(one.engines, other.engines) &&
         all_in(one.filesystems, other.filesystems) && all_in(one.types, other.types) &&
         one.propagation <= other.propagation && leq(other.required, one.required);
}

bool within(Ceiling<SystemMounts> one, Ceiling<SystemMounts> other) {
  return unless(one.sysfs_writable, other.sysfs_writable) &&
         unless(one.cgroup_writable, other.cgroup_writable);
}

bool within(Ceiling<Rootfs> one, Ceiling<Rootfs> other) {
  return unless(other.readonly, one.readonly) && one.propagation <= other.propagation;
}

bool within(Ceiling<Paths> one, Ceiling<Paths> other) {
  return leq(one.masked, other.masked) && leq(one.readonly, other.readonly) &&
         unless(other.of_each_cpu, one.of_each_cpu);
}

bool within(Ceiling<Sysctls> one, Ceiling<Sysctls> other) { return all_in(one, other, sysctl_within); }

bool within(Ceiling<Pids> one, Ceiling<Pids> other) {
  // A limit that nobody asked for is no bound, and given all the same.
  return leq(one.by_default, other.by_default) && leq(one.maximum, other.maximum);
}

bool within(Ceiling<Resources> one, Ceiling<Resources> other) {
  return within_range(one.memory, other.memory) && leq(one.swap, other.swap) &&
         within_range(one.cpus, other.cpus) && one.cpu_shares <= other.cpu_shares &&
         one.blkio_weight <= other.blkio_weight && unless(one.realtime, other.realtime) &&
         unless(one.disable_oom_killer, other.disable_oom_killer) &&
         unless(one.network_class, other.network_class) && unless(one.unified_limits, other.unified_limits) &&
         all_in(one.unified, other.unified) &&
         (other.parents.any || (!one.parents.any && all_in(one.parents.listed, other.parents.listed)));
}

bool within(Ceiling<Rlimits> one, Ceiling<Rlimits> other) {
  return std::equal(one.begin(), one.end(), other.begin(), within_limit);
}

bool within(Ceiling<Scheduling> one, Ceiling<Scheduling> other) {
  return one.oom_score_adj >= other.oom_score_adj && one.nice >= other.nice &&
         unless(one.realtime, other.realtime);
}

bool within(Ceiling<Hooks> one, Ceiling<Hooks> other) {
  return unless(one.engine_default, other.engine_default) && unless(one.host_default, other.host_default) &&
         unless(one.start_container, other.start_container) && all_in(one.rules, other.rules, hook_within);
}

bool within(Ceiling<Annotations> one, Ceiling<Annotations> other) { return annotations_within(one, other); }

bool within(Ceiling<Command> /*one*/, Ceiling<Command> /*other*/) { return true; }

bool within(Ceiling<Other> one, Ceiling<Other> other) { return leq(one, other); }

}  // namespace hardened::config
