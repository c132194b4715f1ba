// The tool as a person calls it, on a host in memory.
//
//   EXPECT_EQ(call({"check", "/p.yaml"}), 0);
//   EXPECT_NE(screen.out.find("good"), std::string::npos);
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/doc/json.h"
#include "ctl/tool.h"
#include "fake_screen.h"
#include "idle_machine.h"
#include "tests/support/fake_host.h"

namespace hardened::ctl {

class ToolTest : public testing::Test {
 protected:
  ToolTest() {
    host.symlink("/proc/self/cwd", "/");
    host.file("/proc/sys/kernel/cap_last_cap", "40\n");
  }

  int call(const std::vector<std::string>& words) {
    screen.out.clear();
    screen.err.clear();
    std::vector<std::string> all{"hardenedctl"};
    all.insert(all.end(), words.begin(), words.end());
    return run({host, machine, screen}, all);
  }
  [[nodiscard]] bool prints(std::string_view text) const {
    return screen.out.find(text) != std::string::npos;
  }
  [[nodiscard]] bool complains(std::string_view text) const {
    return screen.err.find(text) != std::string::npos;
  }
  // What was printed, as JSON.
  [[nodiscard]] doc::Document json() const {
    const auto document = doc::read_json("output", screen.out);
    EXPECT_TRUE(document.ok()) << screen.out;
    return document ? *document : doc::Document{};
  }

  test::FakeHost host;
  test::IdleMachine machine;
  test::FakeScreen screen;
};

}  // namespace hardened::ctl
