// Our reading of a command line against five small parsers written for this test (tests/support/readers.h),
// on many random command lines. `installed_runtimes_test.cpp` holds two of the four against the real
// programs.
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "tests/support/readers_judge.h"

namespace hardened::test::readers {
namespace {

constexpr std::array kWords{"create",
                            "run",
                            "exec",
                            "update",
                            "start",
                            "restore",
                            "kill",
                            "state",
                            "list",
                            "help",
                            "h",
                            "mounts",
                            "A",
                            "B",
                            "c1",
                            "/b",
                            "-",
                            "--",
                            "--help",
                            "-h",
                            "--help=false",
                            "-h=0",
                            "--version",
                            "-v",
                            "-V",
                            "-?",
                            "--usage",
                            "--root",
                            "--root=/r",
                            "-root",
                            "--log",
                            "--debug",
                            "--debug=false",
                            "--rootless",
                            "--log-format=json",
                            "--criu",
                            "--systemd-cgroup",
                            "--cgroup-manager",
                            "--bundle",
                            "-b",
                            "--bundle=/c",
                            "-b=/d",
                            "-b/e",
                            "-bundle",
                            "-bundle=/f",
                            "--bund",
                            "--config",
                            "-f",
                            "--pid-file",
                            "--no-pivot",
                            "--no-pivot=false",
                            "-no-subreaper",
                            "--no-subreaper",
                            "--detach",
                            "-d",
                            "-detach",
                            "--keep",
                            "--process",
                            "-p",
                            "--process=/p",
                            "-p=/q",
                            "--env",
                            "-e",
                            "-e=X=1",
                            "--cap",
                            "-c",
                            "--tty",
                            "-t",
                            "-t=false",
                            "--tty=false",
                            "--tty=0",
                            "-td",
                            "-dt",
                            "--user=1",
                            "--resources",
                            "-r",
                            "--resources=-",
                            "--memory",
                            "--memory=5",
                            "-1",
                            "--memory-swap",
                            "--foo",
                            "--foo=1",
                            " --bundle=/g",
                            "--bundle=/h ",
                            "--bundle=",
                            "",
                            " A",
                            "A ",
                            "---bundle",
                            "-=x",
                            "--program-name",
                            " --help=false",
                            "\xe2\x80\x85-",
                            "\t--",
                            " -h=0",
                            "--hardened-policy",
                            "--hardened-policy=/x",
                            "--preserve-fds",
                            "3"};

constexpr std::array kCalls{"create", "run", "exec", "update", "start", "restore"};

class Words_ {
 public:
  explicit Words_(unsigned seed) : random_(seed) {}

  Words draw() {
    Words argv{"hardened-runtime"};
    const std::size_t before = below(4) == 0 ? below(4) : 0;
    for (std::size_t i = 0; i < before; ++i) argv.push_back(word());
    if (below(5) != 0) argv.push_back(kCalls[below(kCalls.size())]);
    const std::size_t after = below(7);
    for (std::size_t i = 0; i < after; ++i) argv.push_back(below(4) == 0 ? "A" : word());
    return argv;
  }

 private:
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }
  std::string word() { return kWords[below(kWords.size())]; }
  std::mt19937 random_;
};

std::string shown(const Words& argv) {
  std::string text;
  for (const std::string& word : argv) text += "[" + word + "]";
  return text;
}

TEST(Readers, NobodyActsOnWhatWeReadDifferently) {
  Words_ words(20260801);
  int accepted = 0;
  int acted_on = 0;
  for (int i = 0; i < 100'000; ++i) {
    const Words argv = words.draw();
    ASSERT_EQ(judge(argv), "") << shown(argv);
    const auto ours = runtime::parse_invocation(argv);
    if (!ours || ours->what == runtime::Class::none) continue;
    ++accepted;
    for (const Named& named : read_all(ours->arguments)) acted_on += named.read ? 1 : 0;
  }
  // The draw would prove nothing if it never came to an accepted call.
  EXPECT_GT(accepted, 1'000);
  EXPECT_GT(acted_on, 2'000);
}

}  // namespace
}  // namespace hardened::test::readers
