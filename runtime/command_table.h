// The command line of runc and crun, as data: every subcommand and every flag, with its owner or its reason.
//
//   const Command* create = find_command("create");           // create->what == Class::bundle
//   const Flag* bundle = find_flag(create->flags, "bundle");  // or "b"
//
// It is the union of runc 1.0 to 1.5, of runc's next minor (whose global flags may also follow the
// subcommand) and of crun up to 1.20. tests/unit/runtime/command_table_test.cpp asks the installed runc and
// crun for their help and fails when one of them knows a word that is not here.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace hardened::runtime {

// What is done with a call. The strictest is the zero value, and what an unknown subcommand gets.
enum class Class : std::uint8_t {
  guarded,    // refused unless the policy's `allowed_calls` names it
  bundle,     // create, run: the bundle's config.json is narrowed
  process,    // exec: process.json, or the flags that stand for it
  resources,  // update: the resources document, or the flags that stand for it
  start,      // verified, then handed on; no policy is read
  none,       // handed on at once, whatever the policy looks like
};
[[nodiscard]] std::string_view name(Class what);

// Which document a call carries. It follows from the class, except for guarded calls: an allowed
// restore carries a bundle.
enum class Subject : std::uint8_t { none, bundle, process, resources };

enum class Takes : std::uint8_t {
  nothing,   // a boolean: never the next word, but `--flag=true` and `--flag=false`
  value,     // behind `=`, or the next word
  optional,  // crun's --tty: behind `=` only
};

enum class Standing : std::uint8_t {
  guarded,   // no document shows it: refused unless `allowed_calls` names "--flag"
  owned,     // laid into the document of the call, where the control `why` bounds it
  harmless,  // `why` is the reason
};

struct Flag {
  std::string_view name;  // without dashes; "" for crun's -V, which has a letter only
  char letter = 0;        // 0: none
  Takes takes = Takes::value;
  Standing standing = Standing::guarded;
  std::string_view why = {};    // owned: the control's name; else the reason
  std::string_view spare = {};  // guarded: values that ask for nothing, between blanks ("false")
  bool persistent = false;      // global: also after the subcommand, in runc's next minor
  bool repeats = false;         // each time adds a value; else the last one wins
};

// What may follow the container's id.
enum class Behind : std::uint8_t {
  flags,    // flags too, to all but crun, which refuses whatever follows
  words,    // arguments only, whatever they look like: exec, kill, ps
  nothing,  // restore: flags to runc; crun ignores a word there
};

struct Command {
  std::string_view name;
  Class what = Class::guarded;
  Subject subject = Subject::none;
  std::span<const Flag> flags;
  Behind behind = Behind::flags;
};

[[nodiscard]] std::span<const Command> commands();
[[nodiscard]] const Command* find_command(std::string_view word);
[[nodiscard]] std::span<const Flag> global_flags();
// --help, which every subcommand has.
[[nodiscard]] std::span<const Flag> help_flags();

// By its name or, for one character, by its letter; nullptr when it is not there.
[[nodiscard]] const Flag* find_flag(std::span<const Flag> flags, std::string_view word);

}  // namespace hardened::runtime
