#pragma once

/// Codes that the service returns although the page of the call does not document them, because no
/// documented code would be true. docs/semantics.md gives the reason for each.

#include <mbnapi.h>
#include <winerror.h>

#include <string_view>

namespace mbnrig::mbn {

struct Departure {
  std::string_view page;
  HRESULT code;
};

inline constexpr Departure kDepartures[] = {
    // The service is stopped.
    {"IMbnInterfaceManager::GetInterfaces", HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE)},
    {"IMbnConnectionManager::GetConnections", HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE)},
    {"IMbnConnectionManager::GetConnection", HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE)},
    {"IMbnConnectionProfileManager::GetConnectionProfile",
     HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE)},
    {"IMbnConnectionProfileManager::CreateConnectionProfile",
     HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE)},
    {"IMbnConnectionEvents::OnConnectComplete", HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE)},
    // No connection has that ID; the device left before the request was complete.
    {"IMbnConnectionManager::GetConnection", HRESULT_FROM_WIN32(ERROR_NOT_FOUND)},
    {"IMbnConnectionEvents::OnConnectComplete", HRESULT_FROM_WIN32(ERROR_NOT_FOUND)},
    // The XML of a profile is wrong.
    {"IMbnConnectionProfile::UpdateProfile", E_MBN_INVALID_PROFILE},
    {"IMbnConnectionProfile::UpdateProfile", E_MBN_DEFAULT_PROFILE_EXIST},
    // The disk failed, or a modem did not answer.
    {"IMbnConnection::Connect", E_FAIL},
    {"IMbnConnectionProfileManager::GetConnectionProfiles", E_FAIL},
    {"IMbnConnectionProfileManager::GetConnectionProfile", E_FAIL},
    {"IMbnConnectionProfileManager::CreateConnectionProfile", E_FAIL},
    {"IMbnConnectionProfile::UpdateProfile", E_FAIL},
    {"IMbnConnectionProfile::Delete", E_FAIL},
    {"IMbnConnectionEvents::OnConnectComplete", E_FAIL},
};

/// Whether the call of that page may return `code` although the page does not document it.
constexpr bool IsDeparture(std::string_view page, HRESULT code) {
  for (const Departure& departure : kDepartures) {
    if (departure.page == page && departure.code == code) return true;
  }
  return false;
}

}  // namespace mbnrig::mbn
