#include "tests/oracles/harmless.h"

#include <map>
#include <utility>

#include "tests/support/seccomp_dice.h"

namespace hardened::test {
namespace {

constexpr std::uint64_t kNoFile = ~std::uint64_t{0};  // EBADF
constexpr std::uint64_t kNoProcess = 0x7ffffff0;      // above every pid_max: ESRCH
constexpr std::uint64_t kNothing = 0;                 // EFAULT, or EINVAL as a size

struct Harmless {
  std::vector<std::pair<unsigned, std::uint64_t>> pinned;
  bool (*holds)(std::uint64_t first) = [](std::uint64_t) { return true; };
};

// Options of prctl are small, or four letters; operations of keyctl are small.
bool is_no_option(std::uint64_t first) {
  const std::uint64_t option = first & 0xffffffffU;
  return option == 0 || (option >= 1000 && option < 0x40000000) || option >= 0x7fff0000;
}
// No flag of unshare has bit 0: EINVAL.
bool is_no_flag(std::uint64_t first) { return (first & 1) != 0; }
// personality(2) returns what was set before, which must not look like an errno.
bool is_no_error(std::uint64_t first) {
  const std::uint64_t set = first & 0xffffffffU;
  return set < 0x80000000U || set == 0xffffffffU;
}
// CLONE_FS and CLONE_NEWNS exclude each other: EINVAL, before anything else.
bool is_contradiction(std::uint64_t first) { return (first & 0x20200) == 0x20200; }

const std::map<std::string_view, Harmless>& table() {
  static const std::map<std::string_view, Harmless> kTable{
      {"read", {{{0, kNoFile}}}},
      {"write", {{{0, kNoFile}}}},
      {"lseek", {{{0, kNoFile}}}},
      {"ioctl", {{{0, kNoFile}}}},
      {"fcntl", {{{0, kNoFile}}}},
      {"fcntl64", {{{0, kNoFile}}}},
      {"fchmod", {{{0, kNoFile}}}},
      {"fallocate", {{{0, kNoFile}}}},
      {"ftruncate", {{{0, kNoFile}}}},
      {"preadv2", {{{0, kNoFile}}}},
      {"bind", {{{0, kNoFile}}}},
      {"listen", {{{0, kNoFile}}}},
      {"accept", {{{0, kNoFile}}}},
      {"setsockopt", {{{0, kNoFile}}}},
      {"landlock_restrict_self", {{{0, kNoFile - 1}}}},
      {"chmod", {{{0, kNothing}}}},
      {"mkdir", {{{0, kNothing}}}},
      {"chown", {{{0, kNothing}}}},
      {"uname", {{{0, kNothing}}}},
      {"kill", {{{0, kNoProcess}}}},
      {"pidfd_open", {{{0, kNoProcess}}}},
      {"personality", {{}, is_no_error}},  // of this thread alone
      {"umask", {{}}},                     // of this process alone
      {"getpriority", {{{1, 0}}}},
      {"socket", {{{1, 15}}}},  // no type of sockets: EINVAL before the family's module is looked for
      {"socketcall", {{{1, kNothing}}}},
      {"semget", {{{1, kNoFile}}}},  // a negative number of semaphores: EINVAL
      {"shmat", {{{0, kNoFile}}}},
      {"clone", {{}, is_contradiction}},
      {"clone3", {{{0, kNothing}, {1, kNothing}}}},
      {"unshare", {{}, is_no_flag}},
      {"prctl", {{}, is_no_option}},
      {"keyctl", {{}, is_no_option}},
      {"openat2", {{{2, kNothing}, {3, kNothing}}}},
      {"io_uring_setup", {{{1, kNothing}}}},
      {"memfd_secret", {{}}},  // RLIMIT_NOFILE is 0
      {"close_range", {{{0, 0xffffffff}, {1, 0}}}},
      {"getrandom", {{{0, kNothing}, {1, kNothing}}}},
      {"futex_waitv", {{{0, kNothing}, {1, kNothing}}}}};
  return kTable;
}

}  // namespace

std::optional<Call> harmless(const Call& call) {
  using A = seccomp::Architecture;
  if (call.architecture != A::x86_64 && call.architecture != A::x86 && call.architecture != A::x32)
    return std::nullopt;
  const auto at = table().find(call.name);
  if (at == table().end() || !at->second.holds(call.arguments[0])) return std::nullopt;
  if (call.name == "keyctl" && (call.arguments[0] & 0xffffffffU) < 1000) return std::nullopt;
  Call out = call;
  for (const auto& [index, value] : at->second.pinned) out.arguments.at(index) = value;
  return canonical(out);
}

}  // namespace hardened::test
