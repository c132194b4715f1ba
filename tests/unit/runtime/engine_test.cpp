// What the engine says a container is made of, and what nobody else can say of it.
#include "runtime/engine.h"

#include <gtest/gtest.h>

#include "core/doc/json.h"
#include "tests/support/fake_host.h"

namespace hardened::runtime {
namespace {

using test::FakeHost;
using test::Operation;

const std::string kId(64, 'a');
const std::string kOther(64, 'b');
const std::string kImage = "sha256:" + std::string(64, '1');
const std::string kMoby = "/run/docker/runtime-runc/moby";
const std::string kData = "/var/lib/docker";
const std::vector<config::Engine> kEngines{{"docker", kData}, {"second", "/srv/docker"}};

std::string metadata(const std::string& id, const std::string& image = kImage) {
  return R"({"StreamConfig":{},"ID":")" + id + R"(","Image":")" + image +
         R"(","Name":"/web","Config":{"Image":"sha256:forged","Labels":{"Image":"sha256:f"}}})";
}
std::string place(const std::string& id, const std::string& root = kData) {
  return root + "/containers/" + id + "/config.v2.json";
}

class EngineTest : public testing::Test {
 protected:
  Told told(const std::string& root = kMoby, const std::string& id = kId, const std::string& spec = "{}") {
    const doc::Document document = doc::read_json("config.json", spec).value();
    controls::Container container;
    container.id = id;
    return identify(host, kEngines, root, {document, controls::Scope::bundle, container});
  }
  void expect_none(const Told& found, const std::string& note) {
    EXPECT_FALSE(found.identity.has_value());
    if (note.empty()) {
      EXPECT_TRUE(found.notes.empty()) << found.notes.front();
      return;
    }
    ASSERT_FALSE(found.notes.empty());
    EXPECT_NE(found.notes.front().find(note), std::string::npos) << found.notes.front();
  }

  FakeHost host;
};

TEST_F(EngineTest, AContainerIsMadeOfItsImage) {
  host.file(place(kId), metadata(kId), {.mode = 0600});
  const Told found = told();
  ASSERT_TRUE(found.identity.has_value());
  EXPECT_EQ(*found.identity, (config::Identity{"docker", "moby", kImage, "web"}));
  EXPECT_TRUE(found.notes.empty());
}

TEST_F(EngineTest, APluginIsItself) {
  host.file(kData + "/plugins/" + kId + "/config.json",
            R"({"plugin":{"Id":")" + kId + R"(","Name":"vieux/sshfs:latest"},"Rootfs":""})", {.mode = 0600});
  host.file(place(kId), metadata(kId), {.mode = 0600});
  const Told found = told("/run/docker/runtime-runc/plugins.moby");
  ASSERT_TRUE(found.identity.has_value());
  EXPECT_EQ(*found.identity, (config::Identity{"docker", "plugins.moby", kId, "vieux/sshfs:latest"}));
}

TEST_F(EngineTest, EnginesAreAskedInTheirOrder) {
  host.file(place(kId, "/srv/docker"), metadata(kId), {.mode = 0600});
  const Told found = told("/run/second/runtime-runc/other");
  ASSERT_TRUE(found.identity.has_value());
  EXPECT_EQ(found.identity->engine, "second");
  EXPECT_EQ(found.identity->engine_namespace, "other");
}

TEST_F(EngineTest, AContainerThatNoEngineKnowsIsNoted) {
  host.file(place(kOther), metadata(kOther), {.mode = 0600});
  expect_none(told(), "none of the policy's engines knows this container");
}

TEST_F(EngineTest, OnlyDockersRootsAndIdsAreAsked) {
  host.file(place(kId), metadata(kId)).file(place("web"), metadata("web"));
  for (const char* root : {"/run/runc", "/run/containerd/runc/k8s.io", "/run/runtime-runc/a/moby",
                           "/runtime-runc/", "/run/runtime-runcs/moby"}) {
    expect_none(told(root), "");
  }
  for (const std::string& id :
       {std::string("web"), std::string(63, 'a'), std::string(64, 'A'), std::string("..")})
    expect_none(told(kMoby, id), "");
}

TEST_F(EngineTest, WhatAUserWritesTakesNoPart) {
  host.file(place(kId), metadata(kId), {.mode = 0600});
  host.file(place(kOther), metadata(kOther, "sha256:" + std::string(64, '9')), {.mode = 0600});
  // A bind over /etc/hosts names another data root, --network container: another container.
  const Told found = told(
      kMoby, kId,
      R"({"hostname":"x","mounts":[{"destination":"/etc/hosts","type":"bind","source":"/home/u/containers/)" +
          kOther + R"(/hosts"},{"destination":"/etc/hostname","type":"bind","source":")" + kData +
          "/containers/" + kOther +
          R"(/hostname"}],"annotations":{"io.hardened.image":"sha256:9","org.opencontainers.image.ref.name":"x"}})");
  ASSERT_TRUE(found.identity.has_value());
  EXPECT_EQ(found.identity->id, kImage);
}

TEST_F(EngineTest, MetadataOfAnotherContainerSaysNothing) {
  host.file(place(kId), metadata(kOther), {.mode = 0600});
  expect_none(told(), "it speaks of another container, " + kOther);
}

TEST_F(EngineTest, WhatOthersCouldHaveWrittenSaysNothing) {
  for (const test::Owner owner :
       {test::Owner{.mode = 0620}, test::Owner{.mode = 0602}, test::Owner{.mode = 0600, .uid = 1000}}) {
    host.file(place(kId), metadata(kId), owner);
    expect_none(told(), "cannot trust " + place(kId));
  }
  host.file(place(kId), metadata(kId), {.mode = 0600});
  for (const std::string& directory :
       {kData + "/containers/" + kId, kData + "/containers", kData, std::string("/var/lib")}) {
    host.directory(directory, {.mode = 0770, .gid = 1000});
    expect_none(told(), "cannot trust " + directory);
    host.directory(directory, {.mode = 0711});
  }
  ASSERT_TRUE(told().identity.has_value());
  host.file("/home/u/config.v2.json", metadata(kId), {.mode = 0600})
      .symlink(place(kId), "/home/u/config.v2.json");
  expect_none(told(), "it is a symbolic link");
}

TEST_F(EngineTest, ADataRootMayBeRootsOwnLink) {
  host.file(place(kId, "/disk/docker"), metadata(kId), {.mode = 0600}).symlink(kData, "/disk/docker");
  EXPECT_TRUE(told().identity.has_value());
  host.symlink(kData, "/disk/docker", 1000);
  expect_none(told(), "does not belong to root");
}

TEST_F(EngineTest, MetadataThatIsNoneSaysNothing) {
  struct Case {
    std::string bytes;
    const char* note;
  };
  for (const Case& one :
       {Case{"", "config.v2.json"}, Case{"{}", "'ID' is missing"}, Case{"[]", "config.v2.json"},
        Case{metadata(kId).substr(0, 40), "config.v2.json"},
        Case{metadata(kId, "busybox"), "its Image is no image's id: busybox"},
        Case{metadata(kId, ""), "its Image is no image's id"},
        Case{metadata(kId, "sha256:12"), "its Image is no image's id"},
        Case{R"({"ID":")" + kId + R"(","Image":7,"Name":"/web"})", "config.v2.json"},
        Case{R"({"ID":")" + kId + R"(","Image":")" + kImage + R"(","Image":"x","Name":"/w"})",
             "config.v2.json"},
        Case{metadata(kId) + std::string(std::size_t{4} << 20U, ' '), "config.v2.json"}}) {
    host.file(place(kId), one.bytes, {.mode = 0600});
    expect_none(told(), one.note);
  }
  host.file(place(kId), metadata(kId), {.mode = 0600})
      .fail(Operation::read, place(kId), {Fault::io, "bad sector"});
  expect_none(told(), "bad sector");
}

TEST_F(EngineTest, ARemappingDaemonKeepsItsDataOneFloorBelow) {
  const std::string mapped =
      R"({"linux":{"uidMappings":[{"containerID":1,"hostID":5,"size":1},{"containerID":0,"hostID":100000,"size":65536}],)"
      R"("gidMappings":[{"containerID":0,"hostID":100001,"size":65536}]}})";
  host.file(place(kId, kData + "/100000.100001"), metadata(kId), {.mode = 0600, .gid = 100001});
  host.directory(kData + "/100000.100001", {.mode = 0710, .gid = 100001});
  expect_none(told(), "none of the policy's engines");
  ASSERT_TRUE(told(kMoby, kId, mapped).identity.has_value());
  // As daemons before 20.10.3 made it.
  host.directory(kData + "/100000.100001", {.mode = 0700, .uid = 100000});
  expect_none(told(kMoby, kId, mapped), "does not belong to root");
}

}  // namespace
}  // namespace hardened::runtime
