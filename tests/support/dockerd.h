// A dockerd of root's in a FakeHost, as /proc shows one that counts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/fake_host.h"

namespace hardened::test {

inline void put_users(FakeHost& host, std::uint32_t process, const std::string& uids) {
  host.file("/proc/" + std::to_string(process) + "/status",
            "Uid:\t" + uids +
                "\nGid:\t0\t0\t0\t0\nGroups:\t\nCapInh:\t0000000000000000\nCapPrm:\t0000000000000000\n"
                "CapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\n"
                "NoNewPrivs:\t0\nSeccomp:\t0\n");
}

inline void put_dockerd(FakeHost& host, std::uint32_t process, const std::vector<std::string>& arguments,
                        const std::string& program = "/usr/bin/dockerd") {
  std::string line;
  for (const std::string& word : arguments) line += word + '\0';
  const std::string place = "/proc/" + std::to_string(process);
  if (!host.status(program)) host.file(program, "", {.mode = 0755});
  host.file(place + "/cmdline", line).symlink(place + "/exe", program);
  put_users(host, process, "0\t0\t0\t0");
}

}  // namespace hardened::test
