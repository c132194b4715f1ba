#include "controls/resources.h"

#include <gtest/gtest.h>

#include "harden.h"
#include "tests/support/fake_host.h"

namespace hardened::controls {
namespace {

std::string rule(const std::string& changed = "") {
  const std::string base =
      "memory: {default: unlimited, maximum: unlimited}\nmemory_swap: unlimited\n"
      "cpus: {default: unlimited, maximum: unlimited}\ncpu_shares: 1024\nblkio_weight: 100\n"
      "realtime: false\ndisable_oom_killer: false\nnetwork_class: false\nunified: [limits]\n"
      "cgroup_parents: any\n";
  if (changed.empty()) return base;
  const std::string key = changed.substr(0, changed.find(':'));
  const std::size_t at =
      base.rfind("\n" + key + ":") == std::string::npos ? 0 : base.rfind("\n" + key + ":") + 1;
  return base.substr(0, at) + changed + base.substr(base.find('\n', at));
}
const std::string kBounded =
    "{memory: {default: 512m, maximum: 1g}, memory_swap: 2g, cpus: {default: 1, maximum: 2.5}, cpu_shares: "
    "512, "
    "blkio_weight: 100, realtime: false, disable_oom_killer: false, network_class: false, unified: [limits], "
    "cgroup_parents: [docker.slice, /docker]}";

Hardened<Resources> hardened(Scope scope, const std::string& json, const std::string& yaml) {
  const auto document = doc::read_json("config.json", json);
  if (!document) return {"", {}, document.error().what};
  const auto facts = Resources::facts_of(Spec(*document, scope));
  if (!facts) return {"", {}, facts.error().what};
  return harden<Resources>(scope, json, yaml, *facts);
}

struct Row {
  const char* what;
  const char* resources;
  const char* expected;  // "" when its bytes stay
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.what; }
std::string expected(const Row& row) { return *row.expected == '\0' ? row.resources : row.expected; }
std::string bundle(const std::string& resources) { return R"({"linux":{"resources":)" + resources + "}}"; }

class ResourcesAsShipped : public testing::TestWithParam<Row> {};
TEST_P(ResourcesAsShipped, AtCreate) {
  const auto said = hardened(Scope::bundle, bundle(GetParam().resources), rule());
  EXPECT_EQ(said.fault, "");
  EXPECT_EQ(said.text, bundle(expected(GetParam())));
  EXPECT_NE(said.outcome.verdict, Verdict::refused);
}
INSTANTIATE_TEST_SUITE_P(
    All, ResourcesAsShipped,
    testing::Values(
        Row{"Docker's own",
            R"({"memory":{"disableOOMKiller":false},"cpu":{"shares":0},"blockIO":{"weight":0}})", ""},
        Row{"nothing", "null", ""},
        Row{"limits",
            R"({"memory":{"limit":67108864,"swap":134217728,"reservation":1,"swappiness":0,"kernel":5},)"
            R"("cpu":{"quota":50000,"period":100000,"burst":5,"cpus":"0","mems":"0","idle":1}})",
            ""},
        Row{"no limits", R"({"memory":{"limit":-1,"swap":-1},"cpu":{"quota":-1}})", ""},
        Row{"throttles and pages",
            R"({"blockIO":{"throttleReadBpsDevice":[{"major":8,"minor":0,"rate":1}]},)"
            R"("hugepageLimits":[{"pageSize":"2MB","limit":9}],"rdma":{"x":{"hcaHandles":1}}})",
            ""},
        Row{"modest weights", R"({"cpu":{"shares":1024},"blockIO":{"weight":100,"leafWeight":10}})", ""},
        Row{"weights", R"({"cpu":{"shares":2048},"blockIO":{"weight":500,"leafWeight":1000}})",
            R"({"cpu":{"shares":1024},"blockIO":{"weight":100,"leafWeight":100}})"},
        Row{"weights of devices",
            R"({"blockIO":{"weightDevice":[{"major":8,"minor":0,"weight":9},{"weight":300,"leafWeight":200}]}})",
            R"({"blockIO":{"weightDevice":[{"major":8,"minor":0,"weight":9},{"weight":100,"leafWeight":100}]}})"},
        Row{"real time", R"({"cpu":{"realtimeRuntime":950000,"realtimePeriod":1000000,"cpus":"0"}})",
            R"({"cpu":{"cpus":"0"}})"},
        Row{"real time without end", R"({"cpu":{"realtimeRuntime":-1}})", R"({"cpu":{}})"},
        Row{"a period of real time", R"({"cpu":{"realtimePeriod":1000}})", R"({"cpu":{}})"},
        Row{"no real time", R"({"cpu":{"realtimeRuntime":0,"realtimePeriod":0}})", ""},
        Row{"no killer", R"({"memory":{"limit":67108864,"disableOOMKiller":true}})",
            R"({"memory":{"limit":67108864,"disableOOMKiller":false}})"},
        Row{"a network class", R"({"network":{"classID":1048577},"cpu":{}})", R"({"cpu":{}})"},
        Row{"network priorities", R"({"network":{"priorities":[{"name":"eth0","priority":9}]}})", "{}"},
        Row{"no network class", R"({"network":{"classID":0,"priorities":[]}})", ""},
        Row{"a null network", R"({"network":null})", ""},
        Row{"unified limits",
            R"({"unified":{"memory.max":"1G","memory.high":"max","cpu.max":"max 100000","cpu.weight":"100",)"
            R"("memory.swap.max":"0","io.max":"8:0 rbps=1","hugetlb.2MB.max":"0","hugetlb.1GB.rsvd.max":"0","pids.max":"7"}})",
            ""},
        Row{"unified weight", R"({"unified":{"cpu.weight":"10000"}})", R"({"unified":{"cpu.weight":"100"}})"},
        Row{"the hierarchy", R"({"unified":{"cgroup.subtree_control":"+cpu","memory.max":"1"}})",
            R"({"unified":{"memory.max":"1"}})"},
        Row{"at the expense of others",
            R"({"unified":{"memory.min":"1G","io.latency":"8:0 target=1","memory.low":"1"}})",
            R"({"unified":{"memory.low":"1"}})"},
        Row{"a file to come", R"({"unified":{"memory.new":"1"}})", R"({"unified":{}})"},
        Row{"a way out", R"({"unified":{"../x/memory.max":"1"}})", R"({"unified":{}})"},
        Row{"a look-alike", R"({"unified":{"hugetlb.2MB.max.x":"1","hugetlb..max":"1"}})",
            R"({"unified":{}})"}));

// $CPU and $MEMORY are what is granted to the digit.
std::string at_the_ceiling(std::string text) {
  for (const auto& [word, members] : std::vector<std::pair<std::string, std::string>>{
           {"$CPU", R"("cpu":{"shares":512,"quota":250000,"period":100000})"},
           {"$MEMORY", R"("memory":{"limit":1073741824,"swap":2147483648})"}}) {
    const std::size_t at = text.find(word);
    if (at != std::string::npos) text.replace(at, word.size(), members);
  }
  return text;
}

class ResourcesBounded : public testing::TestWithParam<Row> {};
TEST_P(ResourcesBounded, AtCreate) {
  const auto said = hardened(Scope::bundle, bundle(at_the_ceiling(GetParam().resources)), kBounded);
  EXPECT_EQ(said.fault, "");
  EXPECT_EQ(said.text, bundle(at_the_ceiling(expected(GetParam()))));
}
INSTANTIATE_TEST_SUITE_P(
    All, ResourcesBounded,
    testing::Values(
        Row{"at the ceiling", "{$CPU,$MEMORY}", ""},
        Row{"nothing", "{}",
            R"({"cpu":{"quota":100000,"period":100000,"shares":512},"memory":{"limit":536870912,"swap":1073741824}})"},
        Row{"Docker's zeros", R"({"memory":{"limit":0,"swap":0},"cpu":{"quota":0,"period":0,"shares":0}})",
            R"({"memory":{"limit":536870912,"swap":1073741824},"cpu":{"quota":100000,"period":100000,"shares":512}})"},
        Row{"above",
            R"({"cpu":{"shares":513,"quota":250001,"period":100000},)"
            R"("memory":{"limit":1073741825,"swap":2147483649,"reservation":1073741825}})",
            R"({"cpu":{"shares":512,"quota":250000,"period":100000},)"
            R"("memory":{"limit":1073741824,"swap":2147483648,"reservation":1073741824}})"},
        Row{"without limit", R"({"cpu":{"shares":2,"quota":-1},"memory":{"limit":-1,"swap":-1}})",
            R"({"cpu":{"shares":2,"quota":250000,"period":100000},"memory":{"limit":1073741824,"swap":2147483648}})"},
        Row{"another period", R"({"cpu":{"shares":2,"quota":25000,"period":9999},$MEMORY})",
            R"({"cpu":{"shares":2,"quota":250000,"period":100000},$MEMORY})"},
        Row{"another period, modest", R"({"cpu":{"shares":2,"quota":25000,"period":10000},$MEMORY})", ""},
        Row{"no period is the usual one", R"({"cpu":{"shares":2,"quota":250000},$MEMORY})", ""},
        Row{"a burst goes with its quota",
            R"({"cpu":{"shares":2,"quota":900000,"period":100000,"burst":900000},$MEMORY})",
            R"({"cpu":{"shares":2,"quota":250000,"period":100000},$MEMORY})"},
        Row{"a burst", R"({"cpu":{"shares":2,"quota":9000,"period":100000,"burst":9000},$MEMORY})", ""},
        Row{"a reservation above the default", R"({"memory":{"reservation":900000000,"swap":-1},$CPU})",
            R"({"memory":{"reservation":536870912,"swap":2147483648,"limit":536870912},$CPU})"},
        Row{"unified",
            R"({"unified":{"memory.max":"max","memory.low":"2g","memory.swap.max":"max","cpu.max":"max",)"
            R"("cpu.weight":"51"},$CPU,$MEMORY})",
            R"({"unified":{"memory.max":"1073741824","memory.low":"1073741824","memory.swap.max":"0",)"
            R"("cpu.max":"250000 100000","cpu.weight":"50"},$CPU,$MEMORY})"},
        Row{"unified, modest",
            R"({"unified":{"memory.max":"1G","memory.swap.max":"0","cpu.max":"25000 10000"},$CPU,$MEMORY})",
            ""},
        Row{"a burst goes with the unified quota",
            R"({"unified":{"cpu.max":"max"},"cpu":{"shares":2,"quota":1000,"burst":9},$MEMORY})",
            R"({"unified":{"cpu.max":"250000 100000"},"cpu":{"shares":2,"quota":1000},$MEMORY})"}));

class ResourcesInAnUpdate : public testing::TestWithParam<Row> {};
TEST_P(ResourcesInAnUpdate, Bounded) {
  const auto said = hardened(Scope::resources, GetParam().resources, kBounded);
  EXPECT_EQ(said.fault, "");
  EXPECT_EQ(said.text, expected(GetParam()));
  const auto open = hardened(Scope::resources, GetParam().resources, rule("cpu_shares: 262144"));
  EXPECT_EQ(open.text, GetParam().resources) << "without a ceiling";
}
INSTANTIATE_TEST_SUITE_P(
    All, ResourcesInAnUpdate,
    testing::Values(
        Row{"zeros are kept",
            R"({"memory":{"limit":0,"reservation":0,"kernel":0},)"
            R"("cpu":{"shares":0,"quota":0,"period":0},"blockIO":{"weight":0}})",
            ""},
        Row{"nothing", "{}", ""}, Row{"nulls", R"({"memory":null,"cpu":null,"unified":null})", ""},
        Row{"limits",
            R"({"memory":{"limit":67108864,"swap":134217728},"cpu":{"quota":200000,"period":100000}})", ""},
        Row{"above",
            R"({"memory":{"limit":67108864000,"swap":134217728000},"cpu":{"shares":1024,"quota":1,"period":1000}})",
            R"({"memory":{"limit":1073741824,"swap":2147483648},"cpu":{"shares":512,"quota":1,"period":1000}})"},
        Row{"memory without limit takes swap's", R"({"memory":{"limit":-1}})",
            R"({"memory":{"limit":1073741824,"swap":2147483648}})"},
        Row{"and where swap is a zero", R"({"memory":{"limit":-1,"swap":0}})",
            R"({"memory":{"limit":1073741824,"swap":2147483648}})"},
        Row{"swap alone", R"({"memory":{"swap":-1}})", R"({"memory":{"swap":2147483648}})"},
        Row{"a quota alone", R"({"cpu":{"quota":1000,"cpus":"0"}})", R"({"cpu":{"cpus":"0"}})"},
        Row{"a period alone", R"({"cpu":{"period":1000}})", R"({"cpu":{}})"},
        Row{"no quota", R"({"cpu":{"quota":-1}})", R"({"cpu":{"quota":250000,"period":100000}})"},
        Row{"a unified quota alone", R"({"unified":{"cpu.max":"1000"}})", R"({"unified":{}})"},
        Row{"memory alone", R"({"memory":{"limit":67108864}})", R"({"memory":{}})"},
        Row{"memory alone, above", R"({"memory":{"limit":67108864000,"swap":0}})", R"({"memory":{}})"},
        Row{"unified memory alone", R"({"unified":{"memory.max":"1"}})", R"({"unified":{}})"},
        Row{"unified memory without end", R"({"unified":{"memory.max":"max"}})", R"({"unified":{}})"},
        Row{"unified memory above the limit beside swap",
            R"({"memory":{"limit":67108864,"swap":134217728},"unified":{"memory.max":"67108865"}})",
            R"({"memory":{"limit":67108864,"swap":134217728},"unified":{"memory.max":"67108864"}})"}));

// On version 2 an update of memory alone would add to what swap was beyond it; version 1 holds their sum.
TEST(Resources, MemoryAloneWouldMoveSwap) {
  const std::string asked = R"({"memory":{"limit":67108864}})";
  const auto said = hardened(Scope::resources, asked, kBounded).outcome;
  ASSERT_EQ(said.changes.size(), 1U);
  EXPECT_EQ(said.changes[0].pointer, "/linux/resources/memory/limit");
  EXPECT_EQ(said.changes[0].before, "67108864 bytes");
  EXPECT_EQ(said.changes[0].after, "");
  EXPECT_NE(said.changes[0].reason.find("give --memory-swap with --memory"), std::string::npos);
  const std::string no_swap = rule("memory: {default: 512m, maximum: 1g}");
  EXPECT_EQ(hardened(Scope::resources, asked, no_swap).text, asked);
  Resources::Facts facts;
  facts.swap_is_total = true;
  EXPECT_EQ(harden<Resources>(Scope::resources, asked, kBounded, facts).text, asked);
}

TEST(Resources, BesideSwapTheUnifiedMemoryIsNoMoreThanTheLimit) {
  const auto asked = [](const std::string& limit, const std::string& file) {
    return bundle(R"({"cpu":{"shares":2,"quota":1000},"memory":{)" + limit +
                  R"("swap":1073741824},"unified":{"memory.max":")" + file + R"("}})");
  };
  const std::string limit = R"("limit":268435456,)";
  EXPECT_EQ(hardened(Scope::bundle, asked(limit, "1G"), kBounded).text, asked(limit, "268435456"));
  EXPECT_EQ(hardened(Scope::bundle, asked(limit, "1"), kBounded).text, asked(limit, "1"));
  EXPECT_NE(hardened(Scope::bundle, asked("", "1G"), kBounded).text.find(R"("memory.max":"536870912")"),
            std::string::npos);
  EXPECT_EQ(hardened(Scope::bundle, asked(limit, "1G"), rule("memory: {default: 512m, maximum: 1g}")).text,
            asked(limit, "1G"));
}

TEST(Resources, ThatMemoryHadNoLimitIsSaidOfSwapToo) {
  const auto said =
      hardened(Scope::resources, R"({"memory":{"limit":-1}})", rule("memory: {default: 512m, maximum: 1g}"));
  EXPECT_EQ(said.text, R"({"memory":{"limit":1073741824,"swap":-1}})");
}

TEST(Resources, OnAKernelThatCountsNoSwapACeilingAddsNone) {
  test::FakeHost host;
  const auto counts = [&host](const std::string& yaml) {
    const auto document = doc::read_json("config.json", "{}");
    return Resources::gather(host, Spec(*document, Scope::bundle), ceiling_of<Resources>(yaml))->counts_swap;
  };
  EXPECT_TRUE(counts(kBounded));
  const std::vector<std::string> versions{"/memory/memory.limit_in_bytes /memory/memory.memsw.limit_in_bytes",
                                          "/system.slice/memory.max /system.slice/memory.swap.max"};
  for (const std::string& files : versions) {
    const std::size_t blank = files.find(' ');
    host.file("/sys/fs/cgroup" + files.substr(0, blank), "");
    EXPECT_FALSE(counts(kBounded)) << files;
    EXPECT_TRUE(counts(rule())) << "nothing would be added";
    host.file("/sys/fs/cgroup" + files.substr(blank + 1), "");
    EXPECT_TRUE(counts(kBounded)) << files;
  }
  Resources::Facts facts;
  facts.counts_swap = false;
  const auto said =
      harden<Resources>(Scope::bundle, bundle(R"({"cpu":{"shares":2,"quota":1000}})"), kBounded, facts);
  EXPECT_EQ(said.text, bundle(R"({"cpu":{"shares":2,"quota":1000},"memory":{"limit":536870912}})"));
  ASSERT_EQ(said.outcome.notes.size(), 1U);
}

TEST(Resources, AnExecCarriesNone) { EXPECT_FALSE(takes_part<Resources>(Scope::process)); }

TEST(Resources, FurtherFilesMayBeAllowed) {
  const std::string asked = bundle(R"({"unified":{"io.weight":"500","cpu.weight":"9","memory.max":"1"}})");
  EXPECT_EQ(hardened(Scope::bundle, asked, rule("unified: [io.weight, cpu.weight]")).text,
            bundle(R"({"unified":{"io.weight":"500","cpu.weight":"9"}})"));
  EXPECT_EQ(hardened(Scope::bundle, asked, rule("unified: []")).text, bundle(R"({"unified":{}})"));
}

TEST(Resources, WhatIsAllowedStays) {
  for (const auto& [allowed, resources] : std::vector<std::pair<std::string, std::string>>{
           {"realtime: true", R"({"cpu":{"realtimeRuntime":9}})"},
           {"disable_oom_killer: true", R"({"memory":{"disableOOMKiller":true}})"},
           {"network_class: true", R"({"network":{"classID":9}})"}}) {
    EXPECT_EQ(hardened(Scope::bundle, bundle(resources), rule(allowed)).text, bundle(resources));
    EXPECT_NE(hardened(Scope::bundle, bundle(resources), rule()).text, bundle(resources));
  }
}

TEST(Resources, WhatNobodyAskedForIsTheEnginesDefault) {
  const auto said = hardened(Scope::bundle, "{}", kBounded).outcome;
  ASSERT_EQ(said.changes.size(), 4U);
  for (const Change& change : said.changes) EXPECT_TRUE(change.by_default) << change.pointer;
  const auto asked =
      hardened(Scope::bundle, bundle(R"({"cpu":{"shares":2048,"quota":900000},"memory":{"limit":-1}})"),
               kBounded)
          .outcome;
  for (const Change& change : asked.changes)
    EXPECT_EQ(change.by_default, change.pointer == "/linux/resources/memory/swap");
}

TEST(Resources, SaysWhatItTookAndWhy) {
  const auto said =
      hardened(Scope::bundle,
               bundle(R"({"memory":{"limit":2147483648,"swap":2147483648},"cpu":{"quota":900000,"shares":9},)"
                      R"("unified":{"memory.min":"5"}})"),
               kBounded)
          .outcome;
  ASSERT_EQ(said.changes.size(), 3U);
  EXPECT_EQ(said.changes[0].pointer, "/linux/resources/cpu/quota");
  EXPECT_EQ(said.changes[0].before, "9 cpus");
  EXPECT_EQ(said.changes[0].after, "2.5 cpus");
  EXPECT_EQ(said.changes[1].before, "2147483648 bytes");
  EXPECT_EQ(said.changes[1].after, "1073741824 bytes");
  EXPECT_EQ(said.changes[1].reason,
            "the ceiling is 1073741824 bytes; ask for less, or let the operator change resources.memory");
  EXPECT_EQ(said.changes[2].pointer, "/linux/resources/unified/memory.min");
  EXPECT_EQ(said.changes[2].before, "set");
  EXPECT_EQ(said.changes[2].after, "");
}

TEST(Resources, AnotherCgroupIsRefused) {
  const auto asked = [](const std::string& path, const std::string& yaml) {
    return hardened(Scope::bundle, R"({"linux":{"cgroupsPath":")" + path + "\"}}", yaml);
  };
  const auto refused = asked("-.slice:docker:web", rule());
  EXPECT_EQ(refused.outcome.verdict, Verdict::refused);
  ASSERT_EQ(refused.outcome.changes.size(), 1U);
  EXPECT_EQ(refused.outcome.changes[0].pointer, "/linux/cgroupsPath");
  EXPECT_NE(refused.outcome.changes[0].reason.find("it stands beside all that the host runs"),
            std::string::npos);
  EXPECT_EQ(asked("system.slice:docker:web", rule()).outcome.verdict, Verdict::unchanged);
  EXPECT_EQ(asked("system.slice:docker:web", kBounded).outcome.verdict, Verdict::refused);
  EXPECT_EQ(asked("", rule()).outcome.verdict, Verdict::unchanged);
}

class ResourcesFault : public testing::TestWithParam<Row> {};
TEST_P(ResourcesFault, NamesItsPlace) {
  const std::string fault = hardened(Scope::resources, GetParam().resources, rule()).fault;
  EXPECT_NE(fault.find(GetParam().expected), std::string::npos) << fault;
}
INSTANTIATE_TEST_SUITE_P(
    All, ResourcesFault,
    testing::Values(
        Row{"beyond int64", R"({"memory":{"limit":9223372036854775808}})", "found 9223372036854775808"},
        Row{"a text", R"({"memory":{"limit":"1g"}})", "expected an integer"},
        Row{"a list", R"({"memory":[]})", "expected an object"},
        Row{"negative shares", R"({"cpu":{"shares":-1}})", "found -1"},
        Row{"a number as switch", R"({"memory":{"disableOOMKiller":1}})", "expected true or false"},
        Row{"a network of text", R"({"network":"x"})", "expected an object"},
        Row{"a device of text", R"({"blockIO":{"weightDevice":{}}})", "expected a list"},
        Row{"a unified number", R"({"unified":{"memory.max":1}})", "expected a string"},
        Row{"unified octal", R"({"unified":{"memory.max":"010"}})", "found '010'"},
        Row{"unified hexadecimal", R"({"unified":{"memory.max":"0x10"}})", "found '0x10'"},
        Row{"unified negative", R"({"unified":{"memory.max":"-1"}})", "found '-1'"},
        Row{"unified empty", R"({"unified":{"memory.max":""}})", "found ''"},
        Row{"a suffix alone", R"({"unified":{"memory.max":"G"}})", "found 'G'"},
        Row{"a period of zero", R"({"unified":{"cpu.max":"1 0"}})", "found '1 0'"},
        Row{"a third number", R"({"unified":{"cpu.max":"1 2 3"}})", "found '1 2 3'"},
        Row{"a weight of words", R"({"unified":{"cpu.weight":"idle"}})", "found 'idle'"}));

class ResourcesRuleIsWrong : public testing::TestWithParam<Row> {};
TEST_P(ResourcesRuleIsWrong, AndSaysSo) {
  const std::string wrong = wrong_with<Resources>(rule(GetParam().resources));
  EXPECT_NE(wrong.find(GetParam().expected), std::string::npos) << wrong;
}
INSTANTIATE_TEST_SUITE_P(
    All, ResourcesRuleIsWrong,
    testing::Values(
        Row{"too little", "memory: 5m", "expected bytes from 6m on"},
        Row{"a word", "memory: max", "or unlimited"},
        Row{"upside down", "memory: {default: 2g, maximum: 1g}", "the default is above the maximum"},
        Row{"half", "memory: {maximum: 1g}", "default"},
        Row{"another key", "memory: {default: 1g, maximum: 1g, swap: 1g}", "swap"},
        Row{"swap below memory", "memory_swap: 1g", "memory and swap together are below the maximum"},
        Row{"no processor", "cpus: 0", "from 0.01 to 8192"},
        Row{"too fine", "cpus: 0.123456", "from 0.01 to 8192"},
        Row{"a half number", "cpus: 1.", "from 0.01 to 8192"},
        Row{"shares", "cpu_shares: 1", "from 2 to 262144"},
        Row{"weights", "blkio_weight: 1001", "from 100 to 1000"},
        Row{"weights below the default", "blkio_weight: 99", "from 100 to 1000"},
        Row{"a switch", "realtime: deny", "expected true or false"},
        Row{"files", "unified: [all]", "expected limits, or files of cgroup v2"},
        Row{"another's file", "unified: [pids.max]", "pids.max belongs to controls.pids"},
        Row{"no list", "unified: limits", "list"},
        Row{"a parent", "cgroup_parents: [docker]", "expected any, or a list of slices"},
        Row{"no parent", "cgroup_parents: none", "list"}));

TEST(Resources, AllFaultsOfARuleAreTold) {
  const doc::Document document = yaml_of("{memory: x, cpus: y}");
  doc::Diagnostics wrong;
  static_cast<void>(Resources::parse(Rule(doc::Cursor(document, document.root), std::nullopt), wrong));
  EXPECT_EQ(wrong.errors().size(), Resources::keys.size());
}

}  // namespace
}  // namespace hardened::controls
