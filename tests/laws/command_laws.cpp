// The laws for where a process begins.
#include "controls/command.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::Beginning;
using controls::Command;

struct CommandTrait : Trait<Command> {
  static std::string document(Scope scope) {
    const std::string directory = one_of({"/", "/srv/app", "/proc/self/fd/7", "/proc", "/proc/1/root", "srv",
                                          "", "/a/../b", "/dev/fd/3", "/processes"});
    const std::string members = R"("args":["sh"],"env":["A=/proc/self/fd/7"],"cwd":)" +
                                (number(0, 9) == 9 ? "null" : '"' + directory + '"');
    return process_document(scope, members);
  }
  static Command::Ceiling ceiling() { return ceiling_of<Command>("{}"); }
  static Command::Ceiling lower(const Command::Ceiling& than) { return than; }
  static std::vector<Raised> raised(const Grant& granted) {
    if (!granted.beyond.empty()) return {};
    return {{Beginning{"a directory on mount 26"}, "a directory on mount 26"}};
  }
};

INSTANTIATE_TEST_SUITE_P(Command, ControlLaws, testing::ValuesIn(of_refusing<CommandTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
