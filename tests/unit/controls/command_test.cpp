#include "controls/command.h"

#include <gtest/gtest.h>

#include "harden.h"
#include "observing.h"

namespace hardened::controls {
namespace {

Outcome<Beginning> beginning(const std::string& directory, Scope scope = Scope::process) {
  const std::string process =
      R"({"args":["/proc/self/fd/7"],"env":["PWD=/proc/self/fd/7"],"cwd":")" + directory + "\"}";
  const std::string json = scope == Scope::process ? process : R"({"process":)" + process + "}";
  const auto out = harden<Command>(scope, json, "{}");
  EXPECT_EQ(out.fault, "");
  EXPECT_EQ(out.text, json);
  return out.outcome;
}

TEST(Command, BeginsInADirectoryOfTheContainer) {
  for (const char* directory :
       {"/", "", "/srv/app", "/proc", "/proc/", "/proc/sys", "/proc/selfish", "/proc/1x/fd",
        "/process/self/fd/7", "/dev", "/dev/fd0", "/x//./proc/self", "/home/...", "/a..b"}) {
    for (const Scope scope : {Scope::process, Scope::bundle})
      EXPECT_EQ(beginning(directory, scope).verdict, Verdict::unchanged) << directory;
  }
}

TEST(Command, DoesNotBeginInAPlaceOfAProcess) {
  for (const char* directory : {"/proc/self", "/proc/self/fd/7", "//proc//self/./fd/7/", "/proc/self/fd",
                                "/proc/thread-self/cwd", "/proc/1/root", "/proc/4711", "/proc/./7/cwd",
                                "/dev/fd/7", "/dev/fd", "/dev//fd/7/x", "/proc/self/task/1/fd/7"}) {
    for (const Scope scope : {Scope::process, Scope::bundle}) {
      const auto outcome = beginning(directory, scope);
      EXPECT_EQ(outcome.verdict, Verdict::refused) << directory;
      ASSERT_EQ(outcome.changes.size(), 1U);
      EXPECT_EQ(outcome.changes[0].pointer, "/process/cwd");
      EXPECT_EQ(outcome.changes[0].before, directory);
      EXPECT_NE(outcome.changes[0].reason.find("a place of a process"), std::string::npos);
    }
  }
}

TEST(Command, DoesNotBeginWhereThePathAloneDoesNotTell) {
  for (const char* directory : {"/x/../proc/self/fd/7", "/..", "/srv/../app", "/srv/.."}) {
    const auto outcome = beginning(directory);
    EXPECT_EQ(outcome.verdict, Verdict::refused) << directory;
    EXPECT_NE(outcome.changes.at(0).reason.find("links"), std::string::npos);
  }
  for (const char* directory : {"srv", ".", "proc/self/fd/7", " /srv"}) {
    const auto outcome = beginning(directory);
    EXPECT_EQ(outcome.verdict, Verdict::refused) << directory;
    EXPECT_NE(outcome.changes.at(0).reason.find("absolute"), std::string::npos);
  }
}

TEST(Command, WithoutADirectoryIsTheRuntimesToDecide) {
  for (const char* json : {"{}", R"({"cwd":null})"})
    EXPECT_EQ(harden<Command>(Scope::process, json, "{}").outcome.verdict, Verdict::unchanged);
  EXPECT_NE(harden<Command>(Scope::process, R"({"cwd":7})", "{}").fault, "");
  EXPECT_FALSE(takes_part<Command>(Scope::resources));
}

class CommandObserved : public ObservedTest {
 protected:
  CommandObserved() {
    running.mounts = "112 99 0:50 / / rw - overlay overlay rw\n" + running.mounts;
    put();
    host.machine.mounts["/proc/4711/cwd"] = 112;
  }
};

TEST_F(CommandObserved, OnAMountOfTheContainer) {
  EXPECT_EQ(surplus<Command>(), "");
  host.machine.mounts["/proc/4711/cwd"] = 86;
  EXPECT_EQ(surplus<Command>(), "");
}

TEST_F(CommandObserved, OnAMountOfTheHost) {
  host.machine.mounts["/proc/4711/cwd"] = 26;
  EXPECT_EQ(surplus<Command>(), "begins outside of the container, in a directory on mount 26");
  // What was let pass by a rule that observes is what was granted.
  EXPECT_EQ(surplus<Command>(R"({"process":{"cwd":"/proc/self/fd/7"}})"), "");
  host.machine.numbers_mounts = false;
  EXPECT_EQ(surplus<Command>(), "");
}

TEST_F(CommandObserved, OfARunningContainerIsItsOwnChoice) {
  host.machine.mounts["/proc/4711/cwd"] = 26;
  begun = Begun::running;
  EXPECT_EQ(surplus<Command>(), "");
}

TEST_F(CommandObserved, ThatCannotBeReadIsAFault) {
  host.fail(test::Operation::place_below, "", Error{Fault::io, "not allowed"});
  EXPECT_EQ(surplus<Command>(), "fault: not allowed");
}

}  // namespace
}  // namespace hardened::controls
