#include "controls/no_new_privileges.h"

#include "controls/reach.h"

namespace hardened::controls {

Result<Required> NoNewPrivileges::read(const Spec& spec, const Facts& /*facts*/) {
  const auto value = TRY(reach(spec, owned[0]));
  if (!value) return Required(false);
  const bool asked = TRY(value->boolean());
  return Required(asked);
}

NoNewPrivileges::Ceiling NoNewPrivileges::parse(const Rule& rule, doc::Diagnostics& wrong) {
  const auto value = wrong.take(rule.need("required"));
  if (!value) return {};
  const auto required = wrong.take(value->boolean());
  return required ? Ceiling{Required(*required)} : Ceiling{};
}

Result<Unit> NoNewPrivileges::gather(Host& /*host*/, const Spec& /*spec*/, const Ceiling& /*ceiling*/) {
  return Unit{};
}

Required NoNewPrivileges::bound(const Ceiling& ceiling, const Facts& /*facts*/,
                                const std::tuple<>& /*earlier*/) {
  return ceiling.most;
}

Outcome<Required> NoNewPrivileges::narrow(const Required& request, const Ceiling& ceiling, const Facts& facts,
                                          const std::tuple<>& earlier) {
  const Required most = bound(ceiling, facts, earlier);
  if (leq(request, most)) return {request, Verdict::unchanged, {}, {}};
  const Change change{
      std::string(owned[0]), "false", "true",
      "this host requires it (no_new_privileges.required); run with --security-opt no-new-privileges",
      // Nobody asks for its absence: a request that says nothing and one that says false are
      // the same to the runtime, and Docker never writes false.
      true};
  return {meet(request, most), Verdict::narrowed, {change}, {}};
}

void NoNewPrivileges::write(const Spec& spec, const Facts& facts, const Required& grant, SpecEdits& edits) {
  const auto request = read(spec, facts);
  if (!request || *request == grant) return;
  edits.set(owned[0], doc::Value::boolean(grant.yes()));
}

}  // namespace hardened::controls
