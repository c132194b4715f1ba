// The machine that a golden case runs on, said in a host.yaml.
//
//   kernel: {release: 6.1.0-30-amd64, machine: x86_64}
//   caller: {uid: 1000, initial_user_namespace: true}
//   limits: {RLIMIT_NOFILE: [1024, unlimited]}     # the others are unlimited
//   files: {/proc/sys/kernel/cap_last_cap: "40\n"}
//   namespaces: {/proc/self/ns/net: "net:[4026531840]"}   # what is there, as readlink(1) shows it
#pragma once

#include <string>

#include "core/base/result.h"
#include "tests/support/fake_host.h"

namespace hardened::test {

[[nodiscard]] Done set_up(FakeHost& host, std::string name, std::string yaml);

}  // namespace hardened::test
