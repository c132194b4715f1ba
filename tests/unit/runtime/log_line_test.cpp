#include "runtime/log_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "core/doc/json.h"
#include "tests/support/fake_host.h"

namespace hardened::runtime {
namespace {

using test::Effect;
using test::FakeHost;
using test::Operation;

constexpr std::int64_t kNow = 1'767'323'045'000'000'000;  // 2026-01-02T03:04:05Z

TEST(LogLine, TheTwoForms) {
  EXPECT_EQ(log_line("json", "asked \"much\"", kNow),
            "{\"level\":\"error\",\"msg\":\"hardened: asked \\\"much\\\"\","
            "\"time\":\"2026-01-02T03:04:05.000000000Z\"}\n");
  const std::string text =
      "time=\"2026-01-02T03:04:05.000000000Z\" level=error msg=\"hardened: asked \\\"much\\\"\"\n";
  EXPECT_EQ(log_line("text", "asked \"much\"", kNow), text);
  EXPECT_EQ(log_line("", "asked \"much\"", kNow), text);
}

TEST(LogLine, IsOneLineWhateverTheMessageHolds) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (const char* format : {"json", "text"}) {
    const std::string line = log_line(format, all + all, kNow);
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
    EXPECT_TRUE(std::all_of(line.begin(), line.end() - 1, [](char c) { return c >= ' ' && c <= '~'; }))
        << line;
  }
  EXPECT_TRUE(doc::read_json("log.json", log_line("json", all, kNow)).ok());
}

TEST(FitMessage, KeepsOurWordsAndBoundsThem) {
  EXPECT_EQ(fit_message("two\nlines"), "two\nlines");
  EXPECT_EQ(fit_message("cut\xe2\x80\xa6 \xc3\xa9\x1b[31m\x7f"), "cut... ???[31m?");
  EXPECT_EQ(fit_message(std::string(kLongestMessage, 'x')), std::string(kLongestMessage, 'x'));
  EXPECT_EQ(fit_message(std::string(kLongestMessage + 1, 'x')), std::string(kLongestMessage, 'x') + "...");
}

constexpr std::string_view kPhrases[] = {
    "permission denied",
    "no such file or directory",
    "executable file not found",
    "not a directory",
    "is a directory",
    "does not exist",
    "no such process",
    "process already finished",
    "container not running",
};

bool holds_a_phrase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::any_of(std::begin(kPhrases), std::end(kPhrases),
                     [&](std::string_view phrase) { return text.find(phrase) != std::string::npos; });
}

TEST(FitMessage, HoldsNoPhraseThatAnEngineInterprets) {
  EXPECT_EQ(fit_message("open /x: Permission Denied"), "open /x: access refused");
  EXPECT_EQ(fit_message("/x is not a directory"), "/x is no directory");
  for (const std::string_view phrase : kPhrases) {
    EXPECT_FALSE(holds_a_phrase(fit_message("a " + std::string(phrase) + " b"))) << phrase;
    // The turkish capital i and the Kelvin sign fold to ASCII letters in Go.
    EXPECT_NE(fit_message(phrase), phrase);
  }
  EXPECT_EQ(fit_message("perm\xc4\xb0ssion denied"), "perm??ssion denied");
}

// Phrases in phrases: what is put in may complete what stands around it.
TEST(FitMessage, HoldsNoPhraseHoweverTheyAreNested) {
  for (const std::string_view outer : kPhrases) {
    for (const std::string_view inner : kPhrases) {
      for (std::size_t at = 0; at <= outer.size(); ++at) {
        for (std::size_t skip = 0; skip < 3; ++skip) {
          std::string text(outer.substr(0, at));
          text += inner;
          text += outer.substr(std::min(at + skip, outer.size()));
          EXPECT_FALSE(holds_a_phrase(fit_message(text))) << text;
        }
      }
    }
  }
}

TEST(LogFile, OfALogAsWritten) {
  EXPECT_EQ(log_file("/b/log.json"), "/b/log.json");
  EXPECT_EQ(log_file("log.json"), "log.json");
  EXPECT_EQ(log_file("file:/b/log"), "/b/log");
  EXPECT_EQ(log_file("journald:web"), "");
  EXPECT_EQ(log_file("syslog:web"), "");
  EXPECT_EQ(log_file(""), "");
}

TEST(Report, WritesTheLogAndThenStandardError) {
  FakeHost host;
  host.file("/b/log.json", "before\n");
  report(host, {.file = "/b/log.json", .format = "json"}, "refused");
  const std::string line = log_line("json", "refused", kNow);
  EXPECT_EQ(host.journal(), (std::vector<Effect>{{Operation::append, "/b/log.json", line},
                                                 {Operation::print_error, "", "hardened: refused\n"}}));
  EXPECT_EQ(host.bytes("/b/log.json"), "before\n" + line);
}

TEST(Report, MakesTheLogAsRuncDoes) {
  FakeHost host;
  host.directory("/b");
  report(host, {.file = "/b/log.json", .format = "json"}, "refused");
  EXPECT_EQ(host.status("/b/log.json").value_or(Stat{}).mode, 0644U);
}

TEST(Report, IsHeardWithoutALog) {
  FakeHost host;
  report(host, {}, "refused: is a directory");
  report(host, {.file = "/none/log.json", .format = "json"}, "again");
  EXPECT_EQ(host.printed(), "hardened: refused: is a folder\nhardened: again\n");
  EXPECT_EQ(host.journal().size(), 2U);
}

}  // namespace
}  // namespace hardened::runtime
