#include "ctl/commands.h"

#include <array>

namespace hardened::ctl {
namespace {

constexpr std::array<const Command*, 16> kCommands{
    &kInstall,        &kUninstall,    &kCheck,          &kExplain,          &kTest,        &kStatus,
    &kDoctor,         &kLog,          &kSeccompResolve, &kSeccompMeet,      &kSeccompDiff, &kSeccompCheck,
    &kApparmorRender, &kApparmorLoad, &kApparmorStatus, &kApparmorFromBane,
};

constexpr std::array<Group, 2> kGroups{{
    {"seccomp", "the engine of seccomp profiles, by hand"},
    {"apparmor", "the AppArmor profiles, by hand"},
}};

}  // namespace

std::span<const Command* const> commands() { return kCommands; }
std::span<const Group> groups() { return kGroups; }

}  // namespace hardened::ctl
