// What a reader said of a text that it refused.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/base/result.h"

namespace hardened::seccomp {

template <class T>
std::string trouble(const Result<T>& result) {
  return result ? "none" : result.error().what;
}

#define EXPECT_SAYS(result, words) \
  EXPECT_NE(trouble(result).find(words), std::string::npos) << trouble(result)

}  // namespace hardened::seccomp
