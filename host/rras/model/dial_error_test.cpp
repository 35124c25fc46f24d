#include "rras/model/dial_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mbnapi.h>
#include <mprerror.h>
#include <raserror.h>

#include <utility>

#include "mbn/api/status_map.h"

namespace mbnrig::rras {
namespace {

// The table of docs/semantics.md, "RRAS: connecting".
TEST(DialErrorTest, AFailureOfTheModemHasItsRasCode) {
  constexpr std::pair<HRESULT, DWORD> kExpected[] = {
      {E_INVALIDARG, ERROR_CANNOT_FIND_PHONEBOOK_ENTRY},
      {E_MBN_PIN_REQUIRED, ERROR_AUTHENTICATION_FAILURE},
      {HRESULT_FROM_WIN32(ERROR_INVALID_PASSWORD), ERROR_AUTHENTICATION_FAILURE},
      {E_MBN_RADIO_POWER_OFF, ERROR_NO_CARRIER},
      {E_MBN_PROVIDER_NOT_VISIBLE, ERROR_NO_CARRIER},
      {E_MBN_NOT_REGISTERED, ERROR_NO_CARRIER},
      {E_MBN_PACKET_SVC_DETACHED, ERROR_NO_CARRIER},
      {E_MBN_SERVICE_NOT_ACTIVATED, ERROR_ACCT_DISABLED},
      {E_MBN_VOICE_CALL_IN_PROGRESS, ERROR_LINE_BUSY},
      {E_MBN_MAX_ACTIVATED_CONTEXTS, ERROR_PORT_NOT_AVAILABLE},
      {E_MBN_ACTIVE_CONNECTION, ERROR_PORT_NOT_AVAILABLE},
      {E_MBN_INVALID_ACCESS_STRING, ERROR_PORT_OR_DEVICE},
      {E_HANDLE, ERROR_DEVICE_NOT_READY},
      {HRESULT_FROM_WIN32(ERROR_NOT_FOUND), ERROR_DEVICE_NOT_READY},
      {E_PENDING, ERROR_DEVICE_NOT_READY},
      {HRESULT_FROM_WIN32(ERROR_NOT_READY), ERROR_DEVICE_NOT_READY},
      {HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE), ERROR_SERVICE_NOT_ACTIVE},
      {E_ABORT, ERROR_DDM_NOT_RUNNING},
      {HRESULT_FROM_WIN32(ERROR_TIMEOUT), ERROR_TIMEOUT},
      {E_OUTOFMEMORY, ERROR_NOT_ENOUGH_MEMORY},
      {E_MBN_SIM_NOT_INSERTED, ERROR_HARDWARE_FAILURE},
      {E_MBN_BAD_SIM, ERROR_HARDWARE_FAILURE},
      {E_FAIL, ERROR_HARDWARE_FAILURE},
  };
  ::testing::internal::CaptureStderr();
  for (const auto& [status, error] : kExpected)
    EXPECT_EQ(DialError(status), error) << std::hex << status;
  // A status without an entry would be logged.
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(DialErrorTest, AStatusWithoutAnEntryIsLogged) {
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(DialError(E_UNEXPECTED), DWORD{ERROR_HARDWARE_FAILURE});
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), ::testing::HasSubstr("0x8000FFFF"));
}

// DialError logs a status without an entry, so an empty log shows that each one has an entry.
TEST(DialErrorTest, EveryDocumentedCompletionHasAnEntry) {
  ::testing::internal::CaptureStderr();
  for (const mbim::Status status : mbim::AllStatuses()) {
    const HRESULT meaning = mbn::MeaningOf(status);
    if (!mbn::pages::kIMbnConnectionEvents_OnConnectComplete.Documents(meaning) || meaning == S_OK)
      continue;
    EXPECT_NE(DialError(meaning), DWORD{NO_ERROR});
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace mbnrig::rras
