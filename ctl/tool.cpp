#include "ctl/tool.h"

#include <exception>

#include "core/base/text.h"
#include "ctl/command_line.h"
#include "ctl/commands.h"

namespace hardened::ctl {
namespace {

Exit serve(const Context& context, const std::vector<std::string>& argv) {
  const Read read = read_command_line(commands(), argv);
  if (read.command == nullptr) {
    if (read.exit == Exit::usage) {
      context.screen.complain(read.text);
    } else {
      context.screen.print(read.text);
    }
    return read.exit;
  }
  const Result<Exit> exit = read.command->run(context, read.arguments);
  if (exit) return *exit;
  context.screen.complain("hardenedctl: " + exit.error().what + "\n");
  return exit.error().fault == Fault::usage ? Exit::usage : Exit::failed;
}

}  // namespace

int run(const Context& context, const std::vector<std::string>& argv) {
  try {
    return static_cast<int>(serve(context, argv));
  } catch (const std::exception& thrown) {  // of the standard library: memory that cannot be had
    context.screen.complain("hardenedctl: " + printable(thrown.what(), 128) + "\n");
    return static_cast<int>(Exit::failed);
  }
}

}  // namespace hardened::ctl
