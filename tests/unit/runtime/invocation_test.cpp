#include "runtime/invocation.h"

#include <gtest/gtest.h>

#include "tests/unit/runtime/words.h"

namespace hardened::runtime {
namespace {

using test::words;

// What was read, in one line: the class, the call, the id, then each field that is not as it is without flags.
std::string said(const Invocation& call) {
  std::string text = std::string(name(call.what)) + " " + (call.call.empty() ? "(nothing)" : call.call);
  if (call.what != Class::none) text += " " + call.id;
  const auto field = [&](std::string_view key, const std::string& value, bool shown) {
    if (shown) text += " " + std::string(key) + "=" + value;
  };
  field("bundle", call.bundle, call.bundle != ".");
  field("config", call.config.value_or(""), call.config.has_value());
  field("root", call.root.value_or(""), call.root.has_value());
  field("log", call.log.file, !call.log.file.empty());
  field("log-format", call.log.format, !call.log.format.empty());
  field("pid-file", call.pid_file.value_or(""), call.pid_file.has_value());
  field("process", call.process.value_or(""), call.process.has_value());
  field("resources", call.resources.value_or(""), call.resources.has_value());
  field("preserve-fds", std::to_string(call.preserve_fds), call.preserve_fds != 0);
  for (const std::string& flag : call.guarded) text += " guarded:" + flag;
  return text + (call.help ? " help" : "");
}

std::string read(const std::string& line) {
  const auto call = parse_invocation(words(line));
  return call ? said(*call) : "refused: " + call.error().what;
}

struct Row {
  const char* line;
  const char* expected;
};

// Every line that dockerd, containerd and go-runc were seen to write, of all their versions.
TEST(Invocation, ReadsWhatEnginesWrite) {
  const Row rows[] = {
      {"hardened-runtime --root /R --log /B/log.json --log-format json create --bundle /B --pid-file "
       "/B/init.pid 4f1c",
       "bundle create 4f1c bundle=/B root=/R log=/B/log.json log-format=json pid-file=/B/init.pid"},
      {"x --root /R --log /L --log-format json --systemd-cgroup create --bundle /B --pid-file /P "
       "--console-socket "
       "/tmp/pty1/pty.sock 4f1c",
       "bundle create 4f1c bundle=/B root=/R log=/L log-format=json pid-file=/P"},
      {"x --root /R create --bundle /B --pid-file /P --no-pivot --no-new-keyring --preserve-fds 2 4f1c",
       "bundle create 4f1c bundle=/B root=/R pid-file=/P preserve-fds=2 guarded:--no-pivot "
       "guarded:--no-new-keyring"},
      {"x --rootless=true --criu /usr/sbin/criu create 4f1c", "bundle create 4f1c guarded:--rootless"},
      {"x --rootless=false create 4f1c", "bundle create 4f1c"},
      {"x --root /R --log /L --log-format json start 4f1c",
       "start start 4f1c root=/R log=/L log-format=json"},
      {"x --root /R exec --process /tmp/runc-process1 --console-socket /s --detach --pid-file /B/e.pid 4f1c",
       "process exec 4f1c root=/R pid-file=/B/e.pid process=/tmp/runc-process1"},
      {"x exec --process /p --pidfd-socket /s --detach --pid-file /e 4f1c",
       "process exec 4f1c pid-file=/e process=/p"},
      {"x --root /R update --resources - 4f1c", "resources update 4f1c root=/R resources=-"},
      {"x --root /R update --resources=- 4f1c", "resources update 4f1c root=/R resources=-"},
      {"x --root /R kill 4f1c 15", "none kill root=/R"},
      {"x --root /R kill --all 4f1c 9", "none kill root=/R"},
      {"x --root /R delete 4f1c", "none delete root=/R"},
      {"x --root /R delete --force 4f1c", "none delete root=/R"},
      {"x --root /R ps --format json 4f1c", "none ps root=/R"},
      {"x --root /R pause 4f1c", "none pause root=/R"},
      {"x --root /R resume 4f1c", "none resume root=/R"},
      {"x events --interval=5s --stats 4f1c", "none events"},
      {"x list --format=json", "none list"},
      {"x checkpoint --image-path /I --work-path /W --tcp-established --empty-ns network --status-fd 3 "
       "--pre-dump 4f1c",
       "guarded checkpoint 4f1c"},
      {"x restore --image-path /I --work-path /W --detach --pid-file /F --no-pivot -no-subreaper --bundle /B "
       "4f1c",
       "guarded restore 4f1c bundle=/B pid-file=/F guarded:--no-pivot"},
      {"x features", "none features"},
      {"x --version", "none (nothing) help"},
      {"x run --bundle /B --keep bkt4f1c", "bundle run bkt4f1c bundle=/B"},
  };
  for (const Row& row : rows) EXPECT_EQ(read(row.line), row.expected) << row.line;
}

TEST(Invocation, ReadsEverySpellingThatAllTake) {
  const Row rows[] = {
      {"x create A", "bundle create A"},
      {"x create -b /B A", "bundle create A bundle=/B"},
      {"x create --b /B A", "bundle create A bundle=/B"},
      {"x create --bundle=/B A", "bundle create A bundle=/B"},
      {"x create --bundle=/B=C A", "bundle create A bundle=/B=C"},
      {"x create A --bundle /B", "bundle create A bundle=/B"},
      {"x create --bundle /B A --no-pivot=false", "bundle create A bundle=/B"},
      {"x create -- A", "bundle create A"},
      {"x create A --", "bundle create A"},
      {"x -- create A", "bundle create A"},
      {"x -root /R create A", "bundle create A root=/R"},
      {"x run -no-subreaper A", "bundle run A"},
      {"x create --root /R A", "bundle create A root=/R"},                                // runc's next minor
      {"x create -f other.json -b /B A", "bundle create A bundle=/B config=other.json"},  // crun
      {"x create --bundle --no-pivot A", "bundle create A bundle=--no-pivot"},
      {"x create --bundle /1 --bundle /2 A", "bundle create A bundle=/2"},
      {"x --root /1 --root /2 create --root /3 A", "bundle create A root=/3"},
      {"x --debug=false --systemd-cgroup=T create A", "bundle create A"},
      {"x --cgroup-manager systemd create A", "bundle create A"},
      {"x --cgroup-manager=disabled create A", "bundle create A guarded:--cgroup-manager"},
      {"x create --no-pivot=f --no-new-keyring=0 A", "bundle create A"},
      {"x create --no-pivot=1 A", "bundle create A guarded:--no-pivot"},
      {"x create --help=false A", "bundle create A"},
      {"x create --preserve-fds 65536 A", "bundle create A preserve-fds=65536"},
      {"x --cgroup-manager disabled start A", "start start A"},
      {"x exec --cgroup /other A sh", "process exec A guarded:--cgroup"},
      {"x exec -t A sh -c --help", "process exec A"},
      {"x exec A sh --process /p", "process exec A"},
      {"x exec -p /p A --help", "process exec A process=/p"},
      {"x exec -p /p A --", "process exec A process=/p"},
      {"x exec -e A=1 --env=B=2 A sh", "process exec A"},
      {"x update -r /r A", "resources update A resources=/r"},
      {"x update --memory-swap -1 A", "resources update A"},
      {"x update A --memory 5 --pids-limit -1", "resources update A"},
      {"x update --l3-cache-schema L3:0=f A", "resources update A guarded:--l3-cache-schema"},
  };
  for (const Row& row : rows) EXPECT_EQ(read(row.line), row.expected) << row.line;
}

TEST(Invocation, AWordIsOnlyWhatItsPlaceMakesIt) {
  const Row rows[] = {
      {"x create create", "bundle create create"},
      {"x create --bundle create create", "bundle create create bundle=create"},
      {"x kill create KILL", "none kill"},
      {"x delete exec", "none delete"},
      {"x state --help", "none state help"},
      {"x --root create list", "none list root=create"},
      {"x --log exec kill run", "none kill log=exec"},
      {"x create help", "bundle create help"},
      {"x create kill", "bundle create kill"},
      {"x --root --version create A", "bundle create A root=--version"},
      {"x --debug create A", "bundle create A"},
  };
  for (const Row& row : rows) EXPECT_EQ(read(row.line), row.expected) << row.line;
}

TEST(Invocation, OnlyHelpIsHelp) {
  const Row rows[] = {
      {"x", "none (nothing)"},
      {"x --root /R", "none (nothing) root=/R"},
      {"x --root", "none (nothing)"},
      {"x -v create A", "none create help"},
      {"x -V create A", "none create help"},
      {"x --help create A", "none create help"},
      {"x create --help", "none create help"},
      {"x create -h A", "none create help"},
      {"x create A --help", "none create help"},
      {"x exec --help A sh", "none exec help"},
      {"x checkpoint --help", "none checkpoint help"},
      {"x help create", "none help"},
      {"x h exec", "none h"},
      {"x exec A --help", "process exec A"},
      {"x create --pid-file --help A", "bundle create A pid-file=--help"},
  };
  for (const Row& row : rows) EXPECT_EQ(read(row.line), row.expected) << row.line;
  for (const char* line :
       {"x -v --version=false create A", "x create --help --help=false A", "x create --help --foo A",
        "x create --help --bundle", "x create - --help", "x create -- --help", "x create -? A",
        "x create --usage --", "x --foo --help create A", "x create --help --bundle= A"}) {
    EXPECT_EQ(read(line).rfind("refused: ", 0), 0) << line << ": " << read(line);
  }
}

TEST(Invocation, RefusesWhatTwoWouldReadDifferently) {
  const Row rows[] = {
      {"x create -bundle=/B A", "runc reads a long name here and crun single letters"},
      {"x create -bundle /B A", "runc reads a long name here and crun single letters"},
      {"x exec -detach A sh", "runc reads a long name here and crun single letters"},
      {"x create -b=/B A", "crun takes the = as part of the value"},
      {"x exec -t=false A sh", "crun takes the = as part of the value"},
      {"x exec --tty=0 A sh", "takes no value but =true and =false"},
      {"x update A --resources -", "read in two ways"},
      {"x update --resources - --memory=1 A", "put it before the flag whose value is -"},
      {"x create A --bundle -- B", "read in two ways"},
      {"x create --bundle=  A", "nothing stands behind the ="},
      {"x create --bundle={} A", "give it a value"},
      {"x exec A -- sh", "some runtimes run the --"},
      {"x exec A {} --cap CAP_SYS_ADMIN", "behind the container's id is blank"},
      {"x restore A --bundle /B", "put it before the container's id"},
      {"x create --bundle {} A", "its value is empty"},
      {"x exec --process {} A sh", "its value is empty"},
      {"x --root {} create A", "its value is empty"},
      {"x create --preserve-fds 0x10 A", "is no plain number"},
      {"x create --preserve-fds 010 A", "is no plain number"},
      {"x create --preserve-fds 65537 A", "is no plain number"},
      {"x create --preserve-fds -1 A", "is no plain number"},
      {"x create --preserve-fds 99999999999999999999 A", "is no plain number"},
      {"x create - A", "a lone -"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(read(row.line).rfind("refused: ", 0), 0) << row.line << ": " << read(row.line);
    EXPECT_NE(read(row.line).find(row.expected), std::string::npos) << row.line << ": " << read(row.line);
  }
}

// runc's next minor trims a word before it looks whether that is a flag.
TEST(Invocation, RefusesWhatIsAFlagOnceItIsTrimmed) {
  const std::vector<std::vector<std::string>> lines = {
      {"x", "create", "--bundle=/B ", "A"},
      {"x", "create", "--bundle=/B\xc2\xa0", "A"},
      {"x", "create", "--help", "A", " --help=false"},
      {"x", "create", "--help", "\xe2\x80\x85-", "A"},
      {"x", "create", " -", "--help"},
      {"x", "--version", " --version=false", "create", "A"},
      {"x", "exec", "A", "\t--", "sh"},
      {"x", "exec", "--help", "A", "\xe2\x80\x87", "--help=false"}};
  for (const auto& line : lines) EXPECT_FALSE(parse_invocation(line)) << line[2];
}

TEST(Invocation, RefusesWhatNobodyCanJudge) {
  for (const char* line : {"x create",
                           "x create --bundle",
                           "x create --bundle /B",
                           "x create A B",
                           "x create --foo A",
                           "x create --foo=1 A",
                           "x create --bund /B A",
                           "x create -b/B A",
                           "x exec -td A sh",
                           "x create -1",
                           "x create ---bundle /B A",
                           "x create -=x A",
                           "x create --no-pivot=maybe A",
                           "x create --no-pivot= A",
                           "x create --no-pivot false A",
                           "x exec A",
                           "x exec",
                           "x run",
                           "x update",
                           "x start",
                           "x start A B",
                           "x start --foo A",
                           "x restore",
                           "x create .",
                           "x create ..",
                           "x create A/B",
                           "x create -- -x",
                           "x create {}",
                           "x --foo create A",
                           "x --foo=1 create A",
                           "x --foo kill A",
                           "x --foo A create B",
                           "x --systemd-cgroup= create A",
                           "x create --version A",
                           "x create --log-level debug A",
                           "x create A=B"}) {
    const auto call = parse_invocation(words(line));
    ASSERT_FALSE(call) << line << ": " << said(*call);
    EXPECT_EQ(call.error().fault, Fault::usage) << line;
  }
}

// Whatever stands there, kill and delete reach the runtime, which reads them itself.
TEST(Invocation, CallsWithoutASubjectAreNeverRefused) {
  for (const char* line :
       {"x kill", "x kill A --frob", "x kill - --frob", "x delete --foo A", "x delete -fr A",
        "x delete --force= A", "x list -qf json", "x state {}", "x ps A -- -ef", "x ps -f",
        "x --log-format= delete A", "x --debug=maybe kill A 9", "x --foo list", "x --foo --bar=1 list",
        "x --foo", "x pause A B", "x spec --frob", "x features --all", "x events"}) {
    const auto call = parse_invocation(words(line));
    ASSERT_TRUE(call) << line << ": " << call.error().what;
    EXPECT_EQ(call->what, Class::none) << line;
    EXPECT_EQ(call->arguments, words(line)) << line;
  }
}

TEST(Invocation, AnUnknownSubcommandIsGuarded) {
  EXPECT_EQ(read("x mounts add A f"), "guarded mounts add");
  EXPECT_EQ(read("x init"), "guarded init ");
  EXPECT_EQ(read("x Create A"), "guarded Create A");
  EXPECT_EQ(read("x {} create"), "guarded (nothing) create");
  EXPECT_EQ(read("x - create A"), "guarded - create");
}

// Known flags apart, a flag in no table may only stand where both of its readings reach a harmless call.
TEST(Invocation, AnUnknownGlobalFlagIsReadInBothWays) {
  EXPECT_EQ(read("x --foo list"), "none list");
  EXPECT_EQ(read("x --foo state"), "none state");
  EXPECT_EQ(read("x --foo help list"), "none help");
  EXPECT_EQ(read("x --foo --debug list").rfind("none list", 0), 0);
  EXPECT_EQ(read("x --foo kill A").rfind("refused", 0), 0);         // the value "kill", the subcommand "A"
  EXPECT_EQ(read("x --foo list create A").rfind("refused", 0), 0);  // the value "list"
  EXPECT_EQ(read("x --foo --root create list").rfind("refused", 0), 0);
  EXPECT_EQ(read("x --foo --hardened-policy=/p list").rfind("refused", 0), 0);
}

TEST(Invocation, OurOwnFlagIsTakenOutAndPlacesFollow) {
  const auto call = parse_invocation(words(
      "x --hardened-policy /etc/hardened/ci.yaml --root /R --hardened-policy=/last.yaml create -b /B A"));
  ASSERT_TRUE(call) << call.error().what;
  EXPECT_EQ(call->policy, "/last.yaml");
  EXPECT_EQ(call->arguments, words("x --root /R create -b /B A"));
  EXPECT_EQ(call->arguments[call->call_word], "create");
  ASSERT_NE(last_given(*call, "bundle"), nullptr);
  EXPECT_EQ(call->arguments[last_given(*call, "bundle")->word], "-b");
  EXPECT_EQ(call->arguments[last_given(*call, "root")->word], "--root");

  EXPECT_EQ(read("x --root --hardened-policy create A"), "bundle create A root=--hardened-policy");
  EXPECT_FALSE(parse_invocation(words("x create --hardened-policy /p A")));  // only before the subcommand
  EXPECT_FALSE(parse_invocation(words("x --hardened-policy p.yaml create A")));
  EXPECT_FALSE(parse_invocation(words("x --hardened-policy= exec A sh")));
  EXPECT_FALSE(parse_invocation(words("x -hardened-policy /p create A")));
  EXPECT_FALSE(parse_invocation(words("x --hardened-policy-/p create A")));
  EXPECT_TRUE(parse_invocation(words("x --hardened-policy p.yaml kill A")));  // reads no policy
}

TEST(Invocation, HandsANarrowedDocumentOverInPlaceOrBehindTheSubcommand) {
  const auto swapped = [](const std::string& line, std::string_view flag) {
    const auto call = parse_invocation(words(line));
    return call ? with_flag(*call, flag, "/proc/self/fd/3") : std::vector<std::string>{call.error().what};
  };
  EXPECT_EQ(swapped("x exec --process /p -d A", "process"), words("x exec --process /proc/self/fd/3 -d A"));
  EXPECT_EQ(swapped("x exec --process=/p A", "process"), words("x exec --process=/proc/self/fd/3 A"));
  EXPECT_EQ(swapped("x exec -p /p A", "process"), words("x exec -p /proc/self/fd/3 A"));
  EXPECT_EQ(swapped("x exec -p /1 -p /2 A", "process"), words("x exec -p /1 -p /proc/self/fd/3 A"));
  EXPECT_EQ(swapped("x --root /R exec -t A sh", "process"),
            words("x --root /R exec --process /proc/self/fd/3 -t A sh"));
  EXPECT_EQ(swapped("x --hardened-policy /p update --resources=- A", "resources"),
            words("x update --resources=/proc/self/fd/3 A"));
  EXPECT_EQ(swapped("x update --memory 5 A", "resources"),
            words("x update --resources /proc/self/fd/3 --memory 5 A"));
}

TEST(Invocation, GivesAllValuesOfARepeatedFlag) {
  const auto call = parse_invocation(words("x exec -e A=1 --env B=2 --env=C=3 web sh"));
  ASSERT_TRUE(call) << call.error().what;
  EXPECT_EQ(values(*call, "env"), words("A=1 B=2 C=3"));
  EXPECT_EQ(last_given(*call, "env")->value, "C=3");
  EXPECT_TRUE(values(*call, "cap").empty());
  EXPECT_EQ(call->positionals, words("web sh"));
}

TEST(LogTarget, IsFoundOnRejectedLinesToo) {
  const auto target = [](const std::string& line) {
    const LogTarget log = find_log_target(words(line));
    return log.file + " " + log.format;
  };
  EXPECT_EQ(target("x --log /L --log-format json create --frob A"), "/L json");
  EXPECT_EQ(target("x --log=/L --log-format=json create"), "/L json");
  EXPECT_EQ(target("x --frob --log /L create A"), "/L ");
  EXPECT_EQ(target("x --log /1 --log /2 create A"), "/2 ");
  EXPECT_EQ(target("x create --log /L A"), "/L ");
  EXPECT_EQ(target("x --root --log create A"), " ");
  EXPECT_EQ(target("x --log"), " ");
  EXPECT_EQ(target(""), " ");
}

// The words of an exec's command are a user's: a file that root writes to must not come from there.
TEST(LogTarget, IsNeverTakenFromWhatRunsInside) {
  for (const char* line :
       {"x exec A sh --log /etc/shadow", "x exec -p /p A --log /etc/shadow", "x exec A -- --log /etc/shadow",
        "x --frob exec A sh --log /etc/shadow", "x --frob list exec A sh --log /etc/shadow",
        "x frob exec A sh --log /etc/shadow"}) {
    EXPECT_EQ(find_log_target(words(line)).file, "") << line;
  }
}

TEST(PolicyName, FollowsTheNameWeAreCalledBy) {
  EXPECT_EQ(policy_of("/usr/bin/hardened-runtime"), "/etc/hardened/policy.yaml");
  EXPECT_EQ(policy_of("hardened-hook"), "/etc/hardened/policy.yaml");
  EXPECT_EQ(policy_of("/usr/bin/hardened-ci"), "/etc/hardened/ci.yaml");
  EXPECT_EQ(policy_of("hardened-ci-2"), "/etc/hardened/ci-2.yaml");
  for (const char* other : {"runc", "", "hardened", "hardened-", "hardened--x", "hardened-CI", "hardened-a.b",
                            "hardened-../x", "hardened-a/hardened-B", "xhardened-ci"}) {
    EXPECT_EQ(policy_of(other), "/etc/hardened/policy.yaml") << other;
  }
  EXPECT_EQ(policy_of("hardened-" + std::string(65, 'a')), "/etc/hardened/policy.yaml");
}

TEST(Id, IsWhatRuncTakesAndAFileCanBeNamed) {
  for (const char* id : {"a", "4f1c", "A_b+c,d-e.f", "...", ".a", "_"}) EXPECT_TRUE(valid_id(id)) << id;
  for (const char* id :
       {"", ".", "..", "-", "-a", "--help", "a/b", "a b", "a\n", "ä", "a:b", "a=b", "a\\b"}) {
    EXPECT_FALSE(valid_id(id)) << id;
  }
  EXPECT_TRUE(valid_id(std::string(kLongestId, 'a')));
  EXPECT_FALSE(valid_id(std::string(kLongestId + 1, 'a')));
  EXPECT_FALSE(valid_id(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace hardened::runtime
