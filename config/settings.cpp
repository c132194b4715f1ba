#include "config/settings.h"

#include <algorithm>
#include <array>

#include "config/choice.h"

namespace hardened::config {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kTopKeys{"version"sv,         "extends"sv,  "decision_log"sv, "unknown_fields"sv,
                              "accepted_fields"sv, "rootless"sv, "unmanaged"sv,    "privileged"sv,
                              "allowed_calls"sv,   "engines"sv,  "waivers"sv,      "controls"sv};
constexpr std::array kLogKeys{"path"sv, "on_failure"sv, "unchanged"sv};
constexpr std::array kPrivilegedKeys{"on_excess"sv};

constexpr std::array kOnFailure{Choice<OnLogFailure>{"continue", OnLogFailure::proceed},
                                Choice<OnLogFailure>{"refuse", OnLogFailure::refuse}};
constexpr std::array kUnchanged{Choice<Unchanged>{"record", Unchanged::record},
                                Choice<Unchanged>{"skip", Unchanged::skip}};
constexpr std::array kUnknownFields{
    Choice<controls::UnknownFields>{"refuse", controls::UnknownFields::refuse},
    Choice<controls::UnknownFields>{"record", controls::UnknownFields::record}};
constexpr std::array kRootless{Choice<Rootless>{"pass", Rootless::pass},
                               Choice<Rootless>{"refuse", Rootless::refuse}};
constexpr std::array kUnmanaged{Choice<Unmanaged>{"narrow", Unmanaged::narrow},
                                Choice<Unmanaged>{"refuse", Unmanaged::refuse}};
constexpr std::array kPrivileged{Choice<controls::OnExcess>{"narrow", controls::OnExcess::narrow},
                                 Choice<controls::OnExcess>{"refuse", controls::OnExcess::refuse}};

constexpr std::size_t kMostListed = 256;
constexpr std::size_t kLongestListed = 512;
constexpr std::size_t kLongestPath = 4095;  // PATH_MAX with its NUL

void check_top_keys(const Layers& top, doc::Diagnostics& wrong) {
  const auto entries = wrong.take(top.own()->entries());
  if (!entries) return;
  for (const doc::Entry& entry : *entries) {
    const std::string_view key = entry.key;
    if (std::find(kTopKeys.begin(), kTopKeys.end(), key) != kTopKeys.end()) continue;
    wrong.add(unknown_key(entry, kTopKeys));
  }
}

// Of the file itself, never of its base: it says how this very file is to be read.
Done check_version(const Layers& top) {
  const doc::Cursor version = TRY(top.own()->need("version"));
  if (version.value().is(doc::Kind::number) && version.value().text() == "1") return done();
  return version.error("this version reads policies of version 1");
}

template <class T, std::size_t N>
void read_choice(const Layers& section, std::string_view key, const std::array<Choice<T>, N>& choices,
                 T& into, doc::Diagnostics& wrong) {
  const auto value = wrong.take(section.need(key));
  if (!value) return;
  if (const auto chosen = wrong.take(choose<T>(*value, choices))) into = *chosen;
}

Result<std::string> log_path(const doc::Cursor& at) {
  const std::string_view path = TRY(at.text());
  const bool plain = path.size() <= kLongestPath && path.find('\0') == std::string_view::npos;
  if (path.empty() || (plain && path.front() == '/' && path.back() != '/')) return std::string(path);
  return at.error("expected the absolute path of a file, or \"\" for no log");
}

template <class Check>
std::vector<std::string> read_list(const Layers& top, std::string_view key, Check check,
                                   doc::Diagnostics& wrong) {
  std::vector<std::string> out;
  const auto list = wrong.take(top.need(key));
  if (!list) return out;
  const auto items = wrong.take(list->items());
  if (!items) return out;
  if (items->size() > kMostListed) {
    wrong.add(list->error("more than " + std::to_string(kMostListed) + " items"));
    return out;
  }
  for (const doc::Cursor& item : *items) {
    if (auto text = wrong.take(check(item))) out.push_back(std::move(*text));
  }
  return out;
}

Result<std::string> field_pointer(const doc::Cursor& at) {
  const std::string_view pointer = TRY(at.text());
  const bool right = pointer.size() > 1 && pointer.size() <= kLongestListed && pointer.front() == '/';
  if (right) return std::string(pointer);
  return at.error("expected a JSON pointer, as in /linux/somethingNew");
}

Result<std::string> allowed_call(const doc::Cursor& at) {
  const bool known = at.value().is(doc::Kind::string) &&
                     std::find(kAllowable.begin(), kAllowable.end(), at.value().text()) != kAllowable.end();
  if (known) return at.value().text();
  return controls::no_such_word(at, kAllowable);
}

}  // namespace

void read_settings(const Layers& top, Policy& policy, doc::Diagnostics& wrong) {
  check_top_keys(top, wrong);
  wrong.check(check_version(top));

  const Layers log = top.below("decision_log");
  if (wrong.take(top.need("decision_log"))) {
    wrong.check(log.only(kLogKeys));
    if (const auto path = wrong.take(log.need("path"))) {
      policy.decision_log.path = wrong.take(log_path(*path)).value_or("");
    }
    read_choice(log, "on_failure", kOnFailure, policy.decision_log.on_failure, wrong);
    read_choice(log, "unchanged", kUnchanged, policy.decision_log.unchanged, wrong);
  }

  read_choice(top, "unknown_fields", kUnknownFields, policy.fields.unknown, wrong);
  policy.fields.accepted = read_list(top, "accepted_fields", field_pointer, wrong);
  policy.fields.origin = top.below("unknown_fields").origin();
  read_choice(top, "rootless", kRootless, policy.rootless, wrong);
  read_choice(top, "unmanaged", kUnmanaged, policy.unmanaged, wrong);

  const Layers privileged = top.below("privileged");
  if (wrong.take(top.need("privileged"))) {
    wrong.check(privileged.only(kPrivilegedKeys));
    read_choice(privileged, "on_excess", kPrivileged, policy.privileged, wrong);
    policy.privileged_origin = privileged.origin();
  }
  policy.allowed_calls = read_list(top, "allowed_calls", allowed_call, wrong);
  policy.engines = read_engines(top, wrong);
}

}  // namespace hardened::config
