#include "controls/sysctls.h"

#include <gtest/gtest.h>
#include <linux/sched.h>

#include "harden.h"
#include "tests/support/fake_host.h"

namespace hardened::controls {
namespace {

constexpr const char* kAllKinds =
    R"([{"type":"ipc"},{"type":"network"},{"type":"uts"},{"type":"user"},{"type":"mount"}])";

std::string asking(const std::string& settings, const std::string& namespaces) {
  return R"({"linux":{"namespaces":)" + namespaces + R"(,"sysctl":{)" + settings + "}}}";
}

Hardened<Sysctls> hardened(const std::string& settings, const std::string& rule,
                           const std::string& namespaces = kAllKinds) {
  const std::string json = asking(settings, namespaces);
  const auto document = doc::read_json("config.json", json);
  EXPECT_TRUE(document.ok());
  const auto facts = Sysctls::facts_of(Spec(*document, Scope::bundle));
  EXPECT_TRUE(facts.ok());
  return harden<Sysctls>(Scope::bundle, json, rule, facts ? *facts : Sysctls::Facts{});
}

bool granted(const std::string& setting, const std::string& rule, const std::string& namespaces = kAllKinds) {
  const auto out = hardened(setting, rule, namespaces);
  EXPECT_EQ(out.fault, "");
  EXPECT_EQ(out.text, asking(out.outcome.changes.empty() ? setting : "", namespaces));
  return out.outcome.verdict == Verdict::unchanged;
}

TEST(Sysctls, AreNamedWithDotsOrWithSlashesWhicheverStandsFirst) {
  EXPECT_EQ(sysctl_path("net.core.somaxconn"), "net/core/somaxconn");
  EXPECT_EQ(sysctl_path("net/core/somaxconn"), "net/core/somaxconn");
  EXPECT_EQ(sysctl_path("net.ipv4.conf.eth0/1.forwarding"), "net/ipv4/conf/eth0.1/forwarding");
  EXPECT_EQ(sysctl_path("net/ipv4/conf/eth0.1/forwarding"), "net/ipv4/conf/eth0.1/forwarding");
  EXPECT_EQ(sysctl_path("hostname"), "hostname");
}

TEST(Sysctls, HaveNoNameWithAnEmptyPartOrOneThatGoesUp) {
  for (const char* name : {"", ".", "/", "net..core", "net.", ".net", "net/", "net/../kernel", "net/./core",
                           "net.//.kernel.core_pattern", "net.core.//"})
    EXPECT_EQ(sysctl_path(name), "") << name;
}

TEST(Sysctls, OfDockerAreThoseThatANamespaceHasForItself) {
  constexpr const char* kDocker = "{allow: [docker-default]}";
  for (const char* name :
       {"kernel.msgmax", "kernel.sem", "kernel/shm_rmid_forced", "fs.mqueue.msg_max", "net.ipv4.ip_forward",
        "net/core/somaxconn", "kernel.domainname", "user.max_user_namespaces"})
    EXPECT_TRUE(granted('"' + std::string(name) + R"(":"1")", kDocker)) << name;
  for (const char* name :
       {"kernel.core_pattern", "kernel.hostname", "kernel.msgmax2", "vm.swappiness", "fs.mqueue", "net",
        "kernel.sem.x", "net/../kernel/core_pattern", "fs.file-max", ""})
    EXPECT_FALSE(granted('"' + std::string(name) + R"(":"1")", kDocker)) << name;
}

TEST(Sysctls, NeedANamespaceOfTheirKind) {
  constexpr const char* kDocker = "{allow: [docker-default]}";
  const auto without = [&](const std::string& setting) {
    return granted(setting, kDocker, R"([{"type":"mount"},{"type":"pid"}])");
  };
  EXPECT_FALSE(without(R"("kernel.msgmax":"1")"));
  EXPECT_FALSE(without(R"("net.core.somaxconn":"1")"));
  EXPECT_FALSE(without(R"("kernel.domainname":"x")"));
  EXPECT_FALSE(without(R"("user.max_user_namespaces":"0")"));
  EXPECT_TRUE(granted(R"("kernel.msgmax":"1")", kDocker, R"([{"type":"ipc","path":"/proc/1/ns/ipc"}])"));
  EXPECT_FALSE(granted(R"("kernel.msgmax":"1")", kDocker, R"([{"type":"network"}])"));
  // A policy that names one of them does not make it anybody else's.
  EXPECT_FALSE(granted(R"("net.core.somaxconn":"1")", "{allow: [net.*]}", R"([{"type":"ipc"}])"));
}

TEST(Sysctls, OfAJoinedNamespaceAreTheHostsWhereThatIs) {
  test::FakeHost host;
  const NameSpace hosts{4026531840, CLONE_NEWNET};
  host.machine.name_spaces = {{"/proc/self/ns/net", hosts},
                              {"/run/docker/netns/default", hosts},
                              {"/run/netns/other", {4026532203, CLONE_NEWNET}},
                              {"/run/netns/ipc", {4026532204, CLONE_NEWIPC}}};
  const auto network = [&](const std::string& path) {
    const std::string json =
        asking(R"("net.core.somaxconn":"1")", R"([{"type":"network","path":")" + path + "\"}]");
    const auto document = doc::read_json("config.json", json);
    const auto facts = Sysctls::gather(host, Spec(*document, Scope::bundle), {});
    return facts.ok() && facts->kinds.at(static_cast<std::size_t>(NameSpaceKind::network));
  };
  EXPECT_TRUE(network("/run/netns/other"));
  EXPECT_TRUE(network(""));
  EXPECT_FALSE(network("/run/docker/netns/default"));
  EXPECT_FALSE(network("/run/netns/ipc"));
  EXPECT_FALSE(network("/run/netns/gone"));
}

TEST(Sysctls, AreAllowedByNameByTheBeginningOfNamesAndByValue) {
  EXPECT_TRUE(granted(R"("net.core.somaxconn":"5")", "{allow: [net/core/somaxconn]}"));
  EXPECT_FALSE(granted(R"("net.core.somaxconn2":"5")", "{allow: [net.core.somaxconn]}"));
  EXPECT_TRUE(granted(R"("kernel/shmmax":"5")", R"({allow: ["kernel.shm*"]})"));
  EXPECT_FALSE(granted(R"("net.core":"5")", R"({allow: ["net.core.*"]})"));
  EXPECT_TRUE(granted(R"("net.ipv4.conf.eth0/1.forwarding":"1")", R"({allow: ["net.ipv4.conf.*"]})"));

  constexpr const char* kPorts =
      R"({allow: [{name: net.ipv4.ip_local_port_range, values: ["1024..65535 1024..65535"]}]})";
  const auto ports = [&](const std::string& value) {
    return granted(R"("net.ipv4.ip_local_port_range":")" + value + '"', kPorts);
  };
  EXPECT_TRUE(ports("1024 65535"));
  EXPECT_TRUE(ports(R"(\t32768  60999\n)"));
  EXPECT_FALSE(ports("1023 65535"));
  EXPECT_FALSE(ports("1024 65536"));
  EXPECT_FALSE(ports("1024"));
  EXPECT_FALSE(ports("1024 2000 3000"));
  EXPECT_FALSE(ports("1024 -1"));
  EXPECT_FALSE(ports("1024 99999999999999999999999"));
  EXPECT_FALSE(ports(""));

  constexpr const char* kWords =
      R"({allow: [{name: net.ipv4.tcp_congestion_control, values: [cubic, "* reno"]}]})";
  EXPECT_TRUE(granted(R"("net.ipv4.tcp_congestion_control":"cubic")", kWords));
  EXPECT_TRUE(granted(R"("net.ipv4.tcp_congestion_control":"x reno")", kWords));
  EXPECT_FALSE(granted(R"("net.ipv4.tcp_congestion_control":"bbr")", kWords));
}

TEST(Sysctls, ThatAreNotAllowedAreLeftOutAndSaid) {
  const auto out =
      hardened(R"("net.core.somaxconn":"5","vm.swappiness":"1","kernel.sem":"1 2 3 4","net..x":"1")",
               R"({allow: [net.core.somaxconn, {name: kernel.sem, values: ["1 1 1 1"]}]})");
  EXPECT_EQ(out.text, asking(R"("net.core.somaxconn":"5")", kAllKinds));
  ASSERT_EQ(out.outcome.changes.size(), 3U);
  EXPECT_EQ(out.outcome.verdict, Verdict::narrowed);
  EXPECT_EQ(out.outcome.changes[0].pointer, "/linux/sysctl/kernel.sem");
  EXPECT_EQ(out.outcome.changes[0].before, "1 2 3 4");
  EXPECT_NE(out.outcome.changes[0].reason.find("with other values"), std::string::npos);
  EXPECT_NE(out.outcome.changes[1].reason.find("no name of a setting"), std::string::npos);
  EXPECT_NE(out.outcome.changes[2].reason.find("the host's own"), std::string::npos);
}

TEST(Sysctls, ThatAreNoTextAreAFault) {
  EXPECT_NE(
      harden<Sysctls>(Scope::bundle, R"({"linux":{"sysctl":{"net.core.somaxconn":5}}})", "{allow: []}").fault,
      "");
  EXPECT_NE(harden<Sysctls>(Scope::bundle, R"({"linux":{"sysctl":[]}})", "{allow: []}").fault, "");
}

TEST(Sysctls, OfWhichNoneIsAskedForNeedNoRule) {
  for (const char* linux : {"{}", R"({"sysctl":null})", R"({"sysctl":{}})"}) {
    const std::string json = R"({"linux":)" + std::string(linux) + "}";
    const auto out = harden<Sysctls>(Scope::bundle, json, "{allow: []}");
    EXPECT_EQ(out.outcome.verdict, Verdict::unchanged) << linux;
    EXPECT_EQ(out.text, json);
  }
}

TEST(Sysctls, RulesThatAreWrongAreAllNamed) {
  const std::string wrong = wrong_with<Sysctls>(
      "{allow: [docker-defualt, 5, net, \"*\", net..x, {name: net.x}, {name: net.x, values: [\"9..1\"]},"
      " {name: net.x, values: [\"\"]}, {nam: net.x, values: []}, \"net.*.x\"]}");
  for (const char* part : {"did you mean docker-default?", "found 'net'", "found '*'", "found 'net..x'",
                           "found '9..1'", "'nam'", "values", "found 'net.*.x'"})
    EXPECT_NE(wrong.find(part), std::string::npos) << part << "\n" << wrong;
}

}  // namespace
}  // namespace hardened::controls
