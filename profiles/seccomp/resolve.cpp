#include "profiles/seccomp/resolve.h"

#include <algorithm>

namespace hardened::seccomp {
namespace {

bool has(const std::vector<Architecture>& list, Architecture architecture) {
  return std::find(list.begin(), list.end(), architecture) != list.end();
}

bool excluded(const Filter& filter, Flags bounding, const Machine& machine) {
  if (has(filter.architectures, machine.architecture)) return true;
  if (!meet(filter.capabilities, bounding).empty()) return true;
  return filter.least_kernel && machine.kernel >= *filter.least_kernel;
}

bool included(const Filter& filter, Flags bounding, const Machine& machine) {
  if (!filter.architectures.empty() && !has(filter.architectures, machine.architecture)) return false;
  if (!leq(filter.capabilities, bounding)) return false;
  return !filter.least_kernel || machine.kernel >= *filter.least_kernel;
}

std::vector<Architecture> listed(const DockerProfile& file, Architecture own) {
  std::vector<Architecture> out = file.architectures;
  for (const ArchitectureFamily& family : file.families) {
    if (family.architecture != own) continue;
    out.push_back(family.architecture);
    out.insert(out.end(), family.compatible.begin(), family.compatible.end());
    break;
  }
  return out;
}

}  // namespace

Profile resolve(const DockerProfile& file, Flags bounding, const Machine& machine) {
  if (!file.confined) return Profile::unconfined();
  Profile out;
  out.fallback = file.fallback;
  set_architectures(out, listed(file, machine.architecture), machine.architecture);
  out.flags = file.flags;
  out.listener_path = file.listener_path;
  out.listener_metadata = file.listener_metadata;
  out.rules.reserve(file.rules.size());
  for (const DockerRule& rule : file.rules) {
    if (excluded(rule.excludes, bounding, machine) || !included(rule.includes, bounding, machine)) continue;
    out.rules.push_back(rule.rule);
  }
  return out;
}

}  // namespace hardened::seccomp
