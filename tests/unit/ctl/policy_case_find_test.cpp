// Which folders are cases, and that none is left out without a word.
#include "tests/unit/ctl/tool_fixture.h"

namespace hardened::ctl {
namespace {

class PolicyCaseFindTest : public ToolTest {
 protected:
  PolicyCaseFindTest() {
    host.file("/t/policy.yaml", "version: 1\nextends: docker-default\n");
    put("/t/one");
  }
  void put(const std::string& folder) {
    host.file(folder + "/resources.json", R"({"pids":{"limit":7}})");
    host.file(folder + "/expect.yaml", "verdict: unchanged\n");
  }
  int test() { return call({"test", "/t"}); }
  // Without a case that ran: who looks at the last line alone is not to take it for a pass.
  void expect_left_out(const std::string& why) {
    EXPECT_EQ(test(), 3) << why << screen.out;
    EXPECT_TRUE(complains(why)) << screen.err;
    EXPECT_EQ(screen.out, "") << why;
  }
};

TEST_F(PolicyCaseFindTest, FoldersInFolders) {
  put("/t/more/two");
  put("/t/more/two/three");
  EXPECT_EQ(test(), 0) << screen.out << screen.err;
  EXPECT_TRUE(prints("3 passed, 0 failed\n")) << screen.out;
}

TEST_F(PolicyCaseFindTest, ALinkToAFolderIsNoCase) {
  put("/elsewhere/two");
  host.symlink("/t/linked", "/elsewhere/two");
  expect_left_out("/t/linked: it is a symbolic link");
  host.symlink("/t/linked", "/elsewhere");
  expect_left_out("/t/linked: it is a symbolic link");
  host.symlink("/t/linked", "/not/checked/out");
  expect_left_out("/t/linked: it is a symbolic link");
}

TEST_F(PolicyCaseFindTest, ALinkToAFileIsNoFolder) {
  host.file("/notes", "");
  host.symlink("/t/notes", "/notes");
  EXPECT_EQ(test(), 0) << screen.err;
}

TEST_F(PolicyCaseFindTest, WhatLiesTooDeep) {
  std::string deep = "/t";
  for (int i = 0; i < 16; ++i) deep += "/d";
  put(deep);
  EXPECT_EQ(test(), 0) << screen.err;
  put(deep + "/d");
  expect_left_out("/d: it lies more than 16 folders deep");
}

TEST_F(PolicyCaseFindTest, AFolderOfTooManyNames) {
  for (int i = 0; i < 4096; ++i) host.file("/t/many/" + std::to_string(i), "");
  EXPECT_EQ(test(), 0) << screen.err;
  put("/t/many/zz");
  expect_left_out("/t/many: it holds more than 4096 names");
}

}  // namespace
}  // namespace hardened::ctl
