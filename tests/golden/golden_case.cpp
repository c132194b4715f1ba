#include "tests/golden/golden_case.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "config/load.h"
#include "core/doc/edit.h"
#include "core/doc/json.h"
#include "runtime/exec_flags.h"
#include "runtime/plan.h"
#include "runtime/record.h"
#include "runtime/refusal.h"
#include "runtime/update_flags.h"
#include "runtime/waive.h"
#include "tests/golden/indented.h"
#include "tests/golden/machine.h"
#include "tests/support/source_tree.h"

namespace hardened::test {
namespace {

using controls::Scope;

constexpr std::int64_t kTime = 1'767'323'045'000'000'000;  // 2026-01-02T03:04:05Z

struct Kind {
  std::string_view file;
  Scope scope;
};
constexpr std::array kKinds{Kind{"config.json", Scope::bundle}, Kind{"process.json", Scope::process},
                            Kind{"resources.json", Scope::resources}};

Error missing(const std::string& path) { return Error{Fault::io, path + " is missing"}; }

Result<std::vector<std::string>> words(const std::string& path) {
  const auto text = slurp(path);
  if (!text) return missing(path);
  std::vector<std::string> lines;
  std::istringstream in(*text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

Result<config::Policy> policy_of(std::string yaml) {
  config::Policy policy = TRY(config::parse_policy("policy.yaml", std::move(yaml)));
  policy.id = "golden";
  return policy;
}

// The document that flags stand for.
Done document_of_flags(Given& given) {
  if (given.call.call == "update") {
    given.scope = Scope::resources;
    given.name = "resources.json";
    given.document = TRY(runtime::resources_of_flags(given.call));
    return done();
  }
  const auto recorded = slurp(given.folder + "/recorded.json");
  if (!recorded) return missing(given.folder + "/recorded.json");
  const doc::Document process = TRY(doc::read_json("recorded.json", *recorded));
  given.scope = Scope::process;
  given.name = "process.json";
  given.document = TRY(runtime::process_of_flags(given.call, process.root));
  return done();
}

Done load_document(Given& given) {
  for (const Kind& kind : kKinds) {
    auto bytes = slurp(given.folder + "/" + std::string(kind.file));
    if (!bytes) continue;
    given.scope = kind.scope;
    given.name = kind.file;
    given.document = *std::move(bytes);
    return done();
  }
  return document_of_flags(given);
}

runtime::RecordHead head_of(const Given& given) {
  runtime::RecordHead head;
  head.time_ns = kTime;
  head.id = given.call.id;
  head.root = given.call.root.value_or("");
  head.call = given.call.call;
  head.policy = given.policy.path;
  head.policy_id = given.policy.id;
  return head;
}

std::string readable(const std::string& line) {
  const auto record = doc::read_json("record", line);
  return record.ok() ? indented(record->root) : record.error().what + "\n" + line;
}

Result<Outcome> decide(const Given& given) {
  FakeHost host;
  TRY(set_up(host, "host.yaml", given.machine));
  const doc::Document document = TRY(doc::read_json(given.name, given.document));
  const controls::Container container{given.call.id, std::nullopt, given.call.root.value_or(""),
                                      given.call.bundle};
  const controls::Spec spec(document, given.scope, container);
  const runtime::Effective effective =
      TRY(runtime::effective_policy(host, given.policy, container.root, spec, std::nullopt));
  const runtime::Facts facts = TRY(runtime::gather_facts(host, spec, effective.policy));
  const runtime::Plan plan = TRY(runtime::make_plan(spec, effective.policy, facts));
  Outcome outcome;
  outcome.verdict = controls::name(plan.verdict);
  runtime::RecordHead head = head_of(given);
  head.engine = runtime::engine_of(spec);
  head.waivers = effective.waivers;
  head.notes = effective.notes;
  outcome.record = readable(runtime::record_line(head, plan));
  if (plan.verdict == controls::Verdict::refused) {
    outcome.message = runtime::refusal_text(plan) + "\n";
  } else {
    outcome.document = TRY(doc::apply(document, plan.edits));
  }
  return outcome;
}

}  // namespace

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(source_path("tests/golden/cases"))) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string case_folder(const std::string& name) { return source_path("tests/golden/cases/" + name); }

std::optional<std::string> slurp(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<Given> load_case(const std::string& name) {
  Given given;
  given.folder = case_folder(name);
  const auto argv = TRY(words(given.folder + "/argv"));
  given.call = TRY(runtime::parse_invocation(argv));
  const auto yaml = slurp(given.folder + "/policy.yaml");
  if (!yaml) return missing(given.folder + "/policy.yaml");
  given.policy = TRY(policy_of(*yaml));
  const auto own = slurp(given.folder + "/host.yaml");
  given.machine = own ? *own : slurp(source_path("tests/golden/host.yaml")).value_or("");
  TRY(load_document(given));
  return given;
}

Outcome run(const Given& given) {
  auto outcome = decide(given);
  if (outcome) return std::move(outcome).value();
  const Error error = std::move(outcome).error();
  return {"fault", std::nullopt, readable(runtime::fault_line(head_of(given), error)), error.what + "\n"};
}

Result<Given> observed(Given given) {
  given.policy = TRY(policy_of("version: 1\nextends: observe\n"));
  return given;
}

}  // namespace hardened::test
