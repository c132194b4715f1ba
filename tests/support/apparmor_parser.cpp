#include "tests/support/apparmor_parser.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "tests/support/temporary.h"

namespace hardened::test {
namespace {

constexpr const char* kParser = "/sbin/apparmor_parser";
constexpr const char* kCompileOnly = " --skip-kernel-load --skip-cache --skip-read-cache";
constexpr const char* kFeatures = " --features-file /etc/apparmor.d/abi/3.0";

}  // namespace

Said parser_says(const std::string& profile, const std::string& options) {
  const TemporaryDirectory place;
  const std::string file = place.path() + "/profile";
  std::ofstream(file) << profile;
  const std::string command =
      std::string(kParser) + kCompileOnly + kFeatures + " " + options + " " + file + " 2>&1";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no apparmor_parser can be run");
  Said said;
  std::array<char, 65536> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    said.output.append(buffer.data(), got);
  }
  said.status = WEXITSTATUS(::pclose(pipe));
  return said;
}

apparmor::Policy compiled_policy(const std::string& profile) {
  const Said said = parser_says(profile, "-D dfa-states");
  if (said.status != 0) throw std::runtime_error("apparmor_parser: " + said.output + "\n" + profile);
  auto policy = apparmor::read_policy(said.output);
  if (!policy) throw std::runtime_error(policy.error().what);
  return std::move(policy).value();
}

}  // namespace hardened::test
