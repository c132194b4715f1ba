#include "runtime/handoff.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <limits>

#include "core/base/host_linux.h"
#include "tests/support/fake_host.h"
#include "tests/support/temporary.h"

namespace hardened::runtime {
namespace {

using test::executes;
using test::FakeHost;
using test::Operation;
using Words = std::vector<std::string>;

constexpr const char* kRunc = "/usr/sbin/runc";

Invocation invocation(const Words& argv) {
  Result<Invocation> call = parse_invocation(argv);
  EXPECT_TRUE(call.ok()) << call.error().what;
  return std::move(call).value_or({});
}

std::optional<FakeHost::Executed> handed(FakeHost& host, const Words& argv,
                                         const std::optional<Document>& document,
                                         const Words& environment = {}) {
  const Invocation call = invocation(argv);
  return executes([&] { static_cast<void>(hand_over(host, kRunc, call, document, environment)); });
}

TEST(Handoff, WithoutADocumentNothingChanges) {
  FakeHost host;
  const Words argv = {"/usr/local/bin/hardened-ci", "--root", "/r", "delete", "--force", "web"};
  const Words environment = {"A=1", "", "A=2"};
  const auto executed = handed(host, argv, std::nullopt, environment);
  ASSERT_TRUE(executed.has_value());
  EXPECT_EQ(executed->path, kRunc);
  EXPECT_EQ(executed->arguments, argv);
  EXPECT_EQ(executed->environment, environment);
  EXPECT_TRUE(host.memory_files().empty());
}

TEST(Handoff, TheValueOfTheFlagIsReplacedInItsForm) {
  const std::string value = "/proc/self/fd/3";
  const struct {
    Words given, expected;
  } cases[] = {
      {{"--process", "/tmp/p", "-d", "web"}, {"--process", value, "-d", "web"}},
      {{"--process=/tmp/p", "-d", "web"}, {"--process=" + value, "-d", "web"}},
      {{"-d", "-p", "/tmp/p", "web"}, {"-d", "-p", value, "web"}},
  };
  for (const auto& row : cases) {
    FakeHost host;
    Words argv = {"hardened-runtime", "exec"};
    argv.insert(argv.end(), row.given.begin(), row.given.end());
    Words expected = {"hardened-runtime", "exec"};
    expected.insert(expected.end(), row.expected.begin(), row.expected.end());
    const auto executed = handed(host, argv, Document{"process", "{}"});
    ASSERT_TRUE(executed.has_value());
    EXPECT_EQ(executed->arguments, expected);
    EXPECT_EQ(host.memory_files().at(3).bytes, "{}");
  }
}

TEST(Handoff, AFlagThatWasNotGivenStandsBehindTheSubcommand) {
  FakeHost host;
  const auto executed = handed(host, {"hardened-runtime", "--root", "/r", "exec", "-t", "web", "sh"},
                               Document{"process", "{}"});
  ASSERT_TRUE(executed.has_value());
  EXPECT_EQ(executed->arguments, (Words{"hardened-runtime", "--root", "/r", "exec", "--process",
                                        "/proc/self/fd/3", "-t", "web", "sh"}));
}

TEST(Handoff, StandardInputIsReplacedToo) {
  FakeHost host;
  const auto executed =
      handed(host, {"hardened-runtime", "update", "--resources=-", "web"}, Document{"resources", "{}"});
  ASSERT_TRUE(executed.has_value());
  EXPECT_EQ(executed->arguments, (Words{"hardened-runtime", "update", "--resources=/proc/self/fd/3", "web"}));
}

TEST(Handoff, TheDocumentStandsAboveWhatTheCallerPassesOn) {
  Invocation call;
  EXPECT_EQ(first_free_descriptor(call, {}), 3);
  call.preserve_fds = 4;
  EXPECT_EQ(first_free_descriptor(call, {"PATH=/bin"}), 7);
  EXPECT_EQ(first_free_descriptor(call, {"LISTEN_FDS=2", "XLISTEN_FDS=9"}), 9);
  EXPECT_EQ(first_free_descriptor(call, {"LISTEN_FDS=1", "LISTEN_FDS=2", "LISTEN_FDS=x"}), 9);
  EXPECT_EQ(first_free_descriptor(call, {"LISTEN_FDS=2", "LISTEN_FDS=1"}), 9);
  call.preserve_fds = 0;
  EXPECT_EQ(first_free_descriptor(call, {"LISTEN_FDS=18446744073709551615"}),
            std::numeric_limits<int>::max());
  call.preserve_fds = std::numeric_limits<unsigned>::max();
  EXPECT_EQ(first_free_descriptor(call, {"LISTEN_FDS=18446744073709551615"}),
            std::numeric_limits<int>::max());

  FakeHost host;
  host.open_descriptor(5);
  const auto executed =
      handed(host, {"hardened-runtime", "exec", "--preserve-fds", "1", "-p", "/tmp/p", "web"},
             Document{"process", "{}"}, {"LISTEN_FDS=1"});
  ASSERT_TRUE(executed.has_value());
  EXPECT_EQ(host.memory_files().begin()->first, 6);  // 5 is the first free number, and taken
  EXPECT_EQ(executed->arguments.at(5), "/proc/self/fd/6");
}

TEST(Handoff, WithoutTheFileNothingIsExecuted) {
  FakeHost host;
  host.fail(Operation::memory_file, "hardened-process", Error{Fault::io, "no memory"});
  const Invocation call = invocation({"hardened-runtime", "exec", "-p", "/tmp/p", "web"});
  Error error;
  EXPECT_FALSE(executes([&] { error = hand_over(host, kRunc, call, Document{"process", "{}"}, {}); }));
  EXPECT_EQ(error.what, "no memory");
  EXPECT_TRUE(host.journal().empty());
}

TEST(Handoff, AFailedExecuteIsTold) {
  FakeHost host;
  host.fail(Operation::execute, kRunc, Error{Fault::io, "cannot execute"});
  EXPECT_EQ(hand_over(host, kRunc, invocation({"hardened-runtime", "state", "web"}), std::nullopt, {}).what,
            "cannot execute");
}

// On the machine: the next program reads the document at the path that it was given.
TEST(Handoff, TheRuntimeReadsTheDocument) {
  const test::TemporaryDirectory directory;
  const std::string script =
      directory.write("runc", "#!/bin/sh\nexec >\"$OUT\"\necho \"$1 $2 $4 $LISTEN_FDS\"\ncat \"$3\"\n");
  ASSERT_EQ(::chmod(script.c_str(), 0755), 0);
  const Invocation call = invocation({"hardened-runtime", "exec", "-p", "/tmp/p", "web"});
  const pid_t child = ::fork();
  if (child == 0) {
    const std::unique_ptr<Host> host = linux_host();
    const Error error = hand_over(*host, script, call, Document{"process", "{\"a\":1}"},
                                  {"OUT=" + directory / "out", "LISTEN_FDS=7", "PATH=/bin:/usr/bin"});
    ::_exit(9);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(directory.read("out"), "exec -p web 7\n{\"a\":1}");
}

}  // namespace
}  // namespace hardened::runtime
