#include "controls/mount_engines.h"

#include <gtest/gtest.h>

namespace hardened::controls {
namespace {

Stat of(Stat::Type type, std::uint32_t uid = 0) {
  Stat stat;
  stat.type = type;
  stat.uid = uid;
  return stat;
}
const Stat kFile = of(Stat::Type::file);
const Stat kDirectory = of(Stat::Type::directory);

TEST(EngineFiles, OfDocker) {
  EXPECT_TRUE(is_engine_file(Engine::docker, "containers/b/hosts", "a", kFile));
  EXPECT_FALSE(is_engine_file(Engine::docker, "containers/b/hosts", "a", kDirectory));
  EXPECT_FALSE(is_engine_file(Engine::docker, "containers/b/hosts", "a", of(Stat::Type::file, 1000)));
  EXPECT_FALSE(is_engine_file(Engine::docker, "containers/b/hosts/x", "a", kFile));
  EXPECT_FALSE(is_engine_file(Engine::docker, "containers/b", "a", kDirectory));
  EXPECT_FALSE(is_engine_file(Engine::docker, "containers/hosts", "a", kFile));
  EXPECT_FALSE(is_engine_file(Engine::docker, "", "a", kDirectory));
  EXPECT_TRUE(is_engine_file(Engine::docker, "containers/a/mounts/secrets/s", "a", kFile));
  EXPECT_FALSE(is_engine_file(Engine::docker, "containers/b/mounts/secrets/s", "a", kFile));
  EXPECT_FALSE(is_engine_file(Engine::docker, "containers/b/mounts/secrets/s", "", kFile));
  EXPECT_TRUE(is_engine_file(Engine::docker, "containers/b/mounts/shm", "a", kDirectory));
  EXPECT_TRUE(is_engine_file(Engine::docker, "volumes/v/_data/sub", "a", of(Stat::Type::directory, 999)));
  EXPECT_FALSE(is_engine_file(Engine::docker, "volumes/v", "a", kDirectory));
  EXPECT_FALSE(is_engine_file(Engine::docker, "volumes/metadata.db", "a", kFile));
}

TEST(EngineFiles, OfDockerWithMappedUsers) {
  const Stat mapped = of(Stat::Type::file, 100000);
  EXPECT_TRUE(is_engine_file(Engine::docker, "100000.100000/containers/b/hosts", "a", mapped));
  EXPECT_FALSE(
      is_engine_file(Engine::docker, "100000.100000/containers/b/hosts", "a", of(Stat::Type::file, 1000)));
  EXPECT_FALSE(is_engine_file(Engine::docker, "x.100000/containers/b/hosts", "a", mapped));
  EXPECT_TRUE(is_volume(Engine::docker, "100000.100000/volumes/v/_data"));
}

TEST(EngineFiles, OfPodmanAndContainerd) {
  EXPECT_TRUE(is_engine_file(Engine::podman, "overlay-containers/b/userdata/hostname", "a", kFile));
  EXPECT_TRUE(is_engine_file(Engine::podman, "overlay-containers/a/userdata/run/secrets", "a", kDirectory));
  EXPECT_FALSE(is_engine_file(Engine::podman, "overlay-containers/b/userdata/run/secrets", "a", kDirectory));
  EXPECT_FALSE(is_engine_file(Engine::podman, "containers/b/hosts", "a", kFile));
  EXPECT_TRUE(
      is_engine_file(Engine::containerd, "io.containerd.grpc.v1.cri/sandboxes/s/shm", "a", kDirectory));
  EXPECT_FALSE(is_engine_file(Engine::containerd, "volumes/v/_data", "a", kDirectory));
}

TEST(EngineFiles, AVolumeIsItsDirectoryAlone) {
  EXPECT_TRUE(is_volume(Engine::docker, "volumes/v/_data"));
  EXPECT_FALSE(is_volume(Engine::docker, "volumes/v/_data/x"));
  EXPECT_FALSE(is_volume(Engine::docker, "volumes/v"));
}

}  // namespace
}  // namespace hardened::controls
