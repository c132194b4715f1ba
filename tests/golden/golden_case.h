// A golden case: a folder that says what was asked, and what comes of it.
//
//   given      argv                  the command line, one word a line
//              config.json           or process.json or resources.json: what the call carries, byte for byte;
//              none recorded.json         of these where flags say it: then the process that was recorded at
//              create policy.yaml           its first line says what the case is about host.yaml the machine;
//              ../../host.yaml where there is none. Its files hold what an engine knows of the container
//   expected   verdict               unchanged, narrowed, refused or fault
//              config.expected.json  (process, resources) the bytes handed to the runtime, where they differ
//              record.expected       the decision record, indented
//              message.expected      of a refusal or a fault: what a person reads
//
// The policy's id and the time are constants, so that an edit of a shipped policy does not touch every case.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/policy.h"
#include "controls/spec.h"
#include "core/base/result.h"
#include "runtime/invocation.h"

namespace hardened::test {

struct Given {
  std::string folder;
  runtime::Invocation call;
  controls::Scope scope = controls::Scope::bundle;
  std::string document;  // its bytes
  std::string name;      // "config.json"
  config::Policy policy;
  std::string machine;  // yaml
};

struct Outcome {
  std::string verdict;
  std::optional<std::string> document;  // the bytes handed on; none when refused or not decided
  std::string record;
  std::string message;
};

[[nodiscard]] std::vector<std::string> case_names();
[[nodiscard]] std::string case_folder(const std::string& name);
// The whole file; nothing when there is none.
[[nodiscard]] std::optional<std::string> slurp(const std::string& path);

[[nodiscard]] Result<Given> load_case(const std::string& name);
[[nodiscard]] Outcome run(const Given& given);
// The same call under `extends: observe`.
[[nodiscard]] Result<Given> observed(Given given);

}  // namespace hardened::test
