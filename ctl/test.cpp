// hardenedctl test DIR…: the tests that operators keep beside their policy.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "ctl/commands.h"
#include "ctl/policy_case.h"

namespace hardened::ctl {
namespace {

constexpr Operand kDirectories{"DIR", Operand::Count::some, "folders of cases, in folders of any depth"};
constexpr std::array kOperands{kDirectories};
constexpr Option kThisHost{"--this-host", "", "decide with what this host has, not with a described one"};
constexpr Option kCasesPolicy{
    "--policy", "FILE",
    "the policy; where none is named, policy.yaml in that folder or the nearest one above"};
constexpr std::array kOptions{kCasesPolicy, kThisHost, kJson};

constexpr std::string_view kDetails =
    "A case is a folder with a request (config.json, process.json of an exec, or resources.json of an "
    "update) and an "
    "expect.yaml. A config.json is that of a bundle, such as of a container that was run with a runtime that "
    "only "
    "observes:\n"
    "  verdict: narrowed                      # unchanged | narrowed | refused\n"
    "  controls: {pids: narrowed}             # of single controls\n"
    "  granted: {/linux/resources/pids/limit: 4096}   # by pointers, each the whole value; null: not there\n"
    "  says: the ceiling is 4096              # or a list: parts of the refusal\n"
    "  given: {image: \"sha256:…\", name: web-1, date: 2027-06-30, container: ID, root: DIR}\n"
    "The policy is policy.yaml in that folder or the nearest one above, or --policy. Cases come out the same "
    "on every "
    "machine: they are decided for a plain Debian with dockerd, and what a host.yaml in that folder or above "
    "says lies "
    "over it (kernel, caller, limits, files, programs, directories, links, sockets, namespaces).\n"
    "--json: {cases: [{case, policy, verdict, ok, failures: [{what, from, expected, granted}], because, "
    "error}], passed, "
    "failed}.\n"
    "Exit status 1 where a case fails, 3 where a folder holds none, or may hold some that would be left out: "
    "behind a "
    "symbolic link, more than 16 folders deep, or among more than 4096 names.";

std::string indented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    out += "          " + std::string(line) + "\n";
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return out;
}

std::string told(const Screen& screen, const CaseResult& result) {
  const std::string folder = printable(result.folder, 4096);
  if (result.passed()) return painted(screen, Style::good, "ok") + "      " + folder + "\n";
  std::string text = painted(screen, Style::bad, "FAILED") + "  " + folder + "\n";
  for (const CaseFailure& failure : result.failures)
    text += indented(failure.what + " (" + failure.from + ")");
  if (!result.because.empty()) text += indented(result.because);
  if (result.error) text += indented(result.error->what);
  return text;
}

doc::Value json_of(const CaseResult& result) {
  using doc::Value;
  std::vector<Value> failures;
  for (const CaseFailure& failure : result.failures) {
    std::vector<doc::Member> about{{"what", Value::string(failure.what), {}},
                                   {"from", Value::string(failure.from), {}}};
    if (failure.values) {
      about.push_back({"expected", failure.values->expected, {}});
      about.push_back({"granted", failure.values->granted, {}});
    }
    failures.push_back(Value::object(std::move(about)));
  }
  std::vector<doc::Member> members{{"case", Value::string(result.folder), {}},
                                   {"policy", Value::string(result.policy), {}},
                                   {"verdict", Value::string(result.verdict), {}},
                                   {"ok", Value::boolean(result.passed()), {}},
                                   {"failures", Value::array(std::move(failures)), {}}};
  if (!result.because.empty()) members.push_back({"because", Value::string(result.because), {}});
  if (result.error) members.push_back({"error", Value::string(result.error->what), {}});
  return Value::object(std::move(members));
}

Result<std::vector<std::string>> all_cases(Host& host, const std::vector<std::string>& directories) {
  std::vector<std::string> all;
  for (const std::string& directory : directories) {
    const std::vector<std::string> found = TRY(find_cases(host, directory));
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

void print_json(Screen& screen, std::vector<doc::Value> cases, std::size_t failed) {
  using doc::Value;
  const std::size_t passed = cases.size() - failed;
  screen.print(Value::object({{"cases", Value::array(std::move(cases)), {}},
                              {"passed", Value::number(std::uint64_t{passed}), {}},
                              {"failed", Value::number(std::uint64_t{failed}), {}}}));
}

Result<Exit> run_tests(const Context& context, const Arguments& arguments) {
  const std::vector<std::string> folders = TRY(all_cases(context.host, arguments.values(kDirectories)));
  const CaseOptions options{arguments.value(kCasesPolicy),
                            arguments.given(kThisHost) ? FactsFrom::this_host : FactsFrom::description};
  std::vector<doc::Value> cases;
  std::size_t failed = 0;
  for (const std::string& folder : folders) {
    const CaseResult result = run_case(context.host, folder, options);
    if (!result.passed()) ++failed;
    if (arguments.given(kJson)) {
      cases.push_back(json_of(result));
    } else {
      context.screen.print(told(context.screen, result));
    }
  }
  if (arguments.given(kJson)) {
    print_json(context.screen, std::move(cases), failed);
  } else {
    context.screen.print(std::to_string(folders.size() - failed) + " passed, " + std::to_string(failed) +
                         " failed\n");
  }
  return failed == 0 ? Exit::good : Exit::found;
}

}  // namespace

const Command kTest{.name = "test",
                    .summary = "run the tests that stand beside a policy",
                    .details = kDetails,
                    .options = kOptions,
                    .operands = kOperands,
                    .run = run_tests};

}  // namespace hardened::ctl
