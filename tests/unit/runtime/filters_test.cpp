#include "runtime/filters.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/base64.h"
#include "core/base/sha256.h"
#include "core/doc/json.h"
#include "profiles/seccomp/compile.h"
#include "profiles/seccomp/libseccomp.h"
#include "profiles/seccomp/parse.h"
#include "runtime/pipeline.h"
#include "tests/support/fake_host.h"

namespace hardened::runtime {
namespace {

using seccomp::Architecture;
using seccomp::Profile;
using test::Effect;
using test::FakeHost;
using test::Operation;

constexpr Architecture kOwn = Architecture::x86_64;
constexpr std::uint64_t kExt4 = 0xEF53;
const std::string kDirectory(kFilterDirectory);

Profile allowing(const std::string& call) {
  Profile profile;
  profile.fallback = {seccomp::Action::error, 1};
  profile.rules.push_back({{call}, {seccomp::Action::allow, 0}, {}});
  return profile;
}

class FiltersTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!seccomp::FilterBuilder::is_native(kOwn)) GTEST_SKIP() << "made for another machine";
  }

  std::optional<std::string> filter(const Profile& profile) { return filter_of(host, profile, kOwn); }
  std::vector<std::string> kept() { return host.list(kDirectory, 9999).value_or({}); }
  std::string only_path() {
    const auto names = kept();
    EXPECT_EQ(names.size(), 1U);
    return kDirectory + '/' + (names.empty() ? "" : names[0]);
  }
  std::size_t count(Operation operation) {
    const auto& journal = host.journal();
    return static_cast<std::size_t>(std::count_if(
        journal.begin(), journal.end(), [&](const Effect& effect) { return effect.operation == operation; }));
  }
  // A file as only we write it.
  void plant(const std::string& path, const std::string& key, const std::string& program, test::Owner owner) {
    host.file(path, "hardened filter 1 " + sha256(key + '\n' + program) + '\n' + program, owner);
  }

  FakeHost host;
};

TEST_F(FiltersTest, IsMadeOnceAndThenRead) {
  const auto first = filter(allowing("read"));
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, *seccomp::compile(allowing("read"), kOwn));
  EXPECT_EQ(count(Operation::replace), 1U);
  EXPECT_EQ(host.status(kDirectory)->mode, 0700U);
  EXPECT_EQ(host.status(only_path())->mode, 0600U);
  EXPECT_EQ(filter(allowing("read")), first);
  EXPECT_EQ(count(Operation::replace), 1U);
}

TEST_F(FiltersTest, IsTakenFromTheFileAndNotMadeAnew) {
  filter(allowing("read"));
  const std::string path = only_path();
  const std::string key = path.substr(path.rfind('/') + 1);
  plant(path, key, "8 bytes!", {.mode = 0600});
  EXPECT_EQ(filter(allowing("read")), "8 bytes!");
}

TEST_F(FiltersTest, EachProfileHasItsOwn) {
  const auto one = filter(allowing("read"));
  const auto two = filter(allowing("write"));
  EXPECT_NE(one, two);
  EXPECT_EQ(kept().size(), 2U);
  Profile native = allowing("read");
  native.own_listed = true;
  filter(native);
  EXPECT_EQ(kept().size(), 3U);
}

TEST_F(FiltersTest, ADamagedOneIsMadeAnew) {
  const auto good = filter(allowing("read"));
  const std::string path = only_path();
  const std::string key = path.substr(path.rfind('/') + 1);
  const std::string file = *host.bytes(path);
  std::string flipped = file;
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  const std::string other = *seccomp::compile(allowing("write"), kOwn);
  for (const std::string& bytes :
       {flipped, file.substr(0, file.size() - 8), file.substr(0, 20), std::string(), "x" + file,
        // A whole and good file of another name.
        "hardened filter 1 " + sha256(sha256("other") + '\n' + other) + '\n' + other,
        // The digest of the program alone.
        "hardened filter 1 " + sha256(other) + '\n' + other, std::string(70000, 'x')}) {
    host.file(path, bytes, {.mode = 0600});
    EXPECT_EQ(filter(allowing("read")), good);
    EXPECT_EQ(host.bytes(path), file);
  }
}

TEST_F(FiltersTest, OneThatOthersCouldHaveWrittenIsMadeAnew) {
  const auto good = filter(allowing("read"));
  const std::string path = only_path();
  const std::string key = path.substr(path.rfind('/') + 1);
  for (const test::Owner owner :
       {test::Owner{.mode = 0600, .uid = 1000}, {.mode = 0620}, {.mode = 0604}, {.mode = 0666}}) {
    plant(path, key, "8 bytes!", owner);
    EXPECT_EQ(filter(allowing("read")), good);
    EXPECT_EQ(host.status(path)->uid, 0U);
    EXPECT_EQ(host.status(path)->mode, 0600U);
  }
  host.file("/tmp/filter", "hardened filter 1 " + sha256(key + "\n8 bytes!") + "\n8 bytes!", {.mode = 0600});
  host.symlink(path, "/tmp/filter");
  EXPECT_EQ(filter(allowing("read")), good);
  EXPECT_EQ(host.status(path)->type, Stat::Type::file);
}

TEST_F(FiltersTest, WhatCannotBeRemovedIsNotWrittenOver) {
  const auto good = filter(allowing("read"));
  const std::string path = only_path();
  host.file(path, "damaged", {.mode = 0666, .uid = 1000});
  host.fail(Operation::remove, "", {Fault::io, "no"});
  EXPECT_EQ(filter(allowing("read")), good);
  EXPECT_EQ(host.bytes(path), "damaged");
}

TEST_F(FiltersTest, ADirectoryThatIsNotRootsAloneHoldsNothing) {
  for (const test::Owner owner : {test::Owner{.mode = 0777}, {.mode = 0750}, {.mode = 0700, .uid = 1000}}) {
    host.directory(kDirectory, owner);
    EXPECT_FALSE(filter(allowing("read")));
  }
  host.directory(kDirectory, {.mode = 0700}).directory("/run/hardened", {.mode = 0777});
  EXPECT_FALSE(filter(allowing("read")));
  EXPECT_TRUE(kept().empty());
}

TEST_F(FiltersTest, NothingIsKeptOnADisk) {
  host.machine.file_system = kExt4;
  EXPECT_FALSE(filter(allowing("read")));
  EXPECT_TRUE(kept().empty());
}

TEST_F(FiltersTest, AFullDirectoryCostsNothingButTime) {
  host.fail(Operation::replace, "", {Fault::io, "no space is left"});
  EXPECT_EQ(filter(allowing("read")), *seccomp::compile(allowing("read"), kOwn));
  host.fail(Operation::make_directories, "", {Fault::io, "no space is left"});
  EXPECT_FALSE(filter(allowing("read")));
}

TEST_F(FiltersTest, WhatDoesNotCompileIsNotHandedOver) {
  Profile profile = allowing("read");
  profile.foreign = {Architecture::loongarch64};
  EXPECT_FALSE(filter(profile));
  EXPECT_TRUE(kept().empty());
}

TEST_F(FiltersTest, TheOldestGoWhenThereAreTooMany) {
  host.directory(kDirectory, {.mode = 0700});
  for (std::size_t i = 0; i < kMostFilters + 10; ++i) {
    host.machine.now_ns += 1;
    // Names in another order than ages.
    host.file(kDirectory + '/' + sha256(std::to_string(i)), std::to_string(i), {.mode = 0600});
  }
  filter(allowing("read"));
  EXPECT_EQ(kept().size(), kMostFilters);
  for (std::size_t i = 0; i < 11; ++i)
    EXPECT_FALSE(host.bytes(kDirectory + '/' + sha256(std::to_string(i)))) << i;
  EXPECT_TRUE(host.bytes(kDirectory + '/' + sha256("11")));
}

TEST_F(FiltersTest, TheOldestGoWhenTheyAreTooLarge) {
  host.directory(kDirectory, {.mode = 0700});
  const std::size_t half = kMostFilterBytes / 2;
  for (const char* name : {"b", "a", "c"}) {
    host.machine.now_ns += 1;
    host.file(kDirectory + '/' + name, std::string(half, 'x'), {.mode = 0600});
  }
  filter(allowing("read"));
  EXPECT_EQ(kept().size(), 2U);
  EXPECT_TRUE(host.bytes(kDirectory + "/c"));
}

// --- in a call ---

constexpr const char* kConfig = "/run/bundle/config.json";
constexpr const char* kSection =
    R"({"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]})";

class HandOverTest : public FiltersTest {
 protected:
  HandOverTest() {
    for (const char* path : {"/usr/bin/crun", "/usr/sbin/runc", "/usr/sbin/hardened-runtime"}) {
      host.file(path, "elf", {.mode = 0755});
    }
    host.file("/proc/sys/kernel/random/boot_id", "boot-1\n");
    policy("");
    use("/usr/bin/crun");
  }

  void policy(const std::string& rule) {
    host.file("/etc/hardened/policy.yaml", "version: 1\nextends: docker-default\n" + rule);
  }
  void use(const std::string& runtime) { host.symlink("/etc/hardened/policy.runtime", runtime); }
  void ask(const std::string& section, const std::string& annotations = R"("a":"b")") {
    host.file(
        kConfig,
        R"({"ociVersion":"1.0.2","process":{"args":["sh"],"cwd":"/","capabilities":{"bounding":[]}},"annotations":{)" +
            annotations + R"(},"linux":{"seccomp":)" + section +
            R"(,"namespaces":[{"type":"mount"},{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"}],"resources":{"pids":{"limit":10},)"
            R"("devices":[{"allow":false,"access":"rwm"}]}}})");
  }
  bool create() {
    const std::vector<std::string> words{"hardened-runtime", "create", "--bundle", "/run/bundle", "web"};
    return test::executes([&] { EXPECT_EQ(run(host, words, {}), 0); }).has_value();
  }
  std::string config() { return host.bytes(kConfig).value_or(""); }
  // The annotation, decoded no further.
  std::optional<std::string> handed() {
    const auto document = doc::read_json("config.json", config());
    const doc::Value* value = document ? doc::resolve(document->root, controls::kFilterAnnotation) : nullptr;
    return value == nullptr ? std::nullopt : std::optional(value->text());
  }
  // What crun would make of the section that is in the bundle.
  std::string of_section() {
    const auto document = doc::read_json("config.json", config());
    const doc::Cursor section(*document, *doc::resolve(document->root, "/linux/seccomp"));
    return base64(*seccomp::compile(*seccomp::parse_section(section, kOwn), kOwn));
  }
  std::string recorded() { return host.bytes("/var/log/hardened/decisions.jsonl").value_or(""); }
};

TEST_F(HandOverTest, CrunGetsTheProgramOfTheGrantedSection) {
  for (const char* section : {kSection, "null", R"({"defaultAction":"SCMP_ACT_ALLOW"})"}) {
    ask(section);
    ASSERT_TRUE(create()) << host.printed();
    EXPECT_EQ(handed(), of_section()) << section;
  }
}

TEST_F(HandOverTest, RuncGetsNone) {
  use("/usr/sbin/runc");
  ask(kSection);
  ASSERT_TRUE(create());
  EXPECT_FALSE(handed());
  EXPECT_TRUE(kept().empty());
}

TEST_F(HandOverTest, HardeningTwiceChangesNothing) {
  ask("null");
  ASSERT_TRUE(create());
  const std::string once = config();
  const std::string told = recorded();
  ASSERT_NE(told.find("unconfined"), std::string::npos);
  ASSERT_TRUE(create());
  EXPECT_EQ(config(), once);
  EXPECT_EQ(recorded().substr(told.size()).find("bpf_data"), std::string::npos);
  EXPECT_NE(recorded().substr(told.size()).find(R"("verdict":"unchanged")"), std::string::npos);
}

TEST_F(HandOverTest, OursIsLeftToRuncAsItIs) {
  ask(kSection);
  ASSERT_TRUE(create());
  const std::string once = config();
  use("/usr/sbin/runc");
  ASSERT_TRUE(create());
  EXPECT_EQ(config(), once);
}

TEST_F(HandOverTest, AForgedOneIsReplacedAndRecorded) {
  const std::string forged = base64("\x06\x00\x00\x00\x00\x00\xff\x7f");
  ask(kSection, R"("run.oci.seccomp_bpf_data":")" + forged + '"');
  ASSERT_TRUE(create());
  EXPECT_EQ(handed(), of_section());
  EXPECT_NE(recorded().find("/annotations/run.oci.seccomp_bpf_data"), std::string::npos);
}

TEST_F(HandOverTest, AForgedOneIsTakenOutWhateverTheRuntimeAndTheCache) {
  const std::string forged = R"("run.oci.seccomp_bpf_data":"BgAAAAAA/38=")";
  ask(kSection, forged);
  use("/usr/sbin/runc");
  ASSERT_TRUE(create());
  EXPECT_FALSE(handed());
  ask(kSection, forged);
  use("/usr/bin/crun");
  host.machine.file_system = kExt4;
  ASSERT_TRUE(create());
  EXPECT_FALSE(handed());
}

TEST_F(HandOverTest, AStaleOneOfOursIsReplaced) {
  ask(kSection);
  ASSERT_TRUE(create());
  policy("controls: {seccomp: {profile: /etc/hardened/strict.json}}\n");
  host.file("/etc/hardened/strict.json",
            R"({"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"action":"SCMP_ACT_ALLOW","names":
                ["close","execve","fstatfs","getdents64","openat","write","epoll_ctl","getpid"]}]})");
  ASSERT_TRUE(create());
  EXPECT_EQ(handed(), of_section());
}

TEST_F(HandOverTest, ObserveLeavesEveryByte) {
  policy("controls: {seccomp: {on_excess: observe}}\n");
  ask(kSection);
  ASSERT_TRUE(create());
  EXPECT_FALSE(handed());
  ask("null", R"("run.oci.seccomp_bpf_data":"BgAAAAAA/38=")");
  ASSERT_TRUE(create());
  EXPECT_EQ(handed(), "BgAAAAAA/38=");
  EXPECT_NE(recorded().find("/annotations/run.oci.seccomp_bpf_data"), std::string::npos);
  EXPECT_TRUE(kept().empty());
}

TEST_F(HandOverTest, ARequestThatMakesAnnotationsGetsThem) {
  host.file(
      kConfig,
      R"({"linux":{"namespaces":[{"type":"mount"},{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"}]},"annotations":null})");
  ASSERT_TRUE(create()) << host.printed();
  EXPECT_EQ(handed(), of_section());
}

}  // namespace
}  // namespace hardened::runtime
