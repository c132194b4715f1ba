// What a command of hardenedctl is: data, and one function.
//
//   const Command kCheck{.name = "check", .summary = "say everything that is wrong with policies",
//                        .details = "…", .options = kOptions, .operands = kOperands, .run = check};
//
// The data is what the command line is read by (command_line.h), what --help prints and what the manual is compared
// with; `commands.h` is the one list. A command prints what was asked for on standard output, through the Screen, and
// returns an Error for what could not be done: main says that on standard error.
//
//   exit status  0  nothing to object to
//                1  found: a policy that is wrong, a request that is refused, a test that fails, a drift, a hole
//                2  usage: the command line
//                3  failed: it could not be told or done, and standard error says why
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"
#include "core/base/result.h"
#include "ctl/machine.h"
#include "ctl/screen.h"

namespace hardened::ctl {

enum class Exit : std::uint8_t { good = 0, found = 1, usage = 2, failed = 3 };

struct Option {
  std::string_view name;   // "--effective"
  std::string_view value;  // what stands behind it: "FILE"; "" for a flag
  std::string_view help;
  bool repeats = false;
};

struct Operand {
  enum class Count : std::uint8_t { one, optional, some, any };
  std::string_view name;  // "POLICY"
  Count count = Count::one;
  std::string_view help;
};

// On every command that prints, and on every one that reads the host's policy.
inline constexpr Option kJson{"--json", "", "print JSON instead of text for people"};
inline constexpr Option kPolicy{"--policy", "FILE",
                                "the policy, /etc/hardened/policy.yaml where none is named"};

// A command line that was read. Asking for an option or an operand that the command does not declare is an error of the
// program's own, and ends it.
class Arguments {
 public:
  using Values = std::map<std::string, std::vector<std::string>, std::less<>>;
  // Every declared option and operand has its key in `values`, whether it was given or not; a flag that was given, one text.
  explicit Arguments(Values values) : values_(std::move(values)) {}

  [[nodiscard]] bool given(const Option& option) const { return !at(option.name).empty(); }
  [[nodiscard]] std::optional<std::string> value(const Option& option) const {
    return first(at(option.name));
  }
  [[nodiscard]] const std::vector<std::string>& values(const Option& option) const { return at(option.name); }
  [[nodiscard]] std::optional<std::string> value(const Operand& operand) const {
    return first(at(operand.name));
  }
  [[nodiscard]] const std::vector<std::string>& values(const Operand& operand) const {
    return at(operand.name);
  }

 private:
  [[nodiscard]] const std::vector<std::string>& at(std::string_view name) const;
  [[nodiscard]] static std::optional<std::string> first(const std::vector<std::string>& all);
  Values values_;
};

// What a command acts through.
struct Context {
  Host& host;
  Machine& machine;
  Screen& screen;
};

struct Command {
  std::string_view name;     // "check", or of a group "seccomp meet"
  std::string_view summary;  // a line
  std::string_view details;  // what else --help says; may be empty
  std::span<const Option> options;
  std::span<const Operand> operands;
  Result<Exit> (*run)(const Context&, const Arguments&) = nullptr;
};

}  // namespace hardened::ctl
