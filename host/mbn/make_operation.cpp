#include "mbn/make_operation.h"

#include <stdexcept>
#include <string>
#include <variant>

#include "mbn/log.h"
#include "mbn/modem/command_operation.h"
#include "mbn/modem/connect_operation.h"

namespace mbnrig::mbn {
namespace {

// A modem that is locked or has no SIM does not report a subscriber. It then accepts the profile of
// any subscriber, and the completion reports what is wrong.
HRESULT FindStored(Profiles& profiles, const ModemState& modem, const std::string& name,
                   ProfilePtr* profile) {
  const HRESULT found = profiles.Find(name, {SubscriberOf(modem), {}}, profile);
  return found == HRESULT_FROM_WIN32(ERROR_NOT_FOUND) ? E_INVALIDARG : found;
}

HRESULT ProfileFor(const ConnectRequest& request, const ModemState& modem, Profiles& profiles,
                   ProfilePtr* profile) {
  if (request.mode == MBN_CONNECTION_MODE_PROFILE)
    return FindStored(profiles, modem, request.profile, profile);
  if (request.mode != MBN_CONNECTION_MODE_TMP_PROFILE) return E_INVALIDARG;
  const auto read = ReadProfile(request.profile);
  if (const auto* error = std::get_if<ProfileError>(&read)) {
    LogWarning("profile refused: " + error->ToString());
    return E_INVALIDARG;
  }
  *profile = DescribeProfile(std::get<ProfileDocument>(read));
  return S_OK;
}

// There is one overload for each alternative of OperationRequest.
struct Maker {
  const ModemState& modem;
  Profiles& profiles;
  std::unique_ptr<Operation>* operation;

  HRESULT operator()(const ConnectRequest& request) const {
    if (!request.app.empty() && request.mode != MBN_CONNECTION_MODE_TMP_PROFILE)
      return E_INVALIDARG;
    ProfilePtr profile;
    const HRESULT found = ProfileFor(request, modem, profiles, &profile);
    if (found != S_OK) return found;
    try {
      *operation = MakeConnect(profile->connect, profile->name, request.app);
    } catch (const std::invalid_argument& error) {
      LogWarning("profile " + profile->name + ": " + error.what());
      return E_INVALIDARG;
    }
    return S_OK;
  }
  HRESULT operator()(const DisconnectRequest& request) const {
    *operation = MakeDisconnect(request.app);
    return S_OK;
  }
  HRESULT operator()(const CommandRequest& request) const {
    *operation = MakeCommand(request);
    return S_OK;
  }
};

}  // namespace

HRESULT MakeOperation(const OperationRequest& request, const ModemState& modem, Profiles& profiles,
                      std::unique_ptr<Operation>* operation) {
  return std::visit(Maker{modem, profiles, operation}, request);
}

}  // namespace mbnrig::mbn
