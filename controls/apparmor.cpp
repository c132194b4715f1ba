#include "controls/apparmor.h"

#include <algorithm>
#include <utility>

#include "controls/reach.h"
#include "controls/words.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "profiles/apparmor/loader.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kPointer = AppArmor::owned[0];
constexpr std::size_t kTagDigits = 12;
constexpr std::array<std::string_view, 3> kProfiles{"docker-default", "hardened-default", "unconfined"};

const AppArmorLabel kTop{false, false, {}};

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A profile that the user brought: neither ours nor an engine's.
bool is_custom(const std::string& part) { return !is_engine_default(part) && !apparmor::is_own_name(part); }

// Why this part of a request cannot be granted, not even beside ours; "" when it can.
std::string obstacle(const std::string& part, const AppArmor::Ceiling& ceiling,
                     const AppArmor::Facts& facts) {
  if (part == facts.host || has(facts.trusted, part) || is_engine_default(part)) return "";
  if (apparmor::is_own_name(part))
    return "that name is this runtime's own; ask for another profile, or for none";
  if (part.starts_with(':'))
    return "a profile of another policy namespace is not bounded here; name one without :";
  if (ceiling.custom == AppArmor::Custom::refuse)
    return "this host allows no profiles but its own (apparmor.custom); ask for none";
  if (!has(facts.loaded, part)) return "the kernel has no such profile; load it with apparmor_parser first";
  return "";
}

Outcome<AppArmorLabel> refused(const AppArmorLabel& request, std::string reason) {
  return {
      {}, Verdict::refused, {{std::string(kPointer), text_of(request), "", std::move(reason), false}}, {}};
}

// What a record says of a container that starts without a profile because the host has no AppArmor. Of a container that
// is there already, its create said so.
std::vector<std::string> notes_of(const AppArmorLabel& request, const AppArmor::Ceiling& ceiling,
                                  const AppArmor::Facts& facts) {
  if (facts.enabled || ceiling.required || ceiling.unconfined || request.kept) return {};
  return {
      "AppArmor is not enabled on this host: the container runs without a profile; boot with apparmor=1 to "
      "have "
      "one, or refuse such containers with apparmor.required: always"};
}

// Engines write their default, or nothing; only a user writes anything else.
bool by_default(const AppArmorLabel& request) {
  return !request.parts.empty() &&
         std::all_of(request.parts.begin(), request.parts.end(),
                     [](const std::string& part) { return is_engine_default(part); });
}

template <class T>
std::optional<T> choice(const doc::Cursor& value, std::string_view one, T first, std::string_view other,
                        T second, doc::Diagnostics& wrong, std::string_view others = "") {
  const auto text = value.text();
  if (text && *text == one) return first;
  if (text && *text == other) return second;
  wrong.add(no_such_word(value, std::array{one, other}, others));
  return std::nullopt;
}

void parse_custom(const doc::Cursor& value, AppArmor::Ceiling& ceiling, doc::Diagnostics& wrong) {
  if (value.kind() != doc::Kind::array) {
    const auto custom = choice(value, "stack", AppArmor::Custom::stack, "refuse", AppArmor::Custom::refuse,
                               wrong, "a list of names");
    ceiling.custom = custom.value_or(AppArmor::Custom::refuse);
    return;
  }
  ceiling.custom = AppArmor::Custom::stack;
  const auto items = wrong.take(value.items());
  if (!items) return;
  for (const doc::Cursor& item : *items) {
    const auto text = wrong.take(item.text());
    if (!text) continue;
    std::string name(*text);
    const AppArmorLabel label = label_of(name, {});
    if (label.parts != std::vector<std::string>{name} || !is_custom(name) || name.starts_with(':')) {
      wrong.add(item.error("'" + printable(name) + "' is no name of one profile of the host's own"));
    } else {
      ceiling.trusted.push_back(std::move(name));
    }
  }
}

std::string tag_of(const Spec& spec, const AppArmor::Ceiling& ceiling) {
  if (ceiling.peers == AppArmor::Peers::shared) return "";
  return profile_tag(spec.container().id);
}

}  // namespace

std::string profile_tag(std::string_view container_id) { return sha256(container_id).substr(0, kTagDigits); }

Result<AppArmorLabel> AppArmor::read(const Spec& spec, const Facts& facts) {
  const auto value = TRY(reach(spec, kPointer));
  std::string_view text;
  if (value) text = TRY(value->text());
  // An empty text is an absent one to runc and crun.
  if (text.empty()) return spec.scope() == Scope::bundle ? kTop : AppArmorLabel{};
  // To the kernel the first slash belongs to neither side (its stacksplitdfa), so that what is one name to it would be two.
  if (text.find("///&") != std::string_view::npos)
    return value->error("no label: a name before //& ends in a slash");
  return label_of(text, facts.trusted);
}

AppArmor::Ceiling AppArmor::parse(const Rule& rule, doc::Diagnostics& wrong) {
  Ceiling ceiling;
  const auto profile = wrong.take(rule.need("profile"));
  const auto peers = wrong.take(rule.need("peers"));
  const auto custom = wrong.take(rule.need("custom"));
  const auto required = wrong.take(rule.need("required"));
  if (!profile || !peers || !custom || !required) return {};
  const auto named = profile->text();
  ceiling.unconfined = named && *named == "unconfined";
  if (named && apparmor::find_template(*named) != nullptr) ceiling.profile = std::string(*named);
  if (!ceiling.unconfined && ceiling.profile.empty()) wrong.add(no_such_word(*profile, kProfiles));
  ceiling.peers = choice(*peers, "shared", Peers::shared, "container", Peers::container, wrong)
                      .value_or(Peers::container);
  parse_custom(*custom, ceiling, wrong);
  ceiling.required = choice(*required, "auto", false, "always", true, wrong).value_or(true);
  return wrong.any() ? Ceiling{} : ceiling;
}

Result<AppArmor::Facts> AppArmor::gather(Host& host, const Spec& spec, const Ceiling& ceiling) {
  Facts facts;
  facts.trusted = ceiling.trusted;
  if (!spec.covers(kPointer)) return facts;
  facts.enabled = TRY(apparmor::enabled(host));
  const apparmor::Template* source = apparmor::find_template(ceiling.profile);
  if (!facts.enabled || source == nullptr) return facts;
  const apparmor::Values values = TRY(apparmor::values_of(host).within("AppArmor"));
  facts.host = apparmor::profile_name(*source, values, tag_of(spec, ceiling));
  const auto& label = spec.container().label;
  if (label) facts.container = label_of(*label, facts.trusted);
  const AppArmorLabel request = TRY(read(spec, facts));
  if (std::any_of(request.parts.begin(), request.parts.end(), is_custom)) {
    facts.loaded = TRY(apparmor::loaded_names(host).within("AppArmor"));
  }
  return facts;
}

AppArmorLabel AppArmor::bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& /*earlier*/) {
  if (!facts.enabled) return ceiling.required ? AppArmorLabel{} : kTop;
  if (ceiling.unconfined) return kTop;
  // Without a name (a ceiling that was not read) nothing is granted.
  return facts.host.empty() ? AppArmorLabel{} : label_of(facts.host, {});
}

Outcome<AppArmorLabel> AppArmor::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                        const std::tuple<>& earlier) {
  const AppArmorLabel most = bound(ceiling, facts, earlier);
  if (leq(request, most)) return {request, Verdict::unchanged, {}, notes_of(request, ceiling, facts)};
  if (!facts.enabled) {
    return refused(
        request,
        "AppArmor is not enabled on this host, and apparmor.required is always; boot the host with "
        "apparmor=1 security=apparmor, or let the operator set required: auto");
  }
  for (const std::string& part : request.parts) {
    std::string why = obstacle(part, ceiling, facts);
    if (!why.empty()) return refused(request, std::move(why));
  }
  AppArmorLabel granted = meet(request, most);
  if (facts.container) granted = meet(granted, *facts.container);
  const Change change{std::string(kPointer), text_of(request), text_of(granted),
                      "the ceiling is " + facts.host, by_default(request)};
  return {std::move(granted), Verdict::narrowed, {change}, {}};
}

void AppArmor::write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
  const auto request = read(spec, facts);
  if (!request || *request == grant || grant.kept) return;
  edits.set(kPointer, doc::Value::string(text_of(grant)));
}

}  // namespace hardened::controls
