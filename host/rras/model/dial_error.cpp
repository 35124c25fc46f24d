#include "rras/model/dial_error.h"

#include <fmt/format.h>
#include <mbnapi.h>
#include <mprerror.h>
#include <raserror.h>

#include <array>
#include <cstdint>

#include "rras/log.h"

namespace mbnrig::rras {
namespace {

struct Entry {
  HRESULT status;
  DWORD error;
};

constexpr Entry kTable[] = {
    {E_MBN_PIN_REQUIRED, ERROR_AUTHENTICATION_FAILURE},
    {HRESULT_FROM_WIN32(ERROR_INVALID_PASSWORD), ERROR_AUTHENTICATION_FAILURE},
    {E_MBN_SERVICE_NOT_ACTIVATED, ERROR_ACCT_DISABLED},
    {E_MBN_RADIO_POWER_OFF, ERROR_NO_CARRIER},
    {E_MBN_PROVIDER_NOT_VISIBLE, ERROR_NO_CARRIER},
    {E_MBN_NOT_REGISTERED, ERROR_NO_CARRIER},
    {E_MBN_PACKET_SVC_DETACHED, ERROR_NO_CARRIER},
    {E_MBN_INVALID_ACCESS_STRING, ERROR_PORT_OR_DEVICE},
    {E_MBN_MAX_ACTIVATED_CONTEXTS, ERROR_PORT_NOT_AVAILABLE},
    {E_MBN_ACTIVE_CONNECTION, ERROR_PORT_NOT_AVAILABLE},
    {E_MBN_VOICE_CALL_IN_PROGRESS, ERROR_LINE_BUSY},
    {E_MBN_SIM_NOT_INSERTED, ERROR_HARDWARE_FAILURE},
    {E_MBN_BAD_SIM, ERROR_HARDWARE_FAILURE},
    {E_PENDING, ERROR_DEVICE_NOT_READY},  // the modem has not said yet whether its SIM is ready
    {HRESULT_FROM_WIN32(ERROR_NOT_READY), ERROR_DEVICE_NOT_READY},
    {E_INVALIDARG, ERROR_CANNOT_FIND_PHONEBOOK_ENTRY},  // no such profile
    {E_HANDLE, ERROR_DEVICE_NOT_READY},
    {HRESULT_FROM_WIN32(ERROR_NOT_FOUND), ERROR_DEVICE_NOT_READY},  // the modem left
    {HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE), ERROR_SERVICE_NOT_ACTIVE},
    {HRESULT_FROM_WIN32(ERROR_TIMEOUT), ERROR_TIMEOUT},
    {E_OUTOFMEMORY, ERROR_NOT_ENOUGH_MEMORY},
    {E_FAIL, ERROR_HARDWARE_FAILURE},  // the modem or its network gave no reason
    {E_ABORT, ERROR_DDM_NOT_RUNNING},  // RRAS stopped meanwhile
};

}  // namespace

DWORD DialError(HRESULT status) noexcept {
  for (const Entry& entry : kTable)
    if (entry.status == status) return entry.error;
  // Without an allocation, because an attempt ends also if memory is short.
  std::array<char, 128> line{};
  const auto end = fmt::format_to_n(
      line.data(), line.size(),
      "dialling ended with 0x{:08X}, which has no RRAS code: ERROR_HARDWARE_FAILURE",
      static_cast<std::uint32_t>(status));
  LogWarning({line.data(), end.out});
  return ERROR_HARDWARE_FAILURE;
}

}  // namespace mbnrig::rras
