// The words of a command line, one flag at a time; what invocation.cpp is built of.
//
// Whether two parsers would read a flag differently is decided here and nowhere else: `wrong` says so.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "runtime/command_table.h"
#include "runtime/invocation.h"

namespace hardened::runtime {

using Words = std::vector<std::string>;

// "--no-pivot", "-b", "-x=1"; neither "-" nor "--", which all three parsers take for arguments.
[[nodiscard]] bool is_flag(std::string_view word);

// What is left when all that some alphabet calls a blank is cut off at both ends (and perhaps a little more): runc's
// next minor trims words before it looks at them.
[[nodiscard]] std::string_view trimmed(std::string_view word);
// Begins with a dash, once it is trimmed.
[[nodiscard]] bool is_dashed(std::string_view word);

// The flags that a parser knows at some place.
class Known {
 public:
  static Known globals() { return Known(global_flags(), {}, false); }
  static Known of(const Command& command) { return Known(command.flags, help_flags(), true); }

  [[nodiscard]] const Flag* find(std::string_view name) const;

 private:
  Known(std::span<const Flag> own, std::span<const Flag> help, bool persistent)
      : own_(own), help_(help), persistent_(persistent) {}
  std::span<const Flag> own_;
  std::span<const Flag> help_;
  bool persistent_;  // global flags too: runc's next minor takes them after the subcommand
};

struct Taken {
  Given given;  // flag is nullptr when it is in no table
  std::size_t next = 0;
  bool complete = true;        // false: the value it needs is not there
  std::optional<Error> wrong;  // not to be read, or not by all in the same way
};

// The flag at words[at]. `after_id`: an argument stood before it.
[[nodiscard]] Taken take_flag(const Words& words, std::size_t at, const Known& known, bool after_id);

// How often --help (or --version) was asked for, and how often taken back.
struct Asked {
  bool yes = false;
  bool no = false;
};
[[nodiscard]] Asked asked_help(const std::vector<Given>& flags);

// Everything before the subcommand.
struct Globals {
  std::vector<Given> flags;      // places in argv
  std::size_t call_word = 0;     // argv.size() when there is none
  std::vector<std::size_t> own;  // places of our own flag and its value
  std::optional<std::string> policy;
  bool unknown = false;        // a flag is in no table: more than one reading
  std::optional<Error> wrong;  // the first thing that a granting call must not have
};
[[nodiscard]] Globals read_globals(const Words& argv);

// Each place where the subcommand could stand when a flag in no table is read with a value and without;
// argv.size() for a reading without a subcommand.
[[nodiscard]] std::vector<std::size_t> possible_calls(const Words& argv);

// Everything after the subcommand.
struct Arguments {
  std::vector<Given> flags;
  std::vector<std::string> positionals;
  std::optional<Error> wrong;  // the first; what follows it was not read
};
[[nodiscard]] Arguments read_arguments(const Words& argv, std::size_t call_word, const Command& command);

}  // namespace hardened::runtime
