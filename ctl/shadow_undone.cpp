// The way back of shadow.h: runc gets its name again.
#include "core/base/text.h"
#include "ctl/diversions.h"
#include "ctl/shadow.h"

namespace hardened::ctl {
namespace {

constexpr std::uint32_t kExecutable = 0111;
constexpr std::chrono::milliseconds kCallsEnd{500};

// A program of root's, at that very name, which is not hardened.
Done check_runc(Host& host, const std::string& path, const std::string& program) {
  const Stat stat = TRY(stat_trusted(host, path));
  if (stat.type != Stat::Type::file || (stat.mode & kExecutable) == 0) {
    return Error{Fault::policy, printable(path) + " is no executable file"};
  }
  const Result<Stat> own = host.stat(program, Links::follow);
  if (!own && own.error().fault != Fault::absent) return own.error();
  if (own && same(*own, stat)) return Error{Fault::policy, printable(path) + " is hardened itself"};
  return done();
}

// The second name goes only where runc has its own.
Done keep_the_only_one(Host& host, const ShadowJournal& journal) {
  const Done good = check_runc(host, journal.runc, journal.program);
  if (good) return good;
  return Error{Fault::policy, "the real runc would be lost: " + good.error().what + "; it is kept as " +
                                  printable(journal.aside) + ": mv " + printable(journal.aside) + ' ' +
                                  printable(journal.runc) + " puts it back, and the same command goes on"};
}

Done plan_links_undone(const Context& context, const ShadowJournal& journal, Steps& steps) {
  for (const FormerLink& link : journal.links) {
    const std::optional<std::string> target = TRY(link_target(context.host, link.path));
    if (target != journal.aside) continue;
    if (link.pointed) {
      steps.push_back(point(context, link.path, *link.pointed, {"restored", "-> " + *link.pointed}));
    } else {
      steps.push_back(remove_file(context, link.path, {"removed", "it was not there before"}));
    }
  }
  return done();
}

// A call that has just found it is given the time to execute it.
Step remove_aside(const Context& context, const ShadowJournal& journal) {
  Step step = remove_file(context, journal.aside, {"removed", "the second name of runc"});
  step.act = [context, journal, act = step.act]() -> Done {
    context.machine.pause(kCallsEnd);
    TRY(keep_the_only_one(context.host, journal));
    return act();
  };
  return step;
}

// dpkg puts new ones aside from the diversion on: one that differs from runc's own is newer, and an install was
// interrupted before its switch, or an uninstall after it.
bool upgraded_aside(const ShadowJournal& journal, const std::optional<std::string>& true_name,
                    const std::optional<Stat>& there, const std::optional<Stat>& aside) {
  return true_name == journal.aside && there && there->type == Stat::Type::file && aside &&
         !same(*there, *aside);
}

// runc at its own name, whatever became of it.
Done plan_name_back(const Context& context, const ShadowJournal& journal,
                    const std::optional<std::string>& true_name, Steps& steps) {
  const std::optional<Stat> aside = TRY(look(context.host, journal.aside));
  const std::optional<Stat> there = TRY(look(context.host, journal.runc));
  const std::optional<std::string> target = TRY(link_target(context.host, journal.runc));
  const bool vacant = target == journal.program || !there;
  if (aside && (vacant || upgraded_aside(journal, true_name, there, aside))) {
    TRY(check_runc(context.host, journal.aside, journal.program));
    steps.push_back(second_name(context, journal.aside, journal.runc, {"restored", "runc itself"}));
  } else if (aside) {
    TRY(keep_the_only_one(context.host, journal));
  } else if (target == journal.program) {
    // The package of runc was removed meanwhile, and took the aside name with it.
    steps.push_back(remove_file(context, journal.runc, {"removed", "runc is no longer installed"}));
  }
  return done();
}

}  // namespace

Done plan_shadow_undone(const Context& context, const ShadowJournal& journal, Steps& steps) {
  Host& host = context.host;
  const std::optional<std::string> name = TRY(true_name(host, journal.runc));
  TRY(plan_name_back(context, journal, name, steps));
  TRY(plan_links_undone(context, journal, steps));
  if (name == journal.aside) {
    const auto act = [&host, journal] { return divert_no_more(host, journal.runc, journal.aside); };
    steps.push_back({journal.runc, {"undiverted", "packages put runc here again"}, act});
  }
  const std::optional<Stat> aside = TRY(look(host, journal.aside));
  if (aside) steps.push_back(remove_aside(context, journal));
  return done();
}

}  // namespace hardened::ctl
