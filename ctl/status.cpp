// hardenedctl status [CONTAINER…]: every running container against its grant, the kernel and today's policy.
#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"
#include "ctl/commands.h"
#include "ctl/containers.h"
#include "ctl/standing.h"

namespace hardened::ctl {
namespace {

using doc::Member;
using doc::Value;

constexpr Operand kContainers{"CONTAINER", Operand::Count::any,
                              "an id, the beginning of one, or a name; all that run where none is named"};
constexpr Option kToday{"--policy", "FILE",
                        "compare with this policy, and not with what stands where each was granted"};
constexpr Option kRoot{"--root", "DIRECTORY", "look at this root of a low-level runtime too", true};
constexpr std::array kOperands{kContainers};
constexpr std::array kOptions{kToday, kRoot, kJson};

constexpr std::string_view kDetails =
    R"(Whatever engine made it: what counts is what the low-level runtimes of the host know, and what the kernel
holds. Nothing is changed, and no container is ended, whatever is found. The first that is true is shown:

  unmanaged        it did not start under hardened: nothing bounds it
  above its grant  the kernel holds more than it was granted: somebody raised it since, or the low-level
                   runtime did not do as it was told. What the container could lift by a capability that it
                   was granted is not held against it
  cannot be told   what it holds or was granted cannot be read, or its config.json is not the granted one
  observed         its policy only observed, every control of it: nothing bounds it
  older policy     today's policy would take away some of it, and that is said; or a waiver that held for it expired or
                   was taken out. The policy may be the same file: it is asked again with this build's own profiles,
                   with the files that it names, and with what this host has now. What was asked beyond the grant is
                   not known any more
  waiver           a waiver holds for its image
  as granted       today's policy, though it be another, would grant the same. What a control bounds whose rule only
                   observes is bounded by nothing, and that is said

Containers of rootless engines are not looked at. The exit status is 1 when one is unmanaged, above its grant, or cannot be
told, or when a root of a low-level runtime could not be looked at.

JSON: {"containers":[{"state","id","name","engine","runtime","image","root","process","started","policy",
"policy_id","older_policy","above":[{"control","what"}],"waivers":[{"name","now","expires"}],
"today":[{"control","verdict","changes":[{"field","held","granted","reason"}]}],"observing":[CONTROL],"note","why","trouble"}],
"summary":{STATE:COUNT},"unread":[{"root","why"}]}; keys that have nothing to say are left out)";

constexpr std::array kStates{State::unmanaged, State::above,  State::unreadable, State::observed,
                             State::older,     State::waived, State::as_granted};

// Its runtime remembers it, and says of no process that lives; of one whose state cannot be read that is not known.
bool ended(Host& host, const Container& one) {
  return !one.process && controls::init_process(host, one.root, one.id).ok();
}

Result<std::vector<Container>> chosen(const Context& context, const Arguments& arguments,
                                      std::vector<Container> all) {
  const auto gone = [&](const Container& one) { return ended(context.host, one); };
  if (arguments.values(kContainers).empty()) {
    all.erase(std::remove_if(all.begin(), all.end(), gone), all.end());
    return all;
  }
  std::vector<Container> found;
  for (const std::string& meant : arguments.values(kContainers)) {
    Container one = TRY(find_container(all, meant));
    if (gone(one)) return Error{Fault::absent, "the container " + printable(meant) + " does not run"};
    found.push_back(std::move(one));
  }
  return found;
}

std::size_t count(const std::vector<Standing>& all, State state) {
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const Standing& one) { return one.state == state; }));
}

bool is_bad(State state) { return state <= State::unreadable; }

Style style_of(State state) {
  if (is_bad(state)) return Style::bad;
  if (state == State::older || state == State::observed) return Style::doubtful;
  return state == State::waived ? Style::strong : Style::good;
}

Table table_of(const std::vector<Standing>& all) {
  const auto known = [](const std::string& words) {
    return Cell{words.empty() ? "-" : printable(words), Style::plain};
  };
  Table table{{"state", "container", "engine", "runtime", ""}, {}};
  for (const Standing& one : all) {
    table.rows.push_back({{std::string(name(one.state)), style_of(one.state)},
                          {shown(one.container), Style::strong},
                          known(one.container.engine),
                          known(one.container.runtime),
                          {told(one), Style::plain}});
  }
  return table;
}

std::string summary(const std::vector<Standing>& all) {
  if (all.empty()) return "no container runs\n";
  std::string words = std::to_string(all.size()) + (all.size() == 1 ? " container: " : " containers: ");
  bool first = true;
  for (const State state : kStates) {
    const std::size_t of_it = count(all, state);
    if (of_it == 0) continue;
    if (!first) words += ", ";
    first = false;
    words += std::to_string(of_it) + " " + std::string(name(state));
  }
  return words + "\n";
}

std::string told(const std::vector<RootTrouble>& unread) {
  std::string words;
  for (const RootTrouble& one : unread)
    words += "could not be looked at: " + printable(one.root, 4096) + ": " + one.why + "\n";
  return words;
}

Value json(const std::vector<Standing>& all, const std::vector<RootTrouble>& unread) {
  std::vector<Value> each;
  for (const Standing& one : all) each.push_back(ctl::json(one));
  std::vector<Member> counts;
  for (const State state : kStates) {
    counts.push_back({std::string(name(state)), Value::number(std::uint64_t{count(all, state)}), {}});
  }
  std::vector<Member> members{{"containers", Value::array(std::move(each)), {}},
                              {"summary", Value::object(std::move(counts)), {}}};
  std::vector<Value> roots;
  for (const RootTrouble& one : unread) {
    roots.push_back(
        Value::object({{"root", Value::string(one.root), {}}, {"why", Value::string(one.why), {}}}));
  }
  if (!roots.empty()) members.push_back({"unread", Value::array(std::move(roots)), {}});
  return Value::object(std::move(members));
}

Result<Exit> status(const Context& context, const Arguments& arguments) {
  SeenContainers seen = TRY(look_for_containers(context, arguments.values(kRoot)));
  const std::vector<Container> looked_at = TRY(chosen(context, arguments, std::move(seen.all)));
  Policies policies(context.host);
  std::vector<Standing> all;
  for (const Container& one : looked_at) {
    if (auto standing = standing_of(context.host, one, policies, arguments.value(kToday)))
      all.push_back(*std::move(standing));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Standing& a, const Standing& b) { return a.state < b.state; });
  if (arguments.given(kJson)) {
    context.screen.print(json(all, seen.unread));
  } else {
    context.screen.print(laid_out(context.screen, table_of(all)));
    context.screen.print(summary(all) + told(seen.unread));
  }
  const bool bad = std::any_of(all.begin(), all.end(), [](const Standing& one) { return is_bad(one.state); });
  return bad || !seen.unread.empty() ? Exit::found : Exit::good;
}

}  // namespace

const Command kStatus{.name = "status",
                      .summary = "hold every running container against its grant, the kernel and the policy",
                      .details = kDetails,
                      .options = kOptions,
                      .operands = kOperands,
                      .run = status};

}  // namespace hardened::ctl
