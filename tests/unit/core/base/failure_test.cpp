#include "core/base/failure.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace hardened {
namespace {

TEST(Failure, NamesWhatWasDoneToWhatAndWhy) {
  const Error error = failure("cannot write", "/run/x", EROFS);
  EXPECT_EQ(error.fault, Fault::io);
  EXPECT_EQ(error.what, "cannot write /run/x: the file system is read-only");
}

TEST(Failure, OnlyAMissingNameIsAbsent) {
  EXPECT_EQ(failure("cannot read", "/x", ENOENT).fault, Fault::absent);
  for (const int number : {EACCES, ENOTDIR, ELOOP, EIO, EPERM, ESTALE}) {
    EXPECT_EQ(failure("cannot read", "/x", number).fault, Fault::io) << number;
  }
}

TEST(Failure, PathsAreMadePrintable) {
  EXPECT_EQ(failure("cannot read", "/a\nb\x1b", "why").what, "cannot read /a\\x0ab\\x1b: why");
}

// What Docker and containerd take for something else than a failure of ours.
TEST(Failure, NoReasonHoldsAPhraseThatAnEngineInterprets) {
  for (int number = 0; number < 140; ++number) {
    const std::string words = reason(number);
    EXPECT_FALSE(words.empty());
    for (const char* phrase : {"permission denied", "no such file or directory", "not a directory",
                               "is a directory", "executable file not found", "does not exist",
                               "no such process", "process already finished", "container not running"}) {
      EXPECT_EQ(words.find(phrase), std::string::npos) << number << ": " << words;
    }
  }
}

}  // namespace
}  // namespace hardened
