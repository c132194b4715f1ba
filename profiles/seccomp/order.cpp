#include "profiles/seccomp/order.h"

#include <algorithm>
#include <unordered_set>

#include "profiles/seccomp/entangled.h"
#include "profiles/seccomp/multiplexed.h"

namespace hardened::seccomp {
namespace {

bool at_most(const Answer& a, const Answer& b) { return a.action <= b.action; }

bool has(const std::vector<Architecture>& list, Architecture architecture) {
  return std::find(list.begin(), list.end(), architecture) != list.end();
}

class Comparison {
 public:
  Comparison(const Reading& asked, const Reading& ceiling, Budget& budget)
      : asked_(asked), ceiling_(ceiling), budget_(budget) {}

  void add_calls(Excess& out) const {
    for (const std::string_view call : asked_.names()) {
      if (!call_within(call)) out.calls.push_back(call);
    }
    for (const std::string_view call : ceiling_.names()) {
      if (!asked_.mentions(call) && !call_within(call)) out.calls.push_back(call);
    }
    for (const Multiplexer& outer : kMultiplexers) {
      if (asked_.mentions(outer.name) || ceiling_.mentions(outer.name)) continue;
      if (!call_within(outer.name)) out.calls.push_back(outer.name);
    }
  }

  // Of the calls that neither names: the fallback, and ENOSYS for the newest.
  [[nodiscard]] bool unnamed_within() const {
    if (!at_most(asked_.fallback(), ceiling_.fallback())) return false;
    if (ceiling_.fallback().action >= Action::error || !asked_.answers_enosys()) return true;
    const auto too = [&](Architecture one) {
      return !asked_.answers_enosys(one) || ceiling_.answers_enosys(one);
    };
    return std::all_of(asked_.listed().begin(), asked_.listed().end(), too) &&
           std::none_of(ceiling_.names().begin(), ceiling_.names().end(),
                        [&](std::string_view call) { return asked_.is_newer(call); });
  }

 private:
  [[nodiscard]] bool call_within(std::string_view call) const {
    const bool carries = multiplexer_named(call) != nullptr;
    // Fails open where none of the architectures has a number for it: nobody can make that call. Those that have one are
    // those of is_multiplexed (order_test compares the two), the machine's own among them whether or not it is listed.
    if (carries && asked_.carrying().empty()) return true;
    const std::optional<Answer>& always = asked_.rules(call).always;
    const std::optional<Answer>& most = ceiling_.rules(call).always;
    if (always && most) return at_most(*always, *most);  // of nearly all calls
    const std::vector<View>& views = carries ? asked_.carrying() : asked_.views();
    Effort share = budget_.effort(asked_, call).share();
    return std::all_of(views.begin(), views.end(), [&](View view) {
      return seccomp::at_most(asked_.reach(call, view, share), ceiling_.decision(call, view, share),
                              space_of(call, view).all(), share);
    });
  }

  const Reading& asked_;
  const Reading& ceiling_;
  Budget& budget_;
};

}  // namespace

Excess excess(const Profile& asked, const Profile& ceiling, std::size_t work) {
  if (!ceiling.confined || identical(asked, ceiling)) return {};
  return excess(Reading(asked, asked.own), Reading(ceiling, asked.own), work);
}

Excess excess(const Reading& read, const Reading& most, std::size_t work) {
  const Profile& asked = read.profile();
  const Profile& ceiling = most.profile();
  Excess out;
  if (!ceiling.confined || identical(asked, ceiling)) return out;
  if (!asked.confined) {
    out.unconfined = true;
    return out;
  }
  Budget budget(work);
  const Comparison comparison(read, most, budget);
  out.fallback = !comparison.unnamed_within();
  out.speculation = allows_speculation(asked) && !allows_speculation(ceiling);
  out.listener = notifies(asked) && (!notifies(ceiling) || asked.listener_path != ceiling.listener_path);
  for (const Architecture architecture : asked.foreign) {
    if (!has(ceiling.foreign, architecture)) out.foreign.push_back(architecture);
  }
  comparison.add_calls(out);
  Effort tangling(work);
  const std::vector<std::string_view> tangled = entangled(asked, tangling);
  std::unordered_set<std::string_view> said;
  if (!tangled.empty()) said.insert(out.calls.begin(), out.calls.end());
  for (const std::string_view call : tangled) {
    if (said.insert(call).second) out.calls.push_back(call);
  }
  if (out.foreign.empty() && loses_denials(asked)) out.foreign = asked.foreign;
  return out;
}

bool leq(const Profile& a, const Profile& b) { return excess(a, b).none(); }

bool operator==(const Profile& a, const Profile& b) { return identical(a, b) || (leq(a, b) && leq(b, a)); }

}  // namespace hardened::seccomp
