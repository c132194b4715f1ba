#include "runtime/exec_flags.h"

#include <gtest/gtest.h>

#include "core/doc/json.h"
#include "tests/unit/runtime/words.h"

namespace hardened::runtime {
namespace {

using test::words;

constexpr const char* kRecorded =
    R"({"terminal":true,"user":{"uid":0,"gid":0,"additionalGids":[10]},"args":["sleep","9"],"env":["PATH=/bin"],)"
    R"("cwd":"/","capabilities":{"bounding":["CAP_CHOWN"],"effective":["CAP_CHOWN"]},"noNewPrivileges":true,)"
    R"("rlimits":[{"type":"RLIMIT_NOFILE","hard":18446744073709551615,"soft":1024}],"oomScoreAdj":5})";

std::string made(const std::string& line, const std::string& recorded = kRecorded) {
  const auto call = parse_invocation(words(line));
  if (!call) return "unread: " + call.error().what;
  const auto document = doc::read_json("process", recorded);
  if (!document) return "no JSON: " + document.error().what;
  const auto text = process_of_flags(*call, document->root);
  if (!text) return std::string(name(text.error().fault)) + ": " + text.error().what;
  return doc::read_json("made", *text) ? *text : "not to be read: " + *text;
}

// What is left of the document when all that was recorded is as it was: the changes, in a short form.
std::string at(const std::string& text, const std::string& pointer) {
  const auto document = doc::read_json("made", text);
  if (!document) return text;
  const doc::Value* value = doc::resolve(document->root, pointer);
  return value == nullptr ? "absent" : doc::print(*value);
}

TEST(ExecFlags, OnlyTheCommandAndTheTerminalChangeByThemselves) {
  EXPECT_EQ(
      made("x exec web sh -c id"),
      R"({"terminal":false,"user":{"uid":0,"gid":0,"additionalGids":[10]},"args":["sh","-c","id"],"env":["PATH=/bin"],)"
      R"("cwd":"/","capabilities":{"bounding":["CAP_CHOWN"],"effective":["CAP_CHOWN"]},"noNewPrivileges":true,)"
      R"("rlimits":[{"type":"RLIMIT_NOFILE","hard":18446744073709551615,"soft":1024}],"oomScoreAdj":5})");
}

TEST(ExecFlags, LayEachFlagOverWhatWasRecorded) {
  struct Row {
    const char* line;
    const char* pointer;
    const char* expected;
  };
  const Row rows[] = {
      {"x exec --tty web sh", "/terminal", "true"},
      {"x exec --tty=false web sh", "/terminal", "false"},
      {"x exec --cwd /srv web sh", "/cwd", R"("/srv")"},
      {"x exec --cwd {} web sh", "/cwd", R"("/")"},
      {"x exec -e A=1 --env B=2 web sh", "/env", R"(["PATH=/bin","A=1","B=2"])"},
      {"x exec --apparmor unconfined web sh", "/apparmorProfile", R"("unconfined")"},
      {"x exec --apparmor {} web sh", "/apparmorProfile", "absent"},
      {"x exec --process-label u:r:t web sh", "/selinuxLabel", R"("u:r:t")"},
      {"x exec --no-new-privs=false web sh", "/noNewPrivileges", "false"},
      {"x exec --no-new-privs web sh", "/noNewPrivileges", "true"},
      {"x exec --user 7 web sh", "/user", R"({"uid":7,"gid":0,"additionalGids":[10]})"},
      {"x exec -u 7:8 web sh", "/user", R"({"uid":7,"gid":8,"additionalGids":[10]})"},
      {"x exec --user 2147483647 web sh", "/user/uid", "2147483647"},
      {"x exec -g 20 --additional-gids 30 web sh", "/user/additionalGids", "[10,20,30]"},
      {"x exec --cap CAP_SYS_ADMIN -c CAP_CHOWN web sh", "/capabilities",
       R"({"bounding":["CAP_CHOWN","CAP_SYS_ADMIN","CAP_CHOWN"],"effective":["CAP_CHOWN","CAP_SYS_ADMIN","CAP_CHOWN"],)"
       R"("permitted":["CAP_SYS_ADMIN","CAP_CHOWN"],"inheritable":["CAP_SYS_ADMIN","CAP_CHOWN"],)"
       R"("ambient":["CAP_SYS_ADMIN","CAP_CHOWN"]})"},
  };
  for (const Row& row : rows) EXPECT_EQ(at(made(row.line), row.pointer), row.expected) << row.line;
}

TEST(ExecFlags, MakeWhatWasNotRecorded) {
  EXPECT_EQ(
      made("x exec -e A=1 --cap CAP_KILL -u 1 -g 2 web sh", R"({"capabilities":null})"),
      R"({"capabilities":{"bounding":["CAP_KILL"],"effective":["CAP_KILL"],"permitted":["CAP_KILL"],)"
      R"("inheritable":["CAP_KILL"],"ambient":["CAP_KILL"]},"args":["sh"],"terminal":false,"env":["A=1"],)"
      R"("user":{"uid":1,"additionalGids":[2]}})");
}

TEST(ExecFlags, RefuseWhatIsNoIdAndWhatIsNoProcess) {
  for (const char* line :
       {"x exec -u root web sh", "x exec -u -1 web sh", "x exec -u 4294967296 web sh",
        "x exec -u 4294967295 web sh", "x exec -u 1:2147483648 web sh", "x exec -g 4294967295 web sh",
        "x exec -u 1: web sh", "x exec -u :1 web sh", "x exec -u 1:2:3 web sh", "x exec -u +1 web sh",
        "x exec -g -1 web sh", "x exec -g 010 web sh", "x exec -g 0x10 web sh", "x exec -g {} web sh"}) {
    EXPECT_EQ(made(line).rfind("usage: exec: flag --", 0), 0) << line << ": " << made(line);
  }
  for (const char* recorded : {"null", "[]", R"("sh")"})
    EXPECT_EQ(made("x exec web sh", recorded).rfind("syntax: ", 0), 0);
  EXPECT_EQ(made("x exec -e A=1 web sh", R"({"env":{}})").rfind("syntax: ", 0), 0);
  EXPECT_EQ(made("x exec -c A web sh", R"({"capabilities":[]})").rfind("syntax: ", 0), 0);
  EXPECT_EQ(made("x exec -u 1 web sh", R"({"user":"root"})").rfind("syntax: ", 0), 0);
}

}  // namespace
}  // namespace hardened::runtime
