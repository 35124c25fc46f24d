#include "mbn/api/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "com/testing/codes.h"
#include "log/log.h"

namespace mbnrig::mbn {
namespace {

using com::testing::HasCode;

constexpr HRESULT kNotFound = HRESULT_FROM_WIN32(ERROR_NOT_FOUND);

static_assert(pages::kIMbnConnection_Connect.Documents(E_HANDLE));
static_assert(!pages::kIMbnConnection_Connect.Documents(E_MBN_DEVICE_BUSY));
static_assert(!pages::kIMbnConnectionManager_GetConnection.Documents(kNotFound));
static_assert(pages::kIMbnConnectionManager_GetConnection.Allows(kNotFound));
static_assert(pages::kIMbnDeviceService_WriteData.Documents(E_ABORT), "any other failure");
static_assert(!pages::kIMbnDeviceService_WriteData.Documents(S_FALSE));
static_assert(pages::kIMbnConnection_get_ConnectionID.codes().empty());

TEST(Page, FallsBackToItsMostGeneralFailure) {
  EXPECT_THAT(pages::kIMbnInterface_GetHomeProvider.fallback(),
              HasCode(HRESULT_FROM_WIN32(ERROR_READ_FAULT)));
  EXPECT_THAT(pages::kIMbnPinEvents_OnChangeComplete.fallback(), HasCode(E_MBN_FAILURE));
  EXPECT_THAT(pages::kIMbnConnectionEvents_OnConnectComplete.fallback(), HasCode(E_FAIL));
}

// undocumented_code.cpp tries a code that the page does not document.
TEST(PageCode, IsMadeOfACodeOfThePage) {
  const PageCode<pages::kIMbnConnection_Disconnect> code = kNotFound;
  EXPECT_THAT(HRESULT{code}, HasCode(kNotFound));
}

TEST(PageCode, ChecksCodesThatItMeetsWhenTheProgramRuns) {
  const log::Capture lines;
  using Code = PageCode<pages::kIMbnInterface_GetHomeProvider>;
  for (const HRESULT code : {E_MBN_BAD_SIM, E_POINTER, E_OUTOFMEMORY, E_UNEXPECTED, E_NOTIMPL})
    EXPECT_THAT(HRESULT{Code::Checked(code)}, HasCode(code));
  EXPECT_THAT(HRESULT{Code::Checked(E_MBN_DEVICE_BUSY)},
              HasCode(HRESULT_FROM_WIN32(ERROR_READ_FAULT)));
  EXPECT_EQ(lines.Lines().size(), 1u) << "one code is not on the page";
}

TEST(Page, IsFoundByItsEvent) {
  for (std::size_t i = 0; i < kEventCount; ++i) {
    const auto event = static_cast<EventId>(i);
    // The reference has no page for this one.
    if (event == EventId::kIMbnDeviceServiceStateEvents_OnSessionsStateChange) continue;
    EXPECT_EQ(PageOf(event).name(), NameOf(event));
  }
}

}  // namespace
}  // namespace mbnrig::mbn
