// Which of the shipped AppArmor profiles a person means, and what it is made of on this host.
//
//   const Chosen chosen = TRY(chosen_profile(context, arguments));     // --profile, --policy, --peers, --container
//   chosen.name                                                        // "hardened-docker-default-1f0a…"
#pragma once

#include <array>
#include <string>

#include "ctl/command.h"
#include "profiles/apparmor/template.h"

namespace hardened::ctl {

inline constexpr std::string_view kHostPolicy = "/etc/hardened/policy.yaml";

inline constexpr Option kTemplate{"--profile", "NAME",
                                  "docker-default or hardened-default, whatever the policy says"};
inline constexpr Option kContainer{
    "--container", "ID",
    "as it is loaded for the container of that whole id, where the policy says "
    "peers: container"};
inline constexpr Option kPeer{
    "--peer", "LABEL",
    "a label that may stop containers, beside that of this process; may be given more than once", true};
inline constexpr Option kObserving{"--observe", "", "the one that only logs what the profile would deny"};
inline constexpr std::array kProfileOptions{kTemplate, kPolicy, kContainer, kPeer, kObserving, kJson};

struct Chosen {
  const apparmor::Template* source = nullptr;
  apparmor::Values values;
  std::string name;
};
[[nodiscard]] Result<Chosen> chosen_profile(const Context& context, const Arguments& arguments);

// As runtimes on this host make profiles; where it has no AppArmor, without the label that this process runs under.
[[nodiscard]] Result<apparmor::Values> values_here(Host& host);

}  // namespace hardened::ctl
