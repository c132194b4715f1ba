#include "controls/cgroup_parent.h"

#include <gtest/gtest.h>

namespace hardened::controls {
namespace {

bool allowed(const std::string& path, const CgroupParents& parents = {true, {}}) {
  return why_not_there(path, parents).empty();
}

TEST(CgroupParent, WhereEnginesPutTheirContainers) {
  for (const char* path :
       {"", "/docker/4f1c", "system.slice:docker:4f1c", "/libpod_parent/libpod-4f1c",
        "machine.slice:libpod:4f1c", "/default/web", ":docker:4f1c", "/kubepods/burstable/pod1-2/4f1c",
        "/x/4f1c", "a-b.slice:docker:4f1c", "kubepods-burstable-pod1_2.slice:cri-containerd:4f1c",
        "/buildkit/4f1c", "/system.slice/web.service/libpod-payload-4f1c", "/machine.slice/4f1c",
        "/docker/a:b:c"}) {
    EXPECT_TRUE(allowed(path)) << path << ": " << why_not_there(path, {true, {}});
  }
}

TEST(CgroupParent, NeverBesideTheHostNorInAService) {
  for (const char* path : {"/4f1c",
                           "-.slice:docker:4f1c",
                           "/",
                           "//4f1c",
                           "/docker//4f1c",
                           "/docker/",
                           "/docker/../4f1c",
                           "../4f1c",
                           "/docker/./4f1c",
                           "/system.slice/docker.service/4f1c",
                           "/init.scope/4f1c",
                           "/a.slice/b.scope/c/4f1c",
                           "/system.slice/docker.service",
                           "/a/4f1c.scope",
                           "x.mount/4f1c",
                           "docker.service:docker:4f1c",
                           "a:b:c",
                           "a/b.slice:docker:4f1c",
                           "-a.slice:docker:4f1c",
                           "a-.slice:docker:4f1c",
                           "a--b.slice:docker:4f1c",
                           ".slice:docker:4f1c",
                           "system.slice:docker:",
                           "system.slice:docker:../4f1c",
                           "system.slice:a/b:4f1c",
                           "/system.slice/docker.service/x-libpod-payload-4f1c"}) {
    EXPECT_FALSE(allowed(path)) << path;
  }
}

// crun puts a / before the first, and takes what stands before the first colon of the others for a slice.
TEST(CgroupParent, WhatRuntimesTakeDifferentlyIsRefused) {
  for (const char* path : {"web", "relative/4f1c", "docker/x/4f1c", "-.slice:abc", "system.slice:abc",
                           "-.slice:y.slice:docker:4f1c", "system.slice:y.slice:docker:4f1c", ":",
                           "::", "-.slice:docker:", "a.slice/b:docker:4f1c"}) {
    EXPECT_FALSE(allowed(path)) << path;
    EXPECT_FALSE(allowed(path, {false, {"/"}})) << path;
  }
}

TEST(CgroupParent, BelowWhatIsListed) {
  const CgroupParents parents{
      false, {path_of_parent("docker.slice"), path_of_parent("/docker"), path_of_parent("a-b.slice")}};
  EXPECT_EQ(parents.listed, (std::vector<std::string>{"/docker.slice", "/docker", "/a.slice/a-b.slice"}));
  for (const char* path :
       {"/docker/4f1c", "/docker/x/4f1c", "docker.slice:docker:4f1c", "docker-x.slice:docker:4f1c",
        "a-b-c.slice:docker:4f1c", "/a.slice/a-b.slice/4f1c", "/docker.slice/4f1c"}) {
    EXPECT_TRUE(allowed(path, parents)) << path;
  }
  for (const char* path : {"/dockerx/4f1c", "system.slice:docker:4f1c", "a.slice:docker:4f1c", ":docker:4f1c",
                           "docker/4f1c", "4f1c", "/x/docker/4f1c"}) {
    EXPECT_FALSE(allowed(path, parents)) << path;
  }
}

TEST(CgroupParent, TheRootOnlyWhereItIsListed) {
  const CgroupParents root{false, {path_of_parent("/")}};
  for (const char* path : {"/4f1c", "-.slice:docker:4f1c", "/docker/4f1c"})
    EXPECT_TRUE(allowed(path, root)) << path;
  for (const char* path : {"4f1c", "/docker.service/4f1c", "/../4f1c"})
    EXPECT_FALSE(allowed(path, root)) << path;
}

TEST(CgroupParent, OfAPolicy) {
  EXPECT_EQ(path_of_parent("system.slice"), "/system.slice");
  for (const char* parent : {"", "//", "docker", "-.slice", "docker.service", "/a/../b", "a/b.slice"})
    EXPECT_EQ(path_of_parent(parent), "") << parent;
}

}  // namespace
}  // namespace hardened::controls
