#include "controls/seccomp.h"
#include "laws.h"
#include "seccomp_draw.h"

namespace hardened::laws {
namespace {

using controls::Seccomp;
using seccomp::Profile;

// A profile of Docker's format whose rules all count.
seccomp::DockerProfile as_file(const Profile& profile) {
  seccomp::DockerProfile out;
  out.confined = profile.confined;
  out.fallback = profile.fallback;
  out.architectures = profile.foreign;
  if (profile.own_listed) out.architectures.push_back(kOwn);
  out.flags = profile.flags;
  for (const seccomp::Rule& rule : profile.rules) out.rules.push_back({rule, {}, {}});
  return out;
}

// Few programs, so that one is often the section's own.
std::string draw_program() { return one_of({"QUJD", "REVG"}); }

std::string draw_annotations() {
  if (number(0, 3) != 0) return "";
  std::string members = R"("org.example.note":"kept")";
  if (coin()) members += R"(,"run.oci.seccomp_bpf_data":")" + draw_program() + '"';
  if (number(0, 7) == 7) members += R"(,"run.oci.seccomp_bpf_file":"/tmp/filter")";
  if (number(0, 7) == 7) members += R"(,"run.oci.seccomp.plugins":"/tmp/a.so:/tmp/b.so")";
  if (number(0, 7) == 7) members += R"(,"run.oci.seccomp.receiver":"/run/agent")";
  return R"(,"annotations":{)" + members + "}";
}

struct SeccompTrait : Trait<Seccomp> {
  static std::vector<Raised> raised(const Grant& granted) {
    Grant held = granted;
    held.profile = Profile::unconfined();
    if (held == granted) return {};
    return {{std::move(held), "without the seccomp filter"}};
  }
  static std::string document(Scope) {
    if (number(0, 9) == 9)
      return one_of(
          {"{}", R"({"linux":null})", R"({"linux":{"seccomp":null}})", R"({"linux":{"seccomp":{}}})"});
    Profile profile = draw_profile();
    if (number(0, 9) == 9) profile.listener_path = "/run/listener";
    if (profile.confined && number(0, 9) == 9)
      profile.rules.push_back({{"bind"}, {seccomp::Action::notify, 0}, {}});
    return R"({"linux":{"x-before":1,"seccomp":)" + text_of(profile) + "}" + draw_annotations() + "}";
  }

  // Near the request, so that one is often below the other.
  static Facts facts(const Spec& spec) {
    const seccomp::Machine machine{kOwn, {6, 1}};
    Profile near = require_value(Seccomp::read(spec, Facts{machine, false})).profile;
    if (notifies(near) || !near.confined || coin()) near = draw_profile();
    if (coin()) near = draw_near(near);
    if (coin()) near = draw_near(near);
    note("ceiling " + text_of(near));
    return {machine,
            true,
            std::make_shared<const seccomp::DockerProfile>(as_file(near)),
            spec.find(controls::kFilterAnnotation) ? std::optional(draw_program()) : std::nullopt,
            {},
            {}};
  }

  static Seccomp::Ceiling ceiling() {
    return {.file = "",
            .shipped = coin() ? Seccomp::Shipped::strict : Seccomp::Shipped::standard,
            .architectures = coin() ? Seccomp::Architectures::native : Seccomp::Architectures::requested};
  }
  // The profile is a fact, and the same for both: the oracles ask whether the meet is monotone in it. With `native`,
  // which is lower, it is not: a condition that an architecture of 32 bits would read otherwise is denied to all, and
  // without that architecture kept.
  static Seccomp::Ceiling lower(const Seccomp::Ceiling& than) { return than; }
};

INSTANTIATE_TEST_SUITE_P(Seccomp, ControlLaws, testing::ValuesIn(laws::of<SeccompTrait>()), laws::name_of);

}  // namespace
}  // namespace hardened::laws
