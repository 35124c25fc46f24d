#include "modem/device_services.h"

#include <algorithm>
#include <array>
#include <map>

#include "mbim/service_ids.h"
#include "modem/command.h"

namespace mbnrig::modem {
namespace {

/// Until the host sets a list, a modem indicates all services of MBIM 1.0 and no others.
/// mbim-proxy, for example, relies on this.
constexpr std::array kSubscribedFromTheStart{mbim::kServiceBasicConnect, mbim::kServiceSms,
                                             mbim::kServiceUssd, mbim::kServicePhonebook,
                                             mbim::kServiceStk};

/// The commands of each service, and whether they can be indicated.
using CommandsByService = std::map<mbim::Uuid, std::map<std::uint32_t, bool>>;

CommandsByService Served(const Machine& machine) {
  CommandsByService served;
  for (const auto& service : machine.services()) {
    for (const Command& command : service->commands())
      served[command.id.service].emplace(command.id.number, command.indicates);
  }
  return served;
}

}  // namespace

std::span<const Command> DeviceServices::commands() const {
  static constexpr std::array kCommands{
      On<&DeviceServices::Current>(mbim::kDeviceServices),
      On<nullptr, &DeviceServices::Subscribe>(mbim::kDeviceServiceSubscribeList),
  };
  return kCommands;
}

bool DeviceServices::IsSubscribed(const mbim::CommandId& id) const {
  if (!subscribed_) {
    return std::ranges::find(kSubscribedFromTheStart, id.service) != kSubscribedFromTheStart.end();
  }
  return std::ranges::any_of(*subscribed_, [&](const mbim::EventEntry& entry) {
    return entry.device_service_id == id.service &&
           (entry.cids.empty() || std::ranges::find(entry.cids, id.number) != entry.cids.end());
  });
}

mbim::DeviceServicesInfo DeviceServices::Current() const {
  mbim::DeviceServicesInfo info;
  for (const auto& [service, cids] : Served(machine_)) {
    mbim::DeviceServiceElement& element = info.services.emplace_back();
    element.device_service_id = service;
    for (const auto& [cid, indicates] : cids)
      element.cids.push_back(cid);
  }
  return info;
}

void DeviceServices::Subscribe(const mbim::DeviceServiceSubscribeList& request,
                               const Answer<mbim::DeviceServiceSubscribeList>& answer) {
  const CommandsByService served = Served(machine_);
  mbim::DeviceServiceSubscribeList accepted;
  for (const mbim::EventEntry& asked : request.entries) {
    const auto service = served.find(asked.device_service_id);
    if (service == served.end()) continue;
    mbim::EventEntry entry{asked.device_service_id, {}};
    std::ranges::copy_if(asked.cids, std::back_inserter(entry.cids), [&](std::uint32_t cid) {
      const auto found = service->second.find(cid);
      return found != service->second.end() && found->second;
    });
    // Without CIDs, the entry would stand for the whole service.
    if (entry.cids.empty() && !asked.cids.empty()) continue;
    accepted.entries.push_back(std::move(entry));
  }
  subscribed_ = accepted.entries;
  answer(accepted);
}

}  // namespace mbnrig::modem
