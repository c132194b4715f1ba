// A running container, changed by a test, and what the controls say of it.
//
//   running.status.seccomp = 0;
//   EXPECT_EQ(surplus<Seccomp>(), "runs without …");
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

#include "controls/kernel.h"
#include "core/doc/json.h"
#include "tests/support/running.h"

namespace hardened::controls {

using test::FakeHost;
using test::Running;

class ObservedTest : public testing::Test {
 protected:
  ObservedTest() { inherited.fill(Limit{1048576, 1048576}); }

  // The words of the surplus; "" where there is none.
  template <class C>
  std::string surplus(std::string document = test::kGranted) {
    if (!is_put) running.put(host);
    is_put = true;
    const auto read = doc::read_json("config.json", std::move(document));
    EXPECT_TRUE(read.ok());
    const KernelView kernel(host, {running.process, begun, filter_to_come, inherited});
    const auto observed = C::observe(kernel, Spec(*read, Scope::bundle));
    if (!observed) return "fault: " + observed.error().what;
    return leq(observed->held, observed->granted) ? "" : C::surplus(*observed);
  }
  void put() {
    running.put(host);
    is_put = true;
  }
  static std::string with(const std::string& from, const std::string& to) {
    std::string text = test::kGranted;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  }
  [[nodiscard]] std::string inside(const std::string& path) const {
    return "/proc/" + std::to_string(running.process) + "/root" + path;
  }

  FakeHost host;
  Running running;
  Begun begun = Begun::waiting;
  bool filter_to_come = false;
  std::array<Limit, 16> inherited{};
  bool is_put = false;
};

}  // namespace hardened::controls
