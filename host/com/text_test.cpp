#include "com/text.h"

#include <gtest/gtest.h>

namespace mbnrig::com {
namespace {

TEST(TextTest, EveryWidthOfUtf8GoesThereAndBack) {
  const std::string utf8 =
      "A\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF";
  const std::wstring wide = FromUtf8(utf8);
  EXPECT_EQ(wide, L"A\u0080\u07FF\u0800\uFFFF\U00010000\U0010FFFF");
  EXPECT_EQ(ToUtf8(wide), utf8);
}

TEST(TextTest, NulsAreText) {
  EXPECT_EQ(FromUtf8(std::string_view("a\0b", 3)), std::wstring(L"a\0b", 3));
  EXPECT_EQ(ToUtf8(std::wstring_view(L"a\0b", 3)), std::string("a\0b", 3));
}

TEST(TextTest, WhatIsNoCharacterBecomesTheReplacement) {
  const wchar_t lone[] = {static_cast<wchar_t>(0xD800), L'x', static_cast<wchar_t>(0xDC00)};
  EXPECT_EQ(ToUtf8(std::wstring_view(lone, 3)), "\xEF\xBF\xBDx\xEF\xBF\xBD");
  if constexpr (sizeof(wchar_t) == 4) {
    const wchar_t too_big[] = {static_cast<wchar_t>(0x110000), static_cast<wchar_t>(-1)};
    EXPECT_EQ(ToUtf8(std::wstring_view(too_big, 2)), "\xEF\xBF\xBD\xEF\xBF\xBD");
  }
}

struct Malformed {
  const char* what;
  std::string utf8;
  std::wstring expected;
};

class MalformedUtf8Test : public ::testing::TestWithParam<Malformed> {};

TEST_P(MalformedUtf8Test, IsReplacedAndReadingGoesOn) {
  EXPECT_EQ(FromUtf8(GetParam().utf8), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    , MalformedUtf8Test,
    ::testing::Values(Malformed{"LoneContinuation", "\x80z", L"\uFFFDz"},
                      Malformed{"OverlongTwo", "\xC0\xAFz", L"\uFFFD\uFFFDz"},
                      Malformed{"OverlongThree", "\xE0\x80\xAFz", L"\uFFFD\uFFFD\uFFFDz"},
                      Malformed{"Surrogate", "\xED\xA0\x80z", L"\uFFFD\uFFFD\uFFFDz"},
                      Malformed{"AboveUnicode", "\xF4\x90\x80\x80z", L"\uFFFD\uFFFD\uFFFD\uFFFDz"},
                      Malformed{"LeadAboveUnicode", "\xF5z", L"\uFFFDz"},
                      Malformed{"CutShort", "\xE2\x82z", L"\uFFFDz"},
                      Malformed{"CutAtTheEnd", "a\xF0\x9F\x98", L"a\uFFFD"}),
    [](const auto& malformed) { return malformed.param.what; });

}  // namespace
}  // namespace mbnrig::com
