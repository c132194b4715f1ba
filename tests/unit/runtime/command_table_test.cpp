#include "runtime/command_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

namespace hardened::runtime {
namespace {

Class of(std::string_view call) {
  const Command* command = find_command(call);
  return command == nullptr ? Class::guarded : command->what;
}

TEST(CommandTable, OnlyTheseCallsGrant) {
  EXPECT_EQ(of("create"), Class::bundle);
  EXPECT_EQ(of("run"), Class::bundle);
  EXPECT_EQ(of("exec"), Class::process);
  EXPECT_EQ(of("update"), Class::resources);
  EXPECT_EQ(of("start"), Class::start);
  for (const char* guarded : {"checkpoint", "restore", "mounts", "init", "", "Create", "--create", "c"}) {
    EXPECT_EQ(of(guarded), Class::guarded) << guarded;
  }
  for (const char* none : {"state", "list", "ps", "events", "kill", "delete", "pause", "resume", "spec",
                           "features", "help", "h", "version"}) {
    EXPECT_EQ(of(none), Class::none) << none;
  }
}

TEST(CommandTable, TheSubjectFollowsFromTheClass) {
  for (const Command& command : commands()) {
    Subject subject = Subject::none;
    if (command.what == Class::bundle || command.name == "restore") subject = Subject::bundle;
    if (command.what == Class::process) subject = Subject::process;
    if (command.what == Class::resources) subject = Subject::resources;
    EXPECT_EQ(command.subject, subject) << command.name;
  }
}

// The names of controls/, so that a misspelt owner is no owner.
TEST(CommandTable, AnOwnerIsAControl) {
  constexpr std::array<std::string_view, 8> kControls{
      "capabilities", "no_new_privileges", "apparmor", "selinux", "user", "resources", "pids", "command"};
  const auto check = [&](const Flag& flag) {
    if (flag.standing != Standing::owned) return;
    EXPECT_NE(std::find(kControls.begin(), kControls.end(), flag.why), kControls.end())
        << flag.name << ": " << flag.why;
  };
  for (const Command& command : commands()) std::for_each(command.flags.begin(), command.flags.end(), check);
  for (const Flag& flag : global_flags()) EXPECT_NE(flag.standing, Standing::owned) << flag.name;
}

TEST(CommandTable, FindsByNameAndByLetter) {
  const auto flags = find_command("exec")->flags;
  ASSERT_NE(find_flag(flags, "process"), nullptr);
  EXPECT_EQ(find_flag(flags, "p"), find_flag(flags, "process"));
  EXPECT_EQ(find_flag(flags, "pr"), nullptr);
  EXPECT_EQ(find_flag(flags, ""), nullptr);
  EXPECT_EQ(find_flag(global_flags(), ""), nullptr);
  EXPECT_NE(find_flag(global_flags(), "V"), nullptr);
}

// What stands in no document is refused unless the host allows it by name.
TEST(CommandTable, WhatNoDocumentShowsIsGuarded) {
  const auto standing = [](std::string_view call, std::string_view flag) {
    return find_flag(find_command(call)->flags, flag)->standing;
  };
  for (const char* call : {"create", "run", "restore"})
    EXPECT_EQ(standing(call, "no-pivot"), Standing::guarded) << call;
  EXPECT_EQ(standing("create", "no-new-keyring"), Standing::guarded);
  EXPECT_EQ(standing("exec", "cgroup"), Standing::guarded);
  EXPECT_EQ(standing("update", "l3-cache-schema"), Standing::guarded);
  EXPECT_EQ(standing("restore", "lsm-profile"), Standing::guarded);
  EXPECT_EQ(find_flag(global_flags(), "cgroup-manager")->standing, Standing::guarded);
}

}  // namespace
}  // namespace hardened::runtime
