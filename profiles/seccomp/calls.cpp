#include "profiles/seccomp/calls.h"

#include <seccomp.h>

#include <algorithm>
#include <string>
#include <utility>

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

}  // namespace

std::optional<int> call_number(std::string_view name, Architecture architecture) {
  const std::optional<std::uint32_t> known = token(architecture);
  if (!known) return std::nullopt;
  const int number = seccomp_syscall_resolve_name_arch(*known, std::string(name).c_str());
  if (number == __NR_SCMP_ERROR) return std::nullopt;
  return number;
}

Newest::Newest(const std::vector<std::string_view>& names, std::vector<Architecture> architectures)
    : architectures_(std::move(architectures)) {
  for (const Architecture architecture : architectures_) {
    int newest = 0;
    for (const std::string_view name : names)
      newest = std::max(newest, call_number(name, architecture).value_or(0));
    numbers_.push_back(newest);
  }
}

bool Newest::is_before(std::string_view call) const {
  for (std::size_t i = 0; i < architectures_.size(); ++i) {
    const std::optional<int> number = call_number(call, architectures_[i]);
    if (!number || *number > numbers_[i]) return true;
  }
  return false;
}

}  // namespace hardened::seccomp
