#include "mbim/protocol.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mbnrig::mbim {
namespace {

struct NamedStatus {
  Status status;
  std::string_view name;
};

/// The names of MBIM_STATUS_CODES (section 9.4.5, table 9-15).
constexpr NamedStatus kNamedStatuses[] = {
    {Status::kSuccess, "MBIM_STATUS_SUCCESS"},
    {Status::kBusy, "MBIM_STATUS_BUSY"},
    {Status::kFailure, "MBIM_STATUS_FAILURE"},
    {Status::kSimNotInserted, "MBIM_STATUS_SIM_NOT_INSERTED"},
    {Status::kBadSim, "MBIM_STATUS_BAD_SIM"},
    {Status::kPinRequired, "MBIM_STATUS_PIN_REQUIRED"},
    {Status::kPinDisabled, "MBIM_STATUS_PIN_DISABLED"},
    {Status::kNotRegistered, "MBIM_STATUS_NOT_REGISTERED"},
    {Status::kProvidersNotFound, "MBIM_STATUS_PROVIDERS_NOT_FOUND"},
    {Status::kNoDeviceSupport, "MBIM_STATUS_NO_DEVICE_SUPPORT"},
    {Status::kProviderNotVisible, "MBIM_STATUS_PROVIDER_NOT_VISIBLE"},
    {Status::kDataClassNotAvailable, "MBIM_STATUS_DATA_CLASS_NOT_AVAILABLE"},
    {Status::kPacketServiceDetached, "MBIM_STATUS_PACKET_SERVICE_DETACHED"},
    {Status::kMaxActivatedContexts, "MBIM_STATUS_MAX_ACTIVATED_CONTEXTS"},
    {Status::kNotInitialized, "MBIM_STATUS_NOT_INITIALIZED"},
    {Status::kVoiceCallInProgress, "MBIM_STATUS_VOICE_CALL_IN_PROGRESS"},
    {Status::kContextNotActivated, "MBIM_STATUS_CONTEXT_NOT_ACTIVATED"},
    {Status::kServiceNotActivated, "MBIM_STATUS_SERVICE_NOT_ACTIVATED"},
    {Status::kInvalidAccessString, "MBIM_STATUS_INVALID_ACCESS_STRING"},
    {Status::kInvalidUserNamePwd, "MBIM_STATUS_INVALID_USER_NAME_PWD"},
    {Status::kRadioPowerOff, "MBIM_STATUS_RADIO_POWER_OFF"},
    {Status::kInvalidParameters, "MBIM_STATUS_INVALID_PARAMETERS"},
    {Status::kReadFailure, "MBIM_STATUS_READ_FAILURE"},
    {Status::kWriteFailure, "MBIM_STATUS_WRITE_FAILURE"},
    {Status::kNoPhonebook, "MBIM_STATUS_NO_PHONEBOOK"},
    {Status::kParameterTooLong, "MBIM_STATUS_PARAMETER_TOO_LONG"},
    {Status::kStkBusy, "MBIM_STATUS_STK_BUSY"},
    {Status::kOperationNotAllowed, "MBIM_STATUS_OPERATION_NOT_ALLOWED"},
    {Status::kMemoryFailure, "MBIM_STATUS_MEMORY_FAILURE"},
    {Status::kInvalidMemoryIndex, "MBIM_STATUS_INVALID_MEMORY_INDEX"},
    {Status::kMemoryFull, "MBIM_STATUS_MEMORY_FULL"},
    {Status::kFilterNotSupported, "MBIM_STATUS_FILTER_NOT_SUPPORTED"},
    {Status::kDssInstanceLimit, "MBIM_STATUS_DSS_INSTANCE_LIMIT"},
    {Status::kInvalidDeviceServiceOperation, "MBIM_STATUS_INVALID_DEVICE_SERVICE_OPERATION"},
    {Status::kAuthIncorrectAutn, "MBIM_STATUS_AUTH_INCORRECT_AUTN"},
    {Status::kAuthSyncFailure, "MBIM_STATUS_AUTH_SYNC_FAILURE"},
    {Status::kAuthAmfNotSet, "MBIM_STATUS_AUTH_AMF_NOT_SET"},
    {Status::kContextNotSupported, "MBIM_STATUS_CONTEXT_NOT_SUPPORTED"},
    {Status::kSmsUnknownSmscAddress, "MBIM_STATUS_SMS_UNKNOWN_SMSC_ADDRESS"},
    {Status::kSmsNetworkTimeout, "MBIM_STATUS_SMS_NETWORK_TIMEOUT"},
    {Status::kSmsLangNotSupported, "MBIM_STATUS_SMS_LANG_NOT_SUPPORTED"},
    {Status::kSmsEncodingNotSupported, "MBIM_STATUS_SMS_ENCODING_NOT_SUPPORTED"},
    {Status::kSmsFormatNotSupported, "MBIM_STATUS_SMS_FORMAT_NOT_SUPPORTED"},
};

constexpr auto kAllStatuses = [] {
  std::array<Status, std::size(kNamedStatuses)> all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = kNamedStatuses[i].status;
  }
  return all;
}();

}  // namespace

std::string StatusName(Status status) {
  const auto* found = std::ranges::find(kNamedStatuses, status, &NamedStatus::status);
  if (found != std::end(kNamedStatuses)) return std::string(found->name);
  return "MBIM_STATUS " + std::to_string(static_cast<std::uint32_t>(status));
}

std::span<const Status> AllStatuses() {
  return kAllStatuses;
}

}  // namespace mbnrig::mbim
