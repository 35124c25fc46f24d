#include "mbn/calls.h"

#include <type_traits>

namespace mbnrig::conformance {
namespace {

void Release(SAFEARRAY* array) {
  if (array != nullptr) SafeArrayDestroy(array);
}
void Release(IUnknown* object) {
  if (object != nullptr) object->Release();
}
void Release(const MBN_INTERFACE_CAPS& caps) {
  for (BSTR text : {caps.customDataClass, caps.customBandClass, caps.deviceID, caps.manufacturer,
                    caps.model, caps.firmwareInfo}) {
    SysFreeString(text);
  }
}
void Release(const MBN_PROVIDER& provider) {
  SysFreeString(provider.providerID);
  SysFreeString(provider.providerName);
}
void Release(BSTR text) {
  SysFreeString(text);
}
template <class Number>
requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
void Release(Number) {}

/// A call with one output.
template <class Out>
Call Gives(const char* api, std::function<HRESULT(const Objects&, Out*)> call) {
  const auto make = [call](const Objects& objects) {
    Out out{};
    const HRESULT code = call(objects, &out);
    Release(out);
    return code;
  };
  return {api, make, [call](const Objects& objects) { return call(objects, nullptr); }};
}

/// A getter without further arguments.
template <class I, class Out>
Call Getter(const char* api, ComPtr<I> Objects::*object, HRESULT (I::*get)(Out*)) {
  return Gives<Out>(
      api, [=](const Objects& objects, Out* out) { return ((objects.*object).Get()->*get)(out); });
}

/// A call that returns the modem's answer to the query `cid`. The event reports the answer.
Call Queried(Call call, const char* cid, const char* announced_by) {
  call.cid = cid;
  call.announced_by = announced_by;
  return call;
}

/// A profile stays where it is when the modem leaves.
Call WithoutTheModem(Call call) {
  call.needs_modem = false;
  return call;
}

/// An update needs a modem with the profile's SIM.
Call OfAnyArrival(Call call) {
  call.needs_same_arrival = false;
  return call;
}

Call NotFoundWhenRemoved(Call call) {
  call.code_when_removed = "HRESULT_FROM_WIN32(ERROR_NOT_FOUND)";
  return call;
}

/// A getter of the registration. The event reports the answer that it gives.
template <class Out>
Call Registered(const char* api, HRESULT (IMbnRegistration::*get)(Out*), const char* announced_by,
                const char* cid = "REGISTER_STATE") {
  return Queried(Getter(api, &Objects::registration, get), cid, announced_by);
}

HRESULT GetConnectionState(const Objects& objects, MBN_ACTIVATION_STATE* state) {
  BSTR profile = nullptr;
  const HRESULT code = objects.connection->GetConnectionState(state, &profile);
  SysFreeString(profile);
  return code;
}

}  // namespace

Objects Objects::Of(const Client& client) {
  Objects objects;
  objects.interfaces = client.interfaces();
  objects.connections = client.connections();
  objects.profiles = client.profiles();
  objects.modem = client.Modem();
  objects.connection = client.Connection();
  // Asks for the profile of this modem, so that its methods fail once the modem has left.
  client.profiles()->GetConnectionProfile(objects.modem.Get(), L"internet",
                                          objects.profile.GetAddressOf());
  if (objects.modem) {
    objects.modem.As(&objects.registration);
    objects.interface_id = Take([&](BSTR* id) { return objects.modem->get_InterfaceID(id); });
  }
  if (objects.connection) {
    objects.connection_id =
        Take([&](BSTR* id) { return objects.connection->get_ConnectionID(id); });
  }
  return objects;
}

Objects Objects::Of(const Client& client, const Event& event) {
  Objects objects = Of(client);
  if (const auto modem = event.As<IMbnInterface>()) objects.modem = modem;
  if (const auto registration = event.As<IMbnRegistration>()) objects.registration = registration;
  if (const auto connection = event.As<IMbnConnection>()) objects.connection = connection;
  return objects;
}

const std::vector<Call>& Calls() {
  using O = Objects;
  using R = IMbnRegistration;
  static constexpr char kMode[] = "IMbnRegistrationEvents::OnRegisterModeAvailable";
  static constexpr char kState[] = "IMbnRegistrationEvents::OnRegisterStateChange";
  static constexpr char kPacket[] = "IMbnRegistrationEvents::OnPacketServiceStateChange";
  static const std::vector<Call> calls{
      Getter("IMbnInterfaceManager::GetInterfaces", &O::interfaces,
             &IMbnInterfaceManager::GetInterfaces),
      NotFoundWhenRemoved(Gives<IMbnInterface*>("IMbnInterfaceManager::GetInterface",
                                                [](const O& o, IMbnInterface** out) {
                                                  return o.interfaces->GetInterface(
                                                      o.interface_id.c_str(), out);
                                                })),
      Getter("IMbnConnectionManager::GetConnections", &O::connections,
             &IMbnConnectionManager::GetConnections),
      Gives<IMbnConnection*>("IMbnConnectionManager::GetConnection",
                             [](const O& o, IMbnConnection** out) {
                               return o.connections->GetConnection(o.connection_id.c_str(), out);
                             }),
      Gives<SAFEARRAY*>("IMbnConnectionProfileManager::GetConnectionProfiles",
                        [](const O& o, SAFEARRAY** out) {
                          return o.profiles->GetConnectionProfiles(o.modem.Get(), out);
                        }),
      Gives<IMbnConnectionProfile*>("IMbnConnectionProfileManager::GetConnectionProfile",
                                    [](const O& o, IMbnConnectionProfile** out) {
                                      return o.profiles->GetConnectionProfile(o.modem.Get(),
                                                                              L"internet", out);
                                    }),
      OfAnyArrival(
          {"IMbnConnectionProfile::UpdateProfile",
           [](const O& o) { return o.profile->UpdateProfile(ProfileText{}.Xml().c_str()); }}),
      WithoutTheModem(
          {"IMbnConnectionProfile::Delete", [](const O& o) { return o.profile->Delete(); }}),
      Queried(Getter("IMbnInterface::GetInterfaceCapability", &O::modem,
                     &IMbnInterface::GetInterfaceCapability),
              "DEVICE_CAPS", "IMbnInterfaceEvents::OnInterfaceCapabilityAvailable"),
      Queried(Getter("IMbnInterface::GetReadyState", &O::modem, &IMbnInterface::GetReadyState),
              "SUBSCRIBER_READY_STATUS", "IMbnInterfaceEvents::OnReadyStateChange"),
      Queried(Getter("IMbnInterface::GetSubscriberInformation", &O::modem,
                     &IMbnInterface::GetSubscriberInformation),
              "SUBSCRIBER_READY_STATUS", "IMbnInterfaceEvents::OnSubscriberInformationChange"),
      Queried(Getter("IMbnInterface::GetHomeProvider", &O::modem, &IMbnInterface::GetHomeProvider),
              "HOME_PROVIDER", "IMbnInterfaceEvents::OnHomeProviderAvailable"),
      Queried(Getter("IMbnInterface::InEmergencyMode", &O::modem, &IMbnInterface::InEmergencyMode),
              "EMERGENCY_MODE", "IMbnInterfaceEvents::OnEmergencyModeChange"),
      Registered("IMbnRegistration::GetRegisterState", &R::GetRegisterState, kState),
      Registered("IMbnRegistration::GetRegisterMode", &R::GetRegisterMode, kMode),
      Registered("IMbnRegistration::GetProviderID", &R::GetProviderID, kMode),
      Registered("IMbnRegistration::GetProviderName", &R::GetProviderName, kMode),
      Registered("IMbnRegistration::GetRoamingText", &R::GetRoamingText, kMode),
      Registered("IMbnRegistration::GetAvailableDataClasses", &R::GetAvailableDataClasses, kPacket),
      Registered("IMbnRegistration::GetCurrentDataClass", &R::GetCurrentDataClass, kPacket,
                 "PACKET_SERVICE"),
      Queried(Gives<MBN_ACTIVATION_STATE>("IMbnConnection::GetConnectionState", GetConnectionState),
              "CONNECT", "IMbnConnectionEvents::OnConnectStateChange"),
      Queried(Getter("IMbnConnection::GetVoiceCallState", &O::connection,
                     &IMbnConnection::GetVoiceCallState),
              "CONNECT", "IMbnConnectionEvents::OnVoiceCallStateChange"),
      NotFoundWhenRemoved(Gives<ULONG>("IMbnConnection::Connect",
                                       [](const O& o, ULONG* request) {
                                         return o.connection->Connect(MBN_CONNECTION_MODE_PROFILE,
                                                                      L"internet", request);
                                       })),
  };
  return calls;
}

}  // namespace mbnrig::conformance
