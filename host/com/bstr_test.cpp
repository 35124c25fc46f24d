#include <gtest/gtest.h>
#include <oleauto.h>

#include <cstring>
#include <limits>
#include <string>

#include "com/testing/codes.h"
#include "com/text.h"

namespace mbnrig::com {
namespace {

using testing::HasCode;

TEST(BstrTest, CopyOfAStringKnowsItsLength) {
  const Bstr text = Bstr::Own(SysAllocString(L"internet"));
  EXPECT_STREQ(text.get(), L"internet");
  EXPECT_EQ(SysStringLen(text.get()), 8u);
  EXPECT_EQ(SysStringByteLen(text.get()), 8 * sizeof(OLECHAR));
}

TEST(BstrTest, NullIsAnEmptyString) {
  EXPECT_EQ(SysAllocString(nullptr), nullptr);
  EXPECT_EQ(SysStringLen(nullptr), 0u);
  EXPECT_EQ(SysStringByteLen(nullptr), 0u);
  SysFreeString(nullptr);
}

TEST(BstrTest, LengthComesBeforeTheText) {
  const Bstr text = Bstr::Own(SysAllocString(L"abc"));
  std::uint32_t length = 0;
  std::memcpy(&length, reinterpret_cast<const char*>(text.get()) - sizeof(length), sizeof(length));
  EXPECT_EQ(length, 3 * sizeof(OLECHAR));
}

TEST(BstrTest, MayHoldNuls) {
  const Bstr text = Bstr::Own(SysAllocStringLen(L"a\0b", 3));
  EXPECT_EQ(text.view(), std::wstring_view(L"a\0b", 3));
  EXPECT_EQ(text.get()[3], L'\0');
}

TEST(BstrTest, LengthWithoutTextGivesRoom) {
  const Bstr text = Bstr::Own(SysAllocStringLen(nullptr, 4));
  ASSERT_NE(text.get(), nullptr);
  EXPECT_EQ(SysStringLen(text.get()), 4u);
  text.get()[3] = L'x';
  EXPECT_EQ(text.get()[4], L'\0');
}

TEST(BstrTest, BytesNeedNotBeWholeCharacters) {
  const Bstr text = Bstr::Own(SysAllocStringByteLen("abcde", 5));
  ASSERT_NE(text.get(), nullptr);
  EXPECT_EQ(SysStringByteLen(text.get()), 5u);
  EXPECT_EQ(SysStringLen(text.get()), 5 / sizeof(OLECHAR));
  EXPECT_EQ(std::memcmp(text.get(), "abcde\0\0\0\0", 5 + sizeof(OLECHAR)), 0);
}

TEST(BstrTest, LongerThanTheLengthFieldIsRefused) {
  EXPECT_EQ(SysAllocStringLen(nullptr, std::numeric_limits<UINT>::max()), nullptr);
}

TEST(BstrTest, ReAllocReplacesAlsoFromWithinItself) {
  Bstr text = Bstr::Own(SysAllocString(L"mobile broadband"));
  BSTR raw = text.release();
  EXPECT_TRUE(SysReAllocString(&raw, raw + 7));
  EXPECT_STREQ(raw, L"broadband");
  EXPECT_TRUE(SysReAllocStringLen(&raw, raw, 5));
  EXPECT_STREQ(raw, L"broad");
  EXPECT_TRUE(SysReAllocString(&raw, nullptr));
  EXPECT_EQ(raw, nullptr);
}

TEST(BstrTest, FailedReAllocKeepsTheOldString) {
  BSTR raw = SysAllocString(L"kept");
  EXPECT_FALSE(SysReAllocStringLen(&raw, nullptr, std::numeric_limits<UINT>::max()));
  EXPECT_STREQ(raw, L"kept");
  SysFreeString(raw);
}

TEST(BstrTest, GiveChecksTheOutPointer) {
  EXPECT_THAT(GiveBstr(L"x", nullptr), HasCode(E_POINTER));
  EXPECT_THAT(GiveBstr("x", nullptr), HasCode(E_POINTER));
  BSTR out = nullptr;
  EXPECT_THAT(GiveBstr("\xC3\xA9t\xC3\xA9", &out), HasCode(S_OK));
  EXPECT_EQ(Bstr::Own(out).view(), L"\u00E9t\u00E9");
}

TEST(BstrTest, OwnerFreesWhatAGetterReplaces) {
  Bstr text(L"first");
  ASSERT_THAT(GiveBstr(L"second", text.put()), HasCode(S_OK));
  Bstr moved = std::move(text);
  EXPECT_EQ(moved.view(), L"second");
}

}  // namespace
}  // namespace mbnrig::com
