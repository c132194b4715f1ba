// What a control is: the owner of some fields of the specification, with an order on what they grant.
//
// A control answers, for its own pointers, four questions, each in one pure function:
//
//   read    what was asked                    document, facts -> Grant
//   parse   the most that the host allows     rule            -> Ceiling
//   narrow  what remains of the first         both            -> Outcome<Grant>
//   write   how the document says that        Grant           -> edits
//
// and, of a container that was started with what it wrote, a fifth:
//
//   observe what the kernel holds of it       kernel, document -> Observed<Grant>
//
// The effect is right when leq(held, granted), in the order of the requests: there is no second truth.
//
// and says what it must know of the host to do so (gather -> Facts, before read: what an absent
// rlimit means is the limit that we run under ourselves). The laws (tests/laws), for
// all requests r, ceilings c and facts f:
//
//   leq(narrow(r, c, f).granted, r)                       never above the request
//   leq(narrow(r, c, f).granted, bound(c, f))             never above the ceiling
//   narrow(narrow(r, c, f).granted, c, f) is unchanged    asking twice changes nothing
//   leq(r, bound(c, f)) implies unchanged, no edit        a modest request is left alone
//   monotone: a lower ceiling never grants more
//   read(write(read(d), g)) == g                          what is written is what was meant
//   hardening a document twice changes nothing, and no byte outside of the owned pointers moves
//
// narrow never sees on_excess: the plan (runtime/plan) applies it. Absence of a field is decided
// in read, and nowhere else. In process.json and in resources absence means *kept*: the runtime
// leaves what the container has. That is the bottom element (the zero Grant), and never written, but for what a runtime
// does not keep: without no_new_privileges an exec has none, and without a score crun gives it its caller's (scheduling.h).
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "controls/spec.h"
#include "core/base/host.h"
#include "core/base/result.h"
#include "core/doc/cursor.h"
#include "core/lattice/lattice.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

class KernelView;

// Worst last, so that the verdict of many is the largest.
enum class Verdict : std::uint8_t { unchanged, narrowed, refused };
[[nodiscard]] std::string_view name(Verdict verdict);

// What a rule does with a request above its ceiling. The strictest is the zero value.
enum class OnExcess : std::uint8_t { refuse, narrow, observe };
[[nodiscard]] std::string_view name(OnExcess mode);

// One thing that was asked and not (wholly) granted, in words for people.
struct Change {
  std::string pointer;  // of the specification: "/process/capabilities/bounding"
  std::string before;   // what was asked: "CAP_SYS_ADMIN"
  std::string after;    // what is granted instead: "" when it is simply gone
  std::string reason;   // what the ceiling is, and what to do: "the ceiling is 4096"
  // Asked by the engine's own default, not by a user (an absent pids limit): never a reason to
  // refuse, and marked in the record.
  bool by_default = false;
  // Which of several things at that pointer, where the pointer does not tell: a namespace's type ("network"), or
  // what of a mount ("source", "socket", "propagation"). For the map of benchmarks (controls/cis.h).
  std::string_view aspect{};
};

// granted == the request exactly when unchanged; changes are empty exactly then. `refused` is for
// what cannot be narrowed at all. Notes are for the record and change nothing.
template <class Grant>
struct Outcome {
  Grant granted;
  Verdict verdict = Verdict::refused;
  std::vector<Change> changes;
  std::vector<std::string> notes;
};

// What the document of a container grants, and what its first process holds. What the kernel does not tell of a
// grant is held as it was granted.
//
// A container that is running may have used a power that it was granted to lift what it was under: with
// CAP_SYS_ADMIN its own mounts, with CAP_SYS_RESOURCE its own limits. C::lifted_by names those capabilities; a
// container that was granted one of them is judged by C only while it is waiting.
template <class Grant>
struct Observed {
  Grant granted;
  Grant held;
  std::string advice{};  // what to do, where it is known why more is held; "" where the runtime is to blame
};

// A rule of the policy, as a control sees it: the operator's section laid over the base's, key by key.
//
//   controls: {pids: {on_excess: narrow, maximum: 512}}   extends: docker-default
//   rule.need("maximum")   -> the operator's 512
//   rule.need("default")   -> the base's
//
// A waiver's rule lies over both in the same way.
class Rule {
 public:
  // At least one of the two must be there.
  Rule(std::optional<doc::Cursor> own, std::optional<doc::Cursor> base) : own_(own), base_(base) {}
  Rule(doc::Cursor waiver, const Rule& below) : waiver_(waiver), own_(below.own_), base_(below.base_) {}

  [[nodiscard]] std::optional<doc::Cursor> find(std::string_view key) const;
  // A policy error, at the rule, when neither has the key.
  [[nodiscard]] Result<doc::Cursor> need(std::string_view key) const;
  // The rule as a whole, for messages: the topmost of them.
  [[nodiscard]] doc::Cursor whole() const {
    if (waiver_) return *waiver_;
    return own_ ? *own_ : *base_;
  }

 private:
  std::optional<doc::Cursor> waiver_;
  std::optional<doc::Cursor> own_;
  std::optional<doc::Cursor> base_;
};

// What controls that were decided before have granted: a tuple of their grants, in the order of Needs.
template <class Needs>
struct EarlierOf;
template <class... C>
struct EarlierOf<std::tuple<C...>> {
  using type = std::tuple<typename C::Grant...>;
};
template <class C>
using Earlier = typename EarlierOf<typename C::Needs>::type;

template <class C>
concept Control = Ordered<typename C::Grant> && std::default_initializable<typename C::Ceiling> &&
    std::default_initializable<typename C::Facts> &&
    requires(const Spec& spec, SpecEdits& edits, const Rule& rule, doc::Diagnostics& wrong, Host& host,
             const typename C::Grant& grant, const typename C::Ceiling& ceiling,
             const typename C::Facts& facts, const Earlier<C>& earlier) {
  { C::name } -> std::convertible_to<std::string_view>;      // its key below `controls:`
  { C::owned[0] } -> std::convertible_to<std::string_view>;  // JSON pointers, longest prefix wins
  { C::keys.size() } -> std::convertible_to<std::size_t>;    // keys of its rule, beside on_excess
  { C::modes[0] } -> std::convertible_to<OnExcess>;          // what its on_excess may be
  { C::read(spec, facts) } -> std::same_as<Result<typename C::Grant>>;
  { C::parse(rule, wrong) } -> std::same_as<typename C::Ceiling>;  // the zero Ceiling beside what went wrong
  {
    C::gather(host, spec, ceiling)
    } -> std::same_as<Result<typename C::Facts>>;  // the only one with effects: reads
  { C::bound(ceiling, facts, earlier) } -> std::same_as<typename C::Grant>;
  { C::narrow(grant, ceiling, facts, earlier) } -> std::same_as<Outcome<typename C::Grant>>;
  {
    C::write(spec, facts, grant, edits)
    } -> std::same_as<void>;  // no edit where the document says so already
};

// Can the control read its grant back from the kernel? All can; apart from Control, so that the laws can be
// tried on less.
template <class C>
concept Observable = Control<C> &&
    requires(const KernelView& kernel, const Spec& granted, const Observed<typename C::Grant>& observed) {
  { C::observe(kernel, granted) } -> std::same_as<Result<Observed<typename C::Grant>>>;
  {
    C::surplus(observed)
    } -> std::same_as<std::string>;  // "holds CAP_SYS_ADMIN", where held is above granted
  { C::lifted_by } -> std::convertible_to<Flags>;
};

// A control takes part in a call only if it owns something inside of what the call carries.
template <class C>
[[nodiscard]] bool takes_part(Scope scope) {
  for (std::string_view pointer : C::owned) {
    if (pointer.substr(0, root_of(scope).size()) == root_of(scope)) return true;
  }
  return false;
}

}  // namespace hardened::controls
