// Which of the calls that a profile names is the newest.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "profiles/seccomp/libseccomp.h"
#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

// The newest call of a list of names on some architectures, as runc finds it for its ENOSYS answer
// (patchbpf, findLastSyscalls): the one with the largest number.
class Newest {
 public:
  Newest(const std::vector<std::string_view>& names, std::vector<Architecture> architectures);

  // Is this call beyond all of the names: on any of the architectures; on all that have it; on this one? So are names
  // that nobody knows. Nothing is on an architecture on which no name has a number above 0.
  [[nodiscard]] bool is_before(std::string_view call) const;
  [[nodiscard]] bool is_before_on_all(std::string_view call) const;
  [[nodiscard]] bool is_before_on(std::string_view call, Architecture architecture) const;
  // Is any call beyond them there?
  [[nodiscard]] bool counts_on(Architecture architecture) const;

 private:
  [[nodiscard]] bool is_before(std::string_view call, std::size_t architecture) const;

  std::vector<Architecture> architectures_;
  std::vector<int> numbers_;  // one an architecture
};

// Has each of the architectures a number for the call? runc skips what nobody knows.
[[nodiscard]] bool has_numbers(std::string_view call, const std::vector<Architecture>& architectures);

// Of several architectures libseccomp 2.5.4 loses all rules of those on which the filter's first call has no number.
// Calls with a plain rule come first, and of those the first that is written: so does one that has numbers on all of
// them keep all rules. The position of that call; nothing where there is none.
struct Leader {
  std::size_t rule = 0;
  std::size_t name = 0;
};
[[nodiscard]] std::optional<Leader> leader_of(const Profile& profile);
// May rules be lost?
[[nodiscard]] bool loses_rules(const Profile& profile);

}  // namespace hardened::seccomp
