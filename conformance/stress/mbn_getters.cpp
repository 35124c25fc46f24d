#include "stress/mbn_getters.h"

#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

#include "com/ptr.h"
#include "com/text.h"

namespace mbnrig::stress {
namespace {

template <class Number>
requires std::is_arithmetic_v<Number> || std::is_enum_v<Number> std::string Taken(Number value) {
  return std::to_string(static_cast<long long>(value));
}
std::string Taken(BSTR text) {
  return com::ToUtf8(com::Bstr::Own(text).view());
}
std::string Taken(SAFEARRAY* texts) {
  LONG lower = 0, upper = -1;
  std::string all;
  SafeArrayGetLBound(texts, 1, &lower);
  SafeArrayGetUBound(texts, 1, &upper);
  for (LONG i = lower; i <= upper; ++i) {
    BSTR text = nullptr;
    if (SUCCEEDED(SafeArrayGetElement(texts, &i, &text))) all += Taken(text) + ' ';
  }
  SafeArrayDestroy(texts);
  return all;
}
std::string Taken(const MBN_INTERFACE_CAPS& caps) {
  std::string all = Taken(caps.cellularClass) + ' ' + Taken(caps.dataClass);
  for (BSTR text : {caps.customDataClass, caps.customBandClass, caps.deviceID, caps.manufacturer,
                    caps.model, caps.firmwareInfo})
    all += ' ' + Taken(text);
  return all;
}
std::string Taken(const MBN_PROVIDER& provider) {
  return Taken(provider.providerID) + ' ' + Taken(provider.providerName) + ' ' +
         Taken(provider.providerState);
}
std::string Taken(IMbnSubscriberInformation* information) {
  com::Ptr<IMbnSubscriberInformation> object;
  object.Attach(information);
  std::string all;
  for (const auto& getter : SubscriberGetters()) {
    std::string text;
    getter.get(*object.Get(), &text);
    all += text + ' ';
  }
  return all;
}

template <class Out>
bool IsCleared(const Out& out) {
  return out == Out{};
}
bool IsCleared(const MBN_INTERFACE_CAPS& caps) {
  return caps.customDataClass == nullptr && caps.deviceID == nullptr && caps.model == nullptr &&
         caps.dataClass == 0;
}
bool IsCleared(const MBN_PROVIDER& provider) {
  return provider.providerID == nullptr && provider.providerName == nullptr;
}

/// A getter with these outputs. They hold garbage before the call, because the getter has to clear
/// them when it fails.
template <class I, class... Out>
Getter<I> Of(const char* api, HRESULT (I::*method)(Out*...)) {
  return {api, [method](I& object, std::string* text) {
            std::tuple<Out...> outs;
            std::apply([](auto&... out) { (std::memset(&out, 0xA5, sizeof out), ...); }, outs);
            const HRESULT code =
                std::apply([&](auto&... out) { return (object.*method)(&out...); }, outs);
            if (code == S_OK) {
              std::apply([&](auto&... out) { ((*text += Taken(out) + ' '), ...); }, outs);
              return code;
            }
            if (!std::apply([](auto&... out) { return (IsCleared(out) && ...); }, outs))
              *text = "outputs that are not cleared";
            return code;
          }};
}

}  // namespace

const std::vector<Getter<IMbnInterface>>& InterfaceGetters() {
  using I = IMbnInterface;
  static const std::vector<Getter<I>> getters{
      Of("IMbnInterface::get_InterfaceID", &I::get_InterfaceID),
      Of("IMbnInterface::GetInterfaceCapability", &I::GetInterfaceCapability),
      Of("IMbnInterface::GetSubscriberInformation", &I::GetSubscriberInformation),
      Of("IMbnInterface::GetReadyState", &I::GetReadyState),
      Of("IMbnInterface::InEmergencyMode", &I::InEmergencyMode),
      Of("IMbnInterface::GetHomeProvider", &I::GetHomeProvider),
      Of("IMbnInterface::ScanNetwork", &I::ScanNetwork),
      Of("IMbnInterface::GetPreferredProviders", &I::GetPreferredProviders),
      Of("IMbnInterface::GetVisibleProviders", &I::GetVisibleProviders),
  };
  return getters;
}

const std::vector<Getter<IMbnRegistration>>& RegistrationGetters() {
  using I = IMbnRegistration;
  static const std::vector<Getter<I>> getters{
      Of("IMbnRegistration::GetRegisterState", &I::GetRegisterState),
      Of("IMbnRegistration::GetRegisterMode", &I::GetRegisterMode),
      Of("IMbnRegistration::GetProviderID", &I::GetProviderID),
      Of("IMbnRegistration::GetProviderName", &I::GetProviderName),
      Of("IMbnRegistration::GetRoamingText", &I::GetRoamingText),
      Of("IMbnRegistration::GetAvailableDataClasses", &I::GetAvailableDataClasses),
      Of("IMbnRegistration::GetCurrentDataClass", &I::GetCurrentDataClass),
      Of("IMbnRegistration::GetRegistrationNetworkError", &I::GetRegistrationNetworkError),
      Of("IMbnRegistration::GetPacketAttachNetworkError", &I::GetPacketAttachNetworkError),
  };
  return getters;
}

const std::vector<Getter<IMbnConnection>>& ConnectionGetters() {
  using I = IMbnConnection;
  static const std::vector<Getter<I>> getters{
      Of("IMbnConnection::get_ConnectionID", &I::get_ConnectionID),
      Of("IMbnConnection::get_InterfaceID", &I::get_InterfaceID),
      Of("IMbnConnection::GetConnectionState", &I::GetConnectionState),
      Of("IMbnConnection::GetVoiceCallState", &I::GetVoiceCallState),
      Of("IMbnConnection::GetActivationNetworkError", &I::GetActivationNetworkError),
  };
  return getters;
}

const std::vector<Getter<IMbnSubscriberInformation>>& SubscriberGetters() {
  using I = IMbnSubscriberInformation;
  static const std::vector<Getter<I>> getters{
      Of("IMbnSubscriberInformation::get_SubscriberID", &I::get_SubscriberID),
      Of("IMbnSubscriberInformation::get_SimIccID", &I::get_SimIccID),
      Of("IMbnSubscriberInformation::get_TelephoneNumbers", &I::get_TelephoneNumbers),
  };
  return getters;
}

const std::vector<Getter<IMbnConnectionProfile>>& ProfileGetters() {
  using I = IMbnConnectionProfile;
  static const std::vector<Getter<I>> getters{
      Of("IMbnConnectionProfile::GetProfileXmlData", &I::GetProfileXmlData),
  };
  return getters;
}

}  // namespace mbnrig::stress
