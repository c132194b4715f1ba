// A decision log in memory, and `hardenedctl log` on it.
//
//   TEST_F(Log, …) { say(line("10:00:00", "aaaa", "create", "refused", "")); log(); EXPECT_TRUE(prints("refused")); }
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "core/doc/json.h"
#include "ctl/tool.h"
#include "runtime/record.h"
#include "tests/unit/ctl/fake_screen.h"
#include "tests/unit/runtime/pipeline_fixture.h"

namespace hardened::ctl {

struct Interrupted {};

// Opens the files of a FakeHost: a name that is given another file leaves the open one what it was.
class LogMachine final : public Machine {
 public:
  explicit LogMachine(test::FakeHost& host) : host_(host) {}
  std::function<void(int)> meanwhile;  // at the n-th pause

  Done link(const std::string& /*file*/, const std::string& /*name*/) override { return done(); }
  Done symlink(const std::string& /*target*/, const std::string& /*name*/) override { return done(); }
  Done rename(const std::string& /*from*/, const std::string& /*to*/) override { return done(); }
  Done change_mode(const std::string& /*path*/, std::uint32_t /*mode*/) override { return done(); }
  Done sync_directory(const std::string& /*path*/) override { return done(); }
  Done remove_directory(const std::string& /*path*/) override { return done(); }
  Done signal(std::uint32_t /*process*/, int /*number*/, const std::function<Done()>& /*look*/) override {
    return done();
  }
  void pause(std::chrono::milliseconds /*time*/) override { meanwhile(pauses_++); }
  Result<std::unique_ptr<GrowingFile>> open(const std::string& path) override {
    const auto stat = host_.stat(path, Links::refuse);
    if (!stat) return stat.error();
    return std::unique_ptr<GrowingFile>(std::make_unique<Open>(host_, path, *stat));
  }

 private:
  class Open final : public GrowingFile {
   public:
    Open(test::FakeHost& host, std::string path, const Stat& stat)
        : host_(host), path_(std::move(path)), stat_(stat) {}
    Result<std::string> more(std::size_t most) override {
      refresh();
      constexpr std::size_t kPiece = 7;  // lines come in pieces
      const std::string piece = bytes_.size() > at_ ? bytes_.substr(at_, std::min(most, kPiece)) : "";
      at_ += piece.size();
      return piece;
    }
    Done skip_to_end() override {
      refresh();
      at_ = bytes_.size();
      return done();
    }
    Result<Now> now() override {
      refresh();
      return Now{stat_.device, stat_.inode, bytes_.size(), at_};
    }

   private:
    void refresh() {
      const auto stat = host_.stat(path_, Links::refuse);
      if (stat && stat->inode == stat_.inode) bytes_ = *host_.bytes(path_);
    }
    test::FakeHost& host_;
    std::string path_;
    Stat stat_;
    std::string bytes_;
    std::size_t at_ = 0;
  };
  test::FakeHost& host_;
  int pauses_ = 0;
};

inline std::string line(const std::string& time, const std::string& id, const std::string& call,
                        const std::string& verdict, const std::string& controls) {
  return R"({"time":"2026-11-22T)" + time + R"(.000000000Z","id":")" + id +
         R"(","engine":"docker","call":")" + call + R"(","verdict":")" + verdict + R"(","controls":[)" +
         controls + "]}\n";
}
inline std::string control(const std::string& name, const std::string& verdict, const std::string& field,
                           const std::string& asked, const std::string& more = "") {
  return R"({"control":")" + name + R"(","verdict":")" + verdict + R"(","changes":[{"field":")" + field +
         R"(","asked":")" + asked + "\"" + more + "}]}";
}

class Log : public runtime::PipelineTest {
 protected:
  Log() {
    machine.meanwhile = [](int /*pause*/) { throw Interrupted(); };
  }

  int log(std::vector<std::string> words = {}) {
    screen.out.clear();
    screen.err.clear();
    words.insert(words.begin(), {"hardenedctl", "log"});
    return ctl::run({host, machine, screen}, words);
  }
  // Until the machine interrupts it.
  void follow(std::vector<std::string> words = {}) {
    words.emplace_back("--follow");
    EXPECT_THROW(log(std::move(words)), Interrupted);
  }
  doc::Document json(std::vector<std::string> words = {}) {
    words.emplace_back("--json");
    log(std::move(words));
    const auto read = doc::read_json("output", screen.out);
    EXPECT_TRUE(read.ok()) << screen.out << screen.err;
    return read ? *read : doc::Document();
  }
  std::string at(const doc::Document& document, std::string_view pointer) {
    const doc::Value* found = doc::resolve(document.root, pointer);
    return found == nullptr ? "nothing" : found->text();
  }
  [[nodiscard]] bool prints(std::string_view words) const {
    return screen.out.find(words) != std::string::npos;
  }
  void say(const std::string& lines) {
    if (!host.bytes(runtime::kRecords)) host.file(runtime::kRecords, "");
    EXPECT_TRUE(host.append(runtime::kRecords, lines, 0600).ok());
  }

  void some() {
    say(line("10:00:00", "aaaa", "create", "narrowed",
             control("capabilities", "narrowed", "/process/capabilities", "CAP_SYS_ADMIN") + "," +
                 control("pids", "narrowed", "/linux/resources/pids/limit", "no limit",
                         R"(,"granted":"4096","default":true)")));
    say(line("10:00:01", "aaaa", "exec", "narrowed",
             control("capabilities", "narrowed", "/process/capabilities", "CAP_SYS_ADMIN")));
    say(line("10:00:02", "bbbb", "create", "refused",
             control("mounts", "refused", "/mounts/7", "/etc at /x")));
    say(line("10:00:03", "cccc", "create", "refused",
             control("mounts", "refused", "/mounts/9", "/etc at /x")));
    say(line("10:00:04", "dddd", "create", "unchanged", ""));
    say(R"({"time":"2026-11-22T10:00:05Z","id":"eeee","call":"create","verdict":"fault","fault":"policy","message":"no policy"})"
        "\n");
  }

  test::FakeScreen screen;
  LogMachine machine{host};
};

}  // namespace hardened::ctl
