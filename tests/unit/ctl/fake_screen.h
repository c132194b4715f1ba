// A Screen that keeps what was said.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ctl/screen.h"

namespace hardened::test {

struct FakeScreen final : ctl::Screen {
  void print(std::string_view t) override { out += t; }
  void complain(std::string_view t) override { err += t; }
  bool colours() const override { return false; }
  std::size_t width() const override { return 100; }
  using Screen::print;
  std::string out, err;
};

}  // namespace hardened::test
