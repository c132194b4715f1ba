// The arguments of each system call, by its name; for widths.cpp alone.
//
// A letter an argument, from the first:
//   i   32 bits, signed: int, pid_t, key_serial_t, clockid_t, timer_t, mqd_t, key_t, rwf_t
//   u   32 bits, unsigned: unsigned int, uid_t, gid_t, u32, enums
//   h   16 bits, unsigned: umode_t
//   w   64 bits: long, unsigned long, size_t, loff_t, u64, pointers
//
// All calls that libseccomp 2.5.4 knows on any architecture, and those that are newer, up to Linux 7.0. Of calls
// that never had a definition the kernel reads nothing (afs_syscall, security, …); those that are gone stand
// as they were (create_module, lookup_dcookie, …). 64-bit architectures agree, except on these:
//   * personality: ppc64 takes an unsigned long and hands it to a function of an unsigned int
//     (ppc64_personality, ksys_personality); only the low byte is looked at before. So 32 bits hold there too.
//   * mmap: s390x takes one pointer to all six (old_mmap); the others take six words.
//   * sigsuspend, fadvise64_64, ftruncate64, …: only 32-bit architectures have them, which differ; here is
//     what the generic definition would read.
// And kernels agree, except on lsm_set_self_attr: its size was a size_t in 6.8 and is a u32 since 6.9 (and in
// 6.8's stable releases); no condition on a size that is refused above one page can tell them apart.
#pragma once

#include <string_view>

namespace hardened::seccomp::detail {

struct Prototype {
  std::string_view call;
  std::string_view arguments;
};

// clang-format off
inline constexpr Prototype kPrototypes[] = {
    {"_llseek", "uwwwu"}, {"_newselect", "iwwww"}, {"_sysctl", "w"}, {"accept", "iww"}, {"accept4", "iwwi"},
    {"access", "wi"}, {"acct", "w"}, {"add_key", "wwwwi"}, {"adjtimex", "w"}, {"afs_syscall", ""},
    {"alarm", "u"}, {"arch_prctl", "iw"}, {"arm_fadvise64_64", "iiww"}, {"arm_sync_file_range", "iuww"},
    {"bdflush", "iw"}, {"bind", "iwi"}, {"bpf", "iwu"}, {"break", ""}, {"breakpoint", ""}, {"brk", "w"},
    {"cachectl", "wii"}, {"cacheflush", "wwu"}, {"cachestat", "uwwu"}, {"capget", "ww"}, {"capset", "ww"},
    {"chdir", "w"}, {"chmod", "wh"}, {"chown", "wuu"}, {"chown32", "wuu"}, {"chroot", "w"},
    {"clock_adjtime", "iw"}, {"clock_adjtime64", "iw"}, {"clock_getres", "iw"}, {"clock_getres_time64", "iw"},
    {"clock_gettime", "iw"}, {"clock_gettime64", "iw"}, {"clock_nanosleep", "iiww"},
    {"clock_nanosleep_time64", "iiww"}, {"clock_settime", "iw"}, {"clock_settime64", "iw"},
    {"clone", "wwwww"}, {"clone3", "ww"}, {"close", "u"}, {"close_range", "uuu"}, {"connect", "iwi"},
    {"copy_file_range", "iwiwwu"}, {"creat", "wh"}, {"create_module", "ww"}, {"delete_module", "wu"},
    {"dup", "u"}, {"dup2", "uu"}, {"dup3", "uui"}, {"epoll_create", "i"}, {"epoll_create1", "i"},
    {"epoll_ctl", "iiiw"}, {"epoll_ctl_old", ""}, {"epoll_pwait", "iwiiww"}, {"epoll_pwait2", "iwiwww"},
    {"epoll_wait", "iwii"}, {"epoll_wait_old", ""}, {"eventfd", "u"}, {"eventfd2", "ui"}, {"execve", "www"},
    {"execveat", "iwwwi"}, {"exit", "i"}, {"exit_group", "i"}, {"faccessat", "iwi"}, {"faccessat2", "iwii"},
    {"fadvise64", "iwwi"}, {"fadvise64_64", "iwwi"}, {"fallocate", "iiww"}, {"fanotify_init", "uu"},
    {"fanotify_mark", "iuwiw"}, {"fchdir", "u"}, {"fchmod", "uh"}, {"fchmodat", "iwh"}, {"fchmodat2", "iwhu"},
    {"fchown", "uuu"}, {"fchown32", "uuu"}, {"fchownat", "iwuui"}, {"fcntl", "uuw"}, {"fcntl64", "uuw"},
    {"fdatasync", "u"}, {"fgetxattr", "iwww"}, {"file_getattr", "iwwwu"}, {"file_setattr", "iwwwu"},
    {"finit_module", "iwi"}, {"flistxattr", "iww"}, {"flock", "uu"}, {"fork", ""}, {"fremovexattr", "iw"},
    {"fsconfig", "iuwwi"}, {"fsetxattr", "iwwwi"}, {"fsmount", "iuu"}, {"fsopen", "wu"}, {"fspick", "iwu"},
    {"fstat", "uw"}, {"fstat64", "ww"}, {"fstatat64", "iwwi"}, {"fstatfs", "uw"}, {"fstatfs64", "uww"},
    {"fsync", "u"}, {"ftime", ""}, {"ftruncate", "uw"}, {"ftruncate64", "uw"}, {"futex", "wiuwwu"},
    {"futex_requeue", "wuii"}, {"futex_time64", "wiuwwu"}, {"futex_wait", "wwwuwi"}, {"futex_waitv", "wuuwi"},
    {"futex_wake", "wwiu"}, {"futimesat", "iww"}, {"get_kernel_syms", "w"}, {"get_mempolicy", "wwwww"},
    {"get_robust_list", "iww"}, {"get_thread_area", "w"}, {"get_tls", ""}, {"getcpu", "www"},
    {"getcwd", "ww"}, {"getdents", "uwu"}, {"getdents64", "uwu"}, {"getegid", ""}, {"getegid32", ""},
    {"geteuid", ""}, {"geteuid32", ""}, {"getgid", ""}, {"getgid32", ""}, {"getgroups", "iw"},
    {"getgroups32", "iw"}, {"getitimer", "iw"}, {"getpeername", "iww"}, {"getpgid", "i"}, {"getpgrp", ""},
    {"getpid", ""}, {"getpmsg", ""}, {"getppid", ""}, {"getpriority", "ii"}, {"getrandom", "wwu"},
    {"getresgid", "www"}, {"getresgid32", "www"}, {"getresuid", "www"}, {"getresuid32", "www"},
    {"getrlimit", "uw"}, {"getrusage", "iw"}, {"getsid", "i"}, {"getsockname", "iww"},
    {"getsockopt", "iiiww"}, {"gettid", ""}, {"gettimeofday", "ww"}, {"getuid", ""}, {"getuid32", ""},
    {"getxattr", "wwww"}, {"getxattrat", "iwuwww"}, {"gtty", ""}, {"idle", ""}, {"init_module", "www"},
    {"inotify_add_watch", "iwu"}, {"inotify_init", ""}, {"inotify_init1", "i"}, {"inotify_rm_watch", "ii"},
    {"io_cancel", "www"}, {"io_destroy", "w"}, {"io_getevents", "wwwww"}, {"io_pgetevents", "wwwwww"},
    {"io_pgetevents_time64", "wwwwww"}, {"io_setup", "uw"}, {"io_submit", "www"},
    {"io_uring_enter", "uuuuww"}, {"io_uring_register", "uuwu"}, {"io_uring_setup", "uw"}, {"ioctl", "uuw"},
    {"ioperm", "wwi"}, {"iopl", "u"}, {"ioprio_get", "ii"}, {"ioprio_set", "iii"}, {"ipc", "uiwwww"},
    {"kcmp", "iiiww"}, {"kexec_file_load", "iiwww"}, {"kexec_load", "wwww"}, {"keyctl", "iwwww"},
    {"kill", "ii"}, {"landlock_add_rule", "iuwu"}, {"landlock_create_ruleset", "wwu"},
    {"landlock_restrict_self", "iu"}, {"lchown", "wuu"}, {"lchown32", "wuu"}, {"lgetxattr", "wwww"},
    {"link", "ww"}, {"linkat", "iwiwi"}, {"listen", "ii"}, {"listmount", "wwwu"}, {"listns", "wwwu"},
    {"listxattr", "www"}, {"listxattrat", "iwuww"}, {"llistxattr", "www"}, {"llseek", "uwwwu"}, {"lock", ""},
    {"lookup_dcookie", "www"}, {"lremovexattr", "ww"}, {"lseek", "uwu"}, {"lsetxattr", "wwwwi"},
    {"lsm_get_self_attr", "uwwu"}, {"lsm_list_modules", "wwu"}, {"lsm_set_self_attr", "uwuu"},
    {"lstat", "ww"}, {"lstat64", "ww"}, {"madvise", "wwi"}, {"map_shadow_stack", "wwu"}, {"mbind", "wwwwwu"},
    {"membarrier", "iui"}, {"memfd_create", "wu"}, {"memfd_secret", "u"}, {"migrate_pages", "iwww"},
    {"mincore", "www"}, {"mkdir", "wh"}, {"mkdirat", "iwh"}, {"mknod", "whu"}, {"mknodat", "iwhu"},
    {"mlock", "ww"}, {"mlock2", "wwi"}, {"mlockall", "i"}, {"mmap", "wwwwww"}, {"mmap2", "wwwwww"},
    {"modify_ldt", "iww"}, {"mount", "wwwww"}, {"mount_setattr", "iwuww"}, {"move_mount", "iwiwu"},
    {"move_pages", "iwwwwi"}, {"mprotect", "www"}, {"mpx", ""}, {"mq_getsetattr", "iww"}, {"mq_notify", "iw"},
    {"mq_open", "wihw"}, {"mq_timedreceive", "iwwww"}, {"mq_timedreceive_time64", "iwwww"},
    {"mq_timedsend", "iwwuw"}, {"mq_timedsend_time64", "iwwuw"}, {"mq_unlink", "w"}, {"mremap", "wwwww"},
    {"mseal", "www"}, {"msgctl", "iiw"}, {"msgget", "ii"}, {"msgrcv", "iwwwi"}, {"msgsnd", "iwwi"},
    {"msync", "wwi"}, {"multiplexer", ""}, {"munlock", "ww"}, {"munlockall", ""}, {"munmap", "ww"},
    {"name_to_handle_at", "iwwwi"}, {"nanosleep", "ww"}, {"newfstatat", "iwwi"}, {"nfsservctl", "iww"},
    {"nice", "i"}, {"oldfstat", "uw"}, {"oldlstat", "ww"}, {"oldolduname", "w"}, {"oldstat", "ww"},
    {"olduname", "w"}, {"oldwait4", ""}, {"open", "wih"}, {"open_by_handle_at", "iwi"}, {"open_tree", "iwu"},
    {"open_tree_attr", "iwuww"}, {"openat", "iwih"}, {"openat2", "iwww"}, {"pause", ""},
    {"pciconfig_iobase", "www"}, {"pciconfig_read", "wwwww"}, {"pciconfig_write", "wwwww"},
    {"perf_event_open", "wiiiw"}, {"personality", "u"}, {"pidfd_getfd", "iiu"}, {"pidfd_open", "iu"},
    {"pidfd_send_signal", "iiwu"}, {"pipe", "w"}, {"pipe2", "wi"}, {"pivot_root", "ww"}, {"pkey_alloc", "ww"},
    {"pkey_free", "i"}, {"pkey_mprotect", "wwwi"}, {"poll", "wui"}, {"ppoll", "wuwww"},
    {"ppoll_time64", "wuwww"}, {"prctl", "iwwww"}, {"pread64", "uwww"}, {"preadv", "wwwww"},
    {"preadv2", "wwwwwi"}, {"prlimit64", "iuww"}, {"process_madvise", "iwwiu"}, {"process_mrelease", "iu"},
    {"process_vm_readv", "iwwwww"}, {"process_vm_writev", "iwwwww"}, {"prof", ""}, {"profil", ""},
    {"pselect6", "iwwwww"}, {"pselect6_time64", "iwwwww"}, {"ptrace", "wwww"}, {"putpmsg", ""},
    {"pwrite64", "uwww"}, {"pwritev", "wwwww"}, {"pwritev2", "wwwwwi"}, {"query_module", "wiwww"},
    {"quotactl", "uwuw"}, {"quotactl_fd", "uuuw"}, {"read", "uww"}, {"readahead", "iww"}, {"readdir", "uwu"},
    {"readlink", "wwi"}, {"readlinkat", "iwwi"}, {"readv", "www"}, {"reboot", "iiuw"}, {"recv", "iwwu"},
    {"recvfrom", "iwwuww"}, {"recvmmsg", "iwuuw"}, {"recvmmsg_time64", "iwuuw"}, {"recvmsg", "iwu"},
    {"remap_file_pages", "wwwww"}, {"removexattr", "ww"}, {"removexattrat", "iwuw"}, {"rename", "ww"},
    {"renameat", "iwiw"}, {"renameat2", "iwiwu"}, {"request_key", "wwwi"}, {"restart_syscall", ""},
    {"riscv_flush_icache", "www"}, {"riscv_hwprobe", "wwwwu"}, {"rmdir", "w"}, {"rseq", "wuiu"},
    {"rseq_slice_yield", ""}, {"rt_sigaction", "iwww"}, {"rt_sigpending", "ww"}, {"rt_sigprocmask", "iwww"},
    {"rt_sigqueueinfo", "iiw"}, {"rt_sigreturn", ""}, {"rt_sigsuspend", "ww"}, {"rt_sigtimedwait", "wwww"},
    {"rt_sigtimedwait_time64", "wwww"}, {"rt_tgsigqueueinfo", "iiiw"}, {"rtas", "w"},
    {"s390_guarded_storage", "iw"}, {"s390_pci_mmio_read", "www"}, {"s390_pci_mmio_write", "www"},
    {"s390_runtime_instr", "ii"}, {"s390_sthyi", "wwww"}, {"sched_get_priority_max", "i"},
    {"sched_get_priority_min", "i"}, {"sched_getaffinity", "iuw"}, {"sched_getattr", "iwuu"},
    {"sched_getparam", "iw"}, {"sched_getscheduler", "i"}, {"sched_rr_get_interval", "iw"},
    {"sched_rr_get_interval_time64", "iw"}, {"sched_setaffinity", "iuw"}, {"sched_setattr", "iwu"},
    {"sched_setparam", "iw"}, {"sched_setscheduler", "iiw"}, {"sched_yield", ""}, {"seccomp", "uuw"},
    {"security", ""}, {"select", "iwwww"}, {"semctl", "iiiw"}, {"semget", "iii"}, {"semop", "iwu"},
    {"semtimedop", "iwuw"}, {"semtimedop_time64", "iwuw"}, {"send", "iwwu"}, {"sendfile", "iiww"},
    {"sendfile64", "iiww"}, {"sendmmsg", "iwuu"}, {"sendmsg", "iwu"}, {"sendto", "iwwuwi"},
    {"set_mempolicy", "iww"}, {"set_mempolicy_home_node", "wwww"}, {"set_robust_list", "ww"},
    {"set_thread_area", "w"}, {"set_tid_address", "w"}, {"set_tls", "w"}, {"setdomainname", "wi"},
    {"setfsgid", "u"}, {"setfsgid32", "u"}, {"setfsuid", "u"}, {"setfsuid32", "u"}, {"setgid", "u"},
    {"setgid32", "u"}, {"setgroups", "iw"}, {"setgroups32", "iw"}, {"sethostname", "wi"},
    {"setitimer", "iww"}, {"setns", "ii"}, {"setpgid", "ii"}, {"setpriority", "iii"}, {"setregid", "uu"},
    {"setregid32", "uu"}, {"setresgid", "uuu"}, {"setresgid32", "uuu"}, {"setresuid", "uuu"},
    {"setresuid32", "uuu"}, {"setreuid", "uu"}, {"setreuid32", "uu"}, {"setrlimit", "uw"}, {"setsid", ""},
    {"setsockopt", "iiiwi"}, {"settimeofday", "ww"}, {"setuid", "u"}, {"setuid32", "u"},
    {"setxattr", "wwwwi"}, {"setxattrat", "iwuwww"}, {"sgetmask", ""}, {"shmat", "iwi"}, {"shmctl", "iiw"},
    {"shmdt", "w"}, {"shmget", "iwi"}, {"shutdown", "ii"}, {"sigaction", "iww"}, {"sigaltstack", "ww"},
    {"signal", "iw"}, {"signalfd", "iww"}, {"signalfd4", "iwwi"}, {"sigpending", "w"}, {"sigprocmask", "iww"},
    {"sigreturn", ""}, {"sigsuspend", "iiw"}, {"socket", "iii"}, {"socketcall", "iw"}, {"socketpair", "iiiw"},
    {"splice", "iwiwwu"}, {"spu_create", "wuhi"}, {"spu_run", "iww"}, {"ssetmask", "i"}, {"stat", "ww"},
    {"stat64", "ww"}, {"statfs", "ww"}, {"statfs64", "www"}, {"statmount", "wwwu"}, {"statx", "iwuuw"},
    {"stime", "w"}, {"stty", ""}, {"subpage_prot", "www"}, {"swapcontext", "www"}, {"swapoff", "w"},
    {"swapon", "wi"}, {"switch_endian", ""}, {"symlink", "ww"}, {"symlinkat", "wiw"}, {"sync", ""},
    {"sync_file_range", "iwwu"}, {"sync_file_range2", "iuww"}, {"syncfs", "i"},
    {"sys_debug_setcontext", "wiw"}, {"syscall", ""}, {"sysfs", "iww"}, {"sysinfo", "w"}, {"syslog", "iwi"},
    {"sysmips", "www"}, {"tee", "iiwu"}, {"tgkill", "iii"}, {"time", "w"}, {"timer_create", "iww"},
    {"timer_delete", "i"}, {"timer_getoverrun", "i"}, {"timer_gettime", "iw"}, {"timer_gettime64", "iw"},
    {"timer_settime", "iiww"}, {"timer_settime64", "iiww"}, {"timerfd", ""}, {"timerfd_create", "ii"},
    {"timerfd_gettime", "iw"}, {"timerfd_gettime64", "iw"}, {"timerfd_settime", "iiww"},
    {"timerfd_settime64", "iiww"}, {"times", "w"}, {"tkill", "ii"}, {"truncate", "ww"}, {"truncate64", "ww"},
    {"tuxcall", ""}, {"ugetrlimit", "uw"}, {"ulimit", ""}, {"umask", "i"}, {"umount", "w"}, {"umount2", "wi"},
    {"uname", "w"}, {"unlink", "w"}, {"unlinkat", "iwi"}, {"unshare", "w"}, {"uprobe", ""}, {"uretprobe", ""},
    {"uselib", "w"}, {"userfaultfd", "i"}, {"usr26", ""}, {"usr32", ""}, {"ustat", "uw"}, {"utime", "ww"},
    {"utimensat", "iwwi"}, {"utimensat_time64", "iwwi"}, {"utimes", "ww"}, {"vfork", ""}, {"vhangup", ""},
    {"vm86", "ww"}, {"vm86old", "w"}, {"vmsplice", "iwwu"}, {"vserver", ""}, {"wait4", "iwiw"},
    {"waitid", "iiwiw"}, {"waitpid", "iwi"}, {"write", "uww"}, {"writev", "www"},
};
// clang-format on

}  // namespace hardened::seccomp::detail
