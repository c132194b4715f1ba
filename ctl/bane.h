// bane's files: what an AppArmor profile for one image shall forbid, in TOML, and the profile that comes of it.
//
//   const doc::Document file = TRY(read_toml("nginx.toml", text));
//   const Bane bane = TRY(parse_bane(file));
//   const std::string text = TRY(profile_of(bane, values));       // profile "docker-nginx" …
//
//   Name = "nginx"                            the profile is called docker-nginx, as bane calls it
//   [Filesystem]                              paths are patterns of apparmor.d(5), such as /etc/**
//   ReadOnlyPaths = ["/etc/**"]               not written, not linked
//   LogOnWritePaths = ["/**"]                 the kernel logs each write
//   WritablePaths, AllowExec                  allowed; nothing else is forbidden by them
//   DenyExec = ["/bin/sh"]                    neither executed nor read nor written
//   [Capabilities]                            lower case, with or without cap_
//   Allow = ["chown"]                         those alone; without Allow and Deny there are none
//   Deny = ["net_raw"]                        all but those; with Allow: of those all but these
//   [Network]
//   Raw, Packet = true                        raw sockets of any family, packet sockets; not unless it is said
//   Protocols = ["tcp", "udp", "icmp"]        of the internet's those alone; unix and netlink sockets stay
//
// The profile is docker-default with that taken away, so that it never allows what docker-default does not
// (tests/unit/ctl/bane_test.cpp walks both). It is to stand beside the host's own profile (controls/apparmor.h, custom:
// stack), and its rules about peers match in a stack. A deny is stronger than what allows: a writable path below a
// read-only pattern is not writable, which remarks_on tells.
#pragma once

#include <string>
#include <vector>

#include "core/doc/value.h"
#include "core/lattice/shapes.h"
#include "profiles/apparmor/template.h"

namespace hardened::ctl {

struct Bane {
  struct Path {
    std::string pattern;
    std::string where;  // "nginx.toml:12"
  };
  std::string name;  // with its docker-
  std::vector<Path> read_only;
  std::vector<Path> logged;
  std::vector<Path> writable;
  std::vector<Path> executable;
  std::vector<Path> forbidden;  // DenyExec
  Flags capabilities;           // what is left of them, by number
  bool raw = false;
  bool packet = false;
  bool some_protocols = false;  // only these:
  bool tcp = false;
  bool udp = false;
  bool icmp = false;
};

// All that is wrong with it at once, each with its place: unknown keys, patterns that match nothing or that AppArmor
// cannot read, names that are no capability.
[[nodiscard]] Result<Bane> parse_bane(const doc::Document& file);

// What does not do what it seems to.
[[nodiscard]] std::vector<std::string> remarks_on(const Bane& bane);

[[nodiscard]] Result<std::string> profile_of(const Bane& bane, const apparmor::Values& values);

}  // namespace hardened::ctl
