#include "runtime/invocation.h"

#include <algorithm>

#include "core/base/text.h"
#include "runtime/argv.h"

namespace hardened::runtime {
namespace {

constexpr unsigned long long kMostDescriptors = 65536;

Error usage(std::string_view call, const std::string& trouble) {
  return {Fault::usage, (call.empty() ? std::string() : printable(call, 60) + ": ") + trouble};
}

bool is_one_of(std::string_view value, std::string_view list) {
  while (!list.empty()) {
    const std::size_t blank = std::min(list.find(' '), list.size());
    if (list.substr(0, blank) == value) return true;
    list.remove_prefix(std::min(blank + 1, list.size()));
  }
  return false;
}

std::optional<std::string> last_value(const Invocation& call, std::string_view flag) {
  const Given* given = last_given(call, flag);
  return given == nullptr ? std::nullopt : std::optional(given->value);
}

// Names by which the call's own fields are read, once all flags are known: the last of each wins.
void name_fields(Invocation& call) {
  call.bundle = last_value(call, "bundle").value_or(".");
  call.config = last_value(call, "config");
  call.root = last_value(call, "root");
  call.log = {last_value(call, "log").value_or(""), last_value(call, "log-format").value_or("")};
  call.pid_file = last_value(call, "pid-file");
  call.process = last_value(call, "process");
  call.resources = last_value(call, "resources");
  if (!call.positionals.empty()) call.id = call.positionals.front();
  for (const Given& given : call.flags) {
    if (given.flag->standing != Standing::guarded || is_one_of(given.value, given.flag->spare)) continue;
    call.guarded.push_back("--" + std::string(given.flag->name));
  }
}

Done check_paths(const Invocation& call) {
  for (std::string_view flag : {"bundle", "config", "root", "process", "resources"}) {
    const std::optional<std::string> value = last_value(call, flag);
    if (value && value->empty()) {
      return usage(call.call, "flag --" + std::string(flag) +
                                  ": its value is empty, which runc and crun read differently");
    }
  }
  return done();
}

// runc reads 0x10 as sixteen and 010 as eight, crun as zero and ten.
Result<unsigned> read_descriptors(const Invocation& call) {
  const std::optional<std::string> value = last_value(call, "preserve-fds");
  if (!value) return 0U;
  unsigned long long number = 0;
  const bool zeros = value->size() > 1 && value->front() == '0';
  if (zeros || !parse_decimal(*value, number) || number > kMostDescriptors) {
    return usage(call.call,
                 "flag --preserve-fds: " + printable(*value, 40) + " is no plain number up to 65536");
  }
  return static_cast<unsigned>(number);
}

Done check_command(const Invocation& call) {
  if (call.positionals.size() < 2) {
    return call.process ? done()
                        : Done(usage(call.call, "needs a command behind the container's id, or --process"));
  }
  if (call.positionals[1] == "--" && !call.process) {
    return usage(call.call,
                 "some runtimes run the -- behind the container's id and some drop it; leave it out");
  }
  return done();
}

Done check_positionals(const Invocation& call) {
  if (call.positionals.empty()) return usage(call.call, "needs a container id");
  if (!valid_id(call.id)) {
    return usage(call.call,
                 "container id " + printable(call.id, 60) +
                     ": letters, digits and _ + , - . only, none of them a leading -, at most 200");
  }
  if (call.subject == Subject::process) return check_command(call);
  if (call.positionals.size() == 1) return done();
  return usage(call.call, "takes one container id and nothing else, but " +
                              printable(call.positionals[1], 60) + " follows; put flags before the id");
}

// What a call that can change privileges must be: read in one way only.
Done check_strictly(Invocation& call, const Globals& globals) {
  if (globals.wrong) return *globals.wrong;
  TRY(check_paths(call));
  TRY(check_positionals(call));
  call.preserve_fds = TRY(read_descriptors(call));
  return done();
}

// Which file is the policy is asked by calls that read one.
Done check_policy(const Invocation& call, const Globals& globals) {
  if (!globals.policy || call.what == Class::none || call.what == Class::start) return done();
  if (!call.policy.empty() && call.policy.front() == '/') return done();
  return usage("", "flag --hardened-policy: " + printable(call.policy, 60) + " is no absolute path");
}

void keep_arguments(const Words& argv, const Globals& globals, Invocation& call) {
  for (std::size_t i = 0; i < argv.size(); ++i) {
    if (std::find(globals.own.begin(), globals.own.end(), i) == globals.own.end())
      call.arguments.push_back(argv[i]);
  }
  const auto moved = [&](std::size_t word) {
    return word - static_cast<std::size_t>(std::count_if(globals.own.begin(), globals.own.end(),
                                                         [&](std::size_t own) { return own < word; }));
  };
  for (Given& given : call.flags) given.word = moved(given.word);
  call.call_word = moved(globals.call_word);
}

// A flag in no table might take the next word or not: only where that makes no difference to us may it pass.
Done check_unknown(const Words& argv, const Globals& globals) {
  bool harmless = globals.own.empty();
  for (std::size_t at : possible_calls(argv)) {
    const Command* command = at < argv.size() ? find_command(argv[at]) : nullptr;
    harmless = harmless && (at >= argv.size() || (command != nullptr && command->what == Class::none));
  }
  return harmless ? done() : Done(*globals.wrong);
}

// The subcommand and its words; what stays unread of a guarded one, nobody could say what it means.
Arguments read_call(const Words& argv, const Globals& globals, Invocation& call) {
  Arguments arguments;
  if (globals.call_word >= argv.size()) return arguments;
  call.call = argv[globals.call_word];
  const auto behind = argv.begin() + static_cast<std::ptrdiff_t>(globals.call_word) + 1;
  const Command* command = find_command(call.call);
  if (command == nullptr) {
    arguments.positionals.assign(behind, argv.end());
    return arguments;
  }
  call.what = command->what;
  call.subject = command->subject;
  return read_arguments(argv, globals.call_word, *command);
}

// Nothing runs but the help, in every reading of the flags. Words are trimmed by runc's next minor: to it a
// " --version=false" in the subcommand's place is a flag still.
bool is_only_help(const Invocation& call, const Globals& globals, const Arguments& arguments) {
  if (globals.wrong || arguments.wrong || is_dashed(call.call)) return false;
  const Asked before = asked_help(globals.flags);
  const Asked behind = asked_help(arguments.flags);
  return (before.yes && !before.no) || (behind.yes && !behind.no);
}

Done check_granting(Invocation& call, const Globals& globals, const Arguments& arguments) {
  if (call.what == Class::start) call.guarded.clear();  // the container stands already, bounded or not
  if (asked_help(call.flags).yes) {
    return usage(call.call, "--help or --version is not alone on this command line; leave it out");
  }
  if (call.what != Class::guarded || call.subject != Subject::none) {
    if (arguments.wrong) return Error(*arguments.wrong).within(printable(call.call, 60));
    TRY(check_strictly(call, globals));
  }
  return check_policy(call, globals);
}

}  // namespace

Result<Invocation> parse_invocation(const std::vector<std::string>& argv) {
  const Globals globals = read_globals(argv);
  if (globals.unknown) TRY(check_unknown(argv, globals));
  Invocation call;
  call.policy = globals.policy.value_or(policy_of(argv.empty() ? "" : argv[0]));
  const Arguments arguments = read_call(argv, globals, call);
  call.flags = globals.flags;
  call.flags.insert(call.flags.end(), arguments.flags.begin(), arguments.flags.end());
  call.positionals = arguments.positionals;
  name_fields(call);
  keep_arguments(argv, globals, call);

  call.help = is_only_help(call, globals, arguments);
  if (call.help || globals.call_word >= argv.size()) call.what = Class::none;
  if (call.what != Class::none) {
    TRY(check_granting(call, globals, arguments));
    return call;
  }
  call.subject = Subject::none;
  call.guarded.clear();
  return call;
}

}  // namespace hardened::runtime
