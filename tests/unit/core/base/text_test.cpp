#include "core/base/text.h"

#include <gtest/gtest.h>

#include <array>

namespace hardened {
namespace {

using std::string_view_literals::operator""sv;

TEST(Text, PrintableLeavesOrdinaryTextAlone) { EXPECT_EQ(printable("net.ipv4/ip ~!"), "net.ipv4/ip ~!"); }

TEST(Text, PrintableEscapesWhatATerminalOrALogCouldTakeAmiss) {
  EXPECT_EQ(printable("a\nb\x1b[0m"), "a\\x0ab\\x1b[0m");
  EXPECT_EQ(printable("\x7f\x80\xff"), "\\x7f\\x80\\xff");
  EXPECT_EQ(printable("a\\x0a"), "a\\x5cx0a");
  EXPECT_EQ(printable("a\0b"sv), "a\\x00b");
}

TEST(Text, PrintableCutsLongText) {
  EXPECT_EQ(printable("abcdef", 6), "abcdef");
  EXPECT_EQ(printable("abcdefg", 6), "abcdef…");
  EXPECT_EQ(printable(std::string(300, 'x')), std::string(200, 'x') + "…");
}

TEST(Text, JoinedReadsAsASentence) {
  EXPECT_EQ(joined({}), "");
  EXPECT_EQ(joined({"a"}), "a");
  EXPECT_EQ(joined({"a", "b"}), "a and b");
  EXPECT_EQ(joined({"a", "b", "c"}), "a, b and c");
}

TEST(Text, NearestFindsWhatATypingMistakeExplains) {
  constexpr std::array known{"maximum"sv, "default"sv, "on_excess"sv, "pids"sv};
  EXPECT_EQ(nearest("maxmum", known), "maximum");
  EXPECT_EQ(nearest("on-excess", known), "on_excess");
  EXPECT_EQ(nearest("dfeault", known), "default");
  EXPECT_EQ(nearest("PIDS", known), "pids");
  EXPECT_EQ(nearest("pdis", known), "pids") << "swapped neighbours are one slip";
}

TEST(Text, NearestIsSilentAboutStrangers) {
  constexpr std::array known{"maximum"sv, "pids"sv, ""sv};
  EXPECT_EQ(nearest("seccomp", known), "");
  EXPECT_EQ(nearest("cpu", known), "");
  EXPECT_EQ(nearest("pxxs", known), "") << "two slips in four letters";
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest(std::string(65, 'm'), known), "");
  EXPECT_EQ(nearest("pids", {}), "");
}

TEST(Text, NearestTakesTheClosest) {
  constexpr std::array known{"CAP_SYS_ADMIN"sv, "CAP_SYS_TIME"sv};
  EXPECT_EQ(nearest("CAP_SYS_TIM", known), "CAP_SYS_TIME");
}

TEST(Text, DecimalTakesDigitsAlone) {
  unsigned long long value = 7;
  EXPECT_TRUE(parse_decimal("0", value));
  EXPECT_EQ(value, 0U);
  EXPECT_TRUE(parse_decimal("18446744073709551615", value));
  EXPECT_EQ(value, 18446744073709551615U);
}

TEST(Text, DecimalRefusesTheRest) {
  unsigned long long value = 7;
  for (const auto text :
       {"", "+1", "-1", " 1", "1 ", "0x1", "1e3", "18446744073709551616", "99999999999999999999"}) {
    EXPECT_FALSE(parse_decimal(text, value)) << text;
  }
  EXPECT_EQ(value, 7U) << "untouched by a failure";
}

}  // namespace
}  // namespace hardened
