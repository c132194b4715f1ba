#include "core/base/programs.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>

#include "core/base/descriptor.h"
#include "core/base/failure.h"
#include "core/base/files_write.h"

namespace hardened::programs {
namespace {

constexpr std::string_view kCannotRun = "cannot run";
constexpr int kSignalled = 128;
constexpr int kFirstOfOurs = 3;
constexpr std::int64_t kMsPerSecond = 1000;
constexpr std::size_t kChunk = std::size_t{64} * 1024;

struct Pipe {
  Descriptor from;
  Descriptor to;
};

Result<Pipe> make_pipe(const std::string& path) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return failure(kCannotRun, path, errno);
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * kMsPerSecond + now.tv_nsec / 1'000'000;
}

// Whoever started us may ignore SIGCHLD, and then nobody's status could be waited for.
class ChildrenAreWaitedFor {
 public:
  ChildrenAreWaitedFor() {
    struct sigaction usual {};
    usual.sa_handler = SIG_DFL;
    ::sigaction(SIGCHLD, &usual, &before_);
  }
  ChildrenAreWaitedFor(const ChildrenAreWaitedFor&) = delete;
  ChildrenAreWaitedFor& operator=(const ChildrenAreWaitedFor&) = delete;
  ~ChildrenAreWaitedFor() { ::sigaction(SIGCHLD, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

// Its three streams are ours to say, everything else is closed; its signals are as for a new process.
class Start {
 public:
  Start() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
  }
  Start(const Start&) = delete;
  Start& operator=(const Start&) = delete;
  ~Start() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }

  Result<pid_t> spawn(const Program& program, int input, int output, int errors) {
    ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, kFirstOfOurs);
    ::posix_spawn_file_actions_addchdir_np(&actions_, "/");
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    std::vector<char*> words;
    for (const std::string& word : program.arguments) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    std::vector<char*> variables;
    variables.reserve(program.environment.size() + 1);
    for (const std::string& one : program.environment) variables.push_back(const_cast<char*>(one.c_str()));
    variables.push_back(nullptr);
    pid_t child = -1;
    const int wrong =
        ::posix_spawn(&child, program.path.c_str(), &actions_, &attributes_, words.data(), variables.data());
    if (wrong != 0) return failure(kCannotRun, program.path, wrong);
    return child;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// Until both are at their end. An error leaves a child that the caller kills.
Done listen(const Program& program, std::array<pollfd, 2>& streams, std::array<std::string*, 2> to) {
  const std::int64_t end = now_ms() + program.seconds * kMsPerSecond;
  std::string chunk(kChunk, '\0');
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    const std::int64_t left = end - now_ms();
    if (left <= 0) {
      return failure(kCannotRun, program.path,
                     "it did not end within " + std::to_string(program.seconds) + " s");
    }
    if (::poll(streams.data(), streams.size(), static_cast<int>(left)) < 0 && errno != EINTR) {
      return failure(kCannotRun, program.path, errno);
    }
    for (std::size_t index = 0; index < streams.size(); ++index) {
      if (streams.at(index).fd < 0 || streams.at(index).revents == 0) continue;
      const ssize_t got = ::read(streams.at(index).fd, chunk.data(), chunk.size());
      if (got < 0 && errno != EINTR) return failure(kCannotRun, program.path, errno);
      if (got == 0) streams.at(index).fd = -1;
      if (got <= 0) continue;
      to.at(index)->append(chunk, 0, static_cast<std::size_t>(got));
      if (to.at(index)->size() > program.most) return failure(kCannotRun, program.path, "it said too much");
    }
  }
  return done();
}

// A program that has closed its streams is about to end; one that is not has what is left of the time limit.
int wait_for(pid_t child, int seconds) {
  int status = 0;
  for (const std::int64_t end = now_ms() + seconds * kMsPerSecond;;) {
    const bool over = now_ms() >= end;
    if (over) ::kill(-child, SIGKILL);
    const pid_t ended = ::waitpid(child, &status, over ? 0 : WNOHANG);
    if (ended == child) break;
    if (ended < 0 && errno != EINTR) return -1;
    const timespec pause{0, 200'000};
    ::nanosleep(&pause, nullptr);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
}

// Whoever reads the other end of a pipe of ours waits until the last holder has closed it: here nothing stays open.
bool cut_off() {
  if (::setsid() < 0) return false;
  ::closefrom(STDIN_FILENO);
  const bool silent = ::open("/dev/null", O_RDWR | O_NOCTTY) == STDIN_FILENO &&
                      ::dup(STDIN_FILENO) == STDOUT_FILENO && ::dup(STDIN_FILENO) == STDERR_FILENO;
  return silent && ::chdir("/") == 0;
}

// The child's whole life. What it leaves behind is nobody's child: the program that we become waits for no other than
// those that it knows, and the system's init, or who stands in for it, for all.
[[noreturn]] void leave_behind(const std::function<void()>& work) {
  const pid_t left = cut_off() ? ::fork() : -1;
  if (left != 0) ::_exit(left > 0 ? 0 : 1);
  try {
    work();
  } catch (...) {
    ::_exit(1);
  }
  ::_exit(0);
}

}  // namespace

Done detach(const std::function<void()>& work) {
  const ChildrenAreWaitedFor usual;
  const pid_t child = ::fork();
  if (child == 0) leave_behind(work);
  if (child < 0) return failure("cannot leave", "a copy of ourselves behind", errno);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return done();
  return failure("cannot leave", "a copy of ourselves behind", "it could not cut itself off");
}

Result<Ran> run(const Program& program) {
  // A file and no pipe: a program that does not read it cannot keep us waiting.
  const Descriptor input = files::anonymous_file("input");
  if (!input || !files::write_all(input.number(), program.input) ||
      ::lseek(input.number(), 0, SEEK_SET) != 0) {
    return failure(kCannotRun, program.path, errno);
  }
  Pipe output = TRY(make_pipe(program.path));
  Pipe errors = TRY(make_pipe(program.path));
  const ChildrenAreWaitedFor usual;
  Start start;
  const pid_t child = TRY(start.spawn(program, input.number(), output.to.number(), errors.to.number()));
  output.to = Descriptor();
  errors.to = Descriptor();
  Ran ran;
  std::array<pollfd, 2> streams{pollfd{output.from.number(), POLLIN, 0},
                                pollfd{errors.from.number(), POLLIN, 0}};
  Done heard = listen(program, streams, {&ran.output, &ran.errors});
  if (!heard) ::kill(-child, SIGKILL);
  ran.status = wait_for(child, heard ? program.seconds : 0);
  if (!heard) return std::move(heard).error();
  return ran;
}

}  // namespace hardened::programs
