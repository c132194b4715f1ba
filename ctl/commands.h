// The one list of commands, in the order in which --help shows them.
#pragma once

#include <span>
#include <string_view>

#include "ctl/command.h"

namespace hardened::ctl {

extern const Command kInstall;
extern const Command kUninstall;
extern const Command kCheck;
extern const Command kExplain;
extern const Command kTest;
extern const Command kStatus;
extern const Command kDoctor;
extern const Command kLog;
extern const Command kSeccompResolve;
extern const Command kSeccompMeet;
extern const Command kSeccompDiff;
extern const Command kSeccompCheck;
extern const Command kApparmorRender;
extern const Command kApparmorLoad;
extern const Command kApparmorStatus;
extern const Command kApparmorFromBane;

[[nodiscard]] std::span<const Command* const> commands();

// The first word of commands of two.
struct Group {
  std::string_view name;
  std::string_view summary;
};
[[nodiscard]] std::span<const Group> groups();

}  // namespace hardened::ctl
