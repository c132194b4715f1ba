#include "ctl/log_what_if.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "ctl/log_asked.h"
#include "tests/unit/ctl/fake_screen.h"
#include "tests/unit/runtime/pipeline_fixture.h"

namespace hardened::ctl {
namespace {

using runtime::policy;

class WhatIfTest : public runtime::PipelineTest {
 protected:
  static config::Policy read(const std::string& rules) {
    return config::parse_policy("/p.yaml", policy(rules)).value();
  }
  // What is said of a change of that call.
  std::string asked(const std::string& call, const std::string& control, const std::string& field,
                    const std::string& words, const std::string& rules = "") {
    const AskedFor one{control, "narrowed", field, words, "", false};
    const config::Policy tightest = tightest_policy().value();
    const auto again = asked_again(host, tightest, one, call);
    return again ? answer_of(host, *again, read(rules)) : "not told";
  }
  std::string capability(const std::string& words, const std::string& rules) {
    return asked("create", "capabilities", "/process/capabilities", words,
                 "controls: {capabilities: " + rules + "}\n");
  }
  static LogRecord record(const std::string& call, std::vector<AskedFor> asked) {
    LogRecord one;
    one.call = call;
    one.asked = std::move(asked);
    return one;
  }
};

TEST_F(WhatIfTest, CapabilitiesAreAskedOneByOne) {
  EXPECT_EQ(capability("CAP_SYS_ADMIN", "{ceiling: [docker-default]}"), "narrowed");
  EXPECT_EQ(capability("CAP_SYS_ADMIN", "{ceiling: [docker-default, SYS_ADMIN]}"), "granted");
  EXPECT_EQ(capability("CAP_SYS_ADMIN", "{on_excess: refuse}"), "refused");
  EXPECT_EQ(capability("CAP_SYS_ADMIN", "{on_excess: observe}"), "granted");
  EXPECT_EQ(capability("CAP_NONSENSE", "{}"), "not told");
  const Parts parts =
      parts_of({"capabilities", "narrowed", "/process/capabilities", "CAP_A, CAP_B and CAP_C", "", false});
  ASSERT_EQ(parts.parts.size(), 3U);
  EXPECT_EQ(parts.parts[2].asked, "CAP_C");
  const Parts cut =
      parts_of({"capabilities", "narrowed", "/process/capabilities", "CAP_A, CAP_B and 16 more", "", false});
  EXPECT_EQ(cut.parts.size(), 2U);
  EXPECT_EQ(cut.left, 16U);
}

TEST_F(WhatIfTest, AnExecAndAnUpdateAreAskedAsWhatTheyWere) {
  EXPECT_EQ(asked("exec", "capabilities", "/process/capabilities", "CAP_SYS_ADMIN"), "narrowed");
  EXPECT_EQ(asked("update", "pids", "/linux/resources/pids/limit", "unlimited"), "narrowed");
  EXPECT_EQ(asked("update", "capabilities", "/process/capabilities", "CAP_SYS_ADMIN"), "not told");
}

TEST_F(WhatIfTest, NumbersAndWordsOfLimits) {
  const std::string field = "/linux/resources/pids/limit";
  const std::string higher = "controls: {pids: {maximum: 9000}}\n";
  for (const char* words : {"unlimited", "5000", "no limit"}) {
    EXPECT_EQ(asked("create", "pids", field, words), "narrowed") << words;
  }
  EXPECT_EQ(asked("create", "pids", field, "5000", higher), "granted");
  EXPECT_EQ(asked("create", "pids", field, "unlimited", higher), "narrowed");
  EXPECT_EQ(asked("create", "scheduling", "/process/oomScoreAdj", "-500"), "narrowed");
}

TEST_F(WhatIfTest, NamespacesSysctlsAndTheMissingFilter) {
  EXPECT_EQ(asked("create", "namespaces", "/linux/namespaces", "no pid namespace of its own"), "refused");
  EXPECT_EQ(asked("create", "namespaces", "/linux/namespaces", "no ipc namespace of its own",
                  "controls: {namespaces: {ipc: any}}\n"),
            "granted");
  EXPECT_EQ(asked("create", "seccomp", "/linux/seccomp", "unconfined"), "narrowed");
  EXPECT_EQ(asked("create", "sysctls", "/linux/sysctl/kernel.modprobe", "/x"), "refused");
}

TEST_F(WhatIfTest, ASysctlIsAskedOfAContainerWithNamespacesOfItsOwn) {
  const auto under = [&](const std::string& name, const std::string& value, const std::string& allowed) {
    return asked("create", "sysctls", "/linux/sysctl/" + name, value,
                 "controls: {sysctls: {on_excess: refuse, allow: [" + allowed + "]}}\n");
  };
  EXPECT_EQ(under("net.core.somaxconn", "1024", "net.core.somaxconn"), "granted");
  EXPECT_EQ(under("net.core.somaxconn", "1024", "docker-default"), "granted");
  EXPECT_EQ(under("net.core.somaxconn", "1024", "net.ipv4.ip_forward"), "refused");
  EXPECT_EQ(under("kernel.shmmax", "1", "kernel.shmmax"), "granted");
  EXPECT_EQ(under("kernel.domainname", "example.org", "kernel.domainname"), "granted");
  EXPECT_EQ(under("user.max_user_namespaces", "7", "docker-default"), "not told");
  EXPECT_EQ(under("user~1max_user_namespaces", "7", "docker-default"), "not told");
}

// A document that was made of words that say too little would be granted, and that would be no answer.
TEST_F(WhatIfTest, WhatALineDoesNotSayIsNotMadeUp) {
  EXPECT_EQ(asked("create", "mounts", "/mounts/7", "/etc at /x"), "not told");
  EXPECT_EQ(asked("create", "devices", "/linux/devices", "/dev/kvm (c 10:232)"), "not told");
  EXPECT_EQ(asked("create", "seccomp", "/linux/seccomp/syscalls", "bpf"), "not told");
  EXPECT_EQ(asked("create", "rlimits", "/process/rlimits", "7"), "not told");
  EXPECT_EQ(asked("create", "nonsense", "/linux/nonsense", "7"), "not told");
  EXPECT_EQ(asked("create", "namespaces", "/linux/namespaces/1", "the network namespace /x"), "not told");
}

TEST_F(WhatIfTest, TheReportSaysWhatItDoesNotCover) {
  WhatIf what_if(host, read("controls: {capabilities: {ceiling: [docker-default, SYS_ADMIN]}}\n"),
                 tightest_policy().value());
  const AskedFor admin{"capabilities", "narrowed", "/process/capabilities", "CAP_SYS_ADMIN and 2 more", "",
                       false};
  const AskedFor etc{"mounts", "refused", "/mounts/7", "/etc at /x", "", false};
  const AskedFor by_default{"pids", "narrowed", "/linux/resources/pids/limit", "no limit", "4096", true};
  what_if.ask(record("create", {admin, etc, by_default}));
  what_if.ask(record("create", {admin}));
  test::FakeScreen screen;
  const std::string said = what_if.told(screen, 3);
  EXPECT_NE(said.find("granted   narrowed  2      create  capabilities  CAP_SYS_ADMIN\n"), std::string::npos)
      << said;
  EXPECT_NE(said.find("judged by: capabilities 4 and\nmounts 1\n"), std::string::npos) << said;
  EXPECT_NE(said.find("3 lines are no record"), std::string::npos);
  EXPECT_NE(said.find("none has a grant record"), std::string::npos);
  EXPECT_EQ(said.find("pids"), std::string::npos);
  EXPECT_FALSE(what_if.takes_something());
}

TEST_F(WhatIfTest, ContainersThatAreHereAreJudgedByTheirGrantedDocuments) {
  hold(test::Running());
  Container web;
  web.root = "/run/runc";
  web.id = "web";
  web.kept = runtime::find_kept(host, web.root, web.id).value();
  WhatIf what_if(host, read("controls: {pids: {default: 50, maximum: 50}}\n"), tightest_policy().value());
  what_if.ask({web, Container()});
  EXPECT_TRUE(what_if.takes_something());
  test::FakeScreen screen;
  EXPECT_NE(what_if.told(screen, 0).find("pids (100 to 50)"), std::string::npos) << what_if.told(screen, 0);
}

}  // namespace
}  // namespace hardened::ctl
