#include "profiles/apparmor/template.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <sstream>
#include <vector>

#include "tests/support/apparmor_parser.h"

namespace hardened::apparmor {
namespace {

constexpr Installed kDebian{.abi3 = true, .abi4 = false, .tunables = true, .base = true};

std::string text_of(std::string_view shipped, const Values& values) {
  const Template* source = find_template(shipped);
  if (source == nullptr) return "";
  return render(*source, profile_name(*source, values, ""), values).value_or("");
}

TEST(AppArmorTemplate, BothAreShippedAndNoOther) {
  EXPECT_NE(find_template("docker-default"), nullptr);
  EXPECT_NE(find_template("hardened-default"), nullptr);
  EXPECT_EQ(find_template("unconfined"), nullptr);
  EXPECT_EQ(templates().size(), 2U);
}

TEST(AppArmorTemplate, AProfileIsNamedAfterWhatItSays) {
  const Template& source = *find_template("docker-default");
  const Values plain{kDebian, {}, false};
  const std::string name = profile_name(source, plain, "");
  EXPECT_EQ(name.size(), std::string("hardened-docker-default-").size() + 12);
  EXPECT_TRUE(name.starts_with("hardened-docker-default-"));
  EXPECT_NE(name, profile_name(source, {kDebian, {"/usr/bin/dockerd"}, false}, ""));
  EXPECT_NE(name, profile_name(source, {{.abi3 = true}, {}, false}, ""));
  EXPECT_NE(name, profile_name(source, {kDebian, {}, true}, ""));
  EXPECT_EQ(name + ".0a1b", profile_name(source, plain, "0a1b"));
  EXPECT_TRUE(profile_name(*find_template("hardened-default"), plain, "").starts_with("hardened-default-"));
}

TEST(AppArmorTemplate, ItsNamesAreKnownAgain) {
  EXPECT_TRUE(is_own_name("hardened-default-0123456789ab"));
  EXPECT_TRUE(is_own_name("hardened-docker-default-0123456789ab.0123456789abcdef"));
  for (const char* other : {"", "hardened-default", "hardened-default-", "hardened-default-0123456789a",
                            "hardened-default-0123456789aB", "hardened-default-0123456789ab.",
                            "hardened-default-0123456789ab.x/y", "hardened-default-0123456789abc",
                            "hardened-default-0123456789ab.0123456789abcdef0", "hardened-other-0123456789ab",
                            " hardened-default-0123456789ab", "hardened-default-0123456789ab\n"}) {
    EXPECT_FALSE(is_own_name(other)) << other;
  }
}

TEST(AppArmorTemplate, OnlyUnderANameOfOurs) {
  const Template& source = *find_template("docker-default");
  EXPECT_FALSE(render(source, "docker-default", {}).ok());
  EXPECT_FALSE(render(source, "hardened-default-0123456789ab\" {", {}).ok());
}

TEST(AppArmorTemplate, ConditionsHoldOrTheLineGoes) {
  const std::string with = text_of("docker-default", {kDebian, {}, false});
  EXPECT_NE(with.find("\ninclude <tunables/global>\n"), std::string::npos);
  EXPECT_NE(with.find("include <abstractions/base>"), std::string::npos);
  EXPECT_EQ(with.find("@{PROC}=/proc/"), std::string::npos);
  EXPECT_EQ(with.find("abi <abi/3.0>,"), 0U);
  const std::string without = text_of("docker-default", {});
  EXPECT_EQ(without.find("include"), std::string::npos);
  EXPECT_EQ(without.find("abi <"), std::string::npos);
  EXPECT_NE(without.find("@{PROC}=/proc/"), std::string::npos);
}

TEST(AppArmorTemplate, TheNewestAbiThatTheHostHas) {
  const std::string third = text_of("hardened-default", {{.abi3 = true}, {}, false});
  EXPECT_NE(third.find("abi <abi/3.0>,"), std::string::npos);
  EXPECT_EQ(third.find("userns"), std::string::npos);
  const std::string fourth = text_of("hardened-default", {{.abi3 = true, .abi4 = true}, {}, false});
  EXPECT_NE(fourth.find("abi <abi/4.0>,"), std::string::npos);
  EXPECT_EQ(fourth.find("abi/3.0"), std::string::npos);
  EXPECT_NE(fourth.find("deny userns,"), std::string::npos);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line.substr(line.find_first_not_of(' ')));
  std::sort(lines.begin(), lines.end());
  return lines;
}
std::vector<std::string> only_in(const std::string& one, const std::string& other) {
  const auto a = lines_of(one);
  const auto b = lines_of(other);
  std::vector<std::string> rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
  return rest;
}
std::string named(const char* name, const Installed& installed) {
  return render(*find_template(name), "hardened-default-0123456789ab", {installed, {}, false}).value_or("");
}

// The parser of 3.0 compiles no rule of 4.0: these are all that no test here has compiled.
TEST(AppArmorTemplate, TheNewestAbiAddsTheseRulesAndNoOther) {
  using Lines = std::vector<std::string>;
  const Installed third{.abi3 = true, .abi4 = false, .tunables = true, .base = true};
  const Installed fourth{.abi3 = true, .abi4 = true, .tunables = true, .base = true};
  const std::string older = named("hardened-default", third);
  const std::string newer = named("hardened-default", fourth);
  EXPECT_EQ(only_in(newer, older),
            (Lines{"abi <abi/4.0>,", "deny userns,", "io_uring,", "mqueue,", "unix,"}));
  EXPECT_EQ(only_in(older, newer), (Lines{"abi <abi/3.0>,"}));
  EXPECT_EQ(named("docker-default", third), named("docker-default", fourth));
}

TEST(AppArmorTemplate, NothingOfOursIsLeftInTheText) {
  for (const Template& source : templates()) {
    for (const bool observe : {false, true}) {
      const std::string text = text_of(source.name, {kDebian, {"/usr/bin/dockerd"}, observe});
      ASSERT_FALSE(text.empty());
      EXPECT_EQ(text.find("@NAME@"), std::string::npos);
      EXPECT_EQ(text.find("@PEER@"), std::string::npos);
      EXPECT_EQ(text.find("@FLAGS@"), std::string::npos);
      EXPECT_EQ(text.find("@RUNTIME@"), std::string::npos);
      EXPECT_EQ(text.find("\n?"), std::string::npos);
      EXPECT_EQ(text.find('#'), std::string::npos);
    }
  }
}

TEST(AppArmorTemplate, APeerIsALiteralName) {
  const std::string text = text_of("docker-default", {kDebian, {"/usr/bin/{a,b}*"}, false});
  EXPECT_NE(text.find(R"(peer="/usr/bin/\{a\,b\}\*")"), std::string::npos) << text;
  EXPECT_EQ(test::parser_says(text, "").status, 0);
}

TEST(AppArmorTemplate, APeerThatCannotBeWrittenIsAnError) {
  const Template& source = *find_template("docker-default");
  for (const char* label : {"a\"b", "a\nb", "@{PROC}", "a\x80"}) {
    const Values values{kDebian, {label}, false};
    EXPECT_FALSE(render(source, profile_name(source, values, ""), values).ok()) << label;
  }
}

TEST(AppArmorTemplate, TheParserTakesEachOfThem) {
  for (const Template& source : templates()) {
    for (const Installed& installed : {kDebian, Installed{}, Installed{.abi3 = true}}) {
      const std::string text = text_of(source.name, {installed, {"/usr/bin/dockerd", "a//&b"}, false});
      const test::Said said = test::parser_says(text, "");
      EXPECT_EQ(said.status, 0) << said.output << text;
    }
  }
}

TEST(AppArmorTemplate, WhatObservesDeniesNothing) {
  for (const Template& source : templates()) {
    const std::string text = text_of(source.name, {kDebian, {}, true});
    EXPECT_EQ(text.find("deny "), std::string::npos);
    EXPECT_NE(text.find("complain"), std::string::npos);
    const Policy policy = test::compiled_policy(text);
    EXPECT_TRUE(policy.files.path("/proc/sysrq-trigger") & file::kWrite);
  }
}

}  // namespace
}  // namespace hardened::apparmor
