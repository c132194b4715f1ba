// Waivers in the compiled policy: a line each, read only for the image at hand.
#include <gtest/gtest.h>

#include <algorithm>

#include "config/compiled.h"
#include "config/load.h"
#include "config/raised.h"
#include "core/base/sha256.h"
#include "tests/support/fake_host.h"

namespace hardened::config {
namespace {

using test::FakeHost;
using test::Operation;

const std::string kPath = "/etc/hardened/policy.yaml";
const std::string kCompiled = std::string(kCompiledDirectory) + "/" + sha256(kPath) + ".json";
const std::string kOne = "sha256:" + std::string(64, '1');
const std::string kTwo = "sha256:" + std::string(64, '2');
constexpr std::int64_t kMinute = std::int64_t{60} * 1'000'000'000;

std::string two_waivers() {
  return "version: 1\nextends: docker-default\nwaivers:\n"
         "  - {name: a, match: {image_id: [\"" +
         kOne + "\", \"" + kTwo +
         "\"], name: w*}, controls: {pids: {maximum: 9000}}, because: x, expires: 2030-01-01}\n"
         "  - {name: b, match: {image_id: [\"" +
         kTwo +
         "\"]}, controls: {capabilities: {ceiling: [docker-default, SYS_TIME]}}, because: \"a\\ttab\\nand a "
         "line\"}\n"
         "controls: {pids: {default: 7}}\n";
}

Policy loaded(FakeHost& host) {
  auto policy = load_policy(host, kPath);
  EXPECT_TRUE(policy.ok()) << (policy ? "" : policy.error().what);
  return policy ? std::move(policy).value() : Policy{};
}

FakeHost& prepared(FakeHost& host) {
  host.file(kPath, two_waivers());
  host.machine.now_ns += kMinute;
  return host;
}

Raised raised_for(const FakeHost& host, const Policy& policy, const std::string& image) {
  auto out = raised(policy, {"docker", "moby", image, "web"}, host.machine.now_ns);
  EXPECT_TRUE(out.ok()) << (out ? "" : out.error().what);
  return out ? std::move(out).value() : Raised{};
}

TEST(CompiledWaivers, GoThereAndBack) {
  FakeHost host;
  const Policy first = loaded(prepared(host));
  host.fail(Operation::read, kPath, {Fault::io, "not read again"});
  const Policy second = loaded(host);
  ASSERT_EQ(second.engines.size(), 1U);
  EXPECT_EQ(second.waivers.lines(), first.waivers.lines());
  for (const Policy& policy : {first, second}) {
    const auto& known = policy.rule<controls::Mounts>().ceiling.engines;
    EXPECT_EQ(std::count(known.begin(), known.end(),
                         controls::EngineRoot{controls::Engine::docker, "/var/lib/docker"}),
              1);
    const Raised out = raised_for(host, policy, kTwo);
    EXPECT_EQ(out.waivers, (std::vector<std::string>{"a", "b"}));
    const auto& pids = out.policy.rule<controls::Pids>();
    EXPECT_EQ(pids.ceiling.maximum, controls::TaskLimit::of(9000));
    EXPECT_EQ(pids.ceiling.by_default, controls::TaskLimit::of(7));
    EXPECT_EQ(pids.origin, kPath + ":4");
    EXPECT_EQ(out.policy.rule<controls::Capabilities>().origin, kPath + ":5");
    EXPECT_EQ(raised_for(host, policy, kOne).waivers, (std::vector<std::string>{"a"}));
  }
}

TEST(CompiledWaivers, AreOneLineEachThatBeginsWithItsIds) {
  FakeHost host;
  loaded(prepared(host));
  const std::string text = *host.bytes(kCompiled);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  const std::size_t first = text.find('\n') + 1;
  EXPECT_EQ(text.substr(first, 2 * kOne.size() + 2), kOne + " " + kTwo + "\t");
  EXPECT_EQ(text.substr(0, first).find("image_id"), std::string::npos) << "the first line holds none of them";
}

TEST(CompiledWaivers, OnlyThoseOfTheImageAreRead) {
  FakeHost host;
  loaded(prepared(host));
  std::string text = *host.bytes(kCompiled);
  const std::size_t second = text.rfind(kTwo + "\t");
  text[second + kTwo.size() + 1] = '?';  // no JSON any more, and as long as before
  host.file(kCompiled, text, {.mode = 0600});
  const Policy policy = loaded(host);
  EXPECT_EQ(raised_for(host, policy, kOne).waivers, (std::vector<std::string>{"a"}));
  EXPECT_FALSE(raised(policy, {"docker", "moby", kTwo, "web"}, host.machine.now_ns).ok());
  discard(host, kPath);
  EXPECT_FALSE(host.bytes(kCompiled).has_value());
  EXPECT_EQ(raised_for(host, loaded(host), kTwo).waivers.size(), 2U);
}

TEST(CompiledWaivers, ALineThatIsMissingIsDamage) {
  FakeHost host;
  loaded(prepared(host));
  const std::string good = *host.bytes(kCompiled);
  host.file(kCompiled, good.substr(0, good.rfind(kTwo + "\t")), {.mode = 0600});
  EXPECT_EQ(raised_for(host, loaded(host), kTwo).waivers.size(), 2U);
  EXPECT_EQ(host.bytes(kCompiled), good) << "made anew";
}

TEST(CompiledWaivers, ARuleThatNoControlTakesIsDamage) {
  FakeHost host;
  loaded(prepared(host));
  std::string text = *host.bytes(kCompiled);
  text.replace(text.find("\"maximum\":9000"), 14, "\"maximum\":-900");
  host.file(kCompiled, text, {.mode = 0600});
  EXPECT_FALSE(raised(loaded(host), {"docker", "moby", kOne, "web"}, host.machine.now_ns).ok());
}

}  // namespace
}  // namespace hardened::config
