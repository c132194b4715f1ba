#include "profiles/apparmor/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "core/base/sha1.h"
#include "profiles/apparmor/load_template.h"
#include "tests/support/fake_host.h"

namespace hardened::apparmor {
namespace {

using test::Effect;
using test::FakeHost;
using test::Operation;

const std::string kName = "hardened-default-0123456789ab";
const std::string kHeader("\x04\x08\x00version\x00\x02", 12);
const std::string kPolicy = kHeader + std::string("\x07\x20\x20\x00", 4) + kName + "!";
const std::string kRoot = "/sys/kernel/security/apparmor";
const std::string kProfiles = kRoot + "/policy/profiles/";

// The kernel's files, as 6.1 shows them: an entry gets the next number, replaced ones keep theirs.
class Machine : public FakeHost {
 public:
  Machine() {
    file("/usr/sbin/apparmor_parser", "", {.mode = 0755}).symlink("/sbin", "usr/sbin");
    directory("/run").directory("/proc").directory(kProfiles);
    file(kRoot + "/.replace", "").file(kRoot + "/.remove", "").file(kRoot + "/profiles", "");
    runs = [this](const Program& program) -> Result<Ran> {
      asked = program;
      return answer;
    };
    takes = [this](const std::string& path, std::string_view bytes) {
      if (path == kRoot + "/.replace") show(bytes);
      if (path == kRoot + "/.remove") unload();
      return done();
    };
  }
  void show(std::string_view policy) {
    if (deaf) return;
    entry = kProfiles + name + "." + std::to_string(next++);
    file(entry + "/sha1", sha1(policy.substr(12)) + "\n");
    file(kRoot + "/profiles", name + " (enforce)\n");
  }
  void unload() {
    static_cast<void>(FakeHost::remove(entry + "/sha1").ok());
    file(kRoot + "/profiles", "");
  }
  [[nodiscard]] std::size_t count(Operation operation) const {
    return static_cast<std::size_t>(
        std::count_if(journal().begin(), journal().end(),
                      [&](const Effect& effect) { return effect.operation == operation; }));
  }
  [[nodiscard]] std::string refusal() {
    const Done loaded = ensure_loaded(*this, name, "text");
    return loaded ? "" : loaded.error().what;
  }

  // One more process at each look, gone at the next step.
  Result<std::vector<std::string>> list(const std::string& path, std::size_t most) override {
    std::vector<std::string> names = TRY(FakeHost::list(path, most));
    if (path == "/proc") ++looks;
    if (passing && path == "/proc") names.emplace_back("99");
    return names;
  }
  Result<Held> lock(const std::string& path, int seconds) override {
    patience = seconds;
    if (on_lock) on_lock();
    return FakeHost::lock(path, seconds);
  }

  std::string name = kName;
  bool passing = false;
  int looks = 0;  // over all processes
  int patience = -1;
  std::function<void()> on_lock;
  Program asked;
  Ran answer{0, kPolicy, ""};
  std::string entry;
  int next = 0;
  bool deaf = false;
};

TEST(AppArmorLoader, OneRunOfTheParserAndThenTwoReads) {
  Machine host;
  EXPECT_FALSE(*is_loaded(host, kName));
  ASSERT_EQ(host.refusal(), "");
  EXPECT_EQ(host.count(Operation::run), 1U);
  EXPECT_EQ(host.count(Operation::write_whole), 1U);
  EXPECT_TRUE(*is_loaded(host, kName));
  const std::size_t effects = host.journal().size();
  ASSERT_EQ(host.refusal(), "");
  EXPECT_EQ(host.journal().size(), effects);
}

TEST(AppArmorLoader, TheParserOnlyCompiles) {
  Machine host;
  ASSERT_EQ(host.refusal(), "");
  EXPECT_EQ(host.asked.path, "/usr/sbin/apparmor_parser");
  const auto& words = host.asked.arguments;
  EXPECT_NE(std::find(words.begin(), words.end(), "--skip-kernel-load"), words.end());
  EXPECT_NE(std::find(words.begin(), words.end(), "--skip-cache"), words.end());
  EXPECT_GT(host.asked.seconds, 0);
}

TEST(AppArmorLoader, WhatIsUnloadedIsLoadedAgainWithoutTheParser) {
  Machine host;
  ASSERT_EQ(host.refusal(), "");
  host.unload();
  EXPECT_FALSE(*is_loaded(host, kName));
  ASSERT_EQ(host.refusal(), "");
  EXPECT_EQ(host.count(Operation::run), 1U);
  EXPECT_TRUE(*is_loaded(host, kName));
}

TEST(AppArmorLoader, AnEntryThatWasUnloadedStandsNoMore) {
  Machine host;
  EXPECT_FALSE(entry_of(host, kName)->has_value());
  ASSERT_EQ(host.refusal(), "");
  const std::string entry = **entry_of(host, kName);
  EXPECT_EQ(kProfiles + entry, host.entry);
  EXPECT_TRUE(*stands_still(host, entry));
  host.unload();
  EXPECT_FALSE(*stands_still(host, entry));
  ASSERT_EQ(host.refusal(), "");
  EXPECT_TRUE(*is_loaded(host, kName));
  EXPECT_FALSE(*stands_still(host, entry));
  EXPECT_FALSE(*stands_still(host, "no number"));
}

TEST(AppArmorLoader, AnotherProfileUnderOurNameIsNotOurs) {
  Machine host;
  ASSERT_EQ(host.refusal(), "");
  host.file(host.entry + "/sha1", sha1("another") + "\n");
  EXPECT_FALSE(*is_loaded(host, kName));
  ASSERT_EQ(host.refusal(), "");
  EXPECT_EQ(host.count(Operation::write_whole), 2U);
  EXPECT_TRUE(*is_loaded(host, kName));
}

TEST(AppArmorLoader, AContainersProfileIsNotTheSharedOne) {
  Machine host;
  host.file(kProfiles + kName + ".0a1b.7/sha1", sha1(kPolicy.substr(12)) + "\n");
  ASSERT_EQ(host.refusal(), "");
  EXPECT_EQ(host.count(Operation::write_whole), 1U);
}

TEST(AppArmorLoader, AKernelThatDoesNotShowItIsARefusal) {
  Machine host;
  host.deaf = true;
  EXPECT_NE(host.refusal().find("does not show"), std::string::npos);
  EXPECT_FALSE(*is_loaded(host, kName));
}

TEST(AppArmorLoader, ATemplateThatDoesNotCompileIsARefusal) {
  Machine host;
  host.answer = {1, "", "syntax error\n"};
  EXPECT_NE(host.refusal().find("syntax error"), std::string::npos);
  EXPECT_EQ(host.count(Operation::write_whole), 0U);
}

TEST(AppArmorLoader, WhatIsNoPolicyOfOneProfileIsARefusal) {
  for (const std::string& output : {std::string(), std::string("text"), kPolicy + kPolicy}) {
    Machine host;
    host.answer.output = output;
    EXPECT_NE(host.refusal(), "");
    EXPECT_EQ(host.count(Operation::write_whole), 0U);
  }
}

TEST(AppArmorLoader, NoParserNoLockNoKernelFileAreRefusals) {
  Machine without;
  static_cast<void>(without.remove("/usr/sbin/apparmor_parser").ok());
  EXPECT_NE(without.refusal().find("apparmor"), std::string::npos);
  for (const std::size_t nth : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{3},
                                std::size_t{4}, std::size_t{5}, std::size_t{6}}) {
    Machine host;
    host.fail_effect(nth, {Fault::io, "no"});
    // Whatever fails: a call that does not say so has left the kernel with the profile.
    const bool quiet = host.refusal().empty();
    EXPECT_TRUE(!quiet || *is_loaded(host, kName)) << nth;
  }
}

TEST(AppArmorLoader, ATmpfsIsMountedWhereRunIsNone) {
  Machine host;
  host.machine.file_system = 0xEF53;
  ASSERT_EQ(host.refusal(), "");
  EXPECT_EQ(host.count(Operation::mount_tmpfs), 1U);
  EXPECT_TRUE(*is_loaded(host, kName));
}

TEST(AppArmorLoader, ADirectoryOfOthersIsARefusal) {
  Machine host;
  host.directory("/run/hardened/apparmor", {.mode = 0755});
  EXPECT_NE(host.refusal().find("not root's alone"), std::string::npos);
  EXPECT_EQ(host.count(Operation::run), 0U);
}

TEST(AppArmorLoader, ADamagedNoteIsNotBelieved) {
  Machine host;
  ASSERT_EQ(host.refusal(), "");
  const std::string note = "/run/hardened/apparmor/" + kName;
  const std::string right = *host.bytes(note);
  for (const std::string& wrong : {std::string(), right + "x", std::string("hardened apparmor 2\n"),
                                   std::string("hardened apparmor 1\n../x\nsha1\n\n")}) {
    host.file(note, wrong, {.mode = 0600});
    EXPECT_FALSE(is_loaded(host, kName).value_or(true)) << wrong;
  }
  host.file(note, right, {.mode = 0644});
  EXPECT_FALSE(*is_loaded(host, kName));
}

// A machine with ABI 4.0, whose parser does not know the rules of it.
class Older : public Machine {
 public:
  Older() {
    runs = [this](const Program& program) -> Result<Ran> {
      asked = program;
      texts.emplace_back(program.input);
      return program.input.find("userns") == std::string_view::npos ? answer
                                                                    : Ran{1, "", "syntax error, line 9"};
    };
  }
  Result<std::string> load(const Values& values) {
    return load_template(*this, *find_template("hardened-default"), name, values);
  }
  std::vector<std::string> texts;
};

TEST(AppArmorLoader, WhatOnlyTheNewestParserKnowsIsLeftOutWhereItIsRefused) {
  Older host;
  const auto note = host.load({{.abi3 = true, .abi4 = true}, {}, false});
  ASSERT_TRUE(note.ok()) << note.error().what;
  EXPECT_NE(note->find("without the rules of AppArmor 4"), std::string::npos) << *note;
  EXPECT_NE(note->find("syntax error, line 9"), std::string::npos) << *note;
  ASSERT_EQ(host.texts.size(), 2U);
  EXPECT_NE(host.texts[1].find("abi <abi/3.0>"), std::string::npos);
  EXPECT_NE(host.texts[1].find("profile \"" + kName), std::string::npos);
  EXPECT_TRUE(*is_loaded(host, kName));
}

TEST(AppArmorLoader, WhereBothAreRefusedTheFirstReasonIsSaid) {
  Older host;
  host.answer = Ran{1, "", "broken"};
  const auto note = host.load({{.abi3 = true, .abi4 = true}, {}, false});
  ASSERT_FALSE(note.ok());
  EXPECT_NE(note.error().what.find("syntax error, line 9"), std::string::npos) << note.error().what;
  host.texts.clear();
  EXPECT_FALSE(host.load({{.abi3 = true}, {}, false}).ok());
  EXPECT_EQ(host.texts.size(), 1U) << "there is nothing to leave out";
}

TEST(AppArmorLoader, WhatTheParserKnowsIsLoadedWhole) {
  Older host;
  host.runs = [&](const Program&) -> Result<Ran> { return host.answer; };
  EXPECT_EQ(host.load({{.abi3 = true, .abi4 = true}, {}, false}).value_or("error"), "");
  EXPECT_EQ(host.count(Operation::run), 1U);
}

// Holds the profile of one container.
class Holding : public Machine {
 public:
  Holding() {
    name = kName + ".0123456789ab";
    EXPECT_EQ(refusal(), "");
    task("7", "unconfined\n");
  }
  void task(const std::string& thread, const std::string& label) {
    file("/proc/7/task/" + thread + "/attr/apparmor/current", label);
  }
  // False too where it cannot be told whether it is to go.
  [[nodiscard]] bool goes(const std::function<bool()>& awaited = [] { return false; }) {
    const bool gone = unload_unused(*this, name, awaited).value_or(false);
    EXPECT_EQ(status(entry + "/sha1").has_value(), !gone);
    return gone;
  }
};

TEST(AppArmorLoader, IsRemovedOnlyWhenNoTaskCarriesIt) {
  Holding host;
  host.task("8", "a//&" + host.name + " (enforce)\n");
  EXPECT_FALSE(host.goes());
  host.task("8", host.name + "x (enforce)\n");
  EXPECT_TRUE(host.goes());
  EXPECT_FALSE(*is_loaded(host, host.name));
}

TEST(AppArmorLoader, IsNotRemovedWhereSomebodyWaitsForIt) {
  Holding host;
  EXPECT_FALSE(host.goes([] { return true; }));
}

TEST(AppArmorLoader, IsNotRemovedWhereSomethingCannotBeRead) {
  for (const auto& [operation, path] :
       {std::pair{Operation::read, "/proc/7/task/7/attr/apparmor/current"},
        std::pair{Operation::list, "/proc/7/task"}, std::pair{Operation::list, "/proc"},
        std::pair{Operation::lock, "/run/hardened/apparmor.lock"},
        std::pair{Operation::read, "/sys/kernel/security/apparmor/profiles"}}) {
    Holding host;
    host.fail(operation, path, Error{Fault::io, "a fault"});
    EXPECT_FALSE(host.goes()) << path;
  }
}

// Each ends while we look, and may have made one that we did not see.
TEST(AppArmorLoader, IsNotRemovedWhereTasksComeAndGo) {
  Holding host;
  host.passing = true;
  const std::size_t locks = host.count(Operation::lock);
  EXPECT_FALSE(host.goes());
  EXPECT_EQ(host.looks, 1) << "whoever makes tasks in a loop keeps nobody looking";
  EXPECT_EQ(host.count(Operation::lock), locks) << "nor anybody from loading";
}

TEST(AppArmorLoader, TheLockIsTakenForTheLastLookAloneAndNotWaitedFor) {
  Holding host;
  host.task("8", host.name + " (enforce)\n");
  const std::size_t locks = host.count(Operation::lock);
  EXPECT_FALSE(host.goes());
  EXPECT_EQ(host.count(Operation::lock), locks);
  host.task("8", "unconfined\n");
  EXPECT_TRUE(host.goes());
  EXPECT_EQ(host.count(Operation::lock), locks + 1);
  EXPECT_EQ(host.patience, 0);
  EXPECT_EQ(host.looks, 3);
}

// Between the look without the lock and the one with it.
TEST(AppArmorLoader, IsNotRemovedWhereSomebodyTookItMeanwhile) {
  Holding host;
  host.on_lock = [&] { host.task("8", host.name + " (enforce)\n"); };
  EXPECT_FALSE(host.goes());
}

TEST(AppArmorLoader, IsNotRemovedWhereContainersShareIt) {
  Holding host;
  for (const std::string& name : {std::string("docker-default"), kName, kName + ".", std::string("a.b")}) {
    host.name = name;
    EXPECT_FALSE(host.goes()) << name;
  }
}

TEST(AppArmorLoader, ReadsWhatTheHostSays) {
  Machine host;
  EXPECT_FALSE(*enabled(host));
  host.file("/sys/module/apparmor/parameters/enabled", "N\n");
  EXPECT_FALSE(*enabled(host));
  host.file("/sys/module/apparmor/parameters/enabled", "Y\n");
  EXPECT_TRUE(*enabled(host));
  host.file("/proc/self/attr/apparmor/current", "unconfined\n");
  host.file("/etc/apparmor.d/abi/3.0", "");
  EXPECT_EQ(values_of(host)->installed, (Installed{.abi3 = true}));
  EXPECT_TRUE(values_of(host)->runtime_peers.empty());
  host.file("/proc/self/attr/apparmor/current", "/usr/bin/dockerd (complain)\n");
  EXPECT_EQ(values_of(host)->runtime_peers, std::vector<std::string>{"/usr/bin/dockerd"});
}

}  // namespace
}  // namespace hardened::apparmor
