#include "modem/device_services.h"

#include <algorithm>

#include "mbim/service_table.h"
#include "modem/dispatch.h"

namespace mbnrig::modem {
namespace {

bool CanIndicate(const mbim::Uuid& service, std::uint32_t cid) {
  const mbim::CidEntry* entry = mbim::FindCid(service, cid);
  return entry != nullptr && entry->FormOf(mbim::FormKind::kIndication) != nullptr;
}

}  // namespace

bool IsSubscribed(const Machine& machine, const mbim::Uuid& service, std::uint32_t cid) {
  if (!machine.subscriptions) return service == mbim::kServiceBasicConnect;
  return std::ranges::any_of(*machine.subscriptions, [&](const mbim::EventEntry& entry) {
    return entry.device_service_id == service &&
           (entry.cids.empty() || std::ranges::find(entry.cids, cid) != entry.cids.end());
  });
}

void QueryDeviceServices(Machine&, const mbim::Empty&, const Answer& answer) {
  mbim::DeviceServiceElement basic_connect;
  basic_connect.device_service_id = mbim::kServiceBasicConnect;
  for (const Command& command : BasicConnectCommands()) {
    basic_connect.cids.push_back(command.cid);
  }
  answer(mbim::Status::kSuccess, mbim::DeviceServicesInfo{0, {basic_connect}});
}

void SetSubscribeList(Machine& machine, const mbim::DeviceServiceSubscribeList& request,
                      const Answer& answer) {
  mbim::DeviceServiceSubscribeList accepted;
  for (const mbim::EventEntry& asked : request.entries) {
    if (mbim::FindService(asked.device_service_id) == nullptr) continue;
    mbim::EventEntry entry{asked.device_service_id, {}};
    std::ranges::copy_if(asked.cids, std::back_inserter(entry.cids), [&](std::uint32_t cid) {
      return CanIndicate(asked.device_service_id, cid);
    });
    // An entry that lost all its CIDs would mean the whole service.
    if (entry.cids.empty() && !asked.cids.empty()) continue;
    accepted.entries.push_back(std::move(entry));
  }
  machine.subscriptions = accepted.entries;
  answer(mbim::Status::kSuccess, accepted);
}

}  // namespace mbnrig::modem
