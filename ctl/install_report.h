// What install and uninstall print, and the last thing they do: telling dockerd.
#pragma once

#include <string>
#include <vector>

#include "ctl/install_steps.h"

namespace hardened::ctl {

struct Report {
  bool dry_run = false;
  Steps steps;                     // taken, or that would be
  std::string diff;                // of daemon.json, on a dry run
  std::vector<std::string> notes;  // what a person should know
  std::vector<std::string> left;   // commands that are left to the person
  std::string nothing;             // what is said where there was no step
};
void show(const Context& context, const Report& report, bool json);

// Takes the steps, or lists them on a dry run; where one fails, those that were taken are printed and the error says how
// to go on.
[[nodiscard]] Done carry_out(const Context& context, const Steps& steps, bool json, Report& report);

// SIGHUP to the dockerd that reads that file, an error where several do. Where it is not asked for, the command that does
// it is left.
[[nodiscard]] Done reload(const Context& context, const std::string& config, bool asked, Report& report);

// Root, in the initial user namespace.
[[nodiscard]] Done need_root(Host& host, std::string_view command);
// Nobody else installs or uninstalls meanwhile.
[[nodiscard]] Result<Held> only_one(Host& host);

}  // namespace hardened::ctl
