#include "controls/hooks.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::size_t kShown = 12;  // variables in a message

using Asked = HooksFacts::Asked;

bool begins_with(const std::vector<std::string>& words, const std::vector<std::string>& first) {
  return words.size() >= first.size() && std::equal(first.begin(), first.end(), words.begin());
}

bool called_as_it_is(const HookId& hook) {
  const std::string_view path = hook.path;
  const bool absent = hook.arguments.empty();  // execve(2) then gets the path
  return absent || hook.arguments[0] == path || hook.arguments[0] == path.substr(path.rfind('/') + 1);
}

bool matches(const HookRule& rule, const Asked& asked) {
  const HookId& hook = asked.hook.id;
  if (asked.program.empty() || (rule.path != hook.path && rule.path != asked.program)) return false;
  if (!rule.stages.has(static_cast<unsigned>(hook.stage))) return false;
  return rule.arguments.empty() ? called_as_it_is(hook) : begins_with(hook.arguments, rule.arguments);
}

bool allows(const HookRule& rule, const std::string& variable) {
  return std::any_of(rule.environment.begin(), rule.environment.end(), [&](const std::string& word) {
    return word == variable || word == variable_name(variable);
  });
}

// What the rule gives of its own, where the hook would inherit, and what it lets pass of what is asked.
HookPowers powers_of(const HookRule& rule, const Asked& asked) {
  if (rule.inherits) return {HookEnvironment::inherited(), rule.seconds};
  std::set<std::string> variables;
  for (const std::string& word : rule.environment) {
    if (word.find('=') != std::string::npos) variables.insert(word);
  }
  const HookEnvironment environment = HookEnvironment::of(asked.hook);
  for (const std::string& variable : environment.variables()) {
    if (allows(rule, variable)) variables.insert(variable);
  }
  return {HookEnvironment(std::move(variables)), rule.seconds};
}

bool allowed_as_it_is(const HooksCeiling& ceiling, const Asked& asked) {
  return (ceiling.engine_default && asked.engines) || (ceiling.host_default && asked.declared) ||
         (ceiling.start_container && asked.hook.id.stage == Stage::start_container);
}

// Of several rules for one program each adds what it allows.
std::optional<HookPowers> most(const HooksCeiling& ceiling, const Asked& asked) {
  if (allowed_as_it_is(ceiling, asked)) return HookPowers::everything();
  std::optional<HookPowers> powers;
  for (const HookRule& rule : ceiling.rules) {
    if (!matches(rule, asked)) continue;
    const HookPowers more = powers_of(rule, asked);
    powers = powers ? join(*powers, more) : more;
  }
  return powers;
}

std::string told(const HookId& hook) {
  return std::string(name(hook.stage)) + " hook " +
         (hook.path.empty() ? "without a path" : printable(hook.path));
}

std::string told(const HookEnvironment& environment) {
  if (environment.inherits()) return "the runtime's own environment";
  std::vector<std::string> names;
  for (const std::string& variable : environment.written()) {
    if (names.size() == kShown) break;
    names.push_back(printable(variable_name(variable), 40));
  }
  const std::size_t more = environment.written().size() - names.size();
  if (more > 0) names.push_back(std::to_string(more) + " more");
  return joined(names);
}

std::string told(AtMost seconds) {
  return seconds.is_unlimited() ? "no time limit" : std::to_string(seconds.value()) + " seconds";
}

std::string reason_against(const HookId& hook, const HooksFacts& facts) {
  const auto asked = std::find_if(facts.asked.begin(), facts.asked.end(),
                                  [&](const Asked& one) { return one.hook.id == hook; });
  if (asked != facts.asked.end() && !asked->distrust.empty())
    return "hooks run as root of the host: " + asked->distrust;
  if (hook.stage == Stage::start_container)
    return "hooks of this stage are refused; an operator may set controls.hooks.start_container: allowed";
  return "hooks run as root of the host, and no rule allows this one with these arguments at this stage; an "
         "operator "
         "may name it in controls.hooks.allow";
}

void compare(const HookId& hook, const HookPowers& asked, const HookPowers& granted,
             std::vector<Change>& changes) {
  if (granted.environment != asked.environment) {
    changes.push_back(
        {hook.pointer() + "/env", told(hook) + " with " + told(asked.environment), told(granted.environment),
         "its rule names its environment; an operator may add to env in controls.hooks.allow", true});
  }
  if (granted.seconds != asked.seconds) {
    changes.push_back({hook.pointer() + "/timeout", told(hook) + " with " + told(asked.seconds),
                       told(granted.seconds), "its rule bounds its time; see timeout in controls.hooks.allow",
                       true});
  }
}

// What a hook gives the container is for people to know, whatever else is decided.
std::vector<std::string> brought(const HooksGrant& granted, const HooksCeiling& ceiling,
                                 const HooksFacts& facts) {
  std::vector<std::string> notes;
  for (const Asked& asked : facts.asked) {
    if (!granted.hooks.contains(asked.hook.id)) continue;
    for (const HookRule& rule : ceiling.rules) {
      if (rule.brings.empty() || !matches(rule, asked)) continue;
      std::string note = "the " + told(asked.hook.id) + " brings " + printable(rule.brings);
      if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
    }
  }
  return notes;
}

}  // namespace

bool leq(const HooksGrant& a, const HooksGrant& b) {
  return std::all_of(a.hooks.begin(), a.hooks.end(), [&](const auto& one) {
    const auto other = b.hooks.find(one.first);
    return other != b.hooks.end() && leq(one.second, other->second);
  });
}

HooksGrant meet(const HooksGrant& a, const HooksGrant& b) {
  HooksGrant both;
  for (const auto& [id, powers] : a.hooks) {
    const auto other = b.hooks.find(id);
    if (other != b.hooks.end()) both.hooks.emplace(id, meet(powers, other->second));
  }
  return both;
}

Result<HooksGrant> Hooks::read(const Spec& spec, const Facts& facts) {
  const std::vector<Hook> hooks = TRY(hooks_asked(spec));
  Grant request;
  for (std::size_t index = 0; index < hooks.size(); ++index) {
    const bool ours = index < facts.asked.size() && facts.asked[index].ours;
    if (!ours) request.hooks.emplace(hooks[index].id, HookPowers::of(hooks[index]));
  }
  return request;
}

HooksGrant Hooks::bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& /*earlier*/) {
  Grant top;
  for (const Asked& asked : facts.asked) {
    const auto powers = most(ceiling, asked);
    if (!asked.ours && powers) top.hooks.emplace(asked.hook.id, *powers);
  }
  return top;
}

Outcome<HooksGrant> Hooks::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                  const std::tuple<>& earlier) {
  const Grant top = bound(ceiling, facts, earlier);
  Grant granted = meet(request, top);
  if (granted == request) {
    auto notes = brought(granted, ceiling, facts);
    return {std::move(granted), Verdict::unchanged, {}, std::move(notes)};
  }
  std::vector<Change> changes;
  bool refused = false;
  for (const auto& [id, asked] : request.hooks) {
    const auto left = granted.hooks.find(id);
    if (left != granted.hooks.end()) {
      compare(id, asked, left->second, changes);
      continue;
    }
    refused = true;
    changes.push_back({id.pointer(), told(id), "", reason_against(id, facts), false});
  }
  if (refused) return {Grant{}, Verdict::refused, std::move(changes), {}};
  auto notes = brought(granted, ceiling, facts);
  return {std::move(granted), Verdict::narrowed, std::move(changes), std::move(notes)};
}

void Hooks::write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
  const auto request = read(spec, facts);
  if (!request) return;  // such a document was never decided upon
  for (const auto& [id, asked] : request->hooks) {
    const auto granted = grant.hooks.find(id);
    if (granted == grant.hooks.end()) continue;  // refused as a whole: no hook is taken out
    const HookPowers& powers = granted->second;
    if (powers.environment != asked.environment) {
      std::vector<doc::Value> list;
      for (std::string& variable : powers.environment.written())
        list.push_back(doc::Value::string(std::move(variable)));
      edits.set(id.pointer() + "/env", doc::Value::array(std::move(list)));
    }
    if (powers.seconds != asked.seconds)
      edits.set(id.pointer() + "/timeout", doc::Value::number(powers.seconds.value()));
  }
}

Result<Observed<HooksGrant>> Hooks::observe(const KernelView& /*kernel*/, const Spec& granted) {
  const Grant most = TRY(read(granted, Facts{}));
  return Observed<Grant>{most, most};
}

std::string Hooks::surplus(const Observed<HooksGrant>& observed) {
  std::vector<std::string> more;
  for (const auto& [id, powers] : observed.held.hooks) {
    const auto granted = observed.granted.hooks.find(id);
    if (granted == observed.granted.hooks.end()) {
      more.push_back("runs a " + told(id));
      continue;
    }
    std::vector<Change> changes;
    compare(id, powers, meet(powers, granted->second), changes);
    for (const Change& change : changes) more.push_back("runs a " + change.before);
  }
  return joined(more);
}

}  // namespace hardened::controls
