// The machine's apparmor_parser, for tests: what a profile compiles to, with and without a kernel that has AppArmor.
//
//   const apparmor::Policy policy = compiled_policy(text);      // the test fails where it does not compile
#pragma once

#include <string>

#include "profiles/apparmor/dfa.h"

namespace hardened::test {

struct Said {
  int status = -1;
  std::string output;  // of both streams
};
// Runs the parser on this text, as if the kernel had the features of abi/3.0; never loads anything.
[[nodiscard]] Said parser_says(const std::string& profile, const std::string& options);

// Ends the test with the parser's words where the text is none of its language.
[[nodiscard]] apparmor::Policy compiled_policy(const std::string& profile);

}  // namespace hardened::test
