// The command line of hardenedctl, read by what the commands declare; the only user of CLI11.
//
//   const Read read = read_command_line(commands(), {"hardenedctl", "check", "--json", "p.yaml"});
//   if (read.command) return read.command->run(context, read.arguments);
//   // else: read.text is to be printed, to standard error where read.exit is Exit::usage
#pragma once

#include <span>
#include <string>
#include <vector>

#include "ctl/command.h"

namespace hardened::ctl {

struct Read {
  const Command* command =
      nullptr;  // points into the commands that were given; nothing where there is only text to print
  Arguments arguments{{}};
  Exit exit = Exit::usage;
  std::string text;  // --help, --version, or what is wrong
};
[[nodiscard]] Read read_command_line(std::span<const Command* const> commands,
                                     const std::vector<std::string>& argv);

}  // namespace hardened::ctl
