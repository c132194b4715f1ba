// hardenedctl log: the decision log, summed up, followed, or held against another policy.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "config/load.h"
#include "controls/all.h"
#include "core/base/text.h"
#include "ctl/commands.h"
#include "ctl/containers.h"
#include "ctl/log_files.h"
#include "ctl/log_tally.h"
#include "ctl/log_what_if.h"
#include "runtime/record.h"

namespace hardened::ctl {
namespace {

constexpr Option kFile{"--file", "FILE",
                       "read this log, and not the policy's; may be given again for older ones", true};
constexpr Option kFollow{"--follow", "", "print each record as a line as it comes, until interrupted"};
constexpr Option kSince{"--since", "TIME",
                        "only from then on: 2026-11-22, 2026-11-22T10:30 (UTC), or 90m, 12h, 7d ago"};
constexpr Option kControl{"--control", "NAME",
                          "only calls in which that control objected, and only what it said"};
constexpr Option kVerdict{"--verdict", "VERDICT",
                          "only calls of that verdict: refused, narrowed, unchanged, fault, above"};
constexpr Option kId{"--id", "ID", "only the container whose id begins so"};
constexpr Option kWhatIf{"--what-if", "POLICY", "what would be granted under this policy"};
constexpr std::array kOptions{kFile, kFollow, kSince, kControl, kVerdict, kId, kWhatIf, kPolicy, kJson};

constexpr std::string_view kHostPolicy = "/etc/hardened/policy.yaml";
constexpr std::array<std::string_view, 5> kVerdicts{"unchanged", "narrowed", "refused", "fault", "above"};

constexpr std::string_view kDetails =
    R"(The log is the one that the policy names (decision_log.path). Summed up are calls by verdict, and what users asked for
above the ceiling, refused first; what an engine's own default asks for and loses is counted apart; and the waivers that
held, whether or not a call made use of them. Lines that are no
record are counted, and left out.

--follow prints what is written from now on (with --since, what is there already too); a log that is rotated or emptied
is followed on. With --json each record is printed as it stands in the log.

--what-if tells two things. Of the containers that are here and have a grant record: whether POLICY, with its waivers,
would grant less than they were granted. Of what the log says was asked above a ceiling: whether POLICY, without its waivers, would
grant, narrow or refuse it. That can be told of capabilities, of a missing seccomp filter, of missing namespaces, of sysctls and annotations,
and of single numbers (the pids limit, the oom score, …), and of each only where the document made of the line is objected to
in the same words by a policy that allows next to nothing. A line does not say which namespaces the container asked for: sysctls are
judged as those of one with its own. Of mounts, devices, profiles, sysctls of user namespaces and lists that were cut it
cannot, and they are counted. What was granted whole stands in no line: a container that is gone may
have been granted what POLICY would take away. The exit status is 1 when a container that is here would be granted less.

JSON: {"calls","broken","first","last","verdicts":{VERDICT:{CALL:COUNT}},"waivers":{NAME:{CALL:COUNT}},"engines":{NAME:COUNT},
"asked":[{"verdict","control","field","asked","granted","times"}],"defaults":[the same],"others","faults":{MESSAGE:COUNT},
"images":[{"id","engine","refused","narrowed"}],"containers":[the same]}
of --what-if: {"policy","policy_id","containers":[{"id","name","engine","would_be","controls","why"}],
"asked":[{"would_be","was","times","call","control","field","asked"}],"cannot_be_told":{CONTROL:COUNT},"broken"})";

Result<config::Policy> read_policy(Host& host, const std::string& path) {
  File file = TRY(host.read(path, config::kLargestPolicy, Links::follow));
  return config::parse_policy(path, std::move(file.bytes));
}

Result<std::vector<std::string>> files_of(const Context& context, const Arguments& arguments) {
  std::vector<std::string> named = arguments.values(kFile);
  if (!named.empty()) return named;
  const std::string path = arguments.value(kPolicy).value_or(std::string(kHostPolicy));
  const config::Policy policy = TRY(read_policy(context.host, path));
  if (policy.decision_log.path.empty())
    return Error{Fault::policy, path + " keeps no decision log (decision_log.path); name one with --file"};
  return std::vector<std::string>{policy.decision_log.path};
}

// "90m": so long before now.
std::optional<std::string> ago(Host& host, std::string_view words) {
  struct Unit {
    char letter;
    std::int64_t seconds;
  };
  constexpr std::array kUnits{Unit{'s', 1}, Unit{'m', 60}, Unit{'h', 3600}, Unit{'d', 86400}};
  if (words.empty()) return std::nullopt;
  const auto* const unit =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& one) { return one.letter == words.back(); });
  unsigned long long count = 0;
  constexpr unsigned long long kMost = 100'000;
  if (unit == kUnits.end() || !parse_decimal(words.substr(0, words.size() - 1), count) || count > kMost)
    return std::nullopt;
  const std::int64_t before = static_cast<std::int64_t>(count) * unit->seconds * 1'000'000'000;
  return runtime::rfc3339(host.now_ns() - before);
}

Result<std::string> since(Host& host, const std::string& words) {
  if (auto time = ago(host, words)) return *std::move(time);
  // The beginning of a time as records have it, so that texts compare as times do.
  constexpr std::string_view kShape = "0000-00-00T00:00:00.000000000Z";
  bool fits = words.size() >= 4 && words.size() <= kShape.size();
  for (std::size_t i = 0; fits && i < words.size(); ++i) {
    const bool digit = words[i] >= '0' && words[i] <= '9';
    fits = kShape[i] == '0' ? digit : words[i] == kShape[i];
  }
  constexpr std::size_t kSeconds = 19;
  fits = fits && (words.size() >= kSeconds || kShape[words.size()] != '0');
  if (!fits) return Error{Fault::usage, "--since takes a time like 2026-11-22T10:30 (UTC), or 90m, 12h, 7d"};
  return words;
}

template <class... C>
std::vector<std::string_view> names_of(std::tuple<C...>* /*the list*/) {
  return {C::name..., "fields", "privileged"};  // and what decides without a control
}

Result<std::string> control_named(const std::string& name) {
  const std::vector<std::string_view> known = names_of(static_cast<controls::AllControls*>(nullptr));
  if (std::find(known.begin(), known.end(), name) != known.end()) return name;
  const std::string_view near = nearest(name, known);
  std::vector<std::string> all(known.begin(), known.end());
  return Error{Fault::usage, "no control is called " + printable(name) +
                                 (near.empty() ? "; there are " + joined(all)
                                               : ", did you mean " + std::string(near) + "?")};
}

Result<LogFilter> filter_of(Host& host, const Arguments& arguments) {
  LogFilter filter;
  if (const auto words = arguments.value(kSince)) filter.since = TRY(since(host, *words));
  if (const auto words = arguments.value(kControl)) filter.control = TRY(control_named(*words));
  filter.verdict = arguments.value(kVerdict).value_or("");
  filter.id = arguments.value(kId).value_or("");
  const bool known = std::find(kVerdicts.begin(), kVerdicts.end(), filter.verdict) != kVerdicts.end();
  if (!filter.verdict.empty() && !known) {
    return Error{Fault::usage, "no verdict is called " + printable(filter.verdict) +
                                   "; there are unchanged, narrowed, refused, fault and above"};
  }
  return filter;
}

Result<Exit> follow(const Context& context, const Arguments& arguments, const std::string& path,
                    LogReading& reading) {
  const bool verbatim = arguments.given(kJson);
  reading.take = [&](const LogRecord& record, std::string_view line) {
    context.screen.print(verbatim ? std::string(line) + "\n" : told(context.screen, record));
  };
  return follow_log(context, path, arguments.given(kSince), reading);
}

Result<Unit> read_all(const Context& context, const std::vector<std::string>& files, LogReading& reading) {
  for (const std::string& file : files) TRY(read_log(context, file, reading));
  return done();
}

Result<Exit> sum_up(const Context& context, const Arguments& arguments, const std::vector<std::string>& files,
                    LogReading& reading) {
  LogTally tally;
  reading.take = [&](const LogRecord& record, std::string_view /*line*/) { tally.add(record); };
  TRY(read_all(context, files, reading));
  tally.broken = reading.broken;
  if (arguments.given(kJson)) {
    context.screen.print(json(tally));
    return Exit::good;
  }
  KnownNames names;  // as far as they are known
  for (const Container& one : containers(context, {}).value_or({})) {
    if (!one.name.empty()) names[one.id] = printable(one.name, 64);
  }
  context.screen.print(told(context.screen, tally, names));
  return Exit::good;
}

Result<Exit> ask(const Context& context, const Arguments& arguments, const std::string& path,
                 const std::vector<std::string>& files, LogReading& reading) {
  config::Policy policy = TRY(read_policy(context.host, path));
  config::Policy tightest = TRY(tightest_policy());
  WhatIf what_if(context.host, std::move(policy), std::move(tightest));
  const std::vector<Container> here = TRY(containers(context, {}));
  what_if.ask(here);
  reading.take = [&](const LogRecord& record, std::string_view /*line*/) { what_if.ask(record); };
  TRY(read_all(context, files, reading));
  if (arguments.given(kJson)) {
    context.screen.print(what_if.json(reading.broken));
  } else {
    context.screen.print(what_if.told(context.screen, reading.broken));
  }
  return what_if.takes_something() ? Exit::found : Exit::good;
}

Result<Exit> log(const Context& context, const Arguments& arguments) {
  const auto what_if = arguments.value(kWhatIf);
  const bool follows = arguments.given(kFollow);
  if (what_if && follows) return Error{Fault::usage, "--follow and --what-if do not go together"};
  LogReading reading;
  reading.filter = TRY(filter_of(context.host, arguments));
  const std::vector<std::string> files = TRY(files_of(context, arguments));
  if (follows && files.size() > 1) return Error{Fault::usage, "one log can be followed, not several"};
  if (follows) return follow(context, arguments, files.front(), reading);
  if (what_if) return ask(context, arguments, *what_if, files, reading);
  return sum_up(context, arguments, files, reading);
}

}  // namespace

const Command kLog{.name = "log",
                   .summary = "sum up the decision log, follow it, or hold it against another policy",
                   .details = kDetails,
                   .options = kOptions,
                   .operands = {},
                   .run = log};

}  // namespace hardened::ctl
