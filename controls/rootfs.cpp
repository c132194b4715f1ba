#include "controls/rootfs.h"

#include <algorithm>
#include <utility>

#include "controls/reach.h"
#include "controls/root_place.h"
#include "controls/words.h"
#include "core/base/canonical.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kPath = "/root/path";
constexpr std::string_view kReadonly = "/root/readonly";
constexpr std::string_view kPropagation = "/linux/rootfsPropagation";

struct Word {
  std::string_view word;
  Propagation means;
};
constexpr std::array kWords{Word{"", Propagation::slave},
                            Word{"rslave", Propagation::slave},
                            Word{"rprivate", Propagation::closed},
                            Word{"runbindable", Propagation::unbindable},
                            Word{"slave", Propagation::root_alone},
                            Word{"private", Propagation::root_alone},
                            Word{"unbindable", Propagation::root_alone},
                            Word{"rshared", Propagation::shared},
                            Word{"shared", Propagation::shared}};

// What a policy may say. Under runbindable no runtime could mount the container's root.
constexpr std::array kCeilings{Word{"private", Propagation::closed}, Word{"slave", Propagation::slave},
                               Word{"shared", Propagation::shared}};

Result<Propagation> read_propagation(const Spec& spec) {
  const auto value = TRY(reach(spec, kPropagation));
  if (!value) return Propagation::slave;
  const std::string_view text = TRY(value->text());
  const auto* const found =
      std::find_if(kWords.begin(), kWords.end(), [&](const Word& one) { return one.word == text; });
  if (found != kWords.end()) return found->means;
  return value->error("unknown propagation '" + printable(text, 40) + "', which no runtime takes");
}

Result<std::string> path_of(const Spec& spec) {
  const auto value = TRY(reach(spec, kPath));
  if (!value) return std::string();
  const std::string_view text = TRY(value->text());
  return std::string(text);
}

template <std::size_t Size>
std::optional<std::size_t> parse_word(const Rule& rule, std::string_view key,
                                      const std::array<std::string_view, Size>& known,
                                      doc::Diagnostics& wrong) {
  const auto value = wrong.take(rule.need(key));
  if (!value) return std::nullopt;
  const auto text = value->text();
  const auto* const found = text ? std::find(known.begin(), known.end(), *text) : known.end();
  if (found != known.end()) return static_cast<std::size_t>(found - known.begin());
  wrong.add(no_such_word(*value, known));
  return std::nullopt;
}

// What narrowing writes: an element that is at most the ceiling, and that every runtime can mount a root under.
std::string_view written(Propagation propagation) {
  return propagation == Propagation::closed ? "rprivate" : "rslave";
}

}  // namespace

std::string_view told(Propagation propagation) {
  switch (propagation) {
    case Propagation::unbindable: return "unbindable";
    case Propagation::closed: return "private";
    case Propagation::slave: return "slave";
    case Propagation::root_alone: return "as the host has it, but for the root itself";
    case Propagation::shared: return "shared with the host";
  }
  return "shared with the host";
}

bool leq(const RootfsGrant& a, const RootfsGrant& b) {
  return (!a.path || a.path == b.path) && leq(a.readonly, b.readonly) && a.propagation <= b.propagation;
}

Result<RootfsGrant> Rootfs::read(const Spec& spec, const Facts& /*facts*/) {
  Grant request;
  request.path = TRY(path_of(spec));
  const auto readonly = TRY(reach(spec, kReadonly));
  const bool yes = TRY(readonly ? readonly->boolean() : Result<bool>(false));
  request.readonly = Required(yes);
  request.propagation = TRY(read_propagation(spec));
  return request;
}

RootfsCeiling Rootfs::parse(const Rule& rule, doc::Diagnostics& wrong) {
  constexpr std::array<std::string_view, 2> readonly{"required", "optional"};
  constexpr std::array<std::string_view, 3> propagation{kCeilings[0].word, kCeilings[1].word,
                                                        kCeilings[2].word};
  const auto first = parse_word(rule, keys[0], readonly, wrong);
  const auto second = parse_word(rule, keys[1], propagation, wrong);
  if (!first || !second) return {};
  return {*first == 0, kCeilings.at(*second).means};
}

Result<RootfsFacts> Rootfs::gather(Host& host, const Spec& spec, const Ceiling& /*ceiling*/) {
  Facts facts;
  facts.path = TRY(path_of(spec));
  const bool relative = !facts.path.starts_with('/');
  // A call of a bundle knows its directory; a document that is looked at by itself leads to no place of this host.
  if (relative && spec.container().bundle.empty()) return facts;
  const std::string whole = relative ? spec.container().bundle + "/" + facts.path : facts.path;
  const std::string path = TRY(canonical(host, whole));
  facts.what = TRY(protected_root(host, path));
  if (!facts.what.empty()) {
    facts.why = "the container would run on the host's own files; give it a directory of its own";
    return facts;
  }
  const Result<Stat> devices = host.stat(path + "/dev", Links::refuse);
  if (!devices && devices.error().fault != Fault::absent) return devices.error();
  if (!devices || devices->type != Stat::Type::symlink) return facts;
  facts.what = "an image whose /dev is a symbolic link";
  facts.why = "runtimes follow it to the host (CVE-2026-41579); make it a directory in the image";
  return facts;
}

RootfsGrant Rootfs::bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& /*earlier*/) {
  Grant top;
  if (facts.what.empty()) top.path = facts.path;
  top.readonly = Required(ceiling.readonly);
  top.propagation = ceiling.propagation;
  return top;
}

Outcome<RootfsGrant> Rootfs::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                    const std::tuple<>& earlier) {
  const Grant top = bound(ceiling, facts, earlier);
  Outcome<Grant> outcome{request, Verdict::unchanged, {}, {}};
  if (!leq(request.readonly, top.readonly)) {
    outcome.verdict = Verdict::narrowed;
    outcome.granted.readonly = top.readonly;
    outcome.changes.push_back({std::string(kReadonly), "a writable root", "read-only",
                               "this host wants it so; ask with --read-only, or set controls.rootfs.readonly",
                               true});
  }
  if (request.propagation > top.propagation) {
    outcome.verdict = Verdict::narrowed;
    outcome.granted.propagation = top.propagation;
    outcome.changes.push_back({std::string(kPropagation), std::string(told(request.propagation)),
                               std::string(told(top.propagation)),
                               "the ceiling is " + std::string(told(top.propagation)) +
                                   "; ask for rslave or rprivate, or raise controls.rootfs.propagation",
                               false});
  }
  if (!request.path || request.path == top.path) return outcome;
  outcome.changes.push_back({std::string(kPath), facts.what, "", facts.why, false});
  return {Grant{}, Verdict::refused, std::move(outcome.changes), {}};
}

void Rootfs::write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
  const auto request = read(spec, facts);
  if (!request) return;  // such a document was never decided upon
  if (grant.readonly != request->readonly) edits.set(kReadonly, doc::Value::boolean(grant.readonly.yes()));
  if (grant.propagation != request->propagation)
    edits.set(kPropagation, doc::Value::string(std::string(written(grant.propagation))));
}

}  // namespace hardened::controls
