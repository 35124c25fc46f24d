#include "com/code_name.h"

#include <gtest/gtest.h>

#include "com/testing/codes.h"

namespace mbnrig::com {
namespace {

TEST(CodeName, SaysNameAndNumber) {
  EXPECT_EQ(CodeName(S_OK), "S_OK (0x00000000)");
  EXPECT_EQ(CodeName(E_MBN_PIN_REQUIRED), "E_MBN_PIN_REQUIRED (0x80548210)");
  EXPECT_EQ(CodeName(E_MBN_SMS_LANG_NOT_SUPPORTED), "E_MBN_SMS_LANG_NOT_SUPPORTED (0x80548223)");
  EXPECT_EQ(CodeName(HRESULT_FROM_WIN32(ERROR_NOT_FOUND)),
            "HRESULT_FROM_WIN32(ERROR_NOT_FOUND) (0x80070490)");
  EXPECT_EQ(CodeName(CONNECT_E_NOCONNECTION), "CONNECT_E_NOCONNECTION (0x80040200)");
}

TEST(CodeName, SaysTheNumberOfACodeWithoutName) {
  EXPECT_EQ(CodeName(static_cast<HRESULT>(0x80ABCDEF)), "0x80ABCDEF");
}

TEST(HasCode, NamesBothCodesWhenItFails) {
  const ::testing::Matcher<HRESULT> wanted = testing::HasCode(E_PENDING);
  ::testing::StringMatchResultListener listener;
  EXPECT_FALSE(wanted.MatchAndExplain(E_HANDLE, &listener));
  EXPECT_EQ(listener.str(), "which is E_HANDLE (0x80070006)");
  std::ostringstream description;
  wanted.DescribeTo(&description);
  EXPECT_EQ(description.str(), "is E_PENDING (0x8000000A)");
}

}  // namespace
}  // namespace mbnrig::com
