// The AppArmor label of the first process, apparmor(7).
//
//   controls: {apparmor: {on_excess: narrow, profile: hardened-default, custom: stack, required: auto}}
//
//   request   /process/apparmorProfile: a profile's name, or several of them as the kernel writes a stack,
//             `one//&two`. Absent, "" and `unconfined` ask for no profile. Blanks and newlines around it and an &
//             before it mean to us what they mean to the kernel (strim; "stacked on what is there": stricter).
//             In a process.json absence means the container's own label (kept), and is never written
//   ceiling   profile   docker-default | hardened-default   the shipped profile that holds for every container
//                       unconfined                          none: whatever is asked is granted
//             peers     shared      all containers run under one profile, and may signal and trace one another as
//                                   far as they see one another
//                       container   each has one of its own, named after it
//             custom    stack       a loaded profile of the host's own holds beside ours: the kernel asks both
//                       refuse      only ours
//                       [a, b]      stacked too, but those: they stand alone, since the operator answers for them. For
//                                   profiles whose rules name themselves as peer (signal peer=@{profile_name}):
//                                   under a stack no task has that label alone, and they forbid its own signals
//             required  auto | always   whether a container may start on a host without AppArmor
//   grant     the set of profiles that hold. More profiles allow less (seen on Linux 6.1 through runc 1.1.5: a
//             path, a signal, a mount that one part forbids is forbidden), so a label is below another that is a
//             part of it; no profile is the top
//
// The engines' own profiles (docker-default, containers-default-…, cri-containerd.apparmor.d, crio-default) stand
// above ours (tests/unit/profiles/apparmor proves it of Docker's) and are replaced, which is no excess that anybody
// asked for. Refused, since nothing can be made of it: a name that the kernel does not know (nothing would start), a
// profile of another policy namespace, a name of ours that is not the ceiling's.
//
// An exec that asks for more than the ceiling gets the label that its container was created with, so that the two may
// signal each other. Where that is above the ceiling of today (another profile, other versions of us) it gets both.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "controls/control.h"

namespace hardened::controls {

struct AppArmorLabel {
  bool kept = true;      // as the container has it: the bottom, and the zero value
  bool trusted = false;  // holds a profile that the policy lets stand alone
  std::vector<std::string>
      parts;  // sorted, without doubles; none: unconfined. See label_of for what is left out

  friend bool operator==(const AppArmorLabel&, const AppArmorLabel&) = default;
};
[[nodiscard]] bool leq(const AppArmorLabel& a, const AppArmorLabel& b);
[[nodiscard]] AppArmorLabel meet(const AppArmorLabel& a, const AppArmorLabel& b);

// Of a request or of what the kernel shows ("a//&b (enforce)" without its mode). Parts that another implies are left
// out: `unconfined` always, an engine's default beside one of ours, both beside a trusted one.
[[nodiscard]] AppArmorLabel label_of(std::string_view text, const std::vector<std::string>& trusted);
// As the runtime writes it to the kernel; "unconfined" for none.
[[nodiscard]] std::string text_of(const AppArmorLabel& label);
// What stands behind the dot in the name of a profile that one container has alone.
[[nodiscard]] std::string profile_tag(std::string_view container_id);
// One that an engine gives to every container that asks for nothing.
[[nodiscard]] bool is_engine_default(std::string_view profile);

struct AppArmor {
  static constexpr std::string_view name = "apparmor";
  static constexpr std::array<std::string_view, 1> owned{"/process/apparmorProfile"};
  static constexpr std::array<std::string_view, 4> keys{"profile", "peers", "custom", "required"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};

  using Needs = std::tuple<>;
  using Grant = AppArmorLabel;
  enum class Custom : std::uint8_t { refuse, stack };
  enum class Peers : std::uint8_t { container, shared };
  struct Ceiling {
    std::string profile;  // of the shipped ones; "" is unconfined
    bool unconfined = false;
    Peers peers = Peers::container;
    Custom custom = Custom::refuse;
    std::vector<std::string> trusted;
    bool required = true;
  };
  struct Facts {
    bool enabled = false;
    std::string host;  // the name under which the ceiling's profile is loaded for this container
    std::vector<std::string> loaded;   // what the kernel has; only where the request names some other profile
    std::vector<std::string> trusted;  // the ceiling's
    std::optional<AppArmorLabel> container;  // what an exec's container was created with
  };

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const std::tuple<>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  // Of a container that waits nothing is known: its label comes into force with the execve that is to come. Of one
  // that runs, each of our profiles must be in force; another part may have gone over to a profile that its own
  // rules name (px, change_profile), but not to none. A label that only complains holds nothing.
  static constexpr Flags lifted_by{};
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<AppArmor>);

}  // namespace hardened::controls
