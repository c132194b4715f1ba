#include "runtime/update_flags.h"

#include <gtest/gtest.h>

#include "core/doc/json.h"
#include "tests/unit/runtime/words.h"

namespace hardened::runtime {
namespace {

std::string made(const std::string& flags) {
  const auto call = parse_invocation(test::words("x update " + flags + " web"));
  if (!call) return "unread: " + call.error().what;
  const auto text = resources_of_flags(*call);
  if (!text) return std::string(name(text.error().fault)) + ": " + text.error().what;
  return doc::read_json("made", *text) ? *text : "not to be read: " + *text;
}

TEST(UpdateFlags, SayOnlyWhatWasGiven) {
  EXPECT_EQ(made(""), "{}");
  EXPECT_EQ(made("--memory {} --cpuset-cpus {} --cpu-share {}"), "{}");
  EXPECT_EQ(made("--pids-limit 100"), R"({"pids":{"limit":100}})");
  EXPECT_EQ(made("--pids-limit -1"), R"({"pids":{"limit":-1}})");
  EXPECT_EQ(made("--pids-limit 0"), R"({"pids":{"limit":0}})");
  EXPECT_EQ(made("--pids-limit 1 --pids-limit 2"), R"({"pids":{"limit":2}})");
  EXPECT_EQ(made("--l3-cache-schema L3:0=f --mem-bw-schema MB:0=9"), "{}");
  EXPECT_EQ(
      made("--blkio-weight 10 --cpu-period 1 --cpu-quota -1 --cpu-burst 3 --cpu-share 4 --cpu-rt-period 5 "
           "--cpu-rt-runtime 6 --cpu-idle 1 --cpuset-cpus 0-3 --cpuset-mems 0 --kernel-memory 7 "
           "--kernel-memory-tcp 8 --memory 9 --memory-reservation 10 --memory-swap -1 --pids-limit 11"),
      R"({"memory":{"limit":9,"reservation":10,"swap":-1,"kernel":7,"kernelTCP":8},)"
      R"("cpu":{"shares":4,"quota":-1,"burst":3,"period":1,"realtimeRuntime":6,"realtimePeriod":5,)"
      R"("cpus":"0-3","mems":"0","idle":1},"blockIO":{"weight":10},"pids":{"limit":11}})");
  EXPECT_EQ(made("--cpu-share 18446744073709551615"), R"({"cpu":{"shares":18446744073709551615}})");
  EXPECT_EQ(made("--cpu-quota -9223372036854775808"), R"({"cpu":{"quota":-9223372036854775808}})");
}

// The values of docker/go-units, RAMInBytes.
TEST(UpdateFlags, ReadSizesAsRuncDoes) {
  struct Row {
    const char* size;
    const char* bytes;
  };
  const Row rows[] = {{"0", "0"},
                      {"32", "32"},
                      {"32b", "32"},
                      {"32B", "32"},
                      {"32k", "32768"},
                      {"32K", "32768"},
                      {"32kb", "32768"},
                      {"32Kib", "32768"},
                      {"32KIB", "32768"},
                      {"1.5G", "1610612736"},
                      {"0.5k", "512"},
                      {"1.9", "1"},
                      {"3m", "3145728"},
                      {"3t", "3298534883328"},
                      {"3p", "3377699720527872"},
                      {"9007199254740993", "9007199254740992"},  // counted in doubles, there and here
                      {"-1", "-1"}};
  for (const Row& row : rows) {
    EXPECT_EQ(made(std::string("--memory ") + row.size),
              R"({"memory":{"limit":)" + std::string(row.bytes) + "}}")
        << row.size;
  }
  const auto spaced = parse_invocation({"x", "update", "--memory", "32 kb", "web"});
  ASSERT_TRUE(spaced);
  EXPECT_EQ(*resources_of_flags(*spaced), R"({"memory":{"limit":32768}})");
}

TEST(UpdateFlags, RefuseWhatIsNoNumberOfTheirKind) {
  for (const char* flags : {"--memory x",
                            "--memory -2",
                            "--memory 1e3",
                            "--memory 0x10",
                            "--memory +5",
                            "--memory .5",
                            "--memory 5q",
                            "--memory 5kk",
                            "--memory 5ib",
                            "--memory 5ki",
                            "--memory 5kbb",
                            "--memory nan",
                            "--memory inf",
                            "--memory 9223372036854775808",
                            "--memory 8192p",
                            "--memory 1.2.3",
                            "--memory-swap --",
                            "--cpu-share -1",
                            "--cpu-share 18446744073709551616",
                            "--cpu-quota 9223372036854775808",
                            "--cpu-quota 5k",
                            "--cpu-period 1.5",
                            "--cpu-idle x",
                            "--blkio-weight 65536",
                            "--blkio-weight -1",
                            "--blkio-weight 010",
                            "--pids-limit 010",
                            "--pids-limit -010",
                            "--pids-limit 0x10",
                            "--pids-limit 1_0",
                            "--pids-limit max",
                            "--pids-limit 9223372036854775808"}) {
    const std::string said = made(flags);
    EXPECT_TRUE(said.rfind("usage: update: flag --", 0) == 0 || said.rfind("unread: ", 0) == 0)
        << flags << ": " << said;
  }
}

}  // namespace
}  // namespace hardened::runtime
