#include "controls/seccomp.h"

#include <algorithm>
#include <utility>

#include "controls/reach.h"
#include "controls/seccomp_changes.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "profiles/embedded.h"
#include "profiles/seccomp/meet.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kSection = Seccomp::owned[0];
// Docker's own profile has 14 KB; what is larger by far is no profile that a person wrote.
constexpr std::size_t kMostProfileBytes = std::size_t{1} << 20U;

Result<seccomp::DockerProfile> parse_profile(std::string file_name, std::string text) {
  const doc::Document document = TRY(doc::read_json(std::move(file_name), std::move(text)));
  const doc::Cursor file(document, document.root);
  seccomp::DockerProfile profile = TRY(seccomp::parse_docker(file));
  if (!profile.confined) return file.error("a profile without rules confines nothing");
  const bool notifies = std::any_of(profile.rules.begin(), profile.rules.end(), [](const auto& rule) {
    return rule.rule.answer.action == seccomp::Action::notify;
  });
  if (notifies || !profile.listener_path.empty() || profile.fallback.action == seccomp::Action::notify) {
    return file.error("a ceiling cannot hand calls to a listener; use SCMP_ACT_ERRNO");
  }
  return profile;
}

Result<seccomp::DockerProfile> load_profile(Host& host, const std::string& path) {
  if (path.empty()) return parse_profile("the default profile", std::string(embedded::default_json));
  File file = TRY(read_trusted(host, path, kMostProfileBytes));
  return parse_profile(path, std::move(file.bytes));
}

Result<seccomp::Machine> machine_of(const Kernel& kernel) {
  const auto architecture = seccomp::architecture_of_machine(kernel.machine);
  const auto version = seccomp::kernel_version(kernel.release);
  if (architecture && version) return seccomp::Machine{*architecture, *version};
  return Error{Fault::policy, "no seccomp profile can be made for the machine '" + printable(kernel.machine) +
                                  "' with Linux '" + printable(kernel.release) + "'"};
}

bool is_plain_absolute(std::string_view path) {
  return path.size() > 1 && path.front() == '/' && path.find('\0') == std::string_view::npos &&
         path.find("/../") == std::string_view::npos;
}

}  // namespace

Result<seccomp::Profile> Seccomp::read(const Spec& spec, const Facts& facts) {
  if (!spec.covers(kSection)) return seccomp::Profile{};  // kept: the runtime leaves the container's filter
  const auto section = TRY(reach_object(spec, kSection));
  if (!section) return seccomp::Profile::unconfined();
  return seccomp::parse_section(*section, facts.machine.architecture);
}

Seccomp::Ceiling Seccomp::parse(const Rule& rule, doc::Diagnostics& wrong) {
  const auto value = wrong.take(rule.need("profile"));
  const auto text = value ? wrong.take(value->text()) : std::nullopt;
  if (!text || *text == "default") return {};
  if (is_plain_absolute(*text)) return {std::string(*text)};
  wrong.add(value->error("expected default, or the absolute path of a profile in Docker's format, found '" +
                         printable(*text) + "'"));
  return {};
}

Result<Seccomp::Facts> Seccomp::gather(Host& host, const Spec& spec, const Ceiling& ceiling) {
  if (!spec.covers(kSection)) return Facts{};
  const seccomp::Machine machine = TRY(machine_of(host.kernel()));
  auto profile = load_profile(host, ceiling.file);
  if (!profile) {
    Error error = std::move(profile).error().within("the seccomp profile of the policy");
    error.fault = Fault::policy;
    return error;
  }
  return Facts{machine, std::make_shared<const seccomp::DockerProfile>(std::move(profile).value())};
}

seccomp::Profile Seccomp::bound(const Ceiling& /*ceiling*/, const Facts& facts,
                                const Earlier<Seccomp>& earlier) {
  if (!facts.profile) return {};
  return seccomp::resolve(*facts.profile, std::get<0>(earlier).bounding(), facts.machine);
}

Outcome<seccomp::Profile> Seccomp::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                          const Earlier<Seccomp>& earlier) {
  const seccomp::Profile most = bound(ceiling, facts, earlier);
  const seccomp::Excess excess = seccomp::excess(request, most);
  if (excess.none()) return {request, Verdict::unchanged, {}, notes_on(request, request)};
  seccomp::Profile granted = seccomp::lowered(request, most, facts.machine.architecture);
  const std::string_view profile = ceiling.file.empty() ? std::string_view("default") : ceiling.file;
  std::vector<Change> changes = changes_of(request, granted, excess, profile);
  std::vector<std::string> notes = notes_on(request, granted);
  return {std::move(granted), excess.listener ? Verdict::refused : Verdict::narrowed, std::move(changes),
          std::move(notes)};
}

void Seccomp::write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
  const auto request = read(spec, facts);
  if (!request || !spec.covers(kSection) || seccomp::identical(*request, grant)) return;
  if (!grant.confined) {
    edits.remove(kSection);
  } else {
    edits.set(kSection, seccomp::write(grant, facts.machine.architecture));
  }
}

}  // namespace hardened::controls
