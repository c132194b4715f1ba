// libseccomp, of which libseccomp.cpp is the only user: the numbers of calls, and filters as programs.
//
//   call_number("clone3", Architecture::x86_64)      435
//   call_number("socketcall", Architecture::x86_64)  below zero: known, and no call of that architecture
//   call_number("newer", Architecture::x86_64)       nothing: newer than the linked libseccomp
//
//   FilterBuilder filter = TRY(FilterBuilder::make(fallback));
//   TRY(filter.add_architecture(Architecture::x86));
//   TRY(filter.add_rule({Action::allow, 0}, number, {}));
//   const std::string program = TRY(filter.program());
//
// What libseccomp keeps between calls is what it once found out about the kernel (which actions it
// knows); it takes no lock for that, and we have one thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

[[nodiscard]] std::optional<int> call_number(std::string_view name, Architecture architecture);

// Of the library that is linked: "2.5.4".
[[nodiscard]] std::string libseccomp_version();

// A filter for the architecture that this program was built for; add others. Errors are Fault::io, and say
// what libseccomp would not take.
class FilterBuilder {
 public:
  [[nodiscard]] static Result<FilterBuilder> make(const Answer& fallback);
  [[nodiscard]] static bool is_native(Architecture architecture);

  [[nodiscard]] Done add_architecture(Architecture architecture);
  // `call` is a number of the native architecture, by which libseccomp finds it on the others. All conditions
  // must hold, and no two of them look at one argument.
  [[nodiscard]] Done add_rule(const Answer& answer, int call, std::span<const Condition> conditions);
  // The bytes of an array of struct sock_filter, as seccomp(2) takes them.
  [[nodiscard]] Result<std::string> program() const;

 private:
  using Context = std::unique_ptr<void, void (*)(void*)>;
  explicit FilterBuilder(Context context) : context_(std::move(context)) {}
  Context context_;
};

}  // namespace hardened::seccomp
