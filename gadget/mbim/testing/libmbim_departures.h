#pragma once

/// Where libmbim and our decoder part on damaged messages, as data: libmbim_mutation_test.cpp holds
/// both to it, docs/libmbim.md says who is right and why. It is for libmbim 1.28.

#include <array>
#include <string>
#include <string_view>

namespace mbnrig::mbim::testing::departures {

/// What parts them. In each case we refuse.
enum class Cause {
  kFixedPart,  ///< an offset into the structure's fixed part: libmbim reads what stands there
  kOddString,  ///< a string of an odd number of bytes: libmbim leaves the last one out
  kElement,    ///< an element that ends before its fields do: libmbim reads on, behind it
  kDeath       ///< libmbim's process dies
};

/// How the cause is named in docs/libmbim.md.
constexpr std::string_view NameOf(Cause cause) {
  switch (cause) {
    case Cause::kFixedPart:
      return "offset into the fixed part";
    case Cause::kOddString:
      return "odd string";
    case Cause::kElement:
      return "beyond the element";
    case Cause::kDeath:
      return "libmbim dies";
  }
  return "";
}

/// In these fields of a structure, wherever that is used.
struct Departure {
  std::string_view structure;
  Cause cause;
  std::string_view fields;  ///< apart by ", "; "[]" is any element; empty: not to be told
};

inline constexpr std::array kStructures{
    Departure{"MBIM_DEVICE_CAPS_INFO", Cause::kFixedPart,
              "CustomDataClass, DeviceId, FirmwareInfo, HardwareInfo"},
    Departure{"MBIM_DEVICE_CAPS_INFO", Cause::kOddString,
              "CustomDataClass, DeviceId, FirmwareInfo, HardwareInfo"},
    Departure{"MBIM_SUBSCRIBER_READY_INFO", Cause::kFixedPart,
              "SubscriberId, SimIccId, TelephoneNumbers[]"},
    Departure{"MBIM_SUBSCRIBER_READY_INFO", Cause::kOddString,
              "SubscriberId, SimIccId, TelephoneNumbers[]"},
    Departure{"MBIM_SUBSCRIBER_READY_INFO", Cause::kDeath, ""},
    Departure{"MBIM_SET_PIN", Cause::kFixedPart, "Pin, NewPin"},
    Departure{"MBIM_SET_PIN", Cause::kOddString, "Pin, NewPin"},
    Departure{"MBIM_PROVIDER", Cause::kFixedPart, "ProviderId, ProviderName"},
    Departure{"MBIM_PROVIDER", Cause::kOddString, "ProviderId, ProviderName"},
    Departure{"MBIM_PROVIDERS", Cause::kFixedPart,
              "Providers[], Providers[].ProviderId, Providers[].ProviderName"},
    Departure{"MBIM_PROVIDERS", Cause::kOddString,
              "Providers[].ProviderId, Providers[].ProviderName"},
    Departure{"MBIM_PROVIDERS", Cause::kElement,
              "Providers[], Providers[].ProviderId, Providers[].ProviderName, "
              "Providers[].ErrorRate"},
    Departure{"MBIM_PROVIDERS", Cause::kDeath, ""},
    Departure{"MBIM_SET_REGISTRATION_STATE", Cause::kFixedPart, "ProviderId"},
    Departure{"MBIM_SET_REGISTRATION_STATE", Cause::kOddString, "ProviderId"},
    Departure{"MBIM_REGISTRATION_STATE_INFO", Cause::kFixedPart,
              "ProviderId, ProviderName, RoamingText"},
    Departure{"MBIM_REGISTRATION_STATE_INFO", Cause::kOddString,
              "ProviderId, ProviderName, RoamingText"},
    Departure{"MBIM_SET_CONNECT", Cause::kFixedPart, "AccessString, UserName, Password"},
    Departure{"MBIM_SET_CONNECT", Cause::kOddString, "AccessString, UserName, Password"},
    Departure{"MBIM_SET_PROVISIONED_CONTEXT", Cause::kFixedPart,
              "AccessString, UserName, Password, ProviderId"},
    Departure{"MBIM_SET_PROVISIONED_CONTEXT", Cause::kOddString,
              "AccessString, UserName, Password, ProviderId"},
    Departure{"MBIM_PROVISIONED_CONTEXTS_INFO", Cause::kFixedPart,
              "ProvisionedContexts[].AccessString, ProvisionedContexts[].UserName, "
              "ProvisionedContexts[].Password"},
    Departure{"MBIM_PROVISIONED_CONTEXTS_INFO", Cause::kOddString,
              "ProvisionedContexts[].AccessString, ProvisionedContexts[].UserName, "
              "ProvisionedContexts[].Password"},
    Departure{"MBIM_PROVISIONED_CONTEXTS_INFO", Cause::kElement,
              "ProvisionedContexts[], ProvisionedContexts[].ContextId, "
              "ProvisionedContexts[].ContextType, ProvisionedContexts[].AccessString, "
              "ProvisionedContexts[].UserName, ProvisionedContexts[].Password"},
    Departure{"MBIM_PROVISIONED_CONTEXTS_INFO", Cause::kDeath, ""},
    Departure{"MBIM_IP_CONFIGURATION_INFO", Cause::kFixedPart,
              "IPv4Address, IPv6Address, IPv4Gateway, IPv6Gateway, IPv4DnsServer, IPv6DnsServer"},
    Departure{"MBIM_IP_CONFIGURATION_INFO", Cause::kDeath, ""},
    Departure{"MBIM_DEVICE_SERVICES_INFO", Cause::kFixedPart, "DeviceServices[]"},
    Departure{"MBIM_DEVICE_SERVICES_INFO", Cause::kElement,
              "DeviceServices[], DeviceServices[].DeviceServiceId, "
              "DeviceServices[].MaxDssInstances, DeviceServices[].Cids"},
    Departure{"MBIM_DEVICE_SERVICES_INFO", Cause::kDeath, ""},
    Departure{"MBIM_DEVICE_SERVICE_SUBSCRIBE_LIST", Cause::kFixedPart, "DeviceServices[]"},
    Departure{"MBIM_DEVICE_SERVICE_SUBSCRIBE_LIST", Cause::kElement,
              "DeviceServices[], DeviceServices[].DeviceServiceId, DeviceServices[].Cids"},
    Departure{"MBIM_DEVICE_SERVICE_SUBSCRIBE_LIST", Cause::kDeath, ""},
};

/// A field that libmbim prints under another name.
struct OtherName {
  std::string_view structure, field, theirs;
};

inline constexpr std::array kNames{
    OtherName{"MBIM_DEVICE_SERVICE_SUBSCRIBE_LIST", "DeviceServices", "Events"},
    OtherName{"MBIM_EMERGENCY_MODE_INFO", "EmergencyMode", "State"},
};

/// The table of docs/libmbim.md. A long list of fields takes several rows.
inline std::string Table() {
  constexpr std::size_t kLongestCell = 100;
  std::string table = "| structure | cause | fields |\n| --- | --- | --- |\n";
  for (const Departure& departure : kStructures) {
    std::string_view fields = departure.fields;
    do {
      const auto end =
          fields.size() <= kLongestCell ? std::string_view::npos : fields.rfind(", ", kLongestCell);
      table += "| " + std::string(departure.structure) + " | " +
               std::string(NameOf(departure.cause)) + " | " + std::string(fields.substr(0, end)) +
               " |\n";
      fields.remove_prefix(end == std::string_view::npos ? fields.size() : end + 2);
    } while (!fields.empty());
  }
  return table;
}

/// Fields of the message and fragment headers of which libmbim takes values that we refuse.
inline constexpr std::array<std::string_view, 4> kHeaders{
    "MessageType", "MessageLength", "FragmentHeader", "InformationBufferLength"};

}  // namespace mbnrig::mbim::testing::departures
