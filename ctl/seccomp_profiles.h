// Profiles as a person names them on the command line, and what they are resolved for.
//
//   const Circumstances there = TRY(circumstances(context, arguments));     // --capabilities, --arch, --kernel
//   const seccomp::Profile profile = TRY(named_profile(context.host, "strict", there));
//
// A name is one of this program's profiles (kShippedProfiles; "./default" is a file of that name), or a file: a profile
// of Docker's format, the `linux.seccomp` of the runtime specification by itself, or a whole config.json.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/lattice/shapes.h"
#include "ctl/command.h"
#include "profiles/seccomp/resolve.h"

namespace hardened::ctl {

inline constexpr Option kBounding{"--capabilities", "LIST",
                                  "the bounding set that rules look at, as a policy writes it "
                                  "(docker-default,-MKNOD,NET_ADMIN); docker-default where none is named"};
inline constexpr Option kArch{"--arch", "ARCH",
                              "amd64, x86_64 or SCMP_ARCH_X86_64; this machine's where none is named"};
inline constexpr Option kKernel{"--kernel", "VERSION", "such as 6.1; this machine's where none is named"};

inline constexpr std::string_view kProfileHelp =
    "a file in Docker's format or the specification's, a config.json, or default, strict, native "
    "(default without the 32-bit calls), unconfined";
inline constexpr std::array<std::string_view, 4> kShippedProfiles{"default", "strict", "native",
                                                                  "unconfined"};

// Docker's own profile has 14 KB.
inline constexpr std::size_t kLargestProfile = std::size_t{1} << 22U;

struct Circumstances {
  Flags bounding;
  seccomp::Machine machine;
};
[[nodiscard]] Result<Circumstances> circumstances(const Context& context, const Arguments& arguments);

[[nodiscard]] Result<seccomp::Profile> named_profile(Host& host, const std::string& named,
                                                     const Circumstances& there);

[[nodiscard]] Result<doc::Document> profile_document(Host& host, const std::string& path);
// Where the profile stands in it: the root, or linux.seccomp of a config.json; nullptr where that has none.
[[nodiscard]] const doc::Value* profile_in(const doc::Document& document);
[[nodiscard]] bool is_shipped_profile(std::string_view named);

}  // namespace hardened::ctl
