#include <gtest/gtest.h>
#include <mbnapi.h>

#include <set>
#include <string>

#include "com/testing/codes.h"

namespace {

using mbnrig::com::testing::HasCode;

constexpr wchar_t kText[] = L"{DCBBBAB6-200D-4BBB-AAEE-338E368AF6FA}";

TEST(GuidTest, IsWrittenInUpperCaseWithBraces) {
  wchar_t text[39] = {};
  EXPECT_EQ(StringFromGUID2(__uuidof(IMbnConnection), text, 39), 39);
  EXPECT_STREQ(text, kText);
}

TEST(GuidTest, IsNotWrittenWhereItDoesNotFit) {
  wchar_t text[38] = {};
  EXPECT_EQ(StringFromGUID2(__uuidof(IMbnConnection), text, 38), 0);
  EXPECT_EQ(StringFromGUID2(__uuidof(IMbnConnection), nullptr, 39), 0);
}

TEST(GuidTest, IsReadInEitherCase) {
  CLSID guid{};
  EXPECT_THAT(CLSIDFromString(kText, &guid), HasCode(S_OK));
  EXPECT_TRUE(IsEqualGUID(guid, IID_IMbnConnection));
  EXPECT_THAT(IIDFromString(L"{dcbbbab6-200d-4bbb-aaee-338e368af6fa}", &guid), HasCode(S_OK));
  EXPECT_TRUE(IsEqualGUID(guid, IID_IMbnConnection));
}

TEST(GuidTest, NoStringIsTheNullGuid) {
  CLSID guid = CLSID_MbnInterfaceManager;
  EXPECT_THAT(CLSIDFromString(nullptr, &guid), HasCode(S_OK));
  EXPECT_TRUE(IsEqualGUID(guid, GUID{}));
}

TEST(GuidTest, AnythingElseIsRefused) {
  CLSID guid{};
  for (const wchar_t* text :
       {L"", L"{", L"{DCBBBAB6-200D-4BBB-AAEE-338E368AF6FA",
        L"DCBBBAB6-200D-4BBB-AAEE-338E368AF6FA", L"{DCBBBAB6-200D-4BBB-AAEE-338E368AF6FA}x",
        L"{DCBBBAB6+200D-4BBB-AAEE-338E368AF6FA}", L"{GCBBBAB6-200D-4BBB-AAEE-338E368AF6FA}"}) {
    EXPECT_THAT(CLSIDFromString(text, &guid), HasCode(CO_E_CLASSSTRING)) << text;
    EXPECT_THAT(IIDFromString(text, &guid), HasCode(CO_E_IIDSTRING)) << text;
  }
  EXPECT_THAT(CLSIDFromString(kText, nullptr), HasCode(E_INVALIDARG));
}

TEST(GuidTest, NewOnesDifferAndSayTheyAreRandom) {
  std::set<std::wstring> seen;
  for (int i = 0; i < 100; ++i) {
    GUID guid{};
    ASSERT_THAT(CoCreateGuid(&guid), HasCode(S_OK));
    EXPECT_EQ(guid.Data3 >> 12, 4);
    EXPECT_EQ(guid.Data4[0] >> 6, 2);
    wchar_t text[39] = {};
    StringFromGUID2(guid, text, 39);
    EXPECT_TRUE(seen.insert(text).second);
  }
  EXPECT_THAT(CoCreateGuid(nullptr), HasCode(E_INVALIDARG));
}

}  // namespace
