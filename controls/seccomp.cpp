#include "controls/seccomp.h"

#include <algorithm>
#include <utility>

#include "controls/reach.h"
#include "controls/seccomp_ceiling.h"
#include "controls/seccomp_changes.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "profiles/seccomp/exact.h"
#include "profiles/seccomp/instead.h"
#include "profiles/seccomp/libseccomp.h"
#include "profiles/seccomp/meet.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kSection = Seccomp::owned[0];
// Docker's own profile has 14 KB; what is larger by far is no profile that a person wrote.
constexpr std::size_t kMostProfileBytes = std::size_t{1} << 20U;

// All that the answer hangs on, but for what other controls grant.
std::string question_of(const Spec& spec, const Seccomp::Ceiling& ceiling, std::string_view file,
                        const seccomp::Machine& machine) {
  const auto section = spec.find(kSection);
  const doc::Range range = section ? section->value().range() : doc::Range{};
  const std::string_view asked =
      std::string_view(spec.document().text).substr(range.begin, range.end - range.begin);
  std::string text = ceiling.architectures == Seccomp::Architectures::native ? "native" : "requested";
  for (const std::string& part : {std::string(seccomp::name(machine.architecture)),
                                  std::to_string(machine.kernel.major), std::to_string(machine.kernel.minor),
                                  seccomp::libseccomp_version(), name_of(ceiling), sha256(file)}) {
    text += '\n' + part;
  }
  return sha256(text + '\n' + std::string(asked));
}

Result<seccomp::Profile> read_section(const Spec& spec, const Seccomp::Facts& facts) {
  if (!spec.covers(kSection)) return seccomp::Profile{};  // kept: the runtime leaves the container's filter
  const auto section = TRY(reach_object(spec, kSection));
  if (!section) return seccomp::Profile::unconfined();
  return seccomp::parse_section(*section, facts.machine.architecture);
}

seccomp::Profile resolved(const Seccomp::Ceiling& ceiling, const Seccomp::Facts& facts,
                          const Earlier<Seccomp>& earlier) {
  const seccomp::DockerProfile& plain = facts.file ? *facts.file : shipped_profile(ceiling.shipped);
  const auto made = [&](const seccomp::DockerProfile& profile) {
    return seccomp::exact_in_width(seccomp::resolve(profile, std::get<0>(earlier).bounding(), facts.machine));
  };
  return ceiling.also.empty() ? made(plain) : made(seccomp::instead(plain, {seccomp::all_of(ceiling.also)}));
}

// What the engine asks for in every container, since the host's own profile lists it, is no user's wish: it is
// told apart, and never a reason to refuse.
std::vector<Change> changes_under_native(const seccomp::Profile& request, const seccomp::Profile& granted,
                                         seccomp::Excess excess, std::string_view profile,
                                         const std::vector<seccomp::Architecture>& family) {
  seccomp::Excess by_engine;
  const bool all = std::all_of(excess.foreign.begin(), excess.foreign.end(), [&](seccomp::Architecture one) {
    return std::find(family.begin(), family.end(), one) != family.end();
  });
  if (all) std::swap(by_engine.foreign, excess.foreign);
  std::vector<Change> changes = changes_of(request, granted, excess, profile);
  for (Change& change : changes_of(request, granted, by_engine, profile)) {
    change.reason =
        "calls are made through the machine's own architecture alone: controls.seccomp.architectures is "
        "native";
    change.by_default = true;
    changes.push_back(std::move(change));
  }
  return changes;
}

Outcome<seccomp::Profile> narrow_section(const seccomp::Profile& request, const seccomp::Profile& most,
                                         const Seccomp::Ceiling& ceiling, const Seccomp::Facts& facts,
                                         const Earlier<Seccomp>& earlier) {
  const seccomp::Reading asked(request, facts.machine.architecture);
  const seccomp::Reading limit(most, facts.machine.architecture);
  const seccomp::Excess excess = seccomp::excess(asked, limit);
  const seccomp::Floor& floor = std::get<1>(earlier).yes() ? seccomp::kRuncFloor : seccomp::kRuncFloorEarly;
  if (excess.none()) return {request, Verdict::unchanged, {}, notes_on(request, request, floor)};
  auto [granted, below] = seccomp::lowered(asked, limit);
  const std::string profile = name_of(ceiling);
  const bool native = ceiling.architectures == Seccomp::Architectures::native && facts.carries;
  std::vector<Change> changes = native ? changes_under_native(request, granted, excess, profile,
                                                              resolved(ceiling, facts, earlier).foreign)
                                       : changes_of(request, granted, excess, profile);
  std::vector<std::string> notes = notes_on(request, granted, floor);
  for (std::string& note : notes_on(below)) notes.push_back(std::move(note));
  return {std::move(granted), excess.listener ? Verdict::refused : Verdict::narrowed, std::move(changes),
          std::move(notes)};
}

Outcome<seccomp::Profile> recalled(const KnownMeet& known, const seccomp::Profile& request) {
  Outcome<seccomp::Profile> out = known.outcome;
  if (out.verdict == Verdict::unchanged) out.granted = request;
  return out;
}

}  // namespace

Result<seccomp::Machine> machine_of(const Kernel& kernel) {
  const auto architecture = seccomp::architecture_of_machine(kernel.machine);
  const auto version = seccomp::kernel_version(kernel.release);
  if (architecture && version) return seccomp::Machine{*architecture, *version};
  return Error{Fault::policy, "no seccomp profile can be made for the machine '" + printable(kernel.machine) +
                                  "' with Linux '" + printable(kernel.release) + "'"};
}

Result<Seccomp::Grant> Seccomp::read(const Spec& spec, const Facts& facts) {
  Grant request;
  request.profile = TRY(read_section(spec, facts));
  request.crun = TRY(read_crun(spec, facts.own_filter));
  return request;
}

Result<Seccomp::Facts> Seccomp::gather(Host& host, const Spec& spec, const Ceiling& ceiling) {
  if (!spec.covers(kSection)) return Facts{};
  const seccomp::Machine machine = TRY(machine_of(host.kernel()));
  const auto blame = [](Error error) {
    error.fault = Fault::policy;
    return std::move(error).within("the seccomp profile of the policy");
  };
  Facts facts{machine, true, {}, own_filter_of(spec, machine.architecture), {}, {}};
  std::string bytes;
  if (!ceiling.file.empty()) {
    auto file = read_trusted(host, ceiling.file, kMostProfileBytes);
    if (!file) return blame(std::move(file).error());
    bytes = std::move(file->bytes);
    auto profile = ceiling_profile(ceiling.file, bytes);
    if (!profile) return blame(std::move(profile).error());
    Done floor = above_floor(*profile, machine);
    if (!floor) return blame(std::move(floor).error());
    facts.file = std::make_shared<const seccomp::DockerProfile>(std::move(profile).value());
  }
  facts.question = question_of(spec, ceiling, bytes, machine);
  return facts;
}

Seccomp::Grant Seccomp::bound(const Ceiling& ceiling, const Facts& facts, const Earlier<Seccomp>& earlier) {
  Grant most;
  if (!facts.carries) return most;
  most.profile = resolved(ceiling, facts, earlier);
  if (ceiling.architectures == Architectures::native) most.profile.foreign.clear();
  return most;
}

Outcome<Seccomp::Grant> Seccomp::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                        const Earlier<Seccomp>& earlier) {
  auto section =
      answers(facts.known, std::get<0>(earlier).bounding(), std::get<1>(earlier))
          ? recalled(*facts.known, request.profile)
          : narrow_section(request.profile, bound(ceiling, facts, earlier).profile, ceiling, facts, earlier);
  Outcome<Grant> out{{std::move(section.granted), {}},
                     section.verdict,
                     std::move(section.changes),
                     std::move(section.notes)};
  if (request.crun == CrunSeccomp{}) return out;
  const bool listens = request.crun.asked.at(CrunSeccomp::receiver).has_value();
  out.verdict = std::max(out.verdict, listens ? Verdict::refused : Verdict::narrowed);
  for (Change& change : changes_of(request.crun)) out.changes.push_back(std::move(change));
  return out;
}

void Seccomp::write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
  const auto request = read_section(spec, facts);
  if (!request || !spec.covers(kSection)) return;
  const bool moves = !seccomp::identical(*request, grant.profile);
  write_crun(spec, grant.crun, moves, facts.own_filter, edits);
  if (!moves) return;
  if (!grant.profile.confined) {
    edits.remove(kSection);
  } else {
    edits.set(kSection, seccomp::write(grant.profile, facts.machine.architecture));
  }
}

}  // namespace hardened::controls
