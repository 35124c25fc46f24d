#include "mbn/api/status_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "com/testing/codes.h"
#include "log/log.h"

namespace mbnrig::mbn {
namespace {

using com::testing::HasCode;
using mbim::Status;

TEST(StatusMap, HasARowForEveryStatusThatHasAName) {
  ASSERT_FALSE(mbim::AllStatuses().empty());
  for (const Status status : mbim::AllStatuses())
    EXPECT_TRUE(HasMeaning(status)) << mbim::StatusName(status);
}

TEST(StatusMap, MakesNoFailureASuccess) {
  for (const Status status : mbim::AllStatuses())
    EXPECT_EQ(MeaningOf(status) == S_OK, status == Status::kSuccess) << mbim::StatusName(status);
}

TEST(StatusMap, MakesEFailOfANumberWithoutName) {
  const log::Capture lines;
  EXPECT_FALSE(HasMeaning(static_cast<Status>(4711)));
  EXPECT_THAT(MeaningOf(static_cast<Status>(4711)), HasCode(E_FAIL));
  EXPECT_THAT(ResultOf(pages::kIMbnConnectionEvents_OnConnectComplete, static_cast<Status>(4711)),
              HasCode(E_FAIL));
}

// The reference's rows for OnConnectComplete, but not E_MBN_ACTIVE_CONNECTION: no status of
// MBIM 1.0 means it. It follows from the state of the session.
TEST(StatusMap, LeadsToEveryDocumentedEndOfConnect) {
  const log::Capture lines;
  const std::map<Status, HRESULT> documented = {
      {Status::kSuccess, S_OK},
      {Status::kSimNotInserted, E_MBN_SIM_NOT_INSERTED},
      {Status::kPinRequired, E_MBN_PIN_REQUIRED},
      {Status::kServiceNotActivated, E_MBN_SERVICE_NOT_ACTIVATED},
      {Status::kProviderNotVisible, E_MBN_PROVIDER_NOT_VISIBLE},
      {Status::kInvalidAccessString, E_MBN_INVALID_ACCESS_STRING},
      {Status::kInvalidUserNamePwd, HRESULT_FROM_WIN32(ERROR_INVALID_PASSWORD)},
      {Status::kVoiceCallInProgress, E_MBN_VOICE_CALL_IN_PROGRESS},
      {Status::kMaxActivatedContexts, E_MBN_MAX_ACTIVATED_CONTEXTS},
      {Status::kRadioPowerOff, E_MBN_RADIO_POWER_OFF},
      {Status::kPacketServiceDetached, E_MBN_PACKET_SVC_DETACHED},
  };
  for (const Status status : mbim::AllStatuses()) {
    const auto row = documented.find(status);
    EXPECT_THAT(ResultOf(pages::kIMbnConnectionEvents_OnConnectComplete, status),
                HasCode(row == documented.end() ? E_FAIL : row->second))
        << mbim::StatusName(status);
  }
  EXPECT_TRUE(pages::kIMbnConnectionEvents_OnConnectComplete.Documents(E_MBN_ACTIVE_CONNECTION));
}

TEST(StatusMap, FallsBackToThePagesGeneralFailure) {
  const log::Capture lines;
  EXPECT_THAT(ResultOf(pages::kIMbnInterface_GetHomeProvider, Status::kFailure),
              HasCode(HRESULT_FROM_WIN32(ERROR_READ_FAULT)));
  EXPECT_THAT(ResultOf(pages::kIMbnInterface_GetHomeProvider, Status::kBadSim),
              HasCode(E_MBN_BAD_SIM));
}

}  // namespace
}  // namespace mbnrig::mbn
