// The shipped AppArmor templates, and what is made of them.
//
//   const Template* shipped = find_template("hardened-default");
//   const std::string name  = profile_name(*shipped, values, "");        // hardened-default-1f0a…, 12 hex digits
//   const std::string text  = TRY(render(*shipped, name, values));       // for apparmor_parser
//
// A template is a profile in AppArmor's own language (apparmor.d(5)) with four things of ours:
//
//   # …              a line that begins so is for its reader only
//   ?abi4 …          the rest of the line, where the condition holds; ?!tunables where it does not
//   @NAME@           the profile's name
//   @PEER@           a peer pattern: the name, alone or as a part of a stack
//   @FLAGS@          the profile's flags
//   @RUNTIME@        a line with it stands once for each label that a runtime or an engine runs under
//
// Names. A profile is loaded as `hardened-<template>-<12 hex of content>` (the templates' own names begin with
// hardened- or get it), never under an engine's name: engines load theirs again when they start. The content is
// what the template makes of the values, the name left out, so that two versions of us do not share a name.
// With a tag (of a container) behind it, `…-1f0a….<tag>`, it is the profile of that container alone: tenants
// under the same profile may signal and trace one another as far as that profile goes, since it names itself as
// peer.
//
// Observing: the same profile allows everything, in complain mode, and has the kernel log (apparmor="AUDIT")
// what it would have denied. A deny rule would be enforced in complain mode too.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace hardened::apparmor {

inline constexpr std::string_view kPrefix = "hardened-";

struct Template {
  std::string_view name;
  std::string_view text;
};
[[nodiscard]] std::span<const Template> templates();
[[nodiscard]] const Template* find_template(std::string_view name);

// What the host's /etc/apparmor.d has: all that a profile's text depends on besides peers.
struct Installed {
  bool abi3 = false;      // abi/3.0
  bool abi4 = false;      // abi/4.0
  bool tunables = false;  // tunables/global
  bool base = false;      // abstractions/base
  friend bool operator==(const Installed&, const Installed&) = default;
};

struct Values {
  Installed installed;
  std::vector<std::string> runtime_peers;  // labels that may stop a container, "unconfined" need not be named
  bool observe = false;
};

// `tag` is empty or of [0-9a-z], at most 16 of them. A label among the values that cannot be written as a peer is an
// error of the text (render); here it only changes the digits.
[[nodiscard]] std::string profile_name(const Template& source, const Values& values, std::string_view tag);
[[nodiscard]] Result<std::string> render(const Template& source, std::string_view name, const Values& values);

// The same under a name that somebody else chose, for a profile made after a template; the name is of [0-9A-Za-z_.-].
[[nodiscard]] Result<std::string> render_as(const Template& source, std::string_view name,
                                            const Values& values);

// Is this a name that profile_name gives (whatever the digits)?
[[nodiscard]] bool is_own_name(std::string_view name);
// The tag of such a name; "" for a profile that containers share, and for names that are not ours.
[[nodiscard]] std::string_view tag_of(std::string_view name);

}  // namespace hardened::apparmor
