#include "ctl/log_asked.h"

#include <algorithm>
#include <array>
#include <utility>

#include "config/load.h"
#include "core/base/text.h"
#include "core/doc/edit.h"
#include "core/doc/json.h"

namespace hardened::ctl {
namespace {

using controls::Scope;
using doc::Value;

// What objects to all that can be made again.
constexpr std::string_view kTightest = R"(version: 1
extends: docker-default
controls:
  capabilities: {ceiling: []}
  pids: {default: 1, maximum: 1}
  sysctls: {on_excess: refuse, allow: []}
  annotations: {allow: []}
)";

constexpr std::string_view kCapabilities = "/process/capabilities";
constexpr std::string_view kNamespaces = "/linux/namespaces";
constexpr std::string_view kSeccomp = "/linux/seccomp";
constexpr std::string_view kPidsLimit = "/linux/resources/pids/limit";

Scope scope_of(std::string_view call) {
  if (call == "exec") return Scope::process;
  return call == "update" ? Scope::resources : Scope::bundle;
}

bool is_integer(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  constexpr std::size_t kDigits = 18;
  return !text.empty() && text.size() <= kDigits &&
         text.find_first_not_of("0123456789") == std::string_view::npos &&
         (text.size() == 1 || text[0] != '0');
}

Value capability(const std::string& name) {
  const Value one = Value::array({Value::string(name)});
  return Value::object({{"bounding", one, {}}, {"effective", one, {}}, {"permitted", one, {}}});
}

constexpr std::array<std::string_view, 5> kKinds{"mount", "pid", "network", "ipc", "uts"};

// Those that an engine asks for; all but the one of "no pid namespace of its own".
Value own_namespaces(std::string_view words = "") {
  std::vector<Value> own;
  for (const std::string_view kind : kKinds) {
    if (words == "no " + std::string(kind) + " namespace of its own") continue;
    own.push_back(Value::object({{"type", Value::string(std::string(kind)), {}}}));
  }
  return Value::array(std::move(own));
}

std::optional<Value> namespaces_but(std::string_view words) {
  Value others = own_namespaces(words);
  if (others.items().size() == kKinds.size()) return std::nullopt;
  return others;
}

// What belongs to a user namespace is the container's where it has one of its own, and no line says whether it had.
bool of_a_user_namespace(std::string_view field) {
  return field.starts_with("/linux/sysctl/user.") || field.starts_with("/linux/sysctl/user~1");
}

// What would stand at the field; null: nothing does.
std::optional<Value> value_of(const AskedFor& one) {
  if (one.field == kCapabilities) return capability(one.asked);
  if (of_a_user_namespace(one.field)) return std::nullopt;
  if (one.field == kNamespaces) return namespaces_but(one.asked);
  if (one.field == kSeccomp) return one.asked == "unconfined" ? std::optional(Value()) : std::nullopt;
  if (one.field == kPidsLimit && one.asked == "unlimited") return Value::number(std::int64_t{-1});
  if (one.field == kPidsLimit && one.asked == "no limit") return Value();
  const bool map = one.field.starts_with("/linux/sysctl/") || one.field.starts_with("/annotations/");
  if (map) return Value::string(one.asked);
  if (is_integer(one.asked)) return Value::lexeme(one.asked);
  return std::nullopt;
}

// With namespaces of its own, unless it is about them: a sysctl of a namespace that the document did not ask for would be
// objected to for the lack of that, whatever the policy allows.
Result<doc::Document> document_with(Scope scope, std::string_view field, const Value& value) {
  doc::Document document = TRY(doc::read_json("asked", "{}"));
  doc::Edits edits;
  const bool about_namespaces = field.starts_with(kNamespaces);
  if (scope == Scope::bundle && !about_namespaces) edits.set(std::string(kNamespaces), own_namespaces());
  if (!value.is(doc::Kind::null))
    edits.set(std::string(field.substr(controls::root_of(scope).size())), value);
  std::string text = TRY(doc::apply(document, edits));
  return doc::read_json("asked", std::move(text));
}

// What the policy decides about these very words; nothing where it has no objection to them.
Result<std::optional<controls::Verdict>> objection(Host& host, const AskedAgain& asked,
                                                   const config::Policy& policy) {
  const controls::Spec spec(asked.document, asked.scope);
  const runtime::Facts facts = TRY(runtime::gather_facts(host, spec, policy));
  const runtime::Plan plan = TRY(runtime::make_plan(spec, policy, facts));
  for (const runtime::Decision& decision : plan.decisions) {
    if (decision.control != asked.control) continue;
    const auto same = [&](const controls::Change& change) {
      return change.pointer == asked.field && printable(change.before, 1024) == asked.asked;
    };
    const auto& changes = decision.changes;
    if (std::any_of(changes.begin(), changes.end(), same)) return std::optional(decision.verdict);
  }
  return std::optional<controls::Verdict>();
}

// "A, B and C"; a list that was cut ends in "and 16 more".
std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const std::size_t comma = list.find(", ");
    const std::size_t last = list.find(" and ");
    const std::size_t end = std::min({comma, last, list.size()});
    words.emplace_back(list.substr(0, end));
    list.remove_prefix(end);
    if (!list.empty()) list.remove_prefix(end == comma ? 2 : 5);
  }
  return words;
}

}  // namespace

Parts parts_of(const AskedFor& one) {
  Parts all;
  if (one.field != kCapabilities) {
    all.parts.push_back(one);
    return all;
  }
  for (const std::string& word : words_of(one.asked)) {
    unsigned long long more = 0;
    if (word.ends_with(" more") && parse_decimal(word.substr(0, word.size() - 5), more)) {
      all.left += more;
      continue;
    }
    all.parts.push_back(one);
    all.parts.back().asked = word;
  }
  return all;
}

Result<config::Policy> tightest_policy() {
  return config::parse_policy("the tightest policy", std::string(kTightest));
}

std::optional<AskedAgain> asked_again(Host& host, const config::Policy& tightest, const AskedFor& one,
                                      const std::string& call) {
  const Scope scope = scope_of(call);
  const auto value = value_of(one);
  if (!value || !one.field.starts_with(controls::root_of(scope))) return std::nullopt;
  auto document = document_with(scope, one.field, *value);
  if (!document) return std::nullopt;
  AskedAgain asked{one.control, one.field, one.asked, scope, std::move(document).value()};
  const auto said_again = objection(host, asked, tightest);
  if (!said_again || !*said_again) return std::nullopt;
  return asked;
}

std::string answer_of(Host& host, const AskedAgain& asked, const config::Policy& policy) {
  const auto objected = objection(host, asked, policy);
  if (!objected) return "cannot be told";
  if (!*objected || **objected == controls::Verdict::unchanged) return "granted";
  return std::string(controls::name(**objected));
}

}  // namespace hardened::ctl
