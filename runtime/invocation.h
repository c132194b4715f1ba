// A command line, read as runc and crun read it.
//
//   const Invocation call = TRY(parse_invocation({"hardened-runtime", "--root", "/r", "create", "-b", "/b", "web"}));
//
//   call.what   Class::bundle
//   call.id     "web", in the runtime's state directory call.root, "/r"
//   call.bundle "/b"
//
// Three families of parsers are read at once: urfave/cli v1 (runc 1.0 to 1.5), v3 (runc's next
// minor) and argp (crun).
// A call that can change privileges is accepted only when those of them that would accept it agree on what it
// says; where they do not, the command line is refused with what to write instead:
//
//   create -bundle=/b web        runc: the bundle /b; crun: -b with the value "undle=/b"
//   update web --resources -     runc 1.1 with urfave/cli 1.22.1: the resources "web", the container "-"
//   exec web -- sh               v1 runs "--", v3 runs "sh"
//
// Calls without a subject (kill, delete, state, …) are never refused here: the runtime itself reads them.
// Errors: Fault::usage.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "runtime/command_table.h"

namespace hardened::runtime {

inline constexpr std::string_view kPolicyDirectory = "/etc/hardened";
inline constexpr std::size_t kLongestId = 200;  // the record's file is `<id>.json`, and NAME_MAX is 255

// A flag as it was given.
struct Given {
  const Flag* flag = nullptr;  // its row of the table
  std::string value;           // of a boolean: "true" or "false"
  std::size_t word = 0;        // the flag's place in Invocation::arguments
  bool joined = false;  // `--flag=value` in one word; else the value, if it takes one, is the next word
};

// Where the runtime is told to log, as written; "" when it is not.
struct LogTarget {
  std::string file;
  std::string format;
};

struct Invocation {
  std::string call;  // "create"; "" when there is no subcommand (`--version`)
  Class what = Class::guarded;
  Subject subject = Subject::none;
  bool help = false;  // --help or --version: the runtime prints and ends; what == none

  std::string id;  // checked, except for calls without a subject: there only for messages
  std::string bundle = ".";
  std::optional<std::string> config;  // crun's --config; a relative one is refused
  std::optional<std::string> root;
  LogTarget log;
  std::optional<std::string> pid_file;
  std::optional<std::string> process;    // exec --process: a path
  std::optional<std::string> resources;  // update --resources: a path, or "-" for standard input
  unsigned preserve_fds = 0;

  std::vector<Given> flags;              // all, in their order
  std::vector<std::string> positionals;  // after the subcommand, the id included
  std::vector<std::string> guarded;      // "--no-pivot": refused unless the policy's allowed_calls names it
  std::size_t call_word = 0;             // the subcommand's place in arguments
  std::vector<std::string> arguments;    // to hand on: argv without our own --hardened-policy
  std::string policy;                    // the policy's path
};

[[nodiscard]] Result<Invocation> parse_invocation(const std::vector<std::string>& argv);

// --log and --log-format, also on a command line that parse_invocation rejects: a refusal must be heard.
[[nodiscard]] LogTarget find_log_target(const std::vector<std::string>& argv);

// The last value given for a flag ("process"), or nullptr. Repeatable flags: values().
[[nodiscard]] const Given* last_given(const Invocation& call, std::string_view flag);
[[nodiscard]] std::vector<std::string> values(const Invocation& call, std::string_view flag);

// The arguments with another value for a flag that was given, or with the flag put right behind the
// subcommand: how a narrowed document is handed over.
[[nodiscard]] std::vector<std::string> with_flag(const Invocation& call, std::string_view flag,
                                                 const std::string& value);

// "hardened-ci" has /etc/hardened/ci.yaml; every other name, hardened-runtime too, policy.yaml.
[[nodiscard]] std::string policy_of(std::string_view argv0);

// runc's pattern for ids, and short enough for a file name; "." and ".." are none, nor is what could be a
// flag.
[[nodiscard]] bool valid_id(std::string_view id);

}  // namespace hardened::runtime
