#include "mbim/utf16.h"

#include <gtest/gtest.h>

#include "mbim/testing/wire_text.h"

namespace mbnrig::mbim {
namespace {

using mbim::testing::FromText;

std::optional<Bytes> ToUtf16(std::string_view utf8) {
  Bytes out;
  if (!AppendUtf16(utf8, out)) return std::nullopt;
  return out;
}

struct Pair {
  std::string_view utf8;
  std::string_view utf16;
};

class Utf16 : public ::testing::TestWithParam<Pair> {};

TEST_P(Utf16, ConvertsBothWays) {
  const Bytes wire = FromText(GetParam().utf16);
  EXPECT_EQ(Utf16ToUtf8(wire), GetParam().utf8);
  EXPECT_EQ(ToUtf16(GetParam().utf8), wire);
}

INSTANTIATE_TEST_SUITE_P(
    EveryLengthOfSequence, Utf16,
    ::testing::Values(Pair{"", ""}, Pair{"a", "61 00"}, Pair{"\x7f", "7f 00"},
                      Pair{"\u0080", "80 00"}, Pair{"\u07ff", "ff 07"}, Pair{"\u0800", "00 08"},
                      Pair{"\ud7ff", "ff d7"}, Pair{"\ue000", "00 e0"}, Pair{"\uffff", "ff ff"},
                      Pair{"\U00010000", "00 d8 00 dc"}, Pair{"\U0010ffff", "ff db ff df"},
                      Pair{"M\u00fcnchen", "4d 00 fc 00 6e 00 63 00 68 00 65 00 6e 00"}));

TEST(Utf16ToUtf8, RefusesOddSizes) {
  EXPECT_FALSE(Utf16ToUtf8(FromText("41")));
  EXPECT_FALSE(Utf16ToUtf8(FromText("41 00 42")));
}

TEST(Utf16ToUtf8, RefusesUnpairedSurrogates) {
  EXPECT_FALSE(Utf16ToUtf8(FromText("00 d8")));              // high, then nothing
  EXPECT_FALSE(Utf16ToUtf8(FromText("00 d8 41 00")));        // high, then a letter
  EXPECT_FALSE(Utf16ToUtf8(FromText("00 d8 00 d8")));        // high, then high
  EXPECT_FALSE(Utf16ToUtf8(FromText("00 dc")));              // low first
  EXPECT_FALSE(Utf16ToUtf8(FromText("00 d8 00 dc 00 dc")));  // a pair, then low
  EXPECT_TRUE(Utf16ToUtf8(FromText("00 d8 00 dc 41 00")));
}

TEST(Utf16ToUtf8, EndsAtTheFirstNul) {
  EXPECT_EQ(Utf16ToUtf8(FromText("41 00 00 00 42 00")), "A");
  EXPECT_EQ(Utf16ToUtf8(FromText("00 00")), "");
}

class BadUtf8 : public ::testing::TestWithParam<std::string_view> {};

TEST_P(BadUtf8, IsRefusedAndLeavesTheOutputAlone) {
  Bytes out{1, 2};
  EXPECT_FALSE(AppendUtf16("fine" + std::string(GetParam()), out));
  EXPECT_EQ(out, (Bytes{1, 2}));
}

INSTANTIATE_TEST_SUITE_P(Utf8, BadUtf8,
                         ::testing::Values("\x80",  // continuation first
                                           "\xC3",  // cut off
                                           "\xC3"
                                           "A",                 // not continued
                                           "\xC0\x80",          // overlong NUL
                                           "\xC1\xBF",          // overlong
                                           "\xE0\x9F\xBF",      // overlong
                                           "\xF0\x8F\xBF\xBF",  // overlong
                                           "\xED\xA0\x80",      // a surrogate
                                           "\xED\xBF\xBF",      // a surrogate
                                           "\xF4\x90\x80\x80",  // above U+10FFFF
                                           "\xF8\x88\x80\x80\x80", "\xFF",
                                           std::string_view("\0", 1)));

}  // namespace
}  // namespace mbnrig::mbim
