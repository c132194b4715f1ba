// What a hook that runs is left: its environment, and for how long everybody waits for it.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "controls/hook_list.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

// Where programs of the host are. To have it is nothing: it is in no HookEnvironment, and stands in each that is written.
inline constexpr std::string_view kHookPath = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";

// The environment of a hook: all that the runtime has itself, or single variables ("LANG=C").
//
// An absent list inherits (libcontainer's configs.Command: a nil Env is the runtime's own). So is an empty one read: to
// Go it is an empty environment, what a reader in C makes of no entries is its own matter, and none is ever written.
class HookEnvironment {
 public:
  HookEnvironment() = default;  // the strictest: nothing but kHookPath
  explicit HookEnvironment(std::set<std::string> variables);
  [[nodiscard]] static HookEnvironment inherited();
  [[nodiscard]] static HookEnvironment of(const Hook& hook);

  [[nodiscard]] bool inherits() const { return inherits_; }
  [[nodiscard]] const std::set<std::string>& variables() const { return variables_; }
  // As a list of a document; not of one that inherits.
  [[nodiscard]] std::vector<std::string> written() const;

  friend bool operator==(const HookEnvironment&, const HookEnvironment&) = default;
  friend bool leq(const HookEnvironment& a, const HookEnvironment& b);
  friend HookEnvironment meet(const HookEnvironment& a, const HookEnvironment& b);
  friend HookEnvironment join(const HookEnvironment& a, const HookEnvironment& b);

 private:
  bool inherits_ = false;
  std::set<std::string> variables_;
};

// The name of "LANG=C", never the value, which may be a secret.
[[nodiscard]] std::string_view variable_name(std::string_view variable);

struct HookPowers {
  HookEnvironment environment;
  AtMost seconds;

  [[nodiscard]] static HookPowers everything() { return {HookEnvironment::inherited(), AtMost::unlimited()}; }
  [[nodiscard]] static HookPowers of(const Hook& hook);

  friend bool operator==(const HookPowers&, const HookPowers&) = default;
  friend bool leq(const HookPowers& a, const HookPowers& b);
  friend HookPowers meet(const HookPowers& a, const HookPowers& b);
  friend HookPowers join(const HookPowers& a, const HookPowers& b);
};

}  // namespace hardened::controls
