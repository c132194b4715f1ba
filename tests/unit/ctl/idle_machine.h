// A Machine for commands that do nothing to one: whatever is asked of it fails.
#pragma once

#include <string>

#include "ctl/machine.h"

namespace hardened::test {

struct IdleMachine final : ctl::Machine {
  Done link(const std::string& /*file*/, const std::string& /*name*/) override { return never(); }
  Done symlink(const std::string& /*target*/, const std::string& /*name*/) override { return never(); }
  Done rename(const std::string& /*from*/, const std::string& /*to*/) override { return never(); }
  Done change_mode(const std::string& /*path*/, std::uint32_t /*mode*/) override { return never(); }
  Done sync_directory(const std::string& /*path*/) override { return never(); }
  Done remove_directory(const std::string& /*path*/) override { return never(); }
  Done signal(std::uint32_t /*process*/, int /*number*/, const std::function<Done()>& /*look*/) override {
    return never();
  }
  void pause(std::chrono::milliseconds /*time*/) override {}

 private:
  static Done never() { return Error{Fault::internal, "a command that only reads did something"}; }
};

}  // namespace hardened::test
