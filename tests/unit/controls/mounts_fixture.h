// Requests for mounts, judged on a host as people have it (mounts_world.h).
//
//   class Mine : public MountsTest {};
//   TEST_F(Mine, …) { is_refused(bind_of("/etc"), "a protected place"); }
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "controls/mounts.h"
#include "tests/unit/controls/hardening.h"
#include "tests/unit/controls/mounts_world.h"

namespace hardened::controls {

inline std::string quoted(const std::string& text) { return '"' + text + '"'; }

inline std::string bind_of(const std::string& source, const std::string& options = R"("rbind","rprivate")",
                           const std::string& destination = "/data") {
  return R"({"destination":)" + quoted(destination) + R"(,"type":"bind","source":)" + quoted(source) +
         R"(,"options":[)" + options + "]}";
}
inline std::string bundle(const std::string& mounts) { return R"({"mounts":[)" + mounts + "]}"; }

class MountsTest : public testing::Test {
 protected:
  Hardened<Mounts> hardened(const std::string& json, const std::string& rule = kRule) {
    const auto document = doc::read_json("config.json", json);
    EXPECT_TRUE(document.ok());
    const auto ceiling = ceiling_of<Mounts>(rule);
    EXPECT_TRUE(ceiling.ok()) << (ceiling ? "" : ceiling.error().what);
    const Container container{kContainer, {}};
    const Spec spec(*document, Scope::bundle, container);
    const auto facts = Mounts::gather(host, spec, *ceiling);
    EXPECT_TRUE(facts.ok()) << (facts ? "" : facts.error().what);
    const auto request = Mounts::read(spec, *facts);
    EXPECT_TRUE(request.ok());
    Hardened<Mounts> out{Mounts::narrow(*request, *ceiling, *facts, {}), json};
    SpecEdits edits(Scope::bundle);
    if (out.outcome.verdict != Verdict::refused) Mounts::write(spec, *facts, out.outcome.granted, edits);
    if (!edits.edits().empty()) out.text = *doc::apply(*document, edits.edits());
    judged = Mounts::judged_sources(*facts);
    return out;
  }

  void passes(const std::string& mount, const std::string& rule = kRule) {
    const auto result = hardened(bundle(mount), rule);
    EXPECT_EQ(result.outcome.verdict, Verdict::unchanged)
        << mount << ": " << (result.outcome.changes.empty() ? "" : result.outcome.changes[0].reason);
    EXPECT_EQ(result.text, bundle(mount));
  }
  void is_refused(const std::string& mount, const std::string& words, const std::string& rule = kRule) {
    const auto result = hardened(bundle(mount), rule);
    EXPECT_EQ(result.outcome.verdict, Verdict::refused) << mount;
    ASSERT_FALSE(result.outcome.changes.empty()) << mount;
    EXPECT_NE(result.outcome.changes[0].reason.find(words), std::string::npos)
        << mount << ": " << result.outcome.changes[0].reason;
  }
  static std::string rule(const std::string& from, const std::string& to) {
    std::string text = kRule;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  }

  MountsWorld host;
  std::vector<std::string> judged;
};

}  // namespace hardened::controls
