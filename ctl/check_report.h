// What `check` finds out about one policy file.
//
//   const PolicyReport report = look_at_policy(host, "/etc/hardened/policy.yaml");
//   if (!report.wrong.empty()) ...
//
// Told apart are what makes the file no policy (`wrong`), what keeps a call of the runtime from taking it where it stands
// (`warnings`: who may write it, what this host lacks), and what is right and worth knowing (waivers). That others than root
// may write it is wrong of a file below /etc/hardened, which is where calls read: else it is about to be put there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/host.h"
#include "core/doc/value.h"
#include "ctl/policy_file.h"

namespace hardened::ctl {

struct Diagnostic {
  std::uint32_t line = 0;  // 0 where it has no place
  std::uint32_t column = 0;
  std::string message;
  std::string shown;  // as a person reads it, the line and the caret with it
};

struct WaiverReport {
  std::string name;
  std::string from;  // "policy.yaml:41"
  std::string because;
  std::vector<std::string> controls;
  std::vector<std::string> not_raised;  // those of them whose ceiling is not above the rule's
  std::vector<std::string> reopens;     // ids of tests/vm/escapes; none once it expired
  std::string expires;                  // "2027-06-30"; "" for never
  bool expired = false;
};

struct PolicyReport {
  std::string path;
  std::optional<Error> unread;  // the file cannot be read at all
  std::vector<Diagnostic> wrong;
  std::vector<std::string> warnings;
  bool untrusted = false;            // no call takes it where it stands
  std::optional<PolicyFile> policy;  // of one that is right in itself
  std::vector<WaiverReport> waivers;
};
[[nodiscard]] PolicyReport look_at_policy(Host& host, const std::string& path);

// An error of the loader's, taken apart.
[[nodiscard]] std::vector<Diagnostic> diagnostics_of(const std::string& path, const Error& error);

// For --json; `effective`: with every rule and setting.
[[nodiscard]] doc::Value json_of(const PolicyReport& report, bool effective);

}  // namespace hardened::ctl
