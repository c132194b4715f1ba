// A Debian host with Docker on which install and uninstall are tried: its dpkg-divert and its dockerd answer as the real ones.
//
//   InstallWorld world;
//   world.must({"install", "--shadow"});
//   EXPECT_EQ(world.target(kRunc), kProgramPath);
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ctl/command_line.h"
#include "ctl/commands.h"
#include "ctl/install_journal.h"
#include "tests/support/dockerd.h"
#include "tests/unit/ctl/fake_machine.h"
#include "tests/unit/ctl/fake_screen.h"

namespace hardened::test {

using Words = std::vector<std::string>;

inline constexpr const char* kConfig = "/etc/docker/daemon.json";
inline constexpr const char* kBackup = "/etc/docker/daemon.json.hardened-backup";
inline constexpr const char* kRunc = "/usr/sbin/runc";
inline constexpr const char* kAside = "/usr/sbin/runc.hardened-real";
inline constexpr const char* kProgramPath = "/usr/sbin/hardened-runtime";
inline constexpr const char* kLocal = "/usr/local/sbin/hardened-runtime";
inline constexpr const char* kSettings = "{\n    \"debug\": true\n}\n";
inline constexpr std::uint32_t kDockerd = 812;

struct InstallWorld {
  FakeHost host;
  FakeMachine machine{host};
  FakeScreen screen;
  std::map<std::string, std::string> diversions;
  bool validates = false;  // dockerd knows --validate
  bool accepts = true;
  std::vector<std::string> validated;

  explicit InstallWorld(const char* settings = kSettings) {
    host.machine.own_executable = "/usr/sbin/hardenedctl";
    host.file("/usr/sbin/hardenedctl", "ctl", {.mode = 0755});
    host.file(kProgramPath, "hardened", {.mode = 0755})
        .file("/usr/sbin/hardened-hook", "hook", {.mode = 0755});
    host.file(kRunc, "runc", {.mode = 0755}).file("/usr/bin/crun", "crun", {.mode = 0755});
    host.file("/usr/bin/dpkg-divert", "dpkg", {.mode = 0755}).file("/usr/sbin/dockerd", "d", {.mode = 0755});
    host.directory("/run").directory("/etc/docker").directory("/proc");
    if (settings != nullptr) host.file(kConfig, settings, {.mode = 0600});
    host.runs = [this](const Program& program) { return ran(program); };
  }

  std::string in_use;           // the default runtime of the dockerd that runs; "" where it does not answer
  std::function<void()> asked;  // what happens when docker's client asks it

  Result<Ran> ran(const Program& program) {
    if (program.path == "/usr/bin/docker") {
      if (asked) asked();
      if (!program.arguments.at(2).ends_with("/run/docker.sock"))
        return Ran{.status = 1, .output = "", .errors = ""};
      return Ran{.status = in_use.empty() ? 1 : 0, .output = in_use + "\n", .errors = ""};
    }
    if (program.path == "/usr/bin/dpkg-divert") return dpkg_divert(program.arguments);
    if (program.path != "/usr/sbin/dockerd") return Ran{.status = 127, .output = "", .errors = "?"};
    const std::string file = program.arguments.at(2).substr(std::string("--config-file=").size());
    if (!validates) return Ran{.status = 125, .output = "", .errors = "Status: unknown flag: --validate"};
    // Docker 26 without a PATH to find its docker-proxy along.
    if (program.environment.empty() || !program.environment.front().starts_with("PATH=/"))
      return Ran{.status = 1, .output = "", .errors = "invalid userland-proxy-path"};
    validated.push_back(host.bytes(file).value_or("?"));
    return Ran{.status = accepts ? 0 : 1, .output = "", .errors = accepts ? "" : "unable to configure"};
  }

  Ran dpkg_divert(const Words& words) {
    const std::string& path = words.back();
    if (words.at(1) == "--truename") {
      return {
          .status = 0, .output = (diversions.contains(path) ? diversions[path] : path) + "\n", .errors = ""};
    }
    EXPECT_EQ(Words(words.begin(), words.begin() + 5),
              (Words{"dpkg-divert", "--quiet", "--local", "--no-rename", "--divert"}));
    if (words.at(6) == "--add") diversions[path] = words.at(5);
    if (words.at(6) == "--remove") diversions.erase(path);
    return {.status = 0, .output = "", .errors = ""};
  }

  void dockerd_runs(const Words& flags = {}, std::uint32_t number = kDockerd) {
    Words words{"/usr/sbin/dockerd"};
    words.insert(words.end(), flags.begin(), flags.end());
    test::put_dockerd(host, number, words, "/usr/sbin/dockerd");
    host.process(number);
  }

  Result<ctl::Exit> operator()(Words words) {
    words.insert(words.begin(), "hardenedctl");
    const ctl::Read read = ctl::read_command_line(ctl::commands(), words);
    if (read.command == nullptr) return Error{Fault::usage, read.text};
    return read.command->run({host, machine, screen}, read.arguments);
  }
  void must(const Words& words) {
    const auto exit = (*this)(words);
    ASSERT_TRUE(exit) << exit.error().what;
    ASSERT_EQ(*exit, ctl::Exit::good);
  }
  std::string refused(const Words& words) {
    const auto exit = (*this)(words);
    return exit ? "not refused: " + screen.out : exit.error().what;
  }
  // What a caller of that name executes.
  std::string behind(const std::string& path) {
    const auto file = host.read(path, kMostBytes, Links::follow);
    return file ? file->bytes : "nothing: " + file.error().what;
  }
  std::string target(const std::string& path) { return host.read_link(path).value_or("no link"); }
  std::string settings() { return host.bytes(kConfig).value_or("none"); }
};

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// What happens where the power goes before the operation of that number; false where all of it was done.
inline bool cut(InstallWorld& world, std::size_t at, const Words& words) {
  world.host.cut_at(at);
  bool fell = false;
  try {
    static_cast<void>(world(words).ok());
  } catch (const FakeHost::PowerCut&) {
    fell = true;
  }
  world.host.cut_at(static_cast<std::size_t>(-1));
  return fell;
}

}  // namespace hardened::test
