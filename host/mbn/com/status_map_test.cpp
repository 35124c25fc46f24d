#include "mbn/com/status_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace mbnrig::mbn {
namespace {

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
  EXPECT_FALSE(HasMeaning(static_cast<Status>(4711)));
  EXPECT_EQ(MeaningOf(static_cast<Status>(4711)), E_FAIL);
  EXPECT_EQ(ResultOf(Page::kOnConnectComplete, static_cast<Status>(4711)), E_FAIL);
}

// The reference's rows for OnConnectComplete, but for E_MBN_ACTIVE_CONNECTION, which is told by the
// state of the session and no status of MBIM 1.0.
TEST(StatusMap, LeadsToEveryDocumentedEndOfConnect) {
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
    EXPECT_EQ(ResultOf(Page::kOnConnectComplete, status),
              row == documented.end() ? E_FAIL : row->second)
        << mbim::StatusName(status);
  }
  EXPECT_TRUE(IsDocumented(Page::kOnConnectComplete, E_MBN_ACTIVE_CONNECTION));
}

}  // namespace
}  // namespace mbnrig::mbn
