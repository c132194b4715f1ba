// The compiled policy: used when it was made from this very file by this very build, else made anew.
#include "config/load.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "config/compiled.h"
#include "core/base/sha256.h"
#include "tests/support/fake_host.h"

namespace hardened::config {
namespace {

using test::FakeHost;
using test::Operation;

const std::string kPath = "/etc/hardened/policy.yaml";
const std::string kDirectory{kCompiledDirectory};
const std::string kCompiled = kDirectory + "/" + sha256(kPath) + ".json";
const std::string kYaml =
    "version: 1\nextends: docker-default\nunknown_fields: record\naccepted_fields: [/linux/new]\n"
    "controls:\n  pids: {maximum: 512, default: 64}\n  rlimits: {nofile: {soft: 10, hard: unlimited}}\n";

FakeHost& prepared(FakeHost& host) {
  host.file(kPath, kYaml);
  host.machine.now_ns += std::int64_t{60} * 1'000'000'000;  // the file is no longer fresh
  return host;
}

Policy loaded(FakeHost& host) {
  auto policy = load_policy(host, kPath);
  EXPECT_TRUE(policy.ok()) << (policy ? "" : policy.error().what);
  return policy ? std::move(policy).value() : Policy{};
}

bool wrote(const FakeHost& host) {
  const auto& journal = host.journal();
  return std::any_of(journal.begin(), journal.end(),
                     [](const auto& e) { return e.operation == Operation::replace; });
}

void expect_of_the_file(const Policy& policy) {
  EXPECT_EQ(policy.path, kPath);
  EXPECT_EQ(policy.id, parse_policy(kPath, kYaml).value().id);
  EXPECT_EQ(policy.fields.unknown, controls::UnknownFields::record);
  EXPECT_EQ(policy.fields.accepted, std::vector<std::string>{"/linux/new"});
  EXPECT_EQ(policy.fields.origin, kPath + ":3");
  EXPECT_EQ(policy.privileged_origin, "docker-default");
  EXPECT_EQ(policy.decision_log.path, "/var/log/hardened/decisions.jsonl");
  const auto& pids = policy.rule<controls::Pids>();
  EXPECT_EQ(pids.origin, kPath + ":6");
  EXPECT_EQ(pids.on_excess, controls::OnExcess::narrow);
  EXPECT_EQ(pids.ceiling.maximum, controls::TaskLimit::of(512));
  EXPECT_EQ(pids.ceiling.by_default, controls::TaskLimit::of(64));
  // A key that the base's rule does not have.
  EXPECT_EQ(policy.rule<controls::Rlimits>().ceiling.at(RLIMIT_NOFILE).limit.soft, 10U);
  EXPECT_EQ(policy.rule<controls::Rlimits>().origin, kPath + ":7");
  EXPECT_EQ(policy.rule<controls::Capabilities>().origin, "docker-default");
}

TEST(Load, TheFirstCallKeepsThePolicyCompiledAndTheSecondUsesIt) {
  FakeHost host;
  expect_of_the_file(loaded(prepared(host)));
  const auto line = host.bytes(kCompiled);
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(std::count(line->begin(), line->end(), '\n'), 1);
  EXPECT_EQ(host.status(kCompiled)->mode, 0600U);
  EXPECT_EQ(host.status(kDirectory)->mode, 0700U);

  host.fail(Operation::read, kPath, {Fault::io, "not read again"});
  const std::size_t effects = host.journal().size();
  expect_of_the_file(loaded(host));
  EXPECT_EQ(host.journal().size(), effects);
}

TEST(Load, TheCompiledRulesAreThoseOfTheFile) {
  FakeHost host;
  const Policy first = loaded(prepared(host));
  const Policy second = loaded(host);
  host.remove(kCompiled).value();
  const std::string again = [&] {
    keep(host, second, doc::Value{}, *host.status(kPath));
    return *host.bytes(kCompiled);
  }();
  keep(host, first, doc::Value{}, *host.status(kPath));
  EXPECT_EQ(again, *host.bytes(kCompiled)) << "origins and id went there and back";
}

TEST(Load, AnotherFileIsReadAnew) {
  FakeHost host;
  loaded(prepared(host));
  host.file(kPath, "version: 1\nextends: docker-default\ncontrols: {pids: {maximum: 700, default: 64}}\n");
  EXPECT_EQ(loaded(host).rule<controls::Pids>().ceiling.maximum, controls::TaskLimit::of(700));
}

// A compiled policy with one thing in it changed, and whether it is then used.
struct Changed {
  const char* what;
  const char* from;
  const char* to;
};

TEST(Load, OneThatWasMadeFromSomethingElseIsMadeAnew) {
  for (const Changed& change :
       {Changed{"build", "\"build\":\"", "\"build\":\"0"}, Changed{"inode", "\"inode\":", "\"inode\":9"},
        Changed{"device", "\"device\":", "\"device\":9"}, Changed{"size", "\"size\":", "\"size\":9"},
        Changed{"mtime", "\"mtime_ns\":", "\"mtime_ns\":9"},
        Changed{"ctime", "\"ctime_ns\":", "\"ctime_ns\":9"},
        Changed{"path", "\"path\":\"/etc", "\"path\":\"/xtc"}}) {
    FakeHost host;
    loaded(prepared(host));
    const std::string good = *host.bytes(kCompiled);
    std::string bad = good;
    const std::size_t at = bad.find(change.from);
    ASSERT_NE(at, std::string::npos) << change.what;
    bad.replace(at, std::string_view(change.from).size(), change.to);
    // What it says would be seen, were it used.
    bad.replace(bad.find("\"maximum\":512"), 13, "\"maximum\":999");
    host.file(kCompiled, bad, {.mode = 0600});
    expect_of_the_file(loaded(host));
    EXPECT_EQ(host.bytes(kCompiled), good) << change.what;
  }
}

TEST(Load, ADamagedOneIsDeletedAndMadeAnew) {
  FakeHost first;
  loaded(prepared(first));
  const std::string good = *first.bytes(kCompiled);
  const auto cut = [&](std::string_view part, std::string_view by) {
    std::string text = good;
    return text.replace(text.find(part), part.size(), by);
  };
  for (const std::string& bad : {std::string(), std::string("{}\n"), good.substr(0, good.size() - 1),
                                 good.substr(0, good.size() / 2) + "\n", cut("\"narrow\"", "\"allow\""),
                                 cut("\"maximum\":512", "\"maximum\":0"), cut("\"policy\":", "\"polic\":"),
                                 cut("\"id\":", "\"idd\":"), cut("\"pids\":\"/etc", "\"pid\":\"/etc"),
                                 cut("\"rootless\"", "\"rootles\""), cut("\"from\":", "\"fro\":")}) {
    FakeHost host;
    prepared(host).directory("/run/hardened", {.mode = 0700}).directory(kDirectory, {.mode = 0700});
    host.file(kCompiled, bad, {.mode = 0600});
    expect_of_the_file(loaded(host));
    ASSERT_FALSE(host.journal().empty());
    EXPECT_EQ(host.journal().front().operation, Operation::remove) << bad;
    EXPECT_NE(host.bytes(kCompiled), bad);
  }
}

TEST(Load, OneThatOthersCouldHaveWrittenIsDeletedUnread) {
  for (const test::Owner owner : {test::Owner{.mode = 0620}, test::Owner{.mode = 0602},
                                  test::Owner{.mode = 0604}, test::Owner{.mode = 0600, .uid = 1000}}) {
    FakeHost host;
    loaded(prepared(host));
    std::string bad = *host.bytes(kCompiled);
    bad.replace(bad.find("\"maximum\":512"), 13, "\"maximum\":999");
    host.file(kCompiled, bad, owner);
    expect_of_the_file(loaded(host));
    EXPECT_EQ(host.status(kCompiled)->mode, 0600U);
    EXPECT_EQ(host.status(kCompiled)->uid, 0U);
  }
}

TEST(Load, ALinkInItsPlaceIsNotFollowed) {
  FakeHost host;
  loaded(prepared(host));
  std::string bad = *host.bytes(kCompiled);
  bad.replace(bad.find("\"maximum\":512"), 13, "\"maximum\":999");
  host.file("/root/other", bad, {.mode = 0600});
  host.symlink(kCompiled, "/root/other");
  expect_of_the_file(loaded(host));
  EXPECT_EQ(host.bytes("/root/other"), bad);
  EXPECT_EQ(host.status(kCompiled)->type, Stat::Type::file);
}

TEST(Load, ADirectoryThatIsNotOursAloneIsLeftAlone) {
  for (const test::Owner owner : {test::Owner{.mode = 0755}, test::Owner{.mode = 0770},
                                  test::Owner{.mode = 0701}, test::Owner{.mode = 0700, .uid = 1000}}) {
    FakeHost host;
    loaded(prepared(host));
    std::string bad = *host.bytes(kCompiled);
    bad.replace(bad.find("\"maximum\":512"), 13, "\"maximum\":999");
    FakeHost other;
    prepared(other).directory(kDirectory, owner).file(kCompiled, bad, {.mode = 0600});
    expect_of_the_file(loaded(other));
    EXPECT_TRUE(other.journal().empty() || !wrote(other));
    EXPECT_EQ(other.bytes(kCompiled), bad);
  }
  FakeHost host;
  prepared(host).directory("/run/hardened", {.mode = 0777}).directory(kDirectory, {.mode = 0700});
  expect_of_the_file(loaded(host));
  EXPECT_FALSE(wrote(host)) << "others could put another directory in its place";
}

TEST(Load, NotBeingAbleToKeepItIsNoError) {
  for (const Operation operation : {Operation::replace, Operation::make_directories}) {
    FakeHost host;
    prepared(host).fail(operation, "", {Fault::io, "read-only file system"});
    expect_of_the_file(loaded(host));
    EXPECT_FALSE(host.bytes(kCompiled).has_value());
  }
}

TEST(Load, AFreshFileIsNotKept) {
  FakeHost host;
  host.file(kPath, kYaml);
  expect_of_the_file(loaded(host));
  EXPECT_FALSE(wrote(host)) << "it could change again within the same tick of the clock";
}

TEST(Load, TheFileMustBeRootsAlone) {
  for (const test::Owner owner :
       {test::Owner{.mode = 0664}, test::Owner{.mode = 0646}, test::Owner{.mode = 0644, .uid = 1000}}) {
    FakeHost host;
    loaded(prepared(host));
    host.file(kPath, kYaml, owner);
    const auto policy = load_policy(host, kPath);
    ASSERT_FALSE(policy.ok());
    EXPECT_EQ(policy.error().fault, Fault::policy);
  }
  FakeHost host;
  loaded(prepared(host));
  host.directory("/etc/hardened", {.mode = 0777});
  EXPECT_FALSE(load_policy(host, kPath).ok()) << "the compiled one does not excuse it";
}

TEST(Load, AMissingFileIsSaidWithWhatToDo) {
  FakeHost host;
  const auto policy = load_policy(host, kPath);
  ASSERT_FALSE(policy.ok());
  EXPECT_EQ(policy.error().fault, Fault::policy);
  EXPECT_EQ(policy.error().what.substr(0, 48), "there is no policy at /etc/hardened/policy.yaml:");
}

TEST(Load, AMissingFileIsNotMadeUpForByACompiledOne) {
  FakeHost host;
  loaded(prepared(host));
  host.remove(kPath).value();
  EXPECT_FALSE(load_policy(host, kPath).ok());
}

TEST(Load, AWrongFileIsNeverKept) {
  FakeHost host;
  prepared(host).file(kPath, "version: 2\n");
  host.machine.now_ns += std::int64_t{60} * 1'000'000'000;
  EXPECT_FALSE(load_policy(host, kPath).ok());
  EXPECT_TRUE(host.journal().empty());
}

TEST(Load, TheBuildIsAMatterOfTheSources) {
  EXPECT_EQ(build_id().size(), 64U);
  EXPECT_EQ(build_id().find_first_not_of("0123456789abcdef"), std::string_view::npos);
}

}  // namespace
}  // namespace hardened::config
