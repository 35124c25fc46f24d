#include "mbn/api/status_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "com/code_name.h"
#include "mbn/log.h"

namespace mbnrig::mbn {
namespace {

using mbim::Status;

struct Row {
  Status status;
  HRESULT code;
};

// MBIM 1.0, section 9.4.5, in its order.
constexpr std::array kTable = {
    Row{Status::kSuccess, S_OK},
    Row{Status::kBusy, HRESULT_FROM_WIN32(ERROR_BUSY)},
    Row{Status::kFailure, E_MBN_FAILURE},
    Row{Status::kSimNotInserted, E_MBN_SIM_NOT_INSERTED},
    Row{Status::kBadSim, E_MBN_BAD_SIM},
    Row{Status::kPinRequired, E_MBN_PIN_REQUIRED},
    Row{Status::kPinDisabled, E_MBN_PIN_DISABLED},
    Row{Status::kNotRegistered, E_MBN_NOT_REGISTERED},
    Row{Status::kProvidersNotFound, E_MBN_PROVIDERS_NOT_FOUND},
    Row{Status::kNoDeviceSupport, HRESULT_FROM_WIN32(ERROR_NOT_SUPPORTED)},
    Row{Status::kProviderNotVisible, E_MBN_PROVIDER_NOT_VISIBLE},
    Row{Status::kDataClassNotAvailable, E_MBN_DATA_CLASS_NOT_AVAILABLE},
    Row{Status::kPacketServiceDetached, E_MBN_PACKET_SVC_DETACHED},
    Row{Status::kMaxActivatedContexts, E_MBN_MAX_ACTIVATED_CONTEXTS},
    Row{Status::kNotInitialized, HRESULT_FROM_WIN32(ERROR_NOT_READY)},
    Row{Status::kVoiceCallInProgress, E_MBN_VOICE_CALL_IN_PROGRESS},
    Row{Status::kContextNotActivated, E_MBN_CONTEXT_NOT_ACTIVATED},
    Row{Status::kServiceNotActivated, E_MBN_SERVICE_NOT_ACTIVATED},
    Row{Status::kInvalidAccessString, E_MBN_INVALID_ACCESS_STRING},
    Row{Status::kInvalidUserNamePwd, HRESULT_FROM_WIN32(ERROR_INVALID_PASSWORD)},
    Row{Status::kRadioPowerOff, E_MBN_RADIO_POWER_OFF},
    Row{Status::kInvalidParameters, E_INVALIDARG},
    Row{Status::kReadFailure, HRESULT_FROM_WIN32(ERROR_READ_FAULT)},
    Row{Status::kWriteFailure, HRESULT_FROM_WIN32(ERROR_WRITE_FAULT)},
    Row{Status::kNoPhonebook, HRESULT_FROM_WIN32(ERROR_NOT_FOUND)},
    Row{Status::kParameterTooLong, E_INVALIDARG},
    Row{Status::kStkBusy, HRESULT_FROM_WIN32(ERROR_BUSY)},
    Row{Status::kOperationNotAllowed, E_MBN_SMS_OPERATION_NOT_ALLOWED},
    Row{Status::kMemoryFailure, E_MBN_SMS_MEMORY_FAILURE},
    Row{Status::kInvalidMemoryIndex, E_MBN_SMS_INVALID_MEMORY_INDEX},
    Row{Status::kMemoryFull, E_MBN_SMS_MEMORY_FULL},
    Row{Status::kFilterNotSupported, E_MBN_SMS_FILTER_NOT_SUPPORTED},
    Row{Status::kDssInstanceLimit, HRESULT_FROM_WIN32(ERROR_TOO_MANY_SESS)},
    Row{Status::kInvalidDeviceServiceOperation, HRESULT_FROM_WIN32(ERROR_INVALID_FUNCTION)},
    Row{Status::kAuthIncorrectAutn, E_MBN_FAILURE},
    Row{Status::kAuthSyncFailure, E_MBN_FAILURE},
    Row{Status::kAuthAmfNotSet, E_MBN_FAILURE},
    Row{Status::kContextNotSupported, HRESULT_FROM_WIN32(ERROR_NOT_SUPPORTED)},
    Row{Status::kSmsUnknownSmscAddress, E_MBN_SMS_UNKNOWN_SMSC_ADDRESS},
    Row{Status::kSmsNetworkTimeout, E_MBN_SMS_NETWORK_TIMEOUT},
    Row{Status::kSmsLangNotSupported, E_MBN_SMS_LANG_NOT_SUPPORTED},
    Row{Status::kSmsEncodingNotSupported, E_MBN_SMS_ENCODING_NOT_SUPPORTED},
    Row{Status::kSmsFormatNotSupported, E_MBN_SMS_FORMAT_NOT_SUPPORTED},
};

const Row* FindRow(Status status) {
  const auto row = std::find_if(kTable.begin(), kTable.end(),
                                [&](const Row& candidate) { return candidate.status == status; });
  return row == kTable.end() ? nullptr : &*row;
}

}  // namespace

bool HasMeaning(Status status) {
  return FindRow(status) != nullptr;
}

HRESULT MeaningOf(Status status) {
  const Row* row = FindRow(status);
  return row != nullptr ? row->code : E_FAIL;
}

HRESULT ResultOf(const Page& page, Status status) {
  const HRESULT code = MeaningOf(status);
  if (page.Documents(code)) return code;
  LogWarning(fmt::format("{} does not document {}: {}", page.name(), mbim::StatusName(status),
                         com::CodeName(page.fallback())));
  return page.fallback();
}

}  // namespace mbnrig::mbn
