// packaging/hardenedctl.bash knows the commands that there are, and no others.
#include "tests/unit/ctl/completion.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>

#include "ctl/commands.h"
#include "tests/support/source_tree.h"

namespace hardened::test {
namespace {

bool updating() {
  const char* const value = std::getenv("HARDENED_UPDATE_COMPLETION");
  return value != nullptr && std::string_view(value) == "1";
}

TEST(Completion, IsThatOfTheCommands) {
  const std::string path = source_path("packaging/hardenedctl.bash");
  const std::string made = completion();
  if (updating()) std::ofstream(path, std::ios::binary) << made;
  std::ostringstream stands;
  stands << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_TRUE(stands.str() == made) << "packaging/hardenedctl.bash is not what the commands say; "
                                       "HARDENED_UPDATE_COMPLETION=1 writes it anew";
}

// What bash would offer behind these words, of which the last is being typed.
std::string offered(const std::string& words) {
  const std::string script =
      "source " + source_path("packaging/hardenedctl.bash") + "; COMP_WORDS=(" + words +
      "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _hardenedctl; echo \"${COMPREPLY[@]}\"";
  std::FILE* pipe = ::popen(("cd / && bash --norc --noprofile -c '" + script + "' 2>&1").c_str(), "r");
  if (pipe == nullptr) return "no bash";
  std::array<char, 4096> buffer{};
  std::string out;
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) out += buffer.data();
  ::pclose(pipe);
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

TEST(Completion, BashOffersCommandsOptionsAndFiles) {
  EXPECT_EQ(offered("hardenedctl secc"), "seccomp");
  EXPECT_EQ(offered("hardenedctl seccomp d"), "diff");
  EXPECT_EQ(offered("hardenedctl seccomp meet --w"), "--why");
  EXPECT_EQ(offered("hardenedctl seccomp meet a.json --w"), "--why");
  EXPECT_EQ(offered("hardenedctl seccomp check /proc/versio"), "/proc/version");
  EXPECT_EQ(offered("hardenedctl seccomp check --under /proc/versio"), "/proc/version");
  EXPECT_EQ(offered("hardenedctl apparmor status /proc/versio"), "");
  EXPECT_EQ(offered("hardenedctl --v"), "--version");
}

}  // namespace
}  // namespace hardened::test
