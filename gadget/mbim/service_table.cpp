#include "mbim/service_table.h"

#include <algorithm>
#include <array>

#include "mbim/basic_connect.h"
#include "mbim/form.h"

namespace mbnrig::mbim {
namespace {

constexpr const Form* kNone = nullptr;

template <Described T>
constexpr const Form* Of() {
  return &kFormOf<T>;
}

constexpr CidEntry Entry(BasicConnectCid cid, std::string_view name, const Form* query,
                         const Form* set, const Form* response, const Form* indication,
                         std::string_view section) {
  return {static_cast<std::uint32_t>(cid), name, query, set, response, indication, section};
}

using Cid = BasicConnectCid;

/// In the order: query, set, response, indication.
constexpr std::array kBasicConnect{
    Entry(Cid::kDeviceCaps, "DEVICE_CAPS", Of<Empty>(), kNone, Of<DeviceCapsInfo>(), kNone,
          "10.5.1"),
    Entry(Cid::kSubscriberReadyStatus, "SUBSCRIBER_READY_STATUS", Of<Empty>(), kNone,
          Of<SubscriberReadyInfo>(), Of<SubscriberReadyInfo>(), "10.5.2"),
    Entry(Cid::kRadioState, "RADIO_STATE", Of<Empty>(), Of<SetRadioState>(), Of<RadioStateInfo>(),
          Of<RadioStateInfo>(), "10.5.3"),
    Entry(Cid::kPin, "PIN", Of<Empty>(), Of<SetPin>(), Of<PinInfo>(), kNone, "10.5.4"),
    Entry(Cid::kPinList, "PIN_LIST", Of<Empty>(), kNone, Of<PinListInfo>(), kNone, "10.5.5"),
    Entry(Cid::kHomeProvider, "HOME_PROVIDER", Of<Empty>(), Of<Provider>(), Of<Provider>(), kNone,
          "10.5.6"),
    Entry(Cid::kVisibleProviders, "VISIBLE_PROVIDERS", Of<VisibleProvidersReq>(), kNone,
          Of<Providers>(), kNone, "10.5.8"),
    Entry(Cid::kRegisterState, "REGISTER_STATE", Of<Empty>(), Of<SetRegistrationState>(),
          Of<RegistrationStateInfo>(), Of<RegistrationStateInfo>(), "10.5.9"),
    Entry(Cid::kPacketService, "PACKET_SERVICE", Of<Empty>(), Of<SetPacketService>(),
          Of<PacketServiceInfo>(), Of<PacketServiceInfo>(), "10.5.10"),
    Entry(Cid::kSignalState, "SIGNAL_STATE", Of<Empty>(), Of<SetSignalState>(),
          Of<SignalStateInfo>(), Of<SignalStateInfo>(), "10.5.11"),
    Entry(Cid::kConnect, "CONNECT", Of<ConnectInfo>(), Of<SetConnect>(), Of<ConnectInfo>(),
          Of<ConnectInfo>(), "10.5.12"),
    Entry(Cid::kProvisionedContexts, "PROVISIONED_CONTEXTS", Of<Empty>(),
          Of<SetProvisionedContext>(), Of<ProvisionedContextsInfo>(), Of<ProvisionedContextsInfo>(),
          "10.5.13"),
    Entry(Cid::kIpConfiguration, "IP_CONFIGURATION", Of<IpConfigurationInfo>(), kNone,
          Of<IpConfigurationInfo>(), Of<IpConfigurationInfo>(), "10.5.20"),
    Entry(Cid::kDeviceServices, "DEVICE_SERVICES", Of<Empty>(), kNone, Of<DeviceServicesInfo>(),
          kNone, "10.5.29"),
    Entry(Cid::kDeviceServiceSubscribeList, "DEVICE_SERVICE_SUBSCRIBE_LIST", kNone,
          Of<DeviceServiceSubscribeList>(), Of<DeviceServiceSubscribeList>(), kNone, "10.5.30"),
};

constexpr std::array kServices{
    ServiceEntry{kServiceBasicConnect, "BASIC_CONNECT", kBasicConnect},
};

struct NamedService {
  Uuid id;
  std::string_view name;
};

/// The services of MBIM 1.0, table 10-3, for whoever reads a trace.
constexpr std::array kServiceNames{
    NamedService{kServiceBasicConnect, "BASIC_CONNECT"},
    NamedService{kServiceSms, "SMS"},
    NamedService{kServiceUssd, "USSD"},
    NamedService{kServicePhonebook, "PHONEBOOK"},
    NamedService{kServiceStk, "STK"},
    NamedService{kServiceAuth, "AUTH"},
    NamedService{kServiceDss, "DSS"},
};

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool SameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, Lower, Lower);
}

}  // namespace

std::span<const ServiceEntry> Services() {
  return kServices;
}

const ServiceEntry* FindService(const Uuid& id) {
  const auto* found = std::ranges::find(kServices, id, &ServiceEntry::id);
  return found == kServices.end() ? nullptr : found;
}

const CidEntry* FindCid(const Uuid& service, std::uint32_t cid) {
  const ServiceEntry* entry = FindService(service);
  if (entry == nullptr) return nullptr;
  const auto found = std::ranges::find(entry->cids, cid, &CidEntry::cid);
  return found == entry->cids.end() ? nullptr : &*found;
}

const CidEntry* FindCidByName(const ServiceEntry& service, std::string_view name) {
  const auto found = std::ranges::find_if(
      service.cids, [name](const CidEntry& entry) { return SameName(entry.name, name); });
  return found == service.cids.end() ? nullptr : &*found;
}

std::string ServiceName(const Uuid& service) {
  const auto* found = std::ranges::find(kServiceNames, service, &NamedService::id);
  return found == kServiceNames.end() ? ToString(service) : std::string(found->name);
}

std::string CommandName(const Uuid& service, std::uint32_t cid) {
  const CidEntry* entry = FindCid(service, cid);
  return ServiceName(service) + " " +
         (entry != nullptr ? std::string(entry->name) : std::to_string(cid));
}

}  // namespace mbnrig::mbim
