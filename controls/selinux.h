// SELinux labels: the domain that a process runs in, and what its container's files are labelled with.
//
//   selinux: {on_excess: refuse, types: [container-default], mount_types: [container-default], unlabelled: pass}
//
//   request   /process/selinuxLabel and /linux/mountLabel: user:role:type:level
//   ceiling   the types that either may have. `container-default` are those that container-selinux makes for containers. A
//             level has one sensitivity and at most two categories, as engines give them: a range of them (c0.c1023)
//             is every container's
//
// Only where the host enforces it (/sys/fs/selinux/enforce is 1). Elsewhere a label bounds nobody: all of it passes, and runc
// refuses labels where the kernel has no SELinux.
//
// A container without a process label runs in the domain of its runtime, which is all but unconfined (label=disable, and
// what --privileged stands for): the top. `unlabelled: pass`, which is shipped, lets that be and notes it, since nobody tells
// such a request from one of an engine that labels none: dockerd, unless it is told to (selinux-enabled). A label that is
// asked for has to be of these types under either. In process.json absence means kept. Without a mount label files have
// what the file system says.
//
// Labels are not ours to invent, since each has categories of its own: an excess is refused.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "controls/control.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

// kept < each label < none. Two labels have no order.
class SelinuxLabel {
 public:
  enum class Kind : std::uint8_t { kept, named, none };

  SelinuxLabel() = default;
  [[nodiscard]] static SelinuxLabel none() { return SelinuxLabel(Kind::none, ""); }
  [[nodiscard]] static SelinuxLabel named(std::string text) {
    return SelinuxLabel(Kind::named, std::move(text));
  }

  [[nodiscard]] bool is(Kind kind) const { return kind_ == kind; }
  [[nodiscard]] const std::string& text() const { return text_; }  // of a named one

  friend bool operator==(const SelinuxLabel&, const SelinuxLabel&) = default;
  friend bool leq(const SelinuxLabel& a, const SelinuxLabel& b) {
    return a.is(Kind::kept) || b.is(Kind::none) || a == b;
  }

 private:
  SelinuxLabel(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}
  Kind kind_ = Kind::kept;
  std::string text_;
};

struct SelinuxLabels {
  SelinuxLabel process;
  SelinuxLabel mount;

  friend bool operator==(const SelinuxLabels&, const SelinuxLabels&) = default;
  friend bool leq(const SelinuxLabels& a, const SelinuxLabels& b) {
    return leq(a.process, b.process) && leq(a.mount, b.mount);
  }
};

struct Selinux {
  static constexpr std::string_view name = "selinux";
  static constexpr std::array<std::string_view, 2> owned{"/process/selinuxLabel", "/linux/mountLabel"};
  static constexpr std::array<std::string_view, 3> keys{"types", "mount_types", "unlabelled"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::observe};
  using Needs = std::tuple<>;
  using Grant = SelinuxLabels;
  struct Ceiling {
    std::vector<std::string> types;
    std::vector<std::string> mount_types;
    bool unlabelled = false;
  };
  struct Facts {
    bool enforced = true;
    Grant asked;  // of what is asked, what may be granted
  };

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts,
                                   const Earlier<Selinux>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const Earlier<Selinux>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{};
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Selinux>);

// The type of user:role:type or user:role:type:level; "" of what is no such label.
[[nodiscard]] std::string_view selinux_type(std::string_view label);

}  // namespace hardened::controls
