#include "ctl/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "core/base/text.h"
#include "ctl/commands.h"
#include "ctl/version.h"

namespace hardened::ctl {
namespace {

constexpr std::string_view kExits =
    "exit status: 0 nothing to object to; 1 something was found (a wrong policy, a refusal, a failed test, a "
    "drift, a "
    "hole); 2 usage; 3 it could not be told or done";

constexpr std::size_t kWidth = 100;

using Words = std::vector<std::string>;

void add(CLI::App& app, const Option& option, Words& into) {
  const std::string name(option.name);
  const std::string help(option.help);
  if (option.value.empty()) {
    app.add_flag_callback(
        name, [&into] { into.assign(1, "yes"); }, help);
    return;
  }
  CLI::Option* added =
      app.add_option(name, into, help)->type_name(std::string(option.value))->allow_extra_args(false);
  // The last of several counts, as for every tool; of an option that repeats all do.
  added->expected(1)->multi_option_policy(option.repeats ? CLI::MultiOptionPolicy::TakeAll
                                                         : CLI::MultiOptionPolicy::TakeLast);
}

void add(CLI::App& app, const Operand& operand, Words& into) {
  using Count = Operand::Count;
  CLI::Option* added =
      app.add_option(std::string(operand.name), into, std::string(operand.help))->type_name("");
  // A list of texts would take all operands, were it not told to leave the others theirs.
  if (operand.count == Count::one || operand.count == Count::optional)
    added->expected(1)->allow_extra_args(false);
  added->required(operand.count == Count::one || operand.count == Count::some);
}

// A command and what CLI11 made of what it declares.
struct Declared {
  const Command* command;
  CLI::App* app;
  std::unique_ptr<Arguments::Values> values;  // CLI11 keeps references to what is in it
};

CLI::App* group_of(CLI::App& top, std::string_view name) {
  for (const Group& group : groups()) {
    if (group.name != name) continue;
    const auto there = top.get_subcommands([&](const CLI::App* app) { return app->get_name() == name; });
    if (!there.empty()) return there.front();
    CLI::App* made = top.add_subcommand(std::string(name), std::string(group.summary));
    made->require_subcommand(1);
    return made;
  }
  return nullptr;
}

Declared declare(CLI::App& top, const Command& command) {
  const std::size_t blank = command.name.find(' ');
  CLI::App* above = blank == std::string_view::npos ? nullptr : group_of(top, command.name.substr(0, blank));
  const std::string_view word = above == nullptr ? command.name : command.name.substr(blank + 1);
  CLI::App* app =
      (above == nullptr ? &top : above)->add_subcommand(std::string(word), std::string(command.summary));
  if (!command.details.empty()) app->footer(folded(command.details, kWidth, 0));
  auto values = std::make_unique<Arguments::Values>();
  for (const Operand& operand : command.operands) add(*app, operand, (*values)[std::string(operand.name)]);
  for (const Option& option : command.options) add(*app, option, (*values)[std::string(option.name)]);
  return {&command, app, std::move(values)};
}

// ", did you mean check?", or where to look.
std::string meant(std::string_view word, const std::vector<std::string_view>& known, std::string_view above) {
  const std::string_view near = nearest(word, known);
  if (!near.empty()) return ", did you mean " + std::string(near) + "?";
  return "; `hardenedctl " + (above.empty() ? "" : std::string(above) + " ") + "--help` lists them";
}

// What stands behind `above` in the names of commands: "" for the first words of all.
std::vector<std::string_view> words_behind(std::span<const Command* const> commands, std::string_view above) {
  std::vector<std::string_view> found;
  for (const Command* command : commands) {
    const std::size_t blank = command->name.find(' ');
    const std::string_view first = command->name.substr(0, blank);
    if (above.empty()) found.push_back(first);
    if (first == above && blank != std::string_view::npos) found.push_back(command->name.substr(blank + 1));
  }
  return found;
}

// A first word, or a second one of a group, that names no command. Nothing where the words name one, or an option.
std::optional<std::string> unknown_command(std::span<const Command* const> commands, const Words& words) {
  std::string above;
  for (const std::string& word : words) {
    const std::vector<std::string_view> known = words_behind(commands, above);
    if (known.empty() || word.starts_with('-')) return std::nullopt;
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      const std::string of = above.empty() ? "" : above + " ";
      return "unknown command '" + of + printable(word) + "'" + meant(word, known, above);
    }
    if (!above.empty()) return std::nullopt;
    above = word;
  }
  return std::nullopt;
}

// An option that the command does not have, beside what is left over otherwise.
std::optional<std::string> unknown_option(const std::vector<Declared>& all) {
  for (const Declared& declared : all) {
    if (!declared.app->parsed()) continue;
    const std::string command(declared.command->name);
    std::vector<std::string_view> known{"--help"};
    for (const Option& option : declared.command->options) known.push_back(option.name);
    for (const std::string& word : declared.app->remaining()) {
      if (!word.starts_with('-')) return command + ": one word too many, '" + printable(word) + "'";
      return command + ": unknown option '" + printable(word) + "'" + meant(word, known, command);
    }
  }
  return std::nullopt;
}

Read usage(const std::string& what) {
  return {nullptr, Arguments({}), Exit::usage, "hardenedctl: " + what + "\n"};
}

Read read(CLI::App& top, const std::vector<Declared>& all, std::vector<std::string> words) {
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  top.parse(std::move(words));
  for (const Declared& declared : all) {
    if (declared.app->parsed()) return {declared.command, Arguments(*declared.values), Exit::good, {}};
  }
  return {nullptr, Arguments({}), Exit::usage, top.help()};
}

}  // namespace

const std::vector<std::string>& Arguments::at(std::string_view name) const {
  return values_.find(name)->second;
}

std::optional<std::string> Arguments::first(const std::vector<std::string>& all) {
  return all.empty() ? std::nullopt : std::optional(all.front());
}

Read read_command_line(std::span<const Command* const> commands, const std::vector<std::string>& argv) {
  CLI::App top("installs, explains, tests, checks and watches hardened, a Docker-compatible OCI runtime",
               "hardenedctl");
  top.require_subcommand(1);
  top.footer(std::string(kExits));
  top.set_version_flag("--version", "hardenedctl " + std::string(kVersion));
  std::vector<Declared> all;
  for (const Command* command : commands) all.push_back(declare(top, *command));
  try {
    const std::vector<std::string> words(argv.begin() + (argv.empty() ? 0 : 1), argv.end());
    if (words.empty()) return {nullptr, Arguments({}), Exit::usage, top.help()};
    if (const auto unknown = unknown_command(commands, words)) return usage(*unknown);
    return read(top, all, words);
  } catch (const CLI::CallForHelp&) {
    return {nullptr, Arguments({}), Exit::good, top.help()};
  } catch (const CLI::CallForVersion& version) {
    return {nullptr, Arguments({}), Exit::good, std::string(version.what()) + "\n"};
  } catch (const CLI::ExtrasError& error) {
    return usage(unknown_option(all).value_or(error.what()));
  } catch (const CLI::Error& error) {
    return usage(error.what());
  }
}

}  // namespace hardened::ctl
