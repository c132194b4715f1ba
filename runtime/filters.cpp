#include "runtime/filters.h"

#include <algorithm>
#include <utility>

#include "config/compiled.h"
#include "controls/seccomp.h"
#include "core/base/base64.h"
#include "core/base/sha256.h"
#include "profiles/seccomp/compile.h"
#include "profiles/seccomp/libseccomp.h"
#include "runtime/low_level.h"
#include "runtime/stash.h"

namespace hardened::runtime {
namespace {

using controls::kFilterAnnotation;
using controls::Seccomp;

constexpr std::string_view kFormat = "hardened filter 1";
constexpr Stash kFilters{kFilterDirectory, kFormat, seccomp::kLongestProgram, kMostFilters, kMostFilterBytes};

std::string key_of(const seccomp::Profile& granted, seccomp::Architecture own) {
  std::string text(kFormat);
  for (const std::string_view part : {config::build_id(), seccomp::name(own)}) {
    text += '\n';
    text += part;
  }
  return sha256(text + '\n' + seccomp::libseccomp_version() + '\n' +
                doc::print(seccomp::write(granted, own)));
}

bool is_program(std::string_view bytes) { return !bytes.empty() && bytes.size() % seccomp::kStepBytes == 0; }

// Will the bundle say so anyway: ours already, of a create that failed further on?
bool stays(const CallDocument& document, const doc::Edits& edits, const std::string& filter) {
  const auto& changes = edits.changes();
  const bool goes = std::any_of(changes.begin(), changes.end(), [](const doc::Edits::Change& change) {
    return change.pointer == kFilterAnnotation;
  });
  const controls::Spec spec = document.spec();
  const auto annotation = spec.find(kFilterAnnotation);
  return !goes && annotation && annotation->value().is(doc::Kind::string) &&
         annotation->value().text() == filter;
}

}  // namespace

std::optional<std::string> filter_of(Host& host, const seccomp::Profile& granted, seccomp::Architecture own) {
  const std::string key = key_of(granted, own);
  Found found = find(host, kFilters, key);
  if (found.bytes && is_program(*found.bytes)) return std::move(found.bytes);
  if (!found.place) return std::nullopt;
  Result<std::string> program = seccomp::compile(granted, own);
  if (!program) return std::nullopt;
  if (found.free) keep(host, kFilters, key, *program);
  return std::move(program).value();
}

doc::Edits with_filter(Host& host, const std::string& low_level, const config::Policy& policy,
                       const CallDocument& document, const Plan& plan) {
  doc::Edits edits = plan.edits;
  const bool observed = policy.rule<Seccomp>().on_excess == controls::OnExcess::observe;
  if (document.scope != controls::Scope::bundle || !is_crun(low_level) || observed) return edits;
  const seccomp::Profile& granted = grant_of<Seccomp>(plan.grants).profile;
  const auto own = seccomp::architecture_of_machine(host.kernel().machine);
  if (!granted.confined || !own) return edits;
  const std::optional<std::string> program = filter_of(host, granted, *own);
  if (!program) return edits;
  std::string filter = base64(*program);
  if (!stays(document, edits, filter))
    edits.set(std::string(kFilterAnnotation), doc::Value::string(std::move(filter)));
  return edits;
}

}  // namespace hardened::runtime
