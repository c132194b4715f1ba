// Cases: found, decided, and compared with what they expect.
#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "config/load.h"
#include "core/base/canonical.h"
#include "core/base/text.h"
#include "core/doc/edit.h"
#include "core/doc/json.h"
#include "ctl/described_host.h"
#include "ctl/policy_case.h"
#include "ctl/policy_case_pointer.h"
#include "ctl/value_text.h"
#include "runtime/refusal.h"

namespace hardened::ctl {
namespace {

using controls::Scope;
using controls::Verdict;

constexpr int kDeepest = 16;
constexpr std::size_t kMostNames = 4096;
constexpr std::string_view kExpect = "expect.yaml";

struct Kind {
  std::string_view file;
  Scope scope;
};
constexpr std::array kKinds{Kind{"config.json", Scope::bundle}, Kind{"process.json", Scope::process},
                            Kind{"resources.json", Scope::resources}};

bool there(Host& host, const std::string& path) {
  const auto stat = host.stat(path, Links::follow);
  return stat && stat->type == Stat::Type::file;
}

// A case that nobody looks at must not pass for one that holds: where the search ends, that is an error.
Error unsearched(const std::string& path, const std::string& why) {
  return {Fault::io, printable(path, 4096) + ": " + why + "; cases there would be left out"};
}

Result<std::vector<std::string>> names_in(Host& host, const std::string& directory, int depth) {
  if (depth > kDeepest)
    return unsearched(directory, "it lies more than " + std::to_string(kDeepest) + " folders deep");
  std::vector<std::string> names = TRY(host.list(directory, kMostNames + 1));
  if (names.size() > kMostNames)
    return unsearched(directory, "it holds more than " + std::to_string(kMostNames) + " names");
  std::sort(names.begin(), names.end());
  return names;
}

// Of a link that leads nowhere it cannot be told. One to a file is refused where that file would be read.
bool may_lead_to_cases(Host& host, const std::string& link) {
  const auto target = host.stat(link, Links::follow);
  return !target || target->type == Stat::Type::directory;
}

Done find_below(Host& host, const std::string& directory, int depth, std::vector<std::string>& found) {
  const std::vector<std::string> names = TRY(names_in(host, directory, depth));
  const bool asks = std::any_of(kKinds.begin(), kKinds.end(), [&](const Kind& kind) {
    return std::find(names.begin(), names.end(), kind.file) != names.end();
  });
  // A request that nothing is expected of is one that somebody forgot: it fails, and says so.
  if (asks || std::find(names.begin(), names.end(), kExpect) != names.end()) found.push_back(directory);
  for (const std::string& name : names) {
    const std::string path = directory + "/" + name;
    const auto stat = host.stat(path, Links::refuse);
    if (!stat) continue;
    if (stat->type == Stat::Type::symlink && may_lead_to_cases(host, path))
      return unsearched(path, "it is a symbolic link");
    if (stat->type == Stat::Type::directory) TRY(find_below(host, path, depth + 1, found));
  }
  return done();
}

// Beside the case, or in the nearest folder above it; "" where there is none.
Result<std::string> nearest_file(Host& host, const std::string& folder, std::string_view name) {
  std::string place = TRY(canonical(host, folder));
  for (;; place.resize(place.rfind('/'))) {
    const std::string path = place + "/" + std::string(name);
    if (there(host, path)) return path;
    if (place.empty() || place == "/") return std::string();
  }
}

// A case is others' work: a link in it could name any file of this host, and what is wrong in that would be shown.
Result<std::string> text_of(Host& host, const std::string& path, std::size_t most) {
  File file = TRY(host.read(path, most, Links::refuse));
  return std::move(file.bytes);
}

Result<Asked> ask(Host& host, const std::string& folder, const Expectation& expected) {
  Asked asked;
  const Kind* only = nullptr;
  for (const Kind& kind : kKinds) {
    if (!there(host, folder + "/" + std::string(kind.file))) continue;
    if (only != nullptr)
      return Error{Fault::usage,
                   "it asks twice: " + std::string(only->file) + " and " + std::string(kind.file)};
    only = &kind;
  }
  if (only == nullptr)
    return Error{Fault::usage, "it asks for nothing: no config.json, process.json or resources.json"};
  asked.scope = only->scope;
  std::string text = TRY(text_of(host, folder + "/" + std::string(only->file), kMostBytes));
  asked.document = TRY(doc::read_json(folder + "/" + std::string(only->file), std::move(text)));
  asked.container.id = expected.given.container;
  asked.container.root = expected.given.root;
  return asked;
}

Result<PolicyFile> policy_of(Host& host, const std::string& folder, const CaseOptions& options) {
  if (options.policy) return read_policy_file(host, *options.policy);
  const std::string path = TRY(nearest_file(host, folder, "policy.yaml"));
  if (path.empty())
    return Error{Fault::policy, "there is no policy.yaml beside it or above; name one with --policy"};
  return read_policy_file(host, path, Links::refuse);
}

Result<std::unique_ptr<Host>> described(Host& host, const std::string& folder, std::int64_t now_ns) {
  const std::string path = TRY(nearest_file(host, folder, "host.yaml"));
  if (path.empty()) return describe_host("", "", now_ns);
  const std::string yaml = TRY(text_of(host, path, config::kLargestPolicy));
  return describe_host(path, yaml, now_ns);
}

Verdict verdict_of(const runtime::Plan& plan, std::string_view control) {
  Verdict verdict = Verdict::unchanged;
  for (const runtime::Decision& decision : plan.decisions) {
    if (decision.control == control) verdict = std::max(verdict, decision.verdict);
  }
  return verdict;
}

// "pids: asked 8192 at /linux/resources/pids/limit, granted 4096; the ceiling is … (policy.yaml:4)", a line each.
std::string what_objected(const runtime::Plan& plan) {
  if (plan.verdict == Verdict::refused) return runtime::refusal_text(plan);
  std::string text;
  for (const runtime::Decision& decision : plan.decisions) {
    for (const controls::Change& change : decision.changes) {
      text += (text.empty() ? "" : "\n") + std::string(decision.control) + ": asked " +
              brief(printable(change.before), 80) + " at " + printable(change.pointer) + ", granted " +
              (change.after.empty() ? "none of it" : brief(printable(change.after), 80)) + " (" +
              decision.origin + ")";
    }
  }
  return text.empty() ? "no control had anything to object to" : text;
}

// With what was noted beside: a waiver that expired, a field that no control bounds.
std::string what_decided(const Explanation& made) {
  std::string text = what_objected(made.plan);
  for (const std::string& note : made.notes) text += "\n" + printable(note, 1000);
  for (const runtime::Decision& decision : made.plan.decisions) {
    for (const std::string& note : decision.notes)
      text += "\n" + std::string(decision.control) + ": " + printable(note, 1000);
  }
  return text;
}

void compare_decisions(const Expectation& expected, const runtime::Plan& plan, CaseResult& result) {
  const auto compare = [&](const Wanted& wanted, std::string what, Verdict is) {
    if (wanted.value.text() == name(is)) return;
    result.failures.push_back(
        {std::move(what) + "expected " + wanted.value.text() + ", is " + std::string(name(is)), wanted.from});
  };
  compare(expected.verdict, "", plan.verdict);
  for (const Wanted& wanted : expected.controls)
    compare(wanted, wanted.what + ": ", verdict_of(plan, wanted.what));
  for (const Wanted& wanted : expected.says) {
    if (plan.verdict != Verdict::refused) {
      result.failures.push_back(
          {"expected to be told '" + printable(wanted.what) + "', is not refused", wanted.from});
    } else if (runtime::refusal_text(plan).find(wanted.what) == std::string::npos) {
      result.failures.push_back(
          {"expected to be told '" + printable(wanted.what) + "', is told otherwise", wanted.from});
    }
  }
}

Done compare_granted(const Expectation& expected, const Asked& asked, const runtime::Plan& plan,
                     CaseResult& result) {
  if (expected.granted.empty()) return done();
  if (plan.verdict == Verdict::refused) {
    result.failures.push_back({"expected something granted, is refused", expected.granted.front().from});
    return done();
  }
  std::string text = TRY(doc::apply(asked.document, plan.edits));
  const doc::Document document = TRY(doc::read_json("granted", std::move(text)));
  const controls::Spec spec(document, asked.scope);
  const controls::Spec request(asked.document, asked.scope);
  for (const Wanted& wanted : expected.granted) {
    if (const std::string wrong = not_told_at(wanted.what, request); !wrong.empty()) {
      result.failures.push_back({printable(wanted.what) + ": " + wrong, wanted.from});
      continue;
    }
    const auto found = spec.find(wanted.what);
    const doc::Value is = found ? found->value() : doc::Value();
    if (is == wanted.value) continue;
    const auto shown = [](const doc::Value& value) {
      return value.is(doc::Kind::null) ? std::string("nothing") : brief(flow(value), 120);
    };
    result.failures.push_back(
        {printable(wanted.what) + ": expected " + shown(wanted.value) + ", granted is " + shown(is),
         wanted.from, CaseFailure::Values{wanted.value, is}});
  }
  return done();
}

Done decide(Host& host, const CaseOptions& options, CaseResult& result) {
  const std::string path = result.folder + "/" + std::string(kExpect);
  if (!there(host, path)) return Error{Fault::usage, "nothing is expected of it: there is no expect.yaml"};
  const std::string yaml = TRY(text_of(host, path, config::kLargestPolicy));
  const Expectation expected = TRY(read_expectation(path, yaml));
  if (options.facts == FactsFrom::this_host && expected.given.now_ns)
    return Error{Fault::usage, "given.date is of a described host: this one has a day of its own"};
  Asked asked = TRY(ask(host, result.folder, expected));
  PolicyFile file = TRY(policy_of(host, result.folder, options));
  result.policy = file.policy.path;
  if (!expected.given.image.empty())
    asked.identity = identity_of(file.policy, expected.given.image, expected.given.name);
  const std::unique_ptr<Host> facts =
      TRY(described(host, result.folder, expected.given.now_ns.value_or(host.now_ns())));
  Host& from = options.facts == FactsFrom::this_host ? host : *facts;
  const Explanation made = TRY(explain(from, std::move(file), asked));
  result.verdict = name(made.plan.verdict);
  compare_decisions(expected, made.plan, result);
  TRY(compare_granted(expected, asked, made.plan, result));
  if (!result.failures.empty()) result.because = what_decided(made);
  return done();
}

}  // namespace

Result<std::vector<std::string>> find_cases(Host& host, const std::string& directory) {
  std::string top = directory;
  while (top.size() > 1 && top.ends_with('/')) top.pop_back();
  std::vector<std::string> found;
  TRY(find_below(host, top, 0, found));
  if (found.empty())
    return Error{Fault::absent,
                 printable(directory) + ": no case in it; a case is a folder with an expect.yaml"};
  return found;
}

CaseResult run_case(Host& host, const std::string& folder, const CaseOptions& options) {
  CaseResult result;
  result.folder = folder;
  Done decided = decide(host, options, result);
  if (!decided) result.error = std::move(decided).error();
  return result;
}

}  // namespace hardened::ctl
