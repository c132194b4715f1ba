#include "controls/seccomp_ceiling.h"

#include <algorithm>
#include <array>
#include <utility>

#include "controls/words.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "profiles/embedded.h"
#include "profiles/seccomp/instead.h"
#include "profiles/seccomp/libseccomp.h"
#include "profiles/seccomp/lint.h"

namespace hardened::controls {
namespace {

// They are part of this program: were one wrong, the zero profile lets nothing through.
seccomp::DockerProfile built_in(std::string_view json) {
  auto parsed = ceiling_profile("a profile of this program", std::string(json));
  return parsed ? std::move(parsed).value() : seccomp::DockerProfile{};
}

bool is_plain_absolute(std::string_view path) {
  return path.size() > 1 && path.front() == '/' && path.find('\0') == std::string_view::npos &&
         path.find("/../") == std::string_view::npos;
}

void parse_named(const Rule& rule, Seccomp::Ceiling& ceiling, doc::Diagnostics& wrong) {
  constexpr std::array<std::string_view, 2> known{"default", "strict"};
  const auto value = wrong.take(rule.need("profile"));
  if (!value) return;
  const std::string_view text =
      value->value().is(doc::Kind::string) ? value->value().text() : std::string_view();
  if (text == "default" || is_plain_absolute(text)) ceiling.shipped = Seccomp::Shipped::standard;
  if (is_plain_absolute(text)) {
    ceiling.file = std::string(text);
  } else if (text != "default" && text != "strict") {
    wrong.add(no_such_word(*value, known, "the absolute path of a profile in Docker's format"));
  }
}

// As libseccomp knows them: a name that it does not know no filter can allow.
Result<std::string> known_call(const doc::Cursor& item) {
  const std::string_view name = TRY(item.text());
  if (seccomp::call_number(name, seccomp::Architecture::x86_64)) return std::string(name);
  std::vector<std::string_view> known;
  for (const seccomp::DockerRule& rule : shipped_profile(Seccomp::Shipped::standard).rules) {
    known.insert(known.end(), rule.rule.names.begin(), rule.rule.names.end());
  }
  const std::string_view near = nearest(name, known);
  return item.error("unknown system call '" + printable(name) + "'" +
                    (near.empty() ? "" : ", did you mean " + std::string(near) + "?"));
}

std::vector<std::string> parse_also(const Rule& rule, doc::Diagnostics& wrong) {
  std::vector<std::string> calls;
  const auto list = rule.find("also");
  const auto items = list ? wrong.take(list->items()) : std::nullopt;
  if (!items) return calls;
  for (const doc::Cursor& item : *items) {
    if (auto call = wrong.take(known_call(item))) calls.push_back(*std::move(call));
  }
  return calls;
}

Seccomp::Architectures parse_architectures(const Rule& rule, doc::Diagnostics& wrong) {
  constexpr std::array<std::string_view, 2> known{"requested", "native"};
  const auto value = wrong.take(rule.need("architectures"));
  if (!value) return Seccomp::Architectures::native;
  const auto text = value->text();
  if (text && *text == "requested") return Seccomp::Architectures::requested;
  if (!text || *text != "native") wrong.add(no_such_word(*value, known));
  return Seccomp::Architectures::native;
}

}  // namespace

Result<seccomp::DockerProfile> ceiling_profile(std::string file_name, std::string text) {
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

const seccomp::DockerProfile& shipped_profile(Seccomp::Shipped which) {
  static const seccomp::DockerProfile standard = built_in(embedded::default_json);
  if (which == Seccomp::Shipped::standard) return standard;
  static const seccomp::DockerProfile strict =
      seccomp::instead(standard, built_in(embedded::strict_json).rules);
  return strict;
}

std::string name_of(const Seccomp::Ceiling& ceiling) {
  const std::string_view shipped = ceiling.shipped == Seccomp::Shipped::standard ? "default" : "strict";
  const std::string profile(ceiling.file.empty() ? shipped : ceiling.file);
  return ceiling.also.empty() ? profile : profile + " with " + joined(ceiling.also);
}

Done above_floor(const seccomp::DockerProfile& profile, const seccomp::Machine& machine) {
  for (const Flags bounding : {Flags{}, Flags(~std::uint64_t{0})}) {
    const seccomp::Profile resolved = seccomp::resolve(profile, bounding, machine);
    const std::vector<std::string_view> missing = seccomp::below_floor(resolved, true);
    if (missing.empty()) continue;
    std::vector<std::string> words(missing.begin(), missing.end());
    return Error{Fault::policy, "it does not allow " + joined(words) +
                                    ", without which no container starts; allow them for everybody"};
  }
  return done();
}

Seccomp::Ceiling Seccomp::parse(const Rule& rule, doc::Diagnostics& wrong) {
  Ceiling ceiling;
  parse_named(rule, ceiling, wrong);
  ceiling.architectures = parse_architectures(rule, wrong);
  ceiling.also = parse_also(rule, wrong);
  return ceiling;
}

}  // namespace hardened::controls
