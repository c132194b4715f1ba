// Each law must reject the control that breaks it: a law that lets its mutant pass proves nothing.
//
// The toy control owns /linux/volume, a number that must not be 0; absent is silent (the bottom).
#include <array>
#include <string>
#include <tuple>

#include "core/lattice/shapes.h"
#include "laws.h"

namespace hardened::laws {
namespace {

enum class Break : std::uint8_t {
  nothing,
  never_reflexive,     // leq(a, a) is false
  all_below_all,       // leq(a, b) always
  near_is_below,       // leq(a, b) when a <= b + 1
  zero_in_the_middle,  // 0 is above 1
  meet_too_high,
  meet_too_low,
  grants_the_ceiling,
  grants_the_request,
  shaves_each_time,
  shaves_the_modest,
  high_ceilings_fail,
  hides_its_changes,
  says_nothing_useful,
  always_writes,
  writes_too_little,
  writes_a_counter,
  writes_elsewhere,
  grants_zero,
  silent_surplus,
  surplus_of_another,
  surplus_of_a_page,
};

template <Break B>
struct Level {
  std::uint64_t value = 0;
  friend bool operator==(const Level&, const Level&) = default;
  friend bool leq(const Level& a, const Level& b) {
    if (B == Break::never_reflexive) return a.value < b.value;
    if (B == Break::all_below_all) return true;
    if (B == Break::near_is_below) return a.value <= b.value + 1;
    if (B == Break::zero_in_the_middle && a.value != b.value && (a.value == 0 || b.value == 0))
      return a.value != 0;
    return a.value <= b.value;
  }
  friend Level meet(const Level& a, const Level& b) {
    if (B == Break::meet_too_high) return {std::max(a.value, b.value)};
    if (B == Break::meet_too_low) return {std::min(a.value, b.value) / 2};
    return {std::min(a.value, b.value)};
  }
};

template <Break B>
struct Toy {
  static constexpr std::string_view name = "toy";
  static constexpr std::array<std::string_view, 1> owned{"/linux/volume"};
  static constexpr std::array<std::string_view, 1> keys{"maximum"};
  static constexpr std::array modes{controls::OnExcess::narrow};
  using Needs = std::tuple<>;
  using Grant = Level<B>;
  using Ceiling = std::uint64_t;
  using Facts = Unit;
  using Before = controls::Earlier<Toy>;

  static Result<Grant> read(const Spec& spec, const Facts&) {
    const auto volume = spec.find(owned[0]);
    if (!volume) return Grant{};
    return Grant{TRY(volume->unsigned_integer())};
  }
  static Ceiling parse(const controls::Rule& rule, doc::Diagnostics& wrong) {
    const auto most = wrong.take(rule.need("maximum"));
    return most ? wrong.take(most->unsigned_integer()).value_or(0) : 0;
  }
  static Result<Facts> gather(Host&, const Spec&, const Ceiling&) { return Unit{}; }
  static Grant bound(const Ceiling& ceiling, const Facts&, const Before&) { return {ceiling}; }

  static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts&, const Before&) {
    const Grant granted = decide(request, ceiling);
    if (granted == request) return {granted, Verdict::unchanged, {}, {}};
    if (B == Break::hides_its_changes) return {granted, Verdict::narrowed, {}, {}};
    const std::string why = B == Break::says_nothing_useful ? "" : "the ceiling is lower";
    return {granted, Verdict::narrowed, {{std::string(owned[0]), "so loud", "", why, false}}, {}};
  }
  static Grant decide(const Grant& request, Ceiling ceiling) {
    const std::uint64_t least = std::min(request.value, ceiling);
    if (B == Break::grants_the_ceiling) return {ceiling};
    if (B == Break::grants_the_request) return request;
    if (B == Break::shaves_each_time && least > 1) return {least - 1};
    if (B == Break::shaves_the_modest && least > 0 && least % 2 == 0) return {least - 1};
    if (B == Break::high_ceilings_fail && ceiling > 9 && request.value > ceiling) return {1};
    if (B == Break::grants_zero && request.value > ceiling) return {0};
    return {least};
  }

  static std::string surplus(const controls::Observed<Grant>& observed) {
    if (B == Break::silent_surplus) return "";
    if (B == Break::surplus_of_another) return "has a tone";
    if (B == Break::surplus_of_a_page) return "volume\n" + std::to_string(observed.held.value);
    return "has a volume of " + std::to_string(observed.held.value);
  }

  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
    const bool same = read(spec, facts).value_or(Grant{}) == grant;
    const auto set = [&](std::string_view pointer, std::uint64_t value) {
      edits.set(pointer, doc::Value::number(value));
    };
    if (B == Break::writes_a_counter)
      set("/linux/volume", grant.value + (spec.find("/linux/volume") ? 1 : 0));
    if (B == Break::writes_a_counter) return;
    if (B == Break::always_writes && !spec.find(owned[0])) edits.set(owned[0], doc::Value());
    if (same) return;
    if (B == Break::writes_elsewhere) set("/linux/tone", 1);
    set(owned[0], B == Break::writes_too_little ? grant.value - 1 : grant.value);
  }
};
static_assert(controls::Control<Toy<Break::nothing>>);

template <Break B>
struct ToyTrait : Trait<Toy<B>> {
  static std::string document(Scope) {
    if (!coin()) return one_of({"{}", R"({"linux":null})", R"({"linux":{"volume":null}})"});
    const std::string volume = std::to_string(number(1, 20));
    return one_of({R"({"linux":{"volume":)", R"({"linux":{"sound":1,"volume":)"}) + volume + "}}";
  }
  using Raised = typename Trait<Toy<B>>::Raised;
  static std::vector<Raised> raised(const Level<B>& granted) {
    return {{Level<B>{granted.value + 1}, "volume"}};
  }
  static std::uint64_t ceiling() { return ceiling_of<Toy<B>>("maximum: " + std::to_string(number(1, 20))); }
  static std::uint64_t lower(std::uint64_t than) { return number(1, than); }
  static std::string flaw(const Spec& asked, const Spec& granted) {
    const Toy<Break::nothing>::Facts none;
    const auto before = require_value(Toy<B>::read(asked, none));
    const auto after = require_value(Toy<B>::read(granted, none));
    return before.value != 0 && after.value == 0 ? "the runtime refuses a volume of 0" : "";
  }
};

INSTANTIATE_TEST_SUITE_P(Toy, ControlLaws, testing::ValuesIn(of<ToyTrait<Break::nothing>>()), name_of);

struct Mutant {
  std::string_view name;
  std::function<void()> law;
  std::string_view complaint;  // of the law, not of something on the way to it
  friend void PrintTo(const Mutant& mutant, std::ostream* out) { *out << mutant.name; }
};

std::vector<Mutant> mutants() {
  return {
      {"NeverReflexive", law("", order_is_reflexive<ToyTrait<Break::never_reflexive>>).property,
       "not below itself"},
      {"AllBelowAll", law("", order_is_antisymmetric<ToyTrait<Break::all_below_all>>).property,
       "exactly when they are equal"},
      {"NearIsBelow", law("", order_is_transitive<ToyTrait<Break::near_is_below>>).property,
       "but not a <= c"},
      {"ZeroInTheMiddle", law("", zero_is_the_strictest<ToyTrait<Break::zero_in_the_middle>>).property,
       "the zero grant"},
      {"MeetTooHigh", law("", meet_is_the_greatest_lower_bound<ToyTrait<Break::meet_too_high>>).property,
       "the meet is above"},
      {"MeetTooLow", law("", meet_is_the_greatest_lower_bound<ToyTrait<Break::meet_too_low>>).property,
       "a lower bound is above the meet"},
      {"GrantsTheCeiling", law("", never_widens<ToyTrait<Break::grants_the_ceiling>>).property,
       "above the request"},
      {"GrantsTheRequest", law("", within_the_ceiling<ToyTrait<Break::grants_the_request>>).property,
       "above the ceiling"},
      {"ShavesEachTime", law("", asking_twice_changes_nothing<ToyTrait<Break::shaves_each_time>>).property,
       "was narrowed"},
      {"ShavesTheModest", law("", a_modest_request_is_granted<ToyTrait<Break::shaves_the_modest>>).property,
       "a modest request"},
      {"HighCeilingsFail",
       law("", a_lower_ceiling_grants_no_more<ToyTrait<Break::high_ceilings_fail>>).property,
       "narrow: the lower ceiling grants more"},
      {"HidesItsChanges",
       law("", the_verdict_says_what_happened<ToyTrait<Break::hides_its_changes>>).property,
       "no changes, exactly"},
      {"SaysNothingUseful",
       law("", the_verdict_says_what_happened<ToyTrait<Break::says_nothing_useful>>).property,
       "what and why"},
      {"AlwaysWrites", law("", a_modest_document_keeps_its_bytes<ToyTrait<Break::always_writes>>).property,
       "bytes of a modest document"},
      {"WritesTooLittle",
       law("", what_is_written_is_what_was_meant<ToyTrait<Break::writes_too_little>>).property,
       "is not the grant"},
      {"WritesACounter", law("", hardening_twice_changes_nothing<ToyTrait<Break::writes_a_counter>>).property,
       "at the second hardening"},
      {"WritesElsewhere",
       law("", what_is_not_owned_keeps_its_bytes<ToyTrait<Break::writes_elsewhere>>).property,
       "outside of the owned fields"},
      {"GrantsZero", law("", what_was_valid_stays_valid<ToyTrait<Break::grants_zero>>).property,
       "refuses a volume of 0"},
      {"NothingIsBelowItself",
       law("", what_was_granted_is_no_surplus<ToyTrait<Break::never_reflexive>>).property,
       "holds its grant has a surplus"},
      {"ZeroIsAbove", law("", what_was_granted_is_no_surplus<ToyTrait<Break::zero_in_the_middle>>).property,
       "less than the grant is a surplus"},
      {"AllIsBelow", law("", what_is_above_is_named<ToyTrait<Break::all_below_all>>).property,
       "nothing is said"},
      {"SilentSurplus", law("", what_is_above_is_named<ToyTrait<Break::silent_surplus>>).property,
       "nothing is said"},
      {"SurplusOfAnother", law("", what_is_above_is_named<ToyTrait<Break::surplus_of_another>>).property,
       "does not name: volume"},
      {"SurplusOfAPage", law("", what_is_above_is_named<ToyTrait<Break::surplus_of_a_page>>).property,
       "no line"},
  };
}

class LawsReject : public testing::TestWithParam<Mutant> {};
TEST_P(LawsReject, TheMutant) {
  EXPECT_NE(violation(GetParam().law).find(GetParam().complaint), std::string::npos)
      << violation(GetParam().law);
}
std::string mutant_name(const testing::TestParamInfo<Mutant>& info) { return std::string(info.param.name); }
INSTANTIATE_TEST_SUITE_P(Toy, LawsReject, testing::ValuesIn(mutants()), mutant_name);

TEST(Laws, AVacuousLawIsNoLaw) {
  EXPECT_NE(verdict_on(law("", [](int&) {})), "");
  EXPECT_EQ(verdict_on(law("", [](int& met) { ++met; })), "");
}

}  // namespace
}  // namespace hardened::laws
