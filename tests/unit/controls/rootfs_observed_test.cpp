#include <gtest/gtest.h>

#include "controls/rootfs.h"
#include "observing.h"

namespace hardened::controls {
namespace {

class RootfsObserved : public ObservedTest {
 protected:
  // Of a container that was granted `document`, with a root that mountinfo shows like this.
  std::string seen(const std::string& options, const std::string& optional, const std::string& document,
                   const std::string& super = "rw") {
    running.mounts = "112 109 0:57 / / " + options + optional + " - overlay overlay " + super + "\n";
    put();
    return surplus<Rootfs>(document);
  }
};

constexpr const char* kPlain = R"({"root":{"path":"rootfs"}})";
constexpr const char* kReadonly = R"({"root":{"path":"rootfs","readonly":true}})";

TEST_F(RootfsObserved, AReadOnlyRoot) {
  EXPECT_EQ(seen("ro,relatime", "", kReadonly), "");
  EXPECT_EQ(seen("rw,relatime", "", kReadonly, "ro"), "");
  EXPECT_EQ(seen("rw,relatime", "", kReadonly), "has a root that it can write to");
  EXPECT_EQ(seen("ro,relatime", "", kPlain), "");
}

TEST_F(RootfsObserved, WhatItsMountsArePassedOnTo) {
  EXPECT_EQ(seen("rw", "", kPlain), "");
  EXPECT_EQ(seen("rw", " master:7", kPlain), "");
  EXPECT_EQ(seen("rw", " shared:9", kPlain), "has a root whose mounts are shared with the host");
  EXPECT_EQ(seen("rw", " shared:9 master:7", kPlain), "has a root whose mounts are shared with the host");
  const std::string shared = R"({"root":{"path":"r"},"linux":{"rootfsPropagation":"rshared"}})";
  EXPECT_EQ(seen("rw", " shared:9", shared), "");
  const std::string closed = R"({"root":{"path":"r"},"linux":{"rootfsPropagation":"rprivate"}})";
  EXPECT_EQ(seen("rw", "", closed), "");
  EXPECT_EQ(seen("rw", " unbindable", closed), "");
  EXPECT_EQ(seen("rw", " master:7", closed), "has a root whose mounts are slave");
}

TEST_F(RootfsObserved, BothAtOnce) {
  EXPECT_EQ(seen("rw", " shared:9", kReadonly),
            "has a root that it can write to and has a root whose mounts are shared with the host");
}

TEST_F(RootfsObserved, ARootThatIsNoMountTellsNothing) {
  running.mounts = "113 112 0:58 / /proc rw - proc proc rw\n";
  EXPECT_EQ(surplus<Rootfs>(kPlain), "fault: the container's root is no mount");
}

}  // namespace
}  // namespace hardened::controls
