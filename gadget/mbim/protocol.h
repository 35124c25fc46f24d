#pragma once

/// The numbers that messages of all services carry: message types, command types, protocol errors
/// and status codes (Mobile Broadband Interface Model 1.0, USB-IF, Errata-1).

#include <cstdint>
#include <span>
#include <string>

namespace mbnrig::mbim {

/// Message types (section 9.1, tables 9-3 and 9-9).
enum class MessageType : std::uint32_t {
  kOpen = 0x00000001,
  kClose = 0x00000002,
  kCommand = 0x00000003,
  kHostError = 0x00000004,
  kOpenDone = 0x80000001,
  kCloseDone = 0x80000002,
  kCommandDone = 0x80000003,
  kFunctionError = 0x80000004,
  kIndicateStatus = 0x80000007,
};

/// Whether a command queries or sets (section 9.3.3, CommandType).
enum class CommandType : std::uint32_t { kQuery = 0, kSet = 1 };

/// MBIM_PROTOCOL_ERROR_CODES, carried by HOST_ERROR and FUNCTION_ERROR (section 9.3.4, table 9-8).
enum class ProtocolError : std::uint32_t {
  kTimeoutFragment = 1,
  kFragmentOutOfSequence = 2,
  kLengthMismatch = 3,
  kDuplicatedTid = 4,
  kNotOpened = 5,
  kUnknown = 6,
  kCancel = 7,
  kMaxTransfer = 8,
};

/// MBIM_STATUS_CODES (section 9.4.5, table 9-15).
enum class Status : std::uint32_t {
  kSuccess = 0,
  kBusy = 1,
  kFailure = 2,
  kSimNotInserted = 3,
  kBadSim = 4,
  kPinRequired = 5,
  kPinDisabled = 6,
  kNotRegistered = 7,
  kProvidersNotFound = 8,
  kNoDeviceSupport = 9,
  kProviderNotVisible = 10,
  kDataClassNotAvailable = 11,
  kPacketServiceDetached = 12,
  kMaxActivatedContexts = 13,
  kNotInitialized = 14,
  kVoiceCallInProgress = 15,
  kContextNotActivated = 16,
  kServiceNotActivated = 17,
  kInvalidAccessString = 18,
  kInvalidUserNamePwd = 19,
  kRadioPowerOff = 20,
  kInvalidParameters = 21,
  kReadFailure = 22,
  kWriteFailure = 23,
  kNoPhonebook = 25,
  kParameterTooLong = 26,
  kStkBusy = 27,
  kOperationNotAllowed = 28,
  kMemoryFailure = 29,
  kInvalidMemoryIndex = 30,
  kMemoryFull = 31,
  kFilterNotSupported = 32,
  kDssInstanceLimit = 33,
  kInvalidDeviceServiceOperation = 34,
  kAuthIncorrectAutn = 35,
  kAuthSyncFailure = 36,
  kAuthAmfNotSet = 37,
  kContextNotSupported = 38,
  kSmsUnknownSmscAddress = 100,
  kSmsNetworkTimeout = 101,
  kSmsLangNotSupported = 102,
  kSmsEncodingNotSupported = 103,
  kSmsFormatNotSupported = 104,
};

/// "MBIM_STATUS_PIN_REQUIRED", for example. A number without a name gives "MBIM_STATUS 1234".
std::string StatusName(Status status);

/// Every status that has a name, e.g. to parse names in scenarios.
std::span<const Status> AllStatuses();

}  // namespace mbnrig::mbim
