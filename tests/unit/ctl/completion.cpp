#include "tests/unit/ctl/completion.h"

#include "ctl/commands.h"

namespace hardened::test {
namespace {

constexpr std::string_view kHead =
    R"bash(# Completion of hardenedctl for bash: commands, their options, and files.
# Made of the commands themselves: HARDENED_UPDATE_COMPLETION=1 unit_ctl --gtest_filter='Completion.*' writes it anew.

# What may stand behind "hardenedctl $1": words, and what the options among them want.
_hardenedctl_words() {
  case $1 in
)bash";

constexpr std::string_view kTail = R"bash(
_hardenedctl() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= key i
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -* ]] && break
    key=${command:+$command }${COMP_WORDS[i]}
    [[ -n $(_hardenedctl_words "$key") ]] || break
    command=$key
  done
  COMPREPLY=()
  case " $(_hardenedctl_values "$command") " in
    *" $before "*)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$(_hardenedctl_words "$command")" -- "$word")
  if [[ $word != -* && " $(_hardenedctl_files) " == *" ${command// /_} "* ]]; then
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word")
  fi
}

complete -o filenames -F _hardenedctl hardenedctl
)bash";

std::string line(std::string_view key, const std::string& words) {
  return "    '" + std::string(key) + "') echo '" + words + "' ;;\n";
}

void append(std::string& words, std::string_view word) {
  if (!words.empty()) words += ' ';
  words += word;
}

// The last word of the commands of a group, or the first of all.
std::string below(std::string_view group) {
  std::string words;
  for (const ctl::Command* command : ctl::commands()) {
    const std::size_t blank = command->name.find(' ');
    const std::string_view first = command->name.substr(0, blank);
    if (group.empty() && (" " + words + " ").find(" " + std::string(first) + " ") == std::string::npos)
      append(words, first);
    if (!group.empty() && first == group && blank != std::string_view::npos)
      append(words, command->name.substr(blank + 1));
  }
  append(words, "--help");
  if (group.empty()) append(words, "--version");
  return words;
}

bool is_group_used(std::string_view group) { return below(group) != "--help"; }

std::string underscored(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = c == ' ' ? '_' : c;
  return out;
}

}  // namespace

std::string completion() {
  std::string words(kHead);
  std::string values =
      "# Those of a command's options that want a value.\n_hardenedctl_values() {\n  case $1 in\n";
  std::string files;
  words += line("", below(""));
  for (const ctl::Group& group : ctl::groups()) {
    if (is_group_used(group.name)) words += line(group.name, below(group.name));
  }
  for (const ctl::Command* command : ctl::commands()) {
    std::string all;
    std::string wanting;
    for (const ctl::Option& option : command->options) {
      append(all, option.name);
      if (!option.value.empty()) append(wanting, option.name);
    }
    append(all, "--help");
    words += line(command->name, all);
    if (!wanting.empty()) values += line(command->name, wanting);
    if (!command->operands.empty()) append(files, underscored(command->name));
  }
  return words + "  esac\n}\n\n" + values +
         "  esac\n}\n\n# Commands with operands.\n_hardenedctl_files() {\n  echo '" + files + "'\n}\n" +
         std::string(kTail);
}

}  // namespace hardened::test
