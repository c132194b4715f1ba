// A Host in memory, for tests.
//
//   FakeHost host;
//   host.file("/etc/hardened/policy.yaml", "version: 1\n");            // parents made, root's, 0755
//   host.file("/b/config.json", spec, {.mode = 0640, .uid = 1000});
//   host.symlink("/etc/hardened/policy.runtime", "/usr/sbin/runc");
//   host.machine.now_ns = 1'700'000'000'000'000'000;
//   host.fail(Operation::replace, "/b/config.json", {Fault::io, "no space is left"});
//   ... what is tested ...
//   EXPECT_EQ(host.bytes("/b/config.json"), "...");
//   EXPECT_EQ(host.journal(), (std::vector<Effect>{{.operation = Operation::replace, ...}}));
//
// Symbolic links are resolved as the kernel does it, on the way and, where asked, at the end.
// `execute` does not return, as on the machine: it throws FakeHost::Executed (see `executes`).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"

namespace hardened::test {

enum class Operation : std::uint8_t {
  read,
  drain,
  stat,
  place_below,
  read_link,
  name_space,
  identify,
  listeners,
  list,
  replace,
  append,
  make_directories,
  remove,
  write_whole,
  lock,
  mount_tmpfs,
  run,
  detach,
  memory_file,
  hold,
  kill,
  device_programs,
  device_access,
  print_error,
  execute,
  // Of the operator's tool (tests/unit/ctl/fake_machine.h).
  link,
  symlink,
  rename,
  change_mode,
  sync_directory,
  remove_directory,
  signal,
};
[[nodiscard]] std::string_view name(Operation operation);
// "" names no operation.
[[nodiscard]] std::optional<Operation> operation_named(std::string_view name);

// What was done to the machine, in order. `path` is the path as it was given (the name of a memory
// file, "" for print_error), `bytes` what was written.
struct Effect {
  Operation operation = Operation::read;
  std::string path;
  std::string bytes;
  friend bool operator==(const Effect&, const Effect&) = default;
};

struct Owner {
  std::uint32_t mode = 0644;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

// What a program in its place would be told by the kernel.
struct Machine {
  std::int64_t now_ns = 1'767'323'045'000'000'000;  // 2026-01-02T03:04:05Z
  Caller caller = {.uid = 0, .initial_user_namespace = true};
  Kernel kernel = {.release = "6.1.0-30-amd64", .machine = "x86_64"};
  std::array<Limit, 16> limits = {};
  std::uint64_t file_system = 0x01021994;                // of every other path: TMPFS_MAGIC
  std::map<std::string, std::uint64_t> file_systems;     // of these
  std::map<std::string, NameSpace> name_spaces;          // by their paths, as given
  std::map<std::string, std::uint32_t> device_programs;  // of cgroups; 0 for others
  std::map<std::string, DeviceAccess> device_access;     // of nodes, in any cgroup; none of others
  std::string own_executable = "/usr/sbin/hardened-runtime";
  std::vector<Listener> listeners;
  bool numbers_mounts = true;  // as Linux does since 5.8
  std::map<std::string, std::uint64_t>
      mounts;  // that these paths lie on, where no mountinfo beside them says it
};

class FakeMachine;

class FakeHost : public Host {
 public:
  // The power goes, or a kill -9 comes.
  struct PowerCut {};
  struct Executed {
    std::string path;
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
  };
  struct MemoryFile {
    std::string name;
    std::string bytes;
  };

  FakeHost();

  // The world before the test. Each makes the directories above; a later call replaces an earlier.
  FakeHost& file(const std::string& path, std::string bytes, Owner owner = {});
  FakeHost& directory(const std::string& path, Owner owner = {.mode = 0755});
  FakeHost& symlink(const std::string& path, std::string target, std::uint32_t uid = 0);
  FakeHost& node(const std::string& path, Stat::Type type, std::uint64_t rdev = 0, Owner owner = {});
  // Another name of the same file.
  FakeHost& hard_link(const std::string& path, const std::string& existing);
  FakeHost& input(int descriptor, std::string bytes);
  // A process that can be held; what stands below /proc/<number> is put there with file().
  FakeHost& process(std::uint32_t number, bool lives = true);
  FakeHost& process_ends_in(std::uint32_t number, std::chrono::milliseconds time);
  FakeHost& open_descriptor(int descriptor);  // memory_file passes it over
  Machine machine;
  // What a kernel's file does with what is written to it, and what programs say; nothing and a status of 127 where
  // a test does not say.
  std::function<Done(const std::string& path, std::string_view bytes)> takes;
  std::function<Result<Ran>(const Program& program)> runs;
  // What copies of us were left to do. None does anything before a test calls it.
  std::vector<std::function<void()>> detached;

  // Trouble: each call of the operation with that path fails; "" means any path.
  void fail(Operation operation, std::string path, Error error);
  // The n-th effect (from 0, counted as the journal does) fails and is not journalled.
  void fail_effect(std::size_t nth, Error error);

  // The n-th effect is not done any more: a PowerCut is thrown in its place.
  void cut_at(std::size_t nth) { cut_ = nth; }
  [[nodiscard]] std::size_t effects() const { return effects_; }
  // Every name with its type, its owner, its mode and its content, to be compared with those of another moment.
  [[nodiscard]] std::map<std::string, std::string> tree() const;

  // The world after the test.
  [[nodiscard]] const std::vector<Effect>& journal() const { return journal_; }
  [[nodiscard]] std::optional<std::string> bytes(const std::string& path) const;
  [[nodiscard]] std::optional<Stat> status(const std::string& path) const;
  [[nodiscard]] const std::map<int, MemoryFile>& memory_files() const { return memory_files_; }
  [[nodiscard]] bool killed(std::uint32_t process) const;
  [[nodiscard]] std::string printed() const;  // all that went to standard error

  Result<File> read(const std::string& path, std::size_t most, Links links) override;
  Result<std::string> drain(int descriptor, std::size_t most) override;
  Result<Stat> stat(const std::string& path, Links links) override;
  Result<Place> place_below(const std::string& root, const std::string& path) override;
  Result<std::string> read_link(const std::string& path) override;
  Result<Identity> identify(const std::string& path) override;
  Result<std::vector<Listener>> listeners() override;
  Result<std::uint64_t> file_system(const std::string& path) override;
  Result<std::optional<NameSpace>> name_space(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path, std::size_t most) override;
  Done replace(const std::string& path, std::string_view bytes, std::uint32_t mode) override;
  Done append(const std::string& path, std::string_view bytes, std::uint32_t mode) override;
  Done make_directories(const std::string& path, std::uint32_t mode) override;
  Done remove(const std::string& path) override;
  Done write_whole(const std::string& path, std::string_view bytes) override;
  Result<Held> lock(const std::string& path, int seconds) override;
  Done mount_tmpfs(const std::string& path, std::size_t most) override;
  Result<Ran> run(const Program& program) override;
  Done detach(const std::function<void()>& work) override;
  Result<int> memory_file(const std::string& name, std::string_view bytes, int lowest) override;
  Result<std::unique_ptr<HeldProcess>> hold(std::uint32_t process) override;
  Result<std::uint32_t> device_programs(const std::string& cgroup) override;
  Result<std::vector<DeviceAccess>> device_access(const std::string& cgroup,
                                                  const std::vector<std::string>& nodes) override;
  std::int64_t now_ns() override { return machine.now_ns; }
  Caller caller() override { return machine.caller; }
  Kernel kernel() override { return machine.kernel; }
  std::array<Limit, 16> limits() override { return machine.limits; }
  std::string own_executable() override { return machine.own_executable; }
  void print_error(std::string_view text) override;
  Error execute(const std::string& path, const std::vector<std::string>& arguments,
                const std::vector<std::string>& environment) override;

 private:
  friend class FakeMachine;
  struct Node {
    Stat stat;
    std::string bytes;  // of a file; the target of a symbolic link
  };
  struct Trouble {
    Operation operation;
    std::string path;
    Error error;
  };

  void put(const std::string& path, Node node);
  [[nodiscard]] Stat fresh(Stat::Type type, Owner owner);
  // The path without links; `last`: whether the last component is followed too; `root`: "" or where "/" of links is.
  [[nodiscard]] Result<std::string> resolve(std::string_view path, Links last, int hops = 0,
                                            const std::string& root = "") const;
  [[nodiscard]] Result<const Node*> find(const std::string& path, Links links) const;
  // Where a new or existing regular file of this name goes.
  [[nodiscard]] Result<std::string> place(const std::string& path) const;
  [[nodiscard]] const Error* trouble(Operation operation, std::string_view path) const;
  // Counts an effect: journalled, unless it is to fail.
  Done effect(Operation operation, const std::string& path, std::string_view bytes);

  std::map<std::string, Node> nodes_;
  std::map<std::uint32_t, std::chrono::milliseconds> processes_;  // how long they live on
  std::map<int, std::string> inputs_;
  std::map<int, MemoryFile> memory_files_;
  std::vector<int> open_ = {0, 1, 2};
  std::vector<Trouble> troubles_;
  std::map<std::size_t, Error> failing_effects_;
  std::vector<Effect> journal_;
  std::size_t effects_ = 0;
  std::optional<std::size_t> cut_;
  std::uint64_t next_inode_ = 100;
};

// What `call` executed; nothing when it returned instead.
template <class Call>
[[nodiscard]] std::optional<FakeHost::Executed> executes(Call&& call) {
  try {
    call();
  } catch (const FakeHost::Executed& executed) {
    return executed;
  }
  return std::nullopt;
}

}  // namespace hardened::test
