#include "controls/rootfs.h"

#include <gtest/gtest.h>

#include <string>

#include "controls/root_place.h"
#include "tests/support/fake_host.h"
#include "tests/unit/controls/harden.h"

namespace hardened::controls {
namespace {

const std::string kShipped = "{readonly: optional, propagation: slave}";

RootfsFacts at(const std::string& path, const std::string& what = "") {
  return {path, what, what.empty() ? "" : "why"};
}

std::string root(const std::string& more = "") { return R"({"root":{"path":"rootfs")" + more + "}}"; }
std::string propagation(const std::string& word) {
  return R"({"root":{"path":"rootfs"},"linux":{"rootfsPropagation":")" + word + R"("}})";
}

TEST(Rootfs, WhatEnginesWriteIsLeftAlone) {
  for (const std::string& json :
       {root(), root(R"(,"readonly":false)"), root(R"(,"readonly":true)"), root(R"(,"readonly":null)"),
        propagation(""), propagation("rslave"), propagation("rprivate"), propagation("runbindable")}) {
    const auto hardened = harden<Rootfs>(Scope::bundle, json, kShipped, at("rootfs"));
    EXPECT_EQ(hardened.outcome.verdict, Verdict::unchanged) << json;
    EXPECT_EQ(hardened.text, json);
  }
}

TEST(Rootfs, MountsDoNotShowOnTheHost) {
  for (const char* word : {"shared", "rshared"}) {
    const auto hardened = harden<Rootfs>(Scope::bundle, propagation(word), kShipped, at("rootfs"));
    EXPECT_EQ(hardened.outcome.verdict, Verdict::narrowed);
    EXPECT_EQ(hardened.text, propagation("rslave"));
    ASSERT_EQ(hardened.outcome.changes.size(), 1U);
    EXPECT_EQ(hardened.outcome.changes[0].before, "shared with the host");
    EXPECT_EQ(hardened.outcome.changes[0].after, "slave");
    EXPECT_FALSE(hardened.outcome.changes[0].by_default);
  }
}

// Without the r, all mounts but the root's own stay as the host has them: shared, as a rule.
TEST(Rootfs, TheRootAloneIsNotEnough) {
  for (const char* word : {"slave", "private", "unbindable"}) {
    const auto hardened = harden<Rootfs>(Scope::bundle, propagation(word), kShipped, at("rootfs"));
    EXPECT_EQ(hardened.text, propagation("rslave")) << word;
  }
}

TEST(Rootfs, TheCeilingOfPropagationIsTheOperators) {
  const std::string none = "{readonly: optional, propagation: private}";
  EXPECT_EQ(harden<Rootfs>(Scope::bundle, propagation("rslave"), none, at("rootfs")).text,
            propagation("rprivate"));
  EXPECT_EQ(harden<Rootfs>(Scope::bundle, root(), none, at("rootfs")).text,
            R"({"root":{"path":"rootfs"},"linux":{"rootfsPropagation":"rprivate"}})");
  const std::string all = "{readonly: optional, propagation: shared}";
  EXPECT_EQ(harden<Rootfs>(Scope::bundle, propagation("rshared"), all, at("rootfs")).text,
            propagation("rshared"));
}

TEST(Rootfs, AReadOnlyRootCanBeRequired) {
  const std::string required = "{readonly: required, propagation: slave}";
  for (const char* more : {"", R"(,"readonly":false)", R"(,"readonly":null)"}) {
    const auto hardened = harden<Rootfs>(Scope::bundle, root(more), required, at("rootfs"));
    EXPECT_EQ(hardened.text, root(R"(,"readonly":true)"));
    ASSERT_EQ(hardened.outcome.changes.size(), 1U);
    EXPECT_TRUE(hardened.outcome.changes[0].by_default);  // as every engine writes it
  }
  EXPECT_EQ(
      harden<Rootfs>(Scope::bundle, root(R"(,"readonly":true)"), required, at("rootfs")).outcome.verdict,
      Verdict::unchanged);
}

TEST(Rootfs, AProtectedPlaceIsRefused) {
  const auto hardened = harden<Rootfs>(Scope::bundle, R"({"root":{"path":"/"}})", kShipped,
                                       at("/", "the root directory of the host"));
  EXPECT_EQ(hardened.outcome.verdict, Verdict::refused);
  ASSERT_EQ(hardened.outcome.changes.size(), 1U);
  EXPECT_EQ(hardened.outcome.changes[0].pointer, "/root/path");
  EXPECT_EQ(hardened.outcome.changes[0].before, "the root directory of the host");
}

TEST(Rootfs, WhatNoRuntimeTakesIsAFault) {
  EXPECT_NE(harden<Rootfs>(Scope::bundle, propagation("Shared"), kShipped).fault, "");
  EXPECT_NE(harden<Rootfs>(Scope::bundle, R"({"root":{"path":7}})", kShipped).fault, "");
  EXPECT_NE(harden<Rootfs>(Scope::bundle, R"({"root":{"readonly":"yes"}})", kShipped).fault, "");
  EXPECT_NE(harden<Rootfs>(Scope::bundle, R"({"root":[]})", kShipped).fault, "");
}

TEST(RootfsRule, WhatIsWrongIsSaid) {
  EXPECT_EQ(wrong_with<Rootfs>(kShipped), "");
  EXPECT_NE(wrong_with<Rootfs>("{readonly: requierd, propagation: slave}").find("did you mean required?"),
            std::string::npos);
  EXPECT_NE(wrong_with<Rootfs>("{readonly: optional, propagation: rslave}").find("did you mean slave?"),
            std::string::npos);
  EXPECT_NE(wrong_with<Rootfs>("{readonly: optional, propagation: unbindable}"), "");
  EXPECT_NE(wrong_with<Rootfs>("{propagation: slave}").find("readonly"), std::string::npos);
  EXPECT_NE(wrong_with<Rootfs>("{readonly: optional}").find("propagation"), std::string::npos);
}

class RootPlaceTest : public testing::Test {
 protected:
  std::string reached(const std::string& path, const std::string& bundle = "/b") {
    const auto document = doc::read_json("config.json", R"({"root":{"path":")" + path + R"("}})");
    const Container container{"web", std::nullopt, "", bundle};
    const auto facts = Rootfs::gather(host, Spec(*document, Scope::bundle, container), {});
    EXPECT_TRUE(facts.ok()) << (facts ? "" : facts.error().what);
    EXPECT_EQ(facts->path, path);
    EXPECT_EQ(facts->what.empty(), facts->why.empty());
    return facts->what;
  }
  test::FakeHost host;
};

TEST_F(RootPlaceTest, WhereEnginesKeepThemIsNoneOfTheHostsOwn) {
  for (const char* path : {"/var/lib/docker/overlay2/9a/merged", "/var/lib/docker/rootfs/overlayfs/4f",
                           "/srv/docker/overlay2/9a/merged", "/home/me/docker/vfs/dir/9a",
                           "/run/containerd/io.containerd.runtime.v2.task/moby/4f/rootfs", "rootfs",
                           "/var/lib/containers/storage/overlay/9a/merged", "/tmp/bundle/rootfs",
                           "/dev/shm/bundle/rootfs", "/usrlocal/rootfs"}) {
    EXPECT_EQ(reached(path), "") << path;
    host.directory(path[0] == '/' ? path : "/b/rootfs");
    EXPECT_EQ(reached(path), "") << path;
  }
}

TEST_F(RootPlaceTest, WhatTheHostRunsOnIs) {
  EXPECT_EQ(reached("/"), "the root directory of the host");
  EXPECT_EQ(reached("/etc"), "/etc of the host");
  EXPECT_EQ(reached("/etc/x/y"), "/etc of the host");
  EXPECT_EQ(reached("/usr/lib/x"), "/usr of the host");
  EXPECT_EQ(reached("/dev/shm"), "/dev of the host");
  EXPECT_EQ(reached("/var"), "/var of the host");
  EXPECT_EQ(reached("/var/lib"), "/var/lib of the host");
  EXPECT_EQ(reached("/var/lib/docker"), "/var/lib/docker of the host");
  EXPECT_EQ(reached("/home"), "/home of the host");
}

TEST_F(RootPlaceTest, ByAnyWayThatLeadsThere) {
  host.directory("/etc").directory("/b").symlink("/b/rootfs", "/etc").symlink("/b/up", "..");
  EXPECT_EQ(reached("rootfs"), "/etc of the host");
  EXPECT_EQ(reached("up"), "the root directory of the host");
  EXPECT_EQ(reached("../etc/x"), "/etc of the host");
  EXPECT_EQ(reached("/b/../usr"), "/usr of the host");
  EXPECT_EQ(reached("", "/etc"), "/etc of the host");  // to the runtime, the bundle itself
  EXPECT_EQ(reached("/proc/1/cwd"), "/proc of the host");
}

// A bind mount has a name of its own, and the device and inode of what is mounted.
TEST_F(RootPlaceTest, UnderAnotherNameAsWell) {
  host.directory("/var/log").hard_link("/b/rootfs", "/var/log");
  EXPECT_EQ(reached("rootfs"), "/var/log of the host");
  host.hard_link("/b/whole", "/");
  EXPECT_EQ(reached("whole"), "the root directory of the host");
  host.directory("/usr").hard_link("/b/other", "/usr");
  EXPECT_EQ(reached("other"), "/usr of the host");
}

// The runtime makes links below it by a name that the host resolves.
TEST_F(RootPlaceTest, AnImageWhoseDevIsALinkIsNone) {
  host.directory("/b/rootfs/dev");
  EXPECT_EQ(reached("rootfs"), "");
  host.directory("/b/other").symlink("/b/other/dev", "/tmp/x");
  EXPECT_EQ(reached("other"), "an image whose /dev is a symbolic link");
  EXPECT_EQ(reached("/b/other"), "an image whose /dev is a symbolic link");
}

TEST_F(RootPlaceTest, WhatCannotBeLookedAtIsAFault) {
  host.directory("/b/rootfs");
  host.fail(test::Operation::stat, "/usr", {Fault::io, "no"});
  const auto document = doc::read_json("config.json", root());
  const Container container{"web", std::nullopt, "", "/b"};
  EXPECT_FALSE(Rootfs::gather(host, Spec(*document, Scope::bundle, container), {}).ok());
}

}  // namespace
}  // namespace hardened::controls
