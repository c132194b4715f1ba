#include "ctl/seccomp_differences.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/text.h"
#include "ctl/seccomp_words.h"
#include "profiles/seccomp/libseccomp.h"
#include "profiles/seccomp/multiplexed.h"
#include "profiles/seccomp/order.h"
#include "profiles/seccomp/reading.h"

namespace hardened::ctl {
namespace {

using seccomp::Answer;
using seccomp::Box;
using seccomp::Decision;
using seccomp::Effort;
using seccomp::Piece;
using seccomp::Profile;
using seccomp::Reading;
using seccomp::View;

More more_of(const Answer& first, const Answer& second) {
  if (first.action == second.action) return More::neither;
  return first.action > second.action ? More::first : More::second;
}

// All of the space in pieces; nothing where that is too much work.
std::optional<std::vector<Piece>> whole(const Decision& decision, const Box& space, Effort& effort) {
  std::vector<Piece> out = decision.pieces;
  std::vector<Box> taken;
  for (const Piece& piece : decision.pieces) taken.push_back(piece.box);
  const auto rest = seccomp::outside(space, taken, effort);
  if (!rest) return std::nullopt;
  for (const Box& box : *rest) out.push_back({box, decision.elsewhere});
  return out;
}

// Where the two answer so.
struct Region {
  Answer first;
  Answer second;
  std::vector<Box> boxes;
};

void add(std::vector<Region>& regions, const Answer& first, const Answer& second, const Box& box) {
  const auto same = [&](const Region& one) { return one.first == first && one.second == second; };
  auto at = std::find_if(regions.begin(), regions.end(), same);
  if (at == regions.end()) at = regions.insert(at, Region{first, second, {}});
  at->boxes.push_back(box);
}

std::optional<std::vector<Region>> regions_of(const Decision& first, const Decision& second,
                                              const Box& space) {
  Effort effort;
  const auto ours = whole(first, space, effort);
  const auto theirs = whole(second, space, effort);
  if (!ours || !theirs || !effort.spend(ours->size() * theirs->size())) return std::nullopt;
  std::vector<Region> regions;
  for (const Piece& one : *ours) {
    for (const Piece& other : *theirs) {
      if (one.answer == other.answer) continue;
      if (const auto box = seccomp::both(one.box, other.box)) add(regions, one.answer, other.answer, *box);
    }
  }
  return regions;
}

class Comparison {
 public:
  Comparison(const Profile& first, const Profile& second)
      : first_(first), second_(second), a_(first, first.own), b_(second, first.own) {}

  [[nodiscard]] std::vector<Difference> differences() && {
    frame();
    for (const std::string_view call : a_.names()) compare(call);
    for (const std::string_view call : b_.names()) {
      if (!a_.mentions(call)) compare(call);
    }
    for (const seccomp::Multiplexer& outer : seccomp::kMultiplexers) {
      if (!a_.mentions(outer.name) && !b_.mentions(outer.name)) compare(outer.name);
    }
    let_through(first_, second_, More::first);
    let_through(second_, first_, More::second);
    std::stable_sort(out_.begin(), out_.end(),
                     [](const Difference& a, const Difference& b) { return a.more < b.more; });
    return std::move(out_);
  }

 private:
  void add(std::string what, std::string when, std::string first, std::string second, More more) {
    out_.push_back({std::move(what), std::move(when), std::move(first), std::move(second), more});
  }

  void frame() {
    const Answer& first = first_.fallback;
    const Answer& second = second_.fallback;
    if (first != second) {
      add("(calls that neither names)", "", words(first), words(second), more_of(first, second));
    }
    foreign(first_, second_, More::first);
    foreign(second_, first_, More::second);
    flag("(the flag SPEC_ALLOW)", seccomp::allows_speculation(first_), seccomp::allows_speculation(second_));
    flag("(a listener)", seccomp::notifies(first_), seccomp::notifies(second_));
  }

  void foreign(const Profile& one, const Profile& other, More more) {
    for (const seccomp::Architecture architecture : one.foreign) {
      const auto& list = other.foreign;
      if (std::find(list.begin(), list.end(), architecture) != list.end()) continue;
      const bool ours = more == More::first;
      add("(all calls of " + std::string(seccomp::name(architecture)) + ")", "",
          ours ? "as the profile says" : "kills the thread",
          ours ? "kills the thread" : "as the profile says", more);
    }
  }

  void flag(std::string what, bool first, bool second) {
    if (first == second) return;
    add(std::move(what), "", first ? "yes" : "no", second ? "yes" : "no", first ? More::first : More::second);
  }

  // As the machine's own calls see it; and where that shows nothing, or it has no such call, as the 32-bit ones do.
  void compare(std::string_view call) {
    const auto number = seccomp::call_number(call, first_.own);
    const bool here = !number || *number >= 0;
    const View own = seccomp::view_of(first_.own);
    if (here && compare(call, own, "")) return;
    const bool narrow = own != View::narrow && has(a_.views()) && has(b_.views());
    if (narrow && only_foreign_has(call, here)) compare(call, View::narrow, here ? " (32-bit)" : "");
  }

  static bool has(const std::vector<View>& views) {
    return std::find(views.begin(), views.end(), View::narrow) != views.end();
  }

  // An architecture that both filter.
  [[nodiscard]] bool only_foreign_has(std::string_view call, bool here) const {
    return here || std::any_of(first_.foreign.begin(), first_.foreign.end(), [&](seccomp::Architecture one) {
             const auto& list = second_.foreign;
             return std::find(list.begin(), list.end(), one) != list.end() &&
                    seccomp::call_number(call, one).value_or(-1) >= 0;
           });
  }

  bool compare(std::string_view call, View view, std::string_view suffix) {
    Effort effort;
    const seccomp::Space space = seccomp::space_of(call, view);
    const Decision first = a_.decision(call, view, effort);
    const Decision second = b_.decision(call, view, effort);
    const auto regions = regions_of(first, second, space.all());
    const std::string what = printable(call, 64) + std::string(suffix);
    if (!regions) {
      add(what, "has too many conditions to be compared", "?", "?", More::first);
      return true;
    }
    for (const Region& region : *regions) {
      std::string when = words(region.boxes, space);
      if (first.coarse || second.coarse) when += " (at least)";
      add(what, std::move(when), words(region.first), words(region.second),
          more_of(region.first, region.second));
    }
    return !regions->empty();
  }

  // What the meaning of the rules does not show.
  void let_through(const Profile& one, const Profile& other, More more) {
    const seccomp::Excess excess = seccomp::excess(one, other);
    const bool ours = more == More::first;
    const auto told = [&](std::string_view what) {
      return std::any_of(out_.begin(), out_.end(), [&](const Difference& d) {
        return d.more == more && (d.what == what || d.what == std::string(what) + " (32-bit)");
      });
    };
    for (const std::string_view call : excess.calls) {
      if (told(printable(call, 64))) continue;
      add(printable(call, 64), "a caller may get past the conditions, see seccomp check",
          ours ? "more" : "less", ours ? "less" : "more", more);
    }
    const std::string_view unnamed = "(calls that neither names)";
    if (excess.fallback && !told(unnamed)) {
      add(std::string(unnamed), "newer than those of one", ours ? "more" : "less", ours ? "less" : "more",
          more);
    }
  }

  const Profile& first_;
  const Profile& second_;
  Reading a_;
  Reading b_;
  std::vector<Difference> out_;
};

std::string_view word(More more) {
  switch (more) {
    case More::first: return "first";
    case More::second: return "second";
    case More::neither: break;
  }
  return "neither";
}

}  // namespace

std::vector<Difference> differences(const Profile& first, const Profile& second) {
  if (seccomp::identical(first, second)) return {};
  if (!first.confined) return {{"(all calls)", "", "no filter", "filtered", More::first}};
  if (!second.confined) return {{"(all calls)", "", "filtered", "no filter", More::second}};
  return Comparison(first, second).differences();
}

std::vector<Difference> gathered(const std::vector<Difference>& all) {
  std::vector<Difference> out;
  for (const Difference& one : all) {
    const auto same = [&](const Difference& d) {
      return d.when == one.when && d.first == one.first && d.second == one.second && d.more == one.more;
    };
    const auto at = std::find_if(out.begin(), out.end(), same);
    if (at == out.end()) {
      out.push_back(one);
    } else {
      at->what += ", " + one.what;
    }
  }
  return out;
}

doc::Value document_of(const std::vector<Difference>& all) {
  std::vector<doc::Value> items;
  for (const Difference& one : all) {
    items.push_back(doc::Value::object({{"what", doc::Value::string(one.what), {}},
                                        {"when", doc::Value::string(one.when), {}},
                                        {"first", doc::Value::string(one.first), {}},
                                        {"second", doc::Value::string(one.second), {}},
                                        {"more", doc::Value::string(std::string(word(one.more))), {}}}));
  }
  return doc::Value::array(std::move(items));
}

}  // namespace hardened::ctl
