#include "ctl/advisories.h"

#include <gtest/gtest.h>

namespace hardened::ctl {
namespace {

bool has(std::span<const Advisory> all, std::string_view id, std::string_view version) {
  for (const Advisory* one : open_in(all, version)) {
    if (one->id == id) return true;
  }
  return false;
}

TEST(Advisories, VersionsAreReadAsTheyArePrinted) {
  EXPECT_EQ(parse_version("1.1.5+ds1").numbers, (std::array<std::uint32_t, 3>{1, 1, 5}));
  EXPECT_EQ(parse_version("20.10.24+dfsg1").numbers, (std::array<std::uint32_t, 3>{20, 10, 24}));
  EXPECT_EQ(parse_version("v1.0.0-rc95").candidate, 95U);
  EXPECT_EQ(parse_version("1.2.0-rc.2").candidate, 2U);
  EXPECT_EQ(parse_version("1.0.0~rc6+dfsg1").candidate, 6U);
  EXPECT_EQ(parse_version("6.1.0-30-amd64").candidate, 0U);
  EXPECT_EQ(parse_version("nonsense"), Version{});
}

TEST(Advisories, ACandidateIsOlderThanItsRelease) {
  EXPECT_TRUE(older(parse_version("1.2.0-rc.3"), parse_version("1.2.0")));
  EXPECT_TRUE(older(parse_version("1.2.0-rc.2"), parse_version("1.2.0-rc.3")));
  EXPECT_FALSE(older(parse_version("1.2.0"), parse_version("1.2.0-rc.3")));
  EXPECT_FALSE(older(parse_version("1.2.0"), parse_version("1.2.0")));
}

TEST(Advisories, EachLineOfReleasesHasItsOwnMend) {
  constexpr std::string_view kId = "CVE-2025-31133";
  for (const std::string_view open : {"1.1.15", "1.2.7", "1.3.2", "1.4.0-rc.2", "0.1.1"})
    EXPECT_TRUE(has(runc_advisories(), kId, open)) << open;
  for (const std::string_view shut : {"1.2.8", "1.3.3", "1.4.0-rc.3", "1.4.0", "1.5.0", "2.0.0"})
    EXPECT_FALSE(has(runc_advisories(), kId, shut)) << shut;
}

TEST(Advisories, Docker24IsWithoutTheMendOfBuildKit) {
  EXPECT_TRUE(has(buildkit_advisories(), "CVE-2024-23651", "24.0.9"));
  EXPECT_TRUE(has(buildkit_advisories(), "CVE-2024-23653", "25.0.1"));
  EXPECT_FALSE(has(buildkit_advisories(), "CVE-2024-23653", "25.0.2"));
}

TEST(Advisories, TheWorstIsToldAndAllAreNamed) {
  const auto open = open_in(runc_advisories(), "1.1.13");
  EXPECT_EQ(worst_of(open), Severity::high);
  EXPECT_EQ(ids_of(open),
            "CVE-2024-45310, CVE-2025-31133, CVE-2025-52565, CVE-2025-52881 and CVE-2026-41579");
  EXPECT_EQ(worst_of({}), Severity::info);
}

}  // namespace
}  // namespace hardened::ctl
