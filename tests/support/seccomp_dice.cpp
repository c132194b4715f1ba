#include "tests/support/seccomp_dice.h"

#include <algorithm>

#include "core/doc/value.h"

namespace hardened::test {
namespace {

using seccomp::Action;
using seccomp::Answer;
using seccomp::Architecture;
using seccomp::Compare;
using seccomp::Condition;
using seccomp::Profile;
using seccomp::Rule;

// Around the ends of 16, 31, 32 and 64 bits; families, requests of ioctl and flags that real profiles name.
const std::vector<std::uint64_t> kValues{0,
                                         1,
                                         2,
                                         3,
                                         5,
                                         8,
                                         16,
                                         38,
                                         40,
                                         0x1ff,
                                         0x5412,
                                         0xffff,
                                         0x10000,
                                         0x20000,
                                         0x7e020000,
                                         0x7fffffff,
                                         0x80000000,
                                         0xfffffff0,
                                         0xffffffff,
                                         0x100000000,
                                         0x100000003,
                                         0x7fffffffffffffff,
                                         0x8000000000000000,
                                         0xffffffff00000000,
                                         0xffffffff80000000,
                                         0xfffffffffffffffe,
                                         0xffffffffffffffff};
const std::vector<std::uint64_t> kMasks{
    0xff,       0x3,  0x7e020000,         0xfff0,      0x80000000,         0xffffffff,
    0xffff0000, 0x10, 0xffffffffffffffff, 0x100000000, 0x8000000000000001, 0};
// Codes that the calls of the kernel's own test never end with of themselves.
const std::vector<std::uint16_t> kCodes{44, 45, 46, 48, 51, 53, 57, 59, 119, 120};

Answer draw_denial(Dice& dice) {
  switch (dice.below(12)) {
    case 0: return {Action::kill_process, 0};
    case 1: return {Action::kill_thread, 0};
    case 2: return {Action::trap, 0};
    case 3: return {Action::error, seccomp::kEnosys};
    case 4: return {Action::error, seccomp::kEperm};
    default: return {Action::error, dice.of(kCodes)};
  }
}

Answer draw_answer(Dice& dice) {
  switch (dice.below(12)) {
    case 0: return {Action::log, 0};
    case 1: return {Action::trace, dice.of(kCodes)};
    case 2:
    case 3:
    case 4:
    case 5: return draw_denial(dice);
    default: return {Action::allow, 0};
  }
}

Condition draw_condition(Dice& dice) {
  Condition out;
  out.index = static_cast<unsigned>(dice.one_in(8) ? dice.below(6) : dice.below(3));
  out.op = static_cast<Compare>(dice.below(7));
  out.value = dice.one_in(12) ? dice.bits() : dice.of(kValues);
  if (out.op == Compare::masked_equal) {
    out.value_two = out.value;
    out.value = dice.one_in(12) ? dice.bits() : dice.of(kMasks);
    if (dice.one_in(4)) out.value_two = dice.of(kValues);
  }
  return out;
}

std::vector<Condition> draw_conditions(Dice& dice) {
  std::vector<Condition> out;
  const std::size_t count = 1 + dice.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    const Condition next = draw_condition(dice);
    const bool twice =
        std::any_of(out.begin(), out.end(), [&](const Condition& c) { return c.index == next.index; });
    if (!twice || dice.one_in(4)) out.push_back(next);  // one index twice is an "or" to runc: less often
  }
  return out;
}

std::string draw_name(Dice& dice, const Profile& profile) {
  if (!profile.rules.empty() && dice.one_in(2)) return dice.of(dice.of(profile.rules).names);
  return dice.of(drawn_calls());
}

Rule draw_rule(Dice& dice, const Profile& profile) {
  Rule out;
  const std::size_t names = dice.one_in(3) ? 1 + dice.below(4) : 1;
  for (std::size_t i = 0; i < names; ++i) out.names.push_back(draw_name(dice, profile));
  out.answer = draw_answer(dice);
  if (!dice.one_in(3)) out.conditions = draw_conditions(dice);
  // A profile of one kind of answer is the usual one, and the one whose rules never contest a call.
  if (!profile.rules.empty() && !dice.one_in(3)) out.answer = profile.rules.front().answer;
  return out;
}

std::vector<Architecture> draw_foreign(Dice& dice) {
  switch (dice.below(5)) {
    case 0: return {};
    case 1: return {Architecture::x86};
    case 2: return {Architecture::x86, Architecture::x32};
    case 3: return {Architecture::aarch64, Architecture::arm};
    default: return {Architecture::x86, Architecture::aarch64};
  }
}

std::optional<std::vector<std::string>> draw_flags(Dice& dice) {
  switch (dice.below(4)) {
    case 0: return std::nullopt;
    case 1: return std::vector<std::string>{"SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_LOG"};
    case 2: return std::vector<std::string>{"SECCOMP_FILTER_FLAG_LOG"};
    default: return std::vector<std::string>{};
  }
}

void edit_rule(Dice& dice, const Profile& profile, Rule& rule) {
  switch (dice.below(6)) {
    case 0: rule.answer = draw_answer(dice); break;
    case 1: rule.names.push_back(draw_name(dice, profile)); break;
    case 2: rule.conditions.clear(); break;
    case 3: rule.conditions = draw_conditions(dice); break;
    default:
      if (rule.conditions.empty()) {
        rule.conditions.push_back(draw_condition(dice));
      } else {
        Condition& one = rule.conditions[dice.below(rule.conditions.size())];
        one.value += dice.one_in(2) ? 1 : ~std::uint64_t{0};
        if (dice.one_in(3)) one.op = static_cast<Compare>(dice.below(7));
      }
  }
}

void edit(Dice& dice, Profile& out) {
  switch (dice.below(8)) {
    case 0: out.fallback = draw_answer(dice); break;
    case 1: out.foreign = draw_foreign(dice); break;
    case 2:
      if (!out.rules.empty())
        out.rules.erase(out.rules.begin() + static_cast<std::ptrdiff_t>(dice.below(out.rules.size())));
      break;
    case 3:
    case 4: out.rules.push_back(draw_rule(dice, out)); break;
    default:
      if (!out.rules.empty()) edit_rule(dice, out, out.rules[dice.below(out.rules.size())]);
  }
}

}  // namespace

const std::vector<std::string>& drawn_calls() {
  static const std::vector<std::string> kCalls{"read",
                                               "write",
                                               "lseek",
                                               "ioctl",
                                               "fcntl",
                                               "fchmod",
                                               "chmod",
                                               "mkdir",
                                               "chown",
                                               "uname",
                                               "kill",
                                               "personality",
                                               "socket",
                                               "socketcall",
                                               "bind",
                                               "listen",
                                               "setsockopt",
                                               "accept",
                                               "ipc",
                                               "semget",
                                               "shmat",
                                               "clone",
                                               "clone3",
                                               "unshare",
                                               "prctl",
                                               "keyctl",
                                               "getpriority",
                                               "umask",
                                               "openat2",
                                               "io_uring_setup",
                                               "memfd_secret",
                                               "pidfd_open",
                                               "close_range",
                                               "fcntl64",
                                               "fallocate",
                                               "ftruncate",
                                               "landlock_restrict_self",
                                               "preadv2",
                                               "getrandom",
                                               "futex_waitv",
                                               "no_such_call"};
  return kCalls;
}

Profile draw_profile(Dice& dice) {
  if (dice.one_in(60)) return Profile::unconfined();
  Profile out;
  out.fallback = dice.one_in(4) ? draw_answer(dice) : draw_denial(dice);
  out.own_listed = !dice.one_in(4);
  out.foreign = draw_foreign(dice);
  out.flags = draw_flags(dice);
  // What real profiles begin with; without it the stub and the order of the rules are another matter.
  if (!dice.one_in(5)) {
    const Action common = out.fallback.action < Action::trace ? Action::allow : Action::error;
    out.rules.push_back(
        {{"read", "write"}, {common, common == Action::error ? seccomp::kEperm : std::uint16_t{0}}, {}});
  }
  const std::size_t rules = dice.below(9);
  for (std::size_t i = 0; i < rules; ++i) out.rules.push_back(draw_rule(dice, out));
  return out;
}

Profile draw_near(Dice& dice, const Profile& profile) {
  Profile out = profile;
  if (!out.confined) return draw_profile(dice);
  const std::size_t edits = 1 + dice.below(4);
  for (std::size_t i = 0; i < edits; ++i) edit(dice, out);
  return out;
}

Pair draw_pair(Dice& dice) {
  Pair out;
  out.asked = draw_profile(dice);
  out.ceiling = dice.one_in(3) ? draw_profile(dice) : draw_near(dice, out.asked);
  if (dice.one_in(2)) std::swap(out.asked, out.ceiling);
  return out;
}

std::string text_of(const Profile& profile) { return doc::print(seccomp::write(profile, kOwn)); }

}  // namespace hardened::test
