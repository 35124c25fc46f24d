#include "stress/codes.h"

#include <mbnapi.h>
#include <mprapi.h>
#include <mprerror.h>
#include <raserror.h>
#include <winerror.h>

#include <set>
#include <utility>

#include "mbn/api/departures.h"

namespace mbnrig::stress {
namespace {

using catalogue::Kind;

bool IsMbn(std::string_view api) {
  return api.substr(0, 4) == "IMbn";
}

struct Ours {
  std::string_view api;
  std::uint32_t code;
};

// docs/semantics.md, "RRAS: codes". Without ERROR_TIMEOUT: no modem is silent for so long.
constexpr Ours kOurs[] = {
    {"MprAdminMIBServerConnect", RPC_S_UNKNOWN_IF},
    {"MprAdminMIBServerConnect", ERROR_ACCESS_DENIED},
    {"MprAdminInterfaceCreate", ERROR_INVALID_HANDLE},
    {"MprAdminInterfaceCreate", ERROR_INVALID_PARAMETER},
    {"MprAdminPortDisconnect", ERROR_PORT_DISCONNECTED},
    {"MprAdminPortDisconnect", ERROR_HARDWARE_FAILURE},
    {"MprAdminPortDisconnect", ERROR_POSSIBLE_DEADLOCK},
    {"MprAdminInterfaceDisconnect", ERROR_HARDWARE_FAILURE},
    {"MprAdminInterfaceDisconnect", ERROR_POSSIBLE_DEADLOCK},
    {"MprAdminInterfaceConnect", ERROR_POSSIBLE_DEADLOCK},
    // Why an attempt failed ("RRAS: connecting").
    {"MprAdminInterfaceConnect", ERROR_CANNOT_FIND_PHONEBOOK_ENTRY},
    {"MprAdminInterfaceConnect", ERROR_AUTHENTICATION_FAILURE},
    {"MprAdminInterfaceConnect", ERROR_NO_CARRIER},
    {"MprAdminInterfaceConnect", ERROR_ACCT_DISABLED},
    {"MprAdminInterfaceConnect", ERROR_LINE_BUSY},
    {"MprAdminInterfaceConnect", ERROR_PORT_NOT_AVAILABLE},
    {"MprAdminInterfaceConnect", ERROR_PORT_OR_DEVICE},
    {"MprAdminInterfaceConnect", ERROR_DEVICE_NOT_READY},
    {"MprAdminInterfaceConnect", ERROR_SERVICE_NOT_ACTIVE},
    {"MprAdminInterfaceConnect", ERROR_HARDWARE_FAILURE},
};

using Codes = std::set<std::pair<std::string_view, std::uint32_t>>;

Codes Documented(Kind kind) {
  Codes codes;
  for (const catalogue::Row& row : catalogue::Rows()) {
    if (row.kind == kind && row.value) codes.emplace(row.api, *row.value);
  }
  return codes;
}

Codes Returned() {
  Codes codes = Documented(Kind::kReturn);
  // These pages document nothing.
  for (const char* api :
       {"IMbnInterface::get_InterfaceID", "IMbnConnection::get_ConnectionID",
        "IMbnConnection::get_InterfaceID", "IMbnSubscriberInformation::get_SubscriberID",
        "IMbnSubscriberInformation::get_SimIccID",
        "IMbnSubscriberInformation::get_TelephoneNumbers"})
    codes.emplace(api, S_OK);
  for (const Ours& ours : kOurs)
    codes.emplace(ours.api, ours.code);
  for (const mbn::Departure& departure : mbn::kDepartures) {
    if (departure.code != E_FAIL)
      codes.emplace(departure.page, static_cast<std::uint32_t>(departure.code));
  }
  // The service does not implement these methods yet.
  for (const char* api : {"IMbnInterface::ScanNetwork", "IMbnInterface::GetPreferredProviders",
                          "IMbnInterface::GetVisibleProviders"})
    codes.emplace(api, static_cast<std::uint32_t>(E_NOTIMPL));
  return codes;
}

}  // namespace

bool MayReturn(std::string_view api, std::uint32_t code) {
  static const Codes codes = Returned();
  return codes.contains({api, code});
}

bool MayCarry(std::string_view event, std::uint32_t status) {
  static const Codes codes = Documented(Kind::kStatus);
  return status == static_cast<std::uint32_t>(S_OK) || codes.contains({event, status}) ||
         mbn::IsDeparture(event, static_cast<HRESULT>(status));
}

std::string Result(std::string_view api, std::uint32_t code) {
  const auto family = IsMbn(api) ? catalogue::Family::kHresult : catalogue::Family::kWin32;
  return std::string(api) + ": " + catalogue::CodeName(code, family);
}

}  // namespace mbnrig::stress
