// The numbers of calls, by their names; the only user of libseccomp.
//
//   call_number("clone3", Architecture::x86_64)      435
//   call_number("socketcall", Architecture::x86_64)  below zero: known, and no call of that architecture
//   call_number("newer", Architecture::x86_64)       nothing: newer than the linked libseccomp
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

[[nodiscard]] std::optional<int> call_number(std::string_view name, Architecture architecture);

// The newest call of a list of names on some architectures, as runc finds it for its ENOSYS answer
// (patchbpf, findLastSyscalls): the one with the largest number.
class Newest {
 public:
  Newest(const std::vector<std::string_view>& names, std::vector<Architecture> architectures);

  // Is this call, on any of the architectures, beyond all of the names? So are names that nobody knows.
  [[nodiscard]] bool is_before(std::string_view call) const;

 private:
  std::vector<Architecture> architectures_;
  std::vector<int> numbers_;  // one an architecture
};

}  // namespace hardened::seccomp
