// `hardenedctl status` on a host in memory.
//
//   TEST_F(Status, …) { hold(running); EXPECT_EQ(status(), 0); EXPECT_TRUE(prints("as granted")); }
#pragma once

#include <gtest/gtest.h>

#include "core/doc/json.h"
#include "ctl/tool.h"
#include "tests/unit/ctl/fake_screen.h"
#include "tests/unit/runtime/pipeline_fixture.h"

namespace hardened::ctl {

// What the granted document of the fixture fits under.
inline constexpr const char* kRules =
    "controls: {paths: {masked: [], readonly: []}, seccomp: {on_excess: observe}}\n";
inline const std::string kId(64, 'a');
inline const std::string kImage = "sha256:" + std::string(64, '1');
inline const std::string kDocker = "/run/docker/runtime-runc/moby";

class Status : public runtime::PipelineTest {
 protected:
  int status(std::vector<std::string> words = {}) {
    screen.out.clear();
    screen.err.clear();
    words.insert(words.begin(), {"hardenedctl", "status"});
    return run({host, *machine, screen}, words);
  }
  doc::Document json() {
    status({"--json"});
    const auto read = doc::read_json("output", screen.out);
    EXPECT_TRUE(read.ok()) << screen.out;
    return read ? *read : doc::Document();
  }
  [[nodiscard]] bool prints(std::string_view words) const {
    return screen.out.find(words) != std::string::npos;
  }
  void bare(const std::string& root, const std::string& id, std::uint32_t process) {
    test::Running other;
    other.process = process;
    other.put(host);
    host.file(root + "/" + id + "/state.json", R"({"id":")" + id + R"(","init_process_pid":)" +
                                                   std::to_string(process) +
                                                   R"(,"init_process_start":2684327,"x":1})");
  }

  test::FakeScreen screen;
  std::unique_ptr<Machine> machine = linux_machine();
  test::Running running;
};

}  // namespace hardened::ctl
