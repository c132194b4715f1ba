#include "profiles/seccomp/libseccomp.h"

#include <seccomp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/failure.h"
#include "core/base/files_write.h"

namespace hardened::seccomp {
namespace {

std::optional<std::uint32_t> token(Architecture architecture) {
  switch (architecture) {
    case Architecture::x86_64: return SCMP_ARCH_X86_64;
    case Architecture::x86: return SCMP_ARCH_X86;
    case Architecture::x32: return SCMP_ARCH_X32;
    case Architecture::aarch64: return SCMP_ARCH_AARCH64;
    case Architecture::arm: return SCMP_ARCH_ARM;
    case Architecture::mips: return SCMP_ARCH_MIPS;
    case Architecture::mips64: return SCMP_ARCH_MIPS64;
    case Architecture::mips64n32: return SCMP_ARCH_MIPS64N32;
    case Architecture::mipsel: return SCMP_ARCH_MIPSEL;
    case Architecture::mipsel64: return SCMP_ARCH_MIPSEL64;
    case Architecture::mipsel64n32: return SCMP_ARCH_MIPSEL64N32;
    case Architecture::ppc: return SCMP_ARCH_PPC;
    case Architecture::ppc64: return SCMP_ARCH_PPC64;
    case Architecture::ppc64le: return SCMP_ARCH_PPC64LE;
    case Architecture::riscv64: return SCMP_ARCH_RISCV64;
    case Architecture::s390: return SCMP_ARCH_S390;
    case Architecture::s390x: return SCMP_ARCH_S390X;
    case Architecture::loongarch64: return std::nullopt;  // not in libseccomp 2.5
  }
  return std::nullopt;
}

std::uint32_t action(const Answer& answer) {
  switch (answer.action) {
    case Action::kill_process: return SCMP_ACT_KILL_PROCESS;
    case Action::kill_thread: return SCMP_ACT_KILL_THREAD;
    case Action::trap: return SCMP_ACT_TRAP;
    case Action::error: return SCMP_ACT_ERRNO(answer.code);
    case Action::notify: return SCMP_ACT_NOTIFY;
    case Action::trace: return SCMP_ACT_TRACE(answer.code);
    case Action::log: return SCMP_ACT_LOG;
    case Action::allow: return SCMP_ACT_ALLOW;
  }
  return SCMP_ACT_KILL_PROCESS;
}

scmp_arg_cmp comparison(const Condition& condition) {
  constexpr std::array kOperators{SCMP_CMP_NE, SCMP_CMP_LT, SCMP_CMP_LE,       SCMP_CMP_EQ,
                                  SCMP_CMP_GE, SCMP_CMP_GT, SCMP_CMP_MASKED_EQ};
  return {condition.index, kOperators.at(static_cast<std::size_t>(condition.op)), condition.value,
          condition.value_two};
}

// libseccomp's functions answer with a negative errno.
Done told(std::string_view doing, std::string_view what, int answer) {
  if (answer >= 0) return done();
  return Error{Fault::io, failure(doing, what, -answer).what};
}

// All of a file, from its beginning.
Result<std::string> contents(const Descriptor& file) {
  constexpr std::string_view kDoing = "cannot read back";
  constexpr std::string_view kWhat = "the compiled filter";
  const off_t size = ::lseek(file.number(), 0, SEEK_END);
  if (size < 0) return failure(kDoing, kWhat, errno);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t got = ::pread(file.number(), &bytes[at], bytes.size() - at, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return failure(kDoing, kWhat, got < 0 ? errno : EIO);
    at += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace

std::optional<int> call_number(std::string_view name, Architecture architecture) {
  const std::optional<std::uint32_t> known = token(architecture);
  if (!known) return std::nullopt;
  const int number = seccomp_syscall_resolve_name_arch(*known, std::string(name).c_str());
  if (number == __NR_SCMP_ERROR) return std::nullopt;
  return number;
}

std::string libseccomp_version() {
  const scmp_version* version = seccomp_version();
  if (version == nullptr) return "";
  return std::to_string(version->major) + '.' + std::to_string(version->minor) + '.' +
         std::to_string(version->micro);
}

bool FilterBuilder::is_native(Architecture architecture) {
  return token(architecture) == seccomp_arch_native();
}

Result<FilterBuilder> FilterBuilder::make(const Answer& fallback) {
  Context context(seccomp_init(action(fallback)), seccomp_release);
  if (!context)
    return Error{Fault::io, "libseccomp makes no filter that ends in " + std::string(name(fallback.action))};
  return FilterBuilder(std::move(context));
}

Done FilterBuilder::add_architecture(Architecture architecture) {
  const std::optional<std::uint32_t> known = token(architecture);
  const std::string what(name(architecture));
  if (!known) return Error{Fault::io, "libseccomp does not know " + what};
  const int answer = seccomp_arch_add(context_.get(), *known);
  return told("cannot add to a filter", what, answer == -EEXIST ? 0 : answer);
}

Done FilterBuilder::add_rule(const Answer& answer, int call, std::span<const Condition> conditions) {
  std::vector<scmp_arg_cmp> all;
  for (const Condition& condition : conditions) all.push_back(comparison(condition));
  const int added = seccomp_rule_add_array(context_.get(), action(answer), call,
                                           static_cast<unsigned>(all.size()), all.data());
  return told("cannot add to a filter", "a rule for call " + std::to_string(call), added);
}

// 2.5 writes programs to descriptors alone. The file is nobody's but ours and gone when we return, so that
// nothing happens to the host: no effect in the sense of core/base/host.h. No pipe, since one of 64 KiB would
// block for ever on a program that is longer.
Result<std::string> FilterBuilder::program() const {
  const Descriptor file = files::anonymous_file("hardened-filter");
  if (!file) return failure("cannot make", "memory for the compiled filter", errno);
  TRY(told("cannot compile", "the filter", seccomp_export_bpf(context_.get(), file.number())));
  return contents(file);
}

}  // namespace hardened::seccomp
