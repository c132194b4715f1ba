// What bane's files say, and what the profile that comes of one allows, by the automata that the kernel would walk.
#include "ctl/bane.h"

#include <gtest/gtest.h>

#include "ctl/toml.h"
#include "profiles/apparmor/dfa.h"
#include "tests/support/apparmor_parser.h"
#include "tests/unit/ctl/run_tool.h"

namespace hardened::ctl {
namespace {

namespace file = apparmor::file;
using test::Told;

constexpr std::uint16_t kInet = 2;
constexpr std::uint16_t kInet6 = 10;
constexpr std::uint16_t kUnix = 1;
constexpr std::uint16_t kNetlink = 16;
constexpr std::uint16_t kPacket = 17;
constexpr std::uint16_t kAlg = 38;
constexpr std::uint16_t kStream = 1;
constexpr std::uint16_t kDatagram = 2;
constexpr std::uint16_t kRaw = 3;

constexpr const char* kSite = R"(# a site that only serves files
Name = "site"

[Filesystem]
ReadOnlyPaths = ["/etc/**", "/root/**", "/usr/**"]
LogOnWritePaths = ["/**"]
WritablePaths = ["/run/site.pid"]
AllowExec = ["/usr/sbin/site"]
DenyExec = ["/bin/sh", "/bin/{da,ba}sh"]

[Capabilities]
Allow = ["chown", "net_bind_service"]

[Network]
Protocols = ["tcp", "udp", "icmp"]
)";

apparmor::Values values() {
  apparmor::Values made;
  made.installed = {true, false, true, true};
  return made;
}

Result<Bane> bane_of(const std::string& toml) {
  const auto document = read_toml("site.toml", toml);
  if (!document) return document.error();
  return parse_bane(*document);
}

std::string text_of(const std::string& toml) {
  const auto bane = bane_of(toml);
  EXPECT_TRUE(bane.ok()) << bane.error().what;
  const auto text = profile_of(*bane, values());
  EXPECT_TRUE(text.ok());
  return *text;
}

std::string wrong_with(const std::string& toml) {
  const auto bane = bane_of(toml);
  return bane ? "nothing" : bane.error().what;
}

TEST(Bane, FilesAreDeniedAsTheFileSays) {
  const apparmor::Policy policy = test::compiled_policy(text_of(kSite));
  const auto& files = policy.files;
  EXPECT_EQ(files.path("/etc/passwd") & (file::kWrite | file::kAppend), 0U);
  EXPECT_NE(files.path("/etc/passwd") & file::kRead, 0U);
  EXPECT_EQ(files.path("/root/.ssh/authorized_keys") & file::kWrite, 0U);
  EXPECT_NE(files.path("/srv/data") & file::kWrite, 0U);
  EXPECT_NE(files.path("/run/site.pid") & file::kWrite, 0U);
  EXPECT_EQ(files.path("/bin/sh") & ~file::kLink, 0U);
  EXPECT_EQ(files.path("/bin/dash") & ~file::kLink, 0U);
  // Whether a name may become a link is decided behind it, at what it would lead to (the kernel's aa_path_link).
  const std::string behind("\0/srv/data", 10);
  EXPECT_EQ(files.at("/etc/passwd" + behind) & file::kLink, 0U);
  EXPECT_EQ(files.at("/bin/sh" + behind) & file::kLink, 0U);
  EXPECT_NE(files.at("/srv/link" + behind) & file::kLink, 0U);
  EXPECT_NE(files.path("/bin/ls") & file::kExecute, 0U);
  EXPECT_NE(files.path("/usr/sbin/site") & file::kExecute, 0U);
}

TEST(Bane, SocketsAreDeniedAsTheFileSays) {
  const auto rest = test::compiled_policy(text_of(kSite)).rest;
  EXPECT_NE(rest.socket(kInet, kStream), 0U);
  EXPECT_NE(rest.socket(kInet6, kDatagram), 0U);
  EXPECT_NE(rest.socket(kUnix, kStream), 0U);
  EXPECT_NE(rest.socket(kNetlink, kDatagram), 0U);
  EXPECT_EQ(rest.socket(kInet, kRaw), 0U);    // ping's
  EXPECT_EQ(rest.socket(kPacket, kRaw), 0U);  // tcpdump's
  EXPECT_EQ(rest.socket(kAlg, 5), 0U);
  const auto raw = test::compiled_policy(text_of("Name = 'p'\n[Network]\nRaw = true\nPacket = true\n")).rest;
  EXPECT_NE(raw.socket(kInet, kRaw), 0U);
  EXPECT_NE(raw.socket(kPacket, kRaw), 0U);
  EXPECT_EQ(raw.socket(kAlg, 5), 0U);
  const auto tcp = test::compiled_policy(text_of("Name = 'p'\n[Network]\nProtocols = ['tcp']\n")).rest;
  EXPECT_NE(tcp.socket(kInet, kStream), 0U);
  EXPECT_EQ(tcp.socket(kInet, kDatagram), 0U);
}

TEST(Bane, NothingIsAllowedThatDockersOwnProfileDenies) {
  const auto docker =
      apparmor::render_as(*apparmor::find_template("docker-default"), "docker-site", values());
  ASSERT_TRUE(docker.ok());
  const apparmor::Policy most = test::compiled_policy(*docker);
  for (const std::string& toml :
       {std::string(kSite), std::string("Name = 'site'\n[Network]\nRaw = true\nPacket = true\n"
                                        "[Capabilities]\nDeny = ['net_raw']\n")}) {
    const apparmor::Policy made = test::compiled_policy(text_of(toml));
    const auto files = apparmor::first_excess(made.files, most.files, apparmor::Inputs::paths);
    EXPECT_FALSE(files.found) << files.input << " " << files.bits;
    EXPECT_FALSE(apparmor::first_excess(made.rest, most.rest, apparmor::Inputs::bytes).found);
  }
}

TEST(Bane, ItStandsInAStack) {
  const auto rest = test::compiled_policy(text_of(kSite)).rest;
  const std::string stack = "docker-site//&hardened-docker-default-0123456789ab";
  EXPECT_NE(rest.signal(15, stack) & apparmor::rest::kSend, 0U);
  EXPECT_NE(rest.signal(15, "unconfined") & apparmor::rest::kReceive, 0U);
}

TEST(Bane, CapabilitiesAreThoseThatAreLeft) {
  const auto left = [](const std::string& table) {
    return bane_of("Name = 'p'\n" + table).value().capabilities.bits();
  };
  EXPECT_EQ(left(""), 0U);
  EXPECT_EQ(left("[Capabilities]\n"), 0U);
  EXPECT_EQ(left("[Capabilities]\nAllow = ['chown', 'CAP_KILL']\n"), 0x21U);
  EXPECT_EQ(left("[Capabilities]\nAllow = ['chown', 'kill']\nDeny = ['kill']\n"), 1U);
  EXPECT_EQ(left("[Capabilities]\nDeny = ['chown']\n"), 0x1fffffffffeU);
  EXPECT_NE(text_of(kSite).find("\n  capability chown,\n  capability net_bind_service,\n"),
            std::string::npos);
  EXPECT_EQ(text_of("Name = 'p'\n").find("capability"), std::string::npos);
}

TEST(Bane, AllThatIsWrongIsSaidWithItsPlace) {
  const std::string wrong = wrong_with(
      "Name = 'a b'\n[Filesystem]\nReadonlyPaths = []\nDenyExec = ['bin/sh', '/a//b', '/x/{y', '/@{PROC}/x', "
      "'/a/../b']\n"
      "[Network]\nRaw = 'no'\nProtocols = ['sctp']\n[Capabilities]\nAllow = ['chwon']\n[Networks]\n");
  for (const char* part : {"site.toml:1:8: a name is of letters",
                           "site.toml:3:1: unknown key 'ReadonlyPaths', did you mean ReadOnlyPaths?",
                           "site.toml:4:13: a path is absolute", "site.toml:4:23: no path has '//'",
                           "site.toml:4:32: a '{' or '['", "site.toml:4:41: variables of AppArmor",
                           "site.toml:4:55: no path has '.' or '..'", "site.toml:6:7: expected true or false",
                           "site.toml:7:14: unknown protocol 'sctp'",
                           "site.toml:9:10: unknown capability 'chwon', did you mean CAP_CHOWN?",
                           "unknown key 'Networks', did you mean"}) {
    EXPECT_NE(wrong.find(part), std::string::npos) << part << "\n" << wrong;
  }
}

TEST(Bane, NamesAreNeitherEnginesOwnNorMissing) {
  EXPECT_EQ(bane_of("Name = 'docker-web'\n").value().name, "docker-web");
  EXPECT_EQ(bane_of("Name = 'web'\n").value().name, "docker-web");
  EXPECT_NE(wrong_with("Name = 'default'\n").find("is the engine's own profile"), std::string::npos);
  EXPECT_NE(wrong_with("").find("Name"), std::string::npos);
  EXPECT_NE(wrong_with("Name = 'x'\nName = 'y'\n").find("site.toml:2:"), std::string::npos);
  EXPECT_NE(wrong_with("Name = 1.5\n").find("site.toml:1:8: expected a text"), std::string::npos);
  EXPECT_NE(wrong_with("Name = 'ä' # ö\nx = [\n").find("site.toml:"), std::string::npos);
}

TEST(Bane, WhatDoesNotDoWhatItSeemsToIsSaid) {
  const auto remarks = remarks_on(
      bane_of(
          "Name = 'p'\n[Filesystem]\nReadOnlyPaths = ['/var/**']\nWritablePaths = ['/var/run/p', '/srv/p']\n"
          "DenyExec = ['/bin/sh']\nAllowExec = ['/bin/sh']\n")
          .value());
  ASSERT_EQ(remarks.size(), 2U);
  EXPECT_EQ(remarks[0],
            "site.toml:4: /var/run/p is not writable: /var/** of ReadOnlyPaths covers it, and what is denied "
            "cannot be "
            "allowed again");
  EXPECT_NE(remarks[1].find("/bin/sh is not executable"), std::string::npos);
}

TEST(Bane, TheCommandPrintsAProfileThatCompiles) {
  test::FakeHost host;
  host.file("/site.toml", kSite);
  host.file("/etc/apparmor.d/abi/3.0", "");
  const Told told = test::run_tool(host, {"apparmor", "from-bane", "/site.toml"});
  EXPECT_EQ(told.exit, 0) << told.err;
  EXPECT_EQ(test::parser_says(told.out, "").status, 0) << told.out;
  EXPECT_NE(told.out.find("profile \"docker-site\""), std::string::npos);
  const Told json = test::run_tool(host, {"apparmor", "from-bane", "/site.toml", "--json"});
  EXPECT_TRUE(json.out.starts_with("{\"name\":\"docker-site\",\"profile\":\"# docker-site, made by"))
      << json.out;
  host.file("/wrong.toml", "Name = 'x'\nFiles = 1\n");
  const Told wrong = test::run_tool(host, {"apparmor", "from-bane", "/wrong.toml"});
  EXPECT_EQ(wrong.exit, 1);
  EXPECT_NE(wrong.err.find("/wrong.toml:2:1: unknown key 'Files'"), std::string::npos) << wrong.err;
}

}  // namespace
}  // namespace hardened::ctl
