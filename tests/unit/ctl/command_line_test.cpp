#include "ctl/command_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "ctl/commands.h"

namespace hardened::ctl {
namespace {

constexpr Option kDeep{"--deep", "", "look deeper"};
constexpr Option kFile{"--file", "FILE", "which"};
constexpr Option kOnly{"--only", "NAME", "those alone", true};
constexpr Operand kThings{"THING", Operand::Count::some, "what to look at"};
constexpr Operand kMaybe{"THING", Operand::Count::optional, "what to look at"};
constexpr Operand kSingle{"THING", Operand::Count::one, "what to look at"};
constexpr std::array kOptions{kDeep, kFile, kOnly};
constexpr std::array kSome{kThings};
constexpr std::array kOptional{kMaybe};
constexpr std::array kOne{kSingle};

constexpr Command kLook{.name = "look",
                        .summary = "look at things",
                        .details = "in all detail",
                        .options = kOptions,
                        .operands = kSome};
constexpr Command kPeep{
    .name = "peep", .summary = "look at one", .details = "", .options = {}, .operands = kOptional};
constexpr Command kMeet{
    .name = "seccomp meet", .summary = "of two", .details = "", .options = kOptions, .operands = kOne};
constexpr Command kDiff{
    .name = "seccomp diff", .summary = "of two", .details = "", .options = {}, .operands = {}};
constexpr std::array<const Command*, 4> kAll{&kLook, &kPeep, &kMeet, &kDiff};

using Words = std::vector<std::string>;

Read line(const Words& words) {
  Words all{"hardenedctl"};
  all.insert(all.end(), words.begin(), words.end());
  return read_command_line(kAll, all);
}

TEST(CommandLine, OptionsAndOperandsInAnyOrder) {
  const Read read = line({"look", "a", "--file", "f", "b", "--deep"});
  ASSERT_EQ(read.command, &kLook) << read.text;
  EXPECT_EQ(read.arguments.values(kThings), (Words{"a", "b"}));
  EXPECT_EQ(read.arguments.value(kFile), "f");
  EXPECT_TRUE(read.arguments.given(kDeep));
  EXPECT_FALSE(read.arguments.given(kOnly));
}

TEST(CommandLine, TheLastOfAnOptionCountsAndAllOfOneThatRepeats) {
  const Read read =
      line({"look", "a", "--file", "f", "--file=g", "--only", "x", "--only=y", "--deep", "--deep"});
  ASSERT_EQ(read.command, &kLook) << read.text;
  EXPECT_EQ(read.arguments.values(kFile), (Words{"g"}));
  EXPECT_EQ(read.arguments.values(kOnly), (Words{"x", "y"}));
  EXPECT_EQ(read.arguments.values(kDeep).size(), 1U);
  EXPECT_EQ(read.arguments.values(kThings), (Words{"a"})) << "an option takes one word";
}

TEST(CommandLine, BehindTwoDashesAllAreOperands) {
  const Read read = line({"look", "--deep", "--", "--file", "-x"});
  ASSERT_EQ(read.command, &kLook) << read.text;
  EXPECT_EQ(read.arguments.values(kThings), (Words{"--file", "-x"}));
  EXPECT_FALSE(read.arguments.given(kFile));
}

TEST(CommandLine, AnOptionalOperand) {
  EXPECT_EQ(line({"peep"}).command, &kPeep);
  EXPECT_EQ(line({"peep"}).arguments.value(kMaybe), std::nullopt);
  EXPECT_EQ(line({"peep", "a"}).arguments.value(kMaybe), "a");
  const Read read = line({"peep", "a", "b"});
  EXPECT_EQ(read.command, nullptr);
  EXPECT_NE(read.text.find("hardenedctl: "), std::string::npos);
  EXPECT_EQ(read.exit, Exit::usage);
}

TEST(CommandLine, AMissingOperandIsNamed) {
  const Read read = line({"look"});
  EXPECT_EQ(read.command, nullptr);
  EXPECT_EQ(read.exit, Exit::usage);
  EXPECT_NE(read.text.find("THING"), std::string::npos) << read.text;
}

TEST(CommandLine, GroupsOfCommands) {
  const Read read = line({"seccomp", "meet", "a", "--deep"});
  ASSERT_EQ(read.command, &kMeet) << read.text;
  EXPECT_EQ(read.arguments.value(kSingle), "a");
  EXPECT_EQ(line({"seccomp", "diff"}).command, &kDiff);
  EXPECT_EQ(line({"seccomp", "diff", "b"}).text, "hardenedctl: seccomp diff: one word too many, 'b'\n");
  const Read none = line({"seccomp"});
  EXPECT_EQ(none.command, nullptr);
  EXPECT_EQ(none.exit, Exit::usage);
}

TEST(CommandLine, AnUnknownCommandWithTheNearest) {
  const Read read = line({"lok", "a"});
  EXPECT_EQ(read.exit, Exit::usage);
  EXPECT_EQ(read.text, "hardenedctl: unknown command 'lok', did you mean look?\n");
  EXPECT_EQ(line({"frobnicate"}).text,
            "hardenedctl: unknown command 'frobnicate'; `hardenedctl --help` lists them\n");
  EXPECT_EQ(line({"seccomp", "met"}).text,
            "hardenedctl: unknown command 'seccomp met', did you mean meet?\n");
  EXPECT_EQ(line({"seccomp", "xxxxxxx"}).text,
            "hardenedctl: unknown command 'seccomp xxxxxxx'; `hardenedctl seccomp --help` lists them\n");
  EXPECT_EQ(line({"a\nb"}).text.find('\n'), line({"a\nb"}).text.size() - 1) << "one line, whatever was said";
}

TEST(CommandLine, AnUnknownOptionWithTheNearest) {
  EXPECT_EQ(line({"look", "--dep", "a"}).text,
            "hardenedctl: look: unknown option '--dep', did you mean --deep?\n");
  EXPECT_EQ(line({"seccomp", "meet", "a", "--fil=x"}).exit, Exit::usage);
  EXPECT_EQ(line({"look", "a", "--unheard-of"}).text,
            "hardenedctl: look: unknown option '--unheard-of'; `hardenedctl look --help` lists them\n");
  EXPECT_EQ(line({"look", "a", "--file"}).exit, Exit::usage) << "without its value";
}

TEST(CommandLine, HelpOfOneCommand) {
  const Read read = line({"look", "--help"});
  EXPECT_EQ(read.exit, Exit::good);
  EXPECT_EQ(read.command, nullptr);
  for (const char* said : {"look at things", "THING", "--file", "look deeper", "in all detail"})
    EXPECT_NE(read.text.find(said), std::string::npos) << said << " in\n" << read.text;
  EXPECT_EQ(read.text.find("peep"), std::string::npos);
  const Read group = line({"seccomp", "--help"});
  EXPECT_EQ(group.exit, Exit::good);
  EXPECT_NE(group.text.find("meet"), std::string::npos) << group.text;
}

TEST(CommandLine, HelpOfAll) {
  const Read read = line({"--help"});
  EXPECT_EQ(read.exit, Exit::good);
  for (const char* said : {"look", "peep", "seccomp", "exit status"})
    EXPECT_NE(read.text.find(said), std::string::npos) << said << " in\n" << read.text;
  EXPECT_EQ(line({}).exit, Exit::usage);
  EXPECT_EQ(line({"--version"}).exit, Exit::good);
  EXPECT_EQ(line({"--version"}).text.find("hardenedctl "), 0U);
}

TEST(CommandLine, EveryCommandPrintsJsonWhereItIsAsked) {
  for (const Command* one : commands()) {
    const bool found = std::any_of(one->options.begin(), one->options.end(),
                                   [](const Option& option) { return option.name == kJson.name; });
    EXPECT_TRUE(found) << one->name;
  }
}

TEST(CommandLine, NoTwoCommandsHaveOneName) {
  for (const Command* one : commands()) {
    for (const Command* other : commands())
      EXPECT_TRUE(one == other || one->name != other->name) << one->name;
    ASSERT_NE(one->run, nullptr) << one->name;
    const Read read = read_command_line(commands(), {"hardenedctl", "--help"});
    EXPECT_NE(read.text.find(one->name.substr(0, one->name.find(' '))), std::string::npos) << one->name;
  }
}

}  // namespace
}  // namespace hardened::ctl
