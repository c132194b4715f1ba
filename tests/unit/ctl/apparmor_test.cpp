// The AppArmor commands, on hosts with and without it.
#include "controls/apparmor.h"

#include <gtest/gtest.h>

#include "core/doc/json.h"
#include "profiles/apparmor/loader.h"
#include "tests/unit/ctl/run_tool.h"

namespace hardened::ctl {
namespace {

using test::Told;

constexpr const char* kOurs = "hardened-docker-default-0123456789ab";

void put_apparmor(test::FakeHost& host) {
  host.file("/sys/module/apparmor/parameters/enabled", "Y\n");
  host.file("/proc/self/attr/apparmor/current", "unconfined\n");
  host.file("/etc/apparmor.d/abi/3.0", "");
  host.file("/etc/hardened/policy.yaml", "version: 1\nextends: docker-default\n");
}

TEST(ApparmorCommands, WithoutAppArmorNothingIsLoadedAndStatusSaysSo) {
  test::FakeHost host;
  const Told load = test::run_tool(host, {"apparmor", "load", "--profile", "docker-default"});
  EXPECT_EQ(load.exit, 3);
  EXPECT_NE(load.err.find("this kernel has no AppArmor"), std::string::npos) << load.err;
  const Told status = test::run_tool(host, {"apparmor", "status"});
  EXPECT_EQ(status.exit, 0);
  EXPECT_NE(status.out.find("no profile holds"), std::string::npos);
  EXPECT_EQ(test::run_tool(host, {"apparmor", "status", "--json"}).out,
            "{\"enabled\":false,\"profiles\":[],\"containers\":[]}\n");
  const Told render = test::run_tool(host, {"apparmor", "render", "--profile", "hardened-default"});
  EXPECT_EQ(render.exit, 0) << render.err;
  EXPECT_NE(render.out.find("deny /proc/sysrq-trigger"), std::string::npos);
}

TEST(ApparmorCommands, RenderPrintsWhatThePolicyLoads) {
  test::FakeHost host;
  put_apparmor(host);
  const Told shared = test::run_tool(host, {"apparmor", "render"});
  EXPECT_EQ(shared.exit, 0) << shared.err;
  const auto values = apparmor::values_of(host);
  const apparmor::Template* source = apparmor::find_template("hardened-default");
  const std::string name = apparmor::profile_name(*source, *values, "");
  EXPECT_EQ(shared.out, *apparmor::render(*source, name, *values));
  const Told json = test::run_tool(host, {"apparmor", "render", "--json"});
  const auto document = doc::read_json("render", json.out);
  ASSERT_TRUE(document.ok()) << json.out;
  EXPECT_EQ(document->root.find("name")->text(), name);
  EXPECT_EQ(document->root.find("profile")->text(), shared.out);
  const Told one = test::run_tool(host, {"apparmor", "render", "--container", "abc"});
  EXPECT_NE(one.out.find("\"" + name + "." + controls::profile_tag("abc") + "\""), std::string::npos)
      << one.out;
  const Told peer = test::run_tool(host, {"apparmor", "render", "--peer", "my-engine"});
  EXPECT_NE(peer.out.find("signal (receive) peer=\"my-engine\""), std::string::npos);
  EXPECT_NE(test::run_tool(host, {"apparmor", "render", "--observe"}).out.find("complain"),
            std::string::npos);
  EXPECT_EQ(test::run_tool(host, {"apparmor", "render", "--profile", "mine"}).exit, 2);
  host.file("/free.yaml",
            "version: 1\nextends: docker-default\ncontrols: {apparmor: {on_excess: narrow, profile: "
            "unconfined}}\n");
  EXPECT_EQ(test::run_tool(host, {"apparmor", "render", "--policy", "/free.yaml"}).exit, 3);
}

TEST(ApparmorCommands, StatusShowsOurProfilesAndWhoWearsThem) {
  test::FakeHost host;
  put_apparmor(host);
  host.file("/sys/kernel/security/apparmor/profiles",
            std::string("docker-default (enforce)\n") + kOurs + " (enforce)\n/usr/sbin/cups (complain)\n");
  host.file("/run/runc/web/state.json", R"({"id": "web", "init_process_pid": 42, "init_process_start": 7})");
  host.file("/proc/42/stat",
            "42 (sh) S 1 42 42 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 7 0 0 18446744073709551615\n");
  host.file("/proc/42/attr/apparmor/current", std::string("docker-web//&") + kOurs + " (enforce)\n");
  host.process(42);
  const Told told = test::run_tool(host, {"apparmor", "status"});
  EXPECT_EQ(told.exit, 0) << told.err;
  EXPECT_NE(told.out.find("AppArmor is on, 1 profile of ours is loaded"), std::string::npos) << told.out;
  EXPECT_NE(told.out.find(std::string(kOurs) + "  enforce  1"), std::string::npos) << told.out;
  EXPECT_NE(told.out.find(std::string("docker-web//&") + kOurs + "  enforce"), std::string::npos) << told.out;
  EXPECT_EQ(told.out.find("cups"), std::string::npos);
  const Told json = test::run_tool(host, {"apparmor", "status", "--json"});
  EXPECT_NE(json.out.find(R"("mode":"enforce","ours":true)"), std::string::npos) << json.out;
}

}  // namespace
}  // namespace hardened::ctl
