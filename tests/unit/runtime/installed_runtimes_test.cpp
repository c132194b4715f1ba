// Facts, asked of the runc and the crun of this machine. Each test says so and passes where they are not installed.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <regex>

#include "runtime/invocation.h"
#include "tests/support/readers.h"
#include "tests/support/temporary.h"
#include "tests/unit/runtime/words.h"

namespace hardened::runtime {
namespace {

using test::words;
using Words = std::vector<std::string>;

std::string installed(const std::string& program) {
  for (const char* directory : {"/usr/sbin/", "/usr/bin/"}) {
    if (access((directory + program).c_str(), X_OK) == 0) return directory + program;
  }
  std::printf("not asked: %s is not installed\n", program.c_str());
  return "";
}

// What a program says, on either stream, to a command line; run in a directory of its own.
std::string said(const std::string& directory, const Words& argv) {
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) return "no pipe";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], 1);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], 2);
  std::vector<char*> arguments;
  for (const std::string& word : argv) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::array<char*, 1> environment{nullptr};
  pid_t child = 0;
  const int failed =
      posix_spawn(&child, argv[0].c_str(), &actions, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  close(pipe[1]);
  std::string text;
  std::array<char, 4096> piece{};
  ssize_t got = 0;
  while (failed == 0 && (got = read(pipe[0], piece.data(), piece.size())) > 0)
    text.append(piece.data(), static_cast<std::size_t>(got));
  close(pipe[0]);
  if (failed == 0) waitpid(child, nullptr, 0);
  return text;
}

// The flags that a help text shows: "--name value, -n value", "-n, --name=VALUE", "--flag", "-t, --tty[=TTY]".
std::vector<Flag> shown_flags(const std::string& help, std::vector<std::string>& names) {
  static const std::regex line(R"((?:^|\n) +(?:-(\S), )?--([a-z0-9-]+)(\[=\S+\]|=\S+| value)?(?:, -(\S))?)");
  std::vector<Flag> flags;
  names.reserve(100);
  for (auto found = std::sregex_iterator(help.begin(), help.end(), line); found != std::sregex_iterator();
       ++found) {
    const std::smatch& match = *found;
    names.push_back(match[2].str());
    Flag flag{names.back()};
    if (match[1].length() == 1) flag.letter = match[1].str()[0];
    if (match[4].length() == 1) flag.letter = match[4].str()[0];
    flag.takes = match[3].length() == 0     ? Takes::nothing
                 : match[3].str()[0] == '[' ? Takes::optional
                                            : Takes::value;
    flags.push_back(flag);
  }
  return flags;
}

void expect_known(const std::string& help, std::span<const Flag> known, const std::string& where) {
  std::vector<std::string> names;
  const std::vector<Flag> flags = shown_flags(help, names);
  EXPECT_FALSE(flags.empty()) << where << " shows no flags: " << help.substr(0, 200);
  for (const Flag& flag : flags) {
    if (flag.name == "help" || flag.name == "usage") continue;
    const Flag* row = find_flag(known, flag.name);
    ASSERT_NE(row, nullptr) << where << " knows --" << flag.name << ", the command table does not";
    const bool tty = flag.name == "tty";  // optional to crun, a boolean to runc
    EXPECT_TRUE(row->takes == flag.takes || tty)
        << where << " --" << flag.name << ": whether it takes a value";
    if (flag.letter == 0) continue;
    EXPECT_EQ(row->letter, flag.letter) << where << " --" << flag.name;
  }
}

// "   create      create a container" and "\tcreate      - create a container", below COMMANDS.
std::vector<std::string> shown_commands(const std::string& help) {
  static const std::regex line(R"(\n[ \t]+([a-z]+)(?:, [a-z])? {2,})");
  const std::size_t begin = help.find("COMMANDS:");
  if (begin == std::string::npos) return {};
  std::string text = help.substr(begin);
  text.resize(std::min(text.find("\n\n"), text.size()));
  std::vector<std::string> names;
  for (auto found = std::sregex_iterator(text.begin(), text.end(), line); found != std::sregex_iterator();
       ++found) {
    names.push_back((*found)[1].str());
  }
  return names;
}

void expect_table_covers(const std::string& name) {
  const std::string program = installed(name);
  if (program.empty()) return;
  const test::TemporaryDirectory directory;
  const std::string help = said(directory.path(), {program, "--help"});
  expect_known(help, global_flags(), name);
  const std::vector<std::string> shown = shown_commands(help);
  EXPECT_GT(shown.size(), 10U) << help;
  for (const std::string& call : shown) {
    const Command* command = find_command(call);
    ASSERT_NE(command, nullptr) << name << " knows the subcommand " << call << ", the command table does not";
    if (call == "help") continue;
    const std::string text = said(directory.path(), {program, call, "--help"});
    if (text.find("--") != std::string::npos && text.find("OPTIONS:") != std::string::npos) {
      expect_known(text, command->flags, name + " " + call);
    } else if (name == "crun") {
      expect_known(text, command->flags, name + " " + call);
    }
  }
}

TEST(InstalledRuntimes, TheTableKnowsAllThatRuncShows) { expect_table_covers("runc"); }
TEST(InstalledRuntimes, TheTableKnowsAllThatCrunShows) { expect_table_covers("crun"); }

// Command lines whose bundle does not exist and whose containers are broken, so that nothing can start. The error
// says which bundle or which container was taken.
constexpr std::array kLines{"create --bundle /no-such-1 A",
                            "create A --bundle /no-such-1",
                            "create --bundle=/no-such-1 A",
                            "create -b /no-such-1 A",
                            "create --b /no-such-1 A",
                            "create -bundle /no-such-1 A",
                            "create -bundle=/no-such-1 A",
                            "create -b=/no-such-1 A",
                            "create -b/no-such-1 A",
                            "create --bund /no-such-1 A",
                            "create --bundle /no-such-1 --bundle /no-such-2 A",
                            "create --bundle /no-such-1 -b /no-such-2 A",
                            "create --bundle /no-such-1 A B",
                            "create --bundle /no-such-1 -- A",
                            "create --bundle /no-such-1 A --",
                            "create A -- --bundle /no-such-1",
                            "create A --bundle -- B",
                            "create --bundle --no-pivot A",
                            "create --bundle /no-such-1 --no-pivot false A",
                            "create --bundle /no-such-1 --no-pivot=false A",
                            "create --bundle /no-such-1 --help A",
                            "create --bundle /no-such-1 --help=false A",
                            "create --bundle /no-such-1 -h=0 A",
                            "create --bundle /no-such-1 --help --help=false A",
                            "create --pid-file --help --bundle /no-such-1 A",
                            "create - --bundle /no-such-1",
                            "create --bundle - A",
                            "create --bundle - --help",
                            "create A --bundle -",
                            "create --bundle /no-such-1 --frob A",
                            "create --bundle= A",
                            "run --detach --bundle /no-such-1 A",
                            "run -no-subreaper --bundle /no-such-1 A",
                            "run --bundle /no-such-1 -d A",
                            "--debug create --bundle /no-such-1 A",
                            "-debug create --bundle /no-such-1 A",
                            "--debug=false create --bundle /no-such-1 A",
                            "--debug false create --bundle /no-such-1 A",
                            "--log create create --bundle /no-such-1 A",
                            "-- create --bundle /no-such-1 A",
                            "--frob create --bundle /no-such-1 A",
                            "--version create --bundle /no-such-1 A",
                            "-v create --bundle /no-such-1 A",
                            "--version=false create --bundle /no-such-1 A",
                            "--help create --bundle /no-such-1 A",
                            "--deb create --bundle /no-such-1 A",
                            "start A",
                            "start B",
                            "start create",
                            "start A B",
                            "start -- A",
                            "start --frob A",
                            "start A --help",
                            "start --help A",
                            "exec A sh",
                            "exec A -- sh",
                            "exec -t A sh --help",
                            "exec --tty B sh",
                            "exec -t=false A sh",
                            "exec -td A sh",
                            "exec -detach A sh",
                            "exec --detach A B",
                            "exec -e A B C",
                            "exec -e=A B C",
                            "exec --env A=1 B C",
                            "exec --process /p A",
                            "exec -p /p A B",
                            "exec -p A B C",

                            "exec -- A sh",
                            "start A --",
                            "start --usage --",
                            "create --bundle /no-such-1 --usage --",
                            "update A --memory --",
                            "update A --memory -- --",
                            "update A --memory --pids-limit",
                            "update -- A --memory=3",
                            "update A -- --memory=3",
                            "start -- --help",
                            "start - A",
                            "create --bundle /no-such-1 A -- --help",
                            "exec -c A B C",
                            "exec --user 1 B C",
                            "exec --cap=A B C",
                            "exec --no-new-privs A B",
                            "update A",
                            "update --memory 5 A",
                            "update A --memory 5",
                            "update --memory A B",
                            "update --resources - A",
                            "update A --resources -",
                            "update A --resources B",
                            "update --resources=- A",
                            "update -r root/A/state.json B",
                            "update --memory-swap -1 A",
                            "update A B",
                            "update --resources - --memory 5 A",
                            "restore --bundle /no-such-1 A",
                            "restore A --bundle /no-such-1",
                            "kill A",
                            "kill create",
                            "frob A"};

// "/no-such-1" or "A": where it failed. Nothing where it did not come to act.
std::string acted_on(const std::string& text) {
  static const std::regex runc_bundle(R"(chdir (\S+): )");
  static const std::regex crun_bundle(R"((?:realpath|chdir) `([^`]*)` failed)");
  static const std::regex runc_container(R"(invalid character '(.)' looking for beginning of value)");
  static const std::regex crun_container(R"(error opening file `[^`]*/([^`/]*)/status`)");
  std::smatch found;
  for (const std::regex& place : {runc_bundle, crun_bundle, runc_container, crun_container}) {
    if (std::regex_search(text, found, place)) return found[1].str();
  }
  return "";
}

std::string we_take(const Invocation& call) {
  if (call.what == Class::none) return "";
  return call.subject == Subject::bundle ? call.bundle : call.id;
}

class Installed : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    program_ = installed(GetParam());
    if (program_.empty()) GTEST_SKIP() << GetParam() << " is not installed";
    for (const char* id : {"A", "B", "C"}) {
      std::filesystem::create_directories(directory_ / "root/" + id);
      directory_.write(std::string("root/") + id + "/state.json",
                       id);  // to runc a container that is broken in its own way
    }
  }

  // `kill` acts too, but not on what we would have to know.
  void expect_same(const Words& line) {
    Words argv{program_, "--root", directory_.path() + "/root"};
    argv.insert(argv.end(), line.begin(), line.end());
    const std::string text = said(directory_.path(), argv);
    const std::string theirs = acted_on(text);
    const auto ours = parse_invocation(argv);
    std::string shown;
    for (const std::string& word : line) shown += "[" + word + "]";
    if (!ours || theirs.empty()) return;
    if (ours->call == "kill") return;
    ++compared_;
    EXPECT_EQ(we_take(*ours), theirs) << shown << "\n" << text;
  }

  std::string program_;
  test::TemporaryDirectory directory_;
  int compared_ = 0;
};

TEST_P(Installed, TakesTheBundleOrContainerThatWeTake) {
  for (const char* line : kLines) expect_same(words(line));
  EXPECT_GT(compared_, 15);
}

// Where a reader's reading would fail on this machine.
std::string expected_of(const test::readers::Read& read, bool crun) {
  if (!read) return "";
  if (read->call == "create" || read->call == "run") {
    const auto given = read->flags.find("bundle");
    return given == read->flags.end() ? "" : given->second.back();
  }
  const bool broken = read->id == "A" || read->id == "B" || read->id == "C";
  return crun || broken ? read->id : "";  // runc does not name what it does not find
}

// The small parsers of readers.h stand for the programs in tests of many command lines; here they answer for it. Which
// of runc's three is the right one depends on what it was built with: one of them is, in every line.
TEST_P(Installed, IsWhatOneOfItsSmallParsersSays) {
  const bool crun = std::string(GetParam()) == "crun";
  std::vector<std::string> differences(test::readers::read_all({"runc"}).size());
  for (const char* line : kLines) {
    Words argv{program_, "--root", directory_.path() + "/root"};
    for (const std::string& word : words(line)) argv.push_back(word);
    const std::string call = words(line)[0];
    if (call == "kill" || call == "restore") continue;
    const std::string theirs = acted_on(said(directory_.path(), argv));
    const auto all = test::readers::read_all(argv);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string expected = expected_of(all[i].read, crun);
      if (expected != theirs)
        differences[i] += std::string(line) + ": takes " + theirs + ", not " + expected + "\n";
    }
  }
  if (crun) {
    EXPECT_EQ(differences.back(), "");
    return;
  }
  const auto right = [](const std::string& difference) { return difference.empty(); };
  EXPECT_TRUE(std::any_of(differences.begin(), differences.end() - 1, right))
      << testing::PrintToString(differences);
}

INSTANTIATE_TEST_SUITE_P(Programs, Installed, testing::Values("runc", "crun"),
                         [](const auto& parameter) { return parameter.param; });

}  // namespace
}  // namespace hardened::runtime
