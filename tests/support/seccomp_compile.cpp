#include "tests/support/seccomp_compile.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <map>
#include <stdexcept>

namespace hardened::test {
namespace {

using seccomp::Action;
using seccomp::Answer;
using seccomp::Architecture;

std::uint32_t token(Architecture architecture) {
  switch (architecture) {
    case Architecture::x86_64: return SCMP_ARCH_X86_64;
    case Architecture::x86: return SCMP_ARCH_X86;
    case Architecture::x32: return SCMP_ARCH_X32;
    case Architecture::aarch64: return SCMP_ARCH_AARCH64;
    case Architecture::arm: return SCMP_ARCH_ARM;
    default: throw std::invalid_argument("an architecture that the tests do not compile for");
  }
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

Answer answer_of(std::uint32_t value) {
  const auto code = static_cast<std::uint16_t>(value & SECCOMP_RET_DATA);
  switch (value & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_KILL_THREAD: return {Action::kill_thread, 0};
    case SECCOMP_RET_TRAP: return {Action::trap, 0};
    case SECCOMP_RET_ERRNO: return {Action::error, code};
    case SECCOMP_RET_USER_NOTIF: return {Action::notify, 0};
    case SECCOMP_RET_TRACE: return {Action::trace, code};
    case SECCOMP_RET_LOG: return {Action::log, 0};
    case SECCOMP_RET_ALLOW: return {Action::allow, 0};
    default: return {Action::kill_process, 0};
  }
}

scmp_arg_cmp comparison(const seccomp::Condition& c) {
  constexpr std::array kOperators{SCMP_CMP_NE, SCMP_CMP_LT, SCMP_CMP_LE,       SCMP_CMP_EQ,
                                  SCMP_CMP_GE, SCMP_CMP_GT, SCMP_CMP_MASKED_EQ};
  return {c.index, kOperators.at(static_cast<std::size_t>(c.op)), c.value, c.value_two};
}

// As the name is spelt for the build's own architecture, from which libseccomp translates.
bool add(scmp_filter_ctx filter, const seccomp::Rule& rule, const std::string& name) {
  const int number = seccomp_syscall_resolve_name(name.c_str());
  if (number == __NR_SCMP_ERROR) return true;
  std::vector<scmp_arg_cmp> all;
  for (const seccomp::Condition& condition : rule.conditions) all.push_back(comparison(condition));
  if (!has_twice(rule)) {
    return seccomp_rule_add_array(filter, action(rule.answer), number, static_cast<unsigned>(all.size()),
                                  all.data()) == 0;
  }
  for (const scmp_arg_cmp& one : all) {
    if (seccomp_rule_add_array(filter, action(rule.answer), number, 1, &one) != 0) return false;
  }
  return true;
}

bool fill(scmp_filter_ctx filter, const seccomp::Profile& profile, Architecture own) {
  for (const Architecture architecture : profile.foreign) {
    if (architecture != own && seccomp_arch_add(filter, token(architecture)) != 0) return false;
  }
  for (const seccomp::Rule& rule : profile.rules) {
    if (rule.answer == profile.fallback) continue;
    for (const std::string& name : rule.names) {
      if (!add(filter, rule, name)) return false;
    }
  }
  return true;
}

Program exported(scmp_filter_ctx filter) {
  const int file = memfd_create("filter", MFD_CLOEXEC);
  if (file < 0 || seccomp_export_bpf(filter, file) != 0)
    throw std::runtime_error("libseccomp exports no filter");
  const off_t bytes = lseek(file, 0, SEEK_END);
  Program out(static_cast<std::size_t>(bytes) / sizeof(sock_filter));
  const ssize_t got = pread(file, out.data(), out.size() * sizeof(sock_filter), 0);
  close(file);
  if (got != bytes) throw std::runtime_error("the filter cannot be read back");
  return out;
}

std::uint32_t audit_token(Architecture architecture) {
  switch (architecture) {
    case Architecture::x86: return AUDIT_ARCH_I386;
    case Architecture::aarch64: return AUDIT_ARCH_AARCH64;
    case Architecture::arm: return AUDIT_ARCH_ARM;
    default: return AUDIT_ARCH_X86_64;
  }
}

constexpr std::uint32_t kX32 = 0x40000000;  // the kernel's __X32_SYSCALL_BIT

// One architecture's part: falls through to what follows where the call is none of its own.
void add_stub(Program& out, Architecture architecture, int newest) {
  const bool shared = audit_token(architecture) == AUDIT_ARCH_X86_64;
  const std::uint8_t rest = shared ? 4 : 3;
  out.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)));
  out.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, audit_token(architecture), 0, rest));
  out.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  if (shared && architecture == Architecture::x32)
    out.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kX32, 0, 2));
  if (shared && architecture != Architecture::x32)
    out.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kX32, 2, 0));
  out.push_back(BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, static_cast<std::uint32_t>(newest), 0, 1));
  out.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | seccomp::kEnosys));
}

// Its own search for the newest name, not the model's.
Program stub(const seccomp::Profile& profile, Architecture own) {
  Program out;
  if (profile.fallback.action >= Action::trace) return out;
  std::vector<Architecture> listed = profile.foreign;
  if (profile.own_listed) listed.push_back(own);
  for (const Architecture architecture : listed) {
    int newest = 0;
    for (const seccomp::Rule& rule : profile.rules) {
      for (const std::string& name : rule.names) {
        const int number = seccomp_syscall_resolve_name_arch(token(architecture), name.c_str());
        if (number != __NR_SCMP_ERROR && number > newest) newest = number;
      }
    }
    if (newest != 0) add_stub(out, architecture, newest);
  }
  return out;
}

std::uint32_t word(const seccomp_data& data, std::uint32_t offset) {
  std::uint32_t out = 0;
  if (offset + sizeof(out) > sizeof(data)) throw std::out_of_range("a load beyond seccomp_data");
  std::memcpy(&out, reinterpret_cast<const char*>(&data) + offset, sizeof(out));
  return out;
}

bool jumps(const sock_filter& step, std::uint32_t accumulator) {
  switch (BPF_OP(step.code)) {
    case BPF_JEQ: return accumulator == step.k;
    case BPF_JGT: return accumulator > step.k;
    case BPF_JGE: return accumulator >= step.k;
    case BPF_JSET: return (accumulator & step.k) != 0;
    default: throw std::runtime_error("a jump that libseccomp does not make");
  }
}

// libseccomp 2.5.4 sometimes never comes back from adding a rule with several conditions beside another one of the same
// call (seen: _db_tree_prune going round). In the tests another process finds out.
bool is_suspect(const seccomp::Profile& profile) {
  std::map<std::string_view, int> open;  // rules that go on after another comparison than == or masked equal
  for (const seccomp::Rule& rule : profile.rules) {
    const bool safe =
        std::all_of(rule.conditions.begin(), rule.conditions.end(), [](const seccomp::Condition& c) {
          return c.op == seccomp::Compare::equal || c.op == seccomp::Compare::masked_equal;
        });
    if (safe || rule.conditions.size() < 2) continue;
    for (const std::string& name : rule.names) {
      if (++open[name] > 1) return true;
    }
  }
  return false;
}

bool comes_back(const seccomp::Profile& profile, Architecture own) {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process to try libseccomp in");
  if (child == 0) {
    const itimerval limit{{0, 0}, {0, 100000}};  // of processor time
    setitimer(ITIMER_PROF, &limit, nullptr);
    scmp_filter_ctx filter = seccomp_init(action(profile.fallback));
    (void)fill(filter, profile, own);
    _exit(0);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child) throw std::runtime_error("the process is lost");
  return WIFEXITED(status);
}

}  // namespace

std::optional<Program> compile(const seccomp::Profile& profile, Architecture own) {
  if (is_suspect(profile) && !comes_back(profile, own)) return std::nullopt;
  scmp_filter_ctx filter = seccomp_init(action(profile.fallback));
  if (filter == nullptr) throw std::runtime_error("libseccomp makes no filter");
  std::optional<Program> out;
  if (fill(filter, profile, own)) out = exported(filter);
  seccomp_release(filter);
  return out;
}

std::optional<Program> compile_as_runc(const seccomp::Profile& profile, Architecture own) {
  std::optional<Program> filter = compile(profile, own);
  if (!filter) return filter;
  Program out = stub(profile, own);
  out.insert(out.end(), filter->begin(), filter->end());
  return out;
}

Answer run(const Program& program, const Call& call, int number) {
  seccomp_data data{};
  data.nr = number;
  data.arch = audit_token(call.architecture);
  const std::uint64_t width = is_narrow(call.architecture) && call.architecture != Architecture::x32
                                  ? 0xffffffffU
                                  : ~std::uint64_t{0};
  for (std::size_t i = 0; i < call.arguments.size(); ++i) data.args[i] = call.arguments.at(i) & width;
  std::uint32_t accumulator = 0;
  for (std::size_t at = 0; at < program.size(); ++at) {
    const sock_filter& step = program[at];
    switch (BPF_CLASS(step.code)) {
      case BPF_LD: accumulator = word(data, step.k); break;
      case BPF_ALU: accumulator &= step.k; break;  // the only one of libseccomp's
      case BPF_RET: return answer_of(step.k);
      case BPF_JMP:
        at += BPF_OP(step.code) == BPF_JA ? step.k : (jumps(step, accumulator) ? step.jt : step.jf);
        break;
      default: throw std::runtime_error("a step that libseccomp does not make");
    }
  }
  throw std::runtime_error("a filter without an end");
}

}  // namespace hardened::test
