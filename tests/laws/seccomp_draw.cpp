#include "seccomp_draw.h"

#include "core/doc/value.h"
#include "draw.h"
#include "profiles/seccomp/values.h"
#include "profiles/seccomp/widths.h"

namespace hardened::laws {
namespace {

using seccomp::Action;
using seccomp::Answer;
using seccomp::Architecture;
using seccomp::Condition;
using seccomp::Profile;
using seccomp::Rule;

// By number on x86_64 from 0 to 451; the last is known to no libseccomp.
const std::vector<std::string> kCalls{
    "read", "socket", "socketcall", "bind", "clone3", "openat2", "landlock_restrict_self", "no_such_call"};
constexpr std::uint64_t k32 = 0x100000000U;
const std::vector<std::uint64_t> kValues{
    0, 1, 2, 3, 4, 7, 8, 38, 40, 0xffffffff, k32, k32 + 3, k32 + 8, k32 * 8, ~k32, ~std::uint64_t{0}};

Answer draw_answer() {
  const std::vector<Answer> answers{{Action::allow, 0}, {Action::error, 1},        {Action::error, 38},
                                    {Action::log, 0},   {Action::kill_process, 0}, {Action::kill_thread, 0},
                                    {Action::trap, 0},  {Action::trace, 1}};
  return one_of(answers);
}

Condition draw_condition() {
  Condition out;
  out.index = static_cast<unsigned>(number(0, 1));
  out.op = static_cast<seccomp::Compare>(number(0, 6));
  out.value = one_of(kValues);
  if (out.op == seccomp::Compare::masked_equal) out.value_two = one_of(kValues);
  return out;
}

Rule draw_rule() {
  Rule out;
  out.names.push_back(one_of(kCalls));
  if (coin()) out.names.push_back(one_of(kCalls));
  out.answer = draw_answer();
  const std::uint64_t conditions = coin() ? number(1, 2) : 0;
  for (std::uint64_t i = 0; i < conditions; ++i) out.conditions.push_back(draw_condition());
  return out;
}

// As a register holds what the kernel reads of it: profiles are compared on such calls (profiles/seccomp/views.h).
std::uint64_t canonical(std::uint64_t value, std::string_view call, unsigned index) {
  const seccomp::Width width = seccomp::width_of(call, index).value_or(seccomp::Width{});
  const std::uint64_t low = value & seccomp::most_of(width.bits);
  const bool negative = width.is_signed && (low >> (width.bits - 1U) & 1U) != 0;
  return negative ? low | ~seccomp::most_of(width.bits) : low;
}

std::optional<std::vector<std::string>> draw_flags() {
  const std::vector<std::optional<std::vector<std::string>>> flags{
      std::nullopt, std::vector<std::string>{}, std::vector<std::string>{"SECCOMP_FILTER_FLAG_LOG"},
      std::vector<std::string>{"SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_LOG"}};
  return one_of(flags);
}

}  // namespace

Profile draw_profile() {
  if (number(0, 15) == 15) return Profile::unconfined();
  Profile out;
  out.fallback = coin() ? Answer{Action::error, 1} : draw_answer();
  out.own_listed = coin();
  out.foreign =
      some_of(std::vector<Architecture>{Architecture::x86, Architecture::x32, Architecture::aarch64});
  out.flags = draw_flags();
  const std::uint64_t rules = number(0, 6);
  for (std::uint64_t i = 0; i < rules; ++i) out.rules.push_back(draw_rule());
  return out;
}

Profile draw_near(const Profile& profile) {
  Profile out = profile;
  if (!out.confined) return out;
  switch (number(0, 4)) {
    case 0: out.rules.push_back(draw_rule()); break;
    case 1:
      if (!out.rules.empty())
        out.rules.erase(out.rules.begin() + static_cast<std::ptrdiff_t>(number(0, out.rules.size() - 1)));
      break;
    case 2: out.fallback = draw_answer(); break;
    case 3: out.foreign.clear(); break;
    default: out.flags = draw_flags(); break;
  }
  return out;
}

test::Call draw_call() {
  test::Call out;
  out.architecture =
      one_of(std::vector<Architecture>{kOwn, Architecture::x86, Architecture::x32, Architecture::aarch64});
  std::vector<std::string> there;  // nobody can make a call without a number
  for (const std::string& call : kCalls) {
    if (test::number_of(call, out.architecture)) there.push_back(call);
  }
  out.name = one_of(there);
  for (unsigned i = 0; i < 2; ++i) {
    out.arguments.at(i) = canonical(one_of(kValues) + number(0, 2) - 1, out.name, i);
  }
  return out;
}

std::string text_of(const Profile& profile) { return doc::print(seccomp::write(profile, kOwn)); }

}  // namespace hardened::laws
