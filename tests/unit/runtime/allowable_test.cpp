// What a policy may allow by name is what the command table guards: neither knows a word that the other does not.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "config/policy.h"
#include "runtime/command_table.h"

namespace hardened::runtime {
namespace {

void add_guarded(std::span<const Flag> flags, std::set<std::string>& words) {
  for (const Flag& flag : flags) {
    if (flag.standing == Standing::guarded) words.insert("--" + std::string(flag.name));
  }
}

TEST(Allowable, IsWhatTheCommandTableGuards) {
  std::set<std::string> guarded;
  add_guarded(global_flags(), guarded);
  for (const Command& command : commands()) {
    if (command.what == Class::guarded) guarded.insert(std::string(command.name));
    add_guarded(command.flags, guarded);
  }
  const std::set<std::string> allowable(config::kAllowable.begin(), config::kAllowable.end());
  EXPECT_EQ(allowable, guarded);
}

}  // namespace
}  // namespace hardened::runtime
