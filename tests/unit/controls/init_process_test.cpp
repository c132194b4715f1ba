#include "controls/init_process.h"

#include <gtest/gtest.h>

#include "tests/support/running.h"

namespace hardened::controls {
namespace {

constexpr const char* kRoot = "/run/runc";

TEST(InitProcess, IsTheFirstOneOfAContainerBelowTheRoot) {
  test::FakeHost host;
  test::Running().put(host);
  EXPECT_FALSE(is_first_process(host, kRoot, 4711)) << "no container";
  host.file("/run/runc/a/state.json", R"({"init_process_pid":1,"init_process_start":2684327})");
  host.file("/run/runc/c/state.json", "{");
  host.directory("/run/runc/empty").file("/run/runc/file", "");
  host.file("/run/crun/web/status", R"({"pid":4711,"process-start-time":2684327})");
  EXPECT_FALSE(is_first_process(host, kRoot, 4711)) << "of none that can be read";
  EXPECT_TRUE(is_first_process(host, "/run/crun", 4711));
  host.file("/run/runc/z/state.json", R"({"init_process_pid":4711,"init_process_start":2684326})");
  EXPECT_FALSE(is_first_process(host, kRoot, 4711)) << "another process of that number";
  host.file("/run/runc/y/state.json",
            R"({"id":"y","init_process_pid":4711,"init_process_start":2684327,"x":1})");
  EXPECT_TRUE(is_first_process(host, kRoot, 4711));
  EXPECT_FALSE(is_first_process(host, kRoot, 4712));
}

}  // namespace
}  // namespace hardened::controls
