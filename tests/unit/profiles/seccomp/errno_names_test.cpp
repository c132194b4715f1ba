#include "profiles/seccomp/errno_names.h"

#include <gtest/gtest.h>

namespace hardened::seccomp {
namespace {

TEST(ErrnoNames, HaveTheNumbersOfTheKernelHeaders) {
  EXPECT_EQ(errno_named("EPERM"), 1);
  EXPECT_EQ(errno_named("ENOENT"), 2);
  EXPECT_EQ(errno_named("EACCES"), 13);
  EXPECT_EQ(errno_named("EINVAL"), 22);
  EXPECT_EQ(errno_named("ERANGE"), 34);
#if defined(__x86_64__) || defined(__aarch64__)
  EXPECT_EQ(errno_named("EDEADLK"), 35);
  EXPECT_EQ(errno_named("ENOSYS"), 38);
  EXPECT_EQ(errno_named("EAFNOSUPPORT"), 97);
  EXPECT_EQ(errno_named("EHWPOISON"), 133);
#endif
}

TEST(ErrnoNames, KnowTheSecondNames) {
  EXPECT_EQ(errno_named("EWOULDBLOCK"), errno_named("EAGAIN"));
  EXPECT_EQ(errno_named("EDEADLOCK"), errno_named("EDEADLK"));
  EXPECT_EQ(errno_named("ENOTSUP"), errno_named("EOPNOTSUPP"));
}

TEST(ErrnoNames, AreExact) {
  for (const char* name :
       {"", "E", "enosys", "ENOSYS ", "ENOSY", "ENOSYSS", "ENOTSUPP", "ERESTARTSYS", "Z"}) {
    EXPECT_FALSE(errno_named(name)) << name;
  }
}

}  // namespace
}  // namespace hardened::seccomp
