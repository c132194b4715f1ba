// docs/man/hardenedctl.8 says of each command what the program does: its words, its operands and its options.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>

#include "ctl/commands.h"
#include "tests/support/source_tree.h"

namespace hardened::ctl {
namespace {

using Lines = std::multiset<std::string>;

// By the line that begins a command's section, the lines of its options.
std::map<std::string, Lines> sections() {
  std::ifstream file(test::source_path("docs/man/hardenedctl.8"));
  std::map<std::string, Lines> all;
  Lines* section = nullptr;
  bool commands = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(".Sh ")) commands = line == ".Sh COMMANDS";
    if (commands && line.starts_with(".Ss ")) section = &all[line];
    if (commands && section != nullptr && line.starts_with(".It ")) section->insert(line);
  }
  return all;
}

std::string heading(const Command& command) {
  std::string line = ".Ss " + std::string(command.name);
  for (const Operand& operand : command.operands) {
    using Count = Operand::Count;
    if (operand.count == Count::optional || operand.count == Count::any) line += " Op";
    line += " Ar " + std::string(operand.name);
    if (operand.count == Count::some || operand.count == Count::any) line += " ...";
  }
  return line;
}

Lines options(const Command& command) {
  Lines lines;
  for (const Option& option : command.options) {
    std::string line = ".It Fl " + std::string(option.name.substr(1));
    if (!option.value.empty()) line += " Ar " + std::string(option.value);
    lines.insert(line);
  }
  return lines;
}

TEST(Manual, HasEachCommandWithItsOptions) {
  const auto manual = sections();
  for (const Command* command : commands()) {
    const auto found = manual.find(heading(*command));
    if (found == manual.end()) {
      ADD_FAILURE() << "docs/man/hardenedctl.8 has no " << heading(*command);
      continue;
    }
    EXPECT_EQ(found->second, options(*command)) << found->first;
  }
}

TEST(Manual, HasNoOtherCommand) {
  std::set<std::string> real;
  for (const Command* command : commands()) real.insert(heading(*command));
  for (const auto& [line, ignored] : sections()) EXPECT_EQ(real.count(line), 1U) << line;
}

}  // namespace
}  // namespace hardened::ctl
