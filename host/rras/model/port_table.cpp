#include "rras/model/port_table.h"

#include <algorithm>

namespace mbnrig::rras {

void PortTable::Follow(const std::vector<ModemView>& modems) {
  ports_.RemoveIf([&](const Port& port) {
    const bool gone = rras::Find(modems, port.modem) == nullptr;
    if (gone) connections_.Remove(port.connection);
    return gone;
  });
  for (const ModemView& modem : modems) {
    Port& port = PortOf(modem);
    port.device_name = modem.device_name;
    port.condition = Condition(modem);
    const bool was_up = port.connection != kNoHandle;
    if (was_up && !IsUp(modem)) {
      connections_.Remove(port.connection);
      port.connection = kNoHandle;
    } else if (!was_up && IsUp(modem)) {
      port.connection = connections_.Add({now_()});
      ++port.total_calls;
    }
  }
}

HandleNumber PortTable::ConnectionOver(const std::string& modem) const {
  for (const auto& [handle, port] : ports_)
    if (port.modem == modem) return port.connection;
  return kNoHandle;
}

void PortTable::HungUp(HandleNumber connection) {
  if (!connections_.Remove(connection)) return;
  for (auto& [handle, port] : ports_)
    if (port.connection == connection) port.connection = kNoHandle;
}

std::vector<PortView> PortTable::Views() {
  const auto now = now_();
  std::vector<PortView> views;
  for (const auto& [handle, port] : ports_) {
    PortView view;
    view.handle = handle;
    view.connection = port.connection;
    view.condition = port.condition;
    view.total_calls = port.total_calls;
    if (const Connection* connection = connections_.Find(port.connection))
      view.connected_seconds = static_cast<std::uint32_t>(
          std::chrono::duration_cast<std::chrono::seconds>(now - connection->since).count());
    view.name = "MBN" + std::to_string(port.number);
    view.device_name = port.device_name;
    views.push_back(std::move(view));
  }
  return views;
}

Port& PortTable::PortOf(const ModemView& modem) {
  for (auto& [handle, port] : ports_)
    if (port.modem == modem.interface_id) return port;
  Port port;
  port.modem = modem.interface_id;
  port.number = FreeNumber();
  return *ports_.Find(ports_.Add(std::move(port)));
}

int PortTable::FreeNumber() const {
  int number = 1;
  while (std::any_of(ports_.begin(), ports_.end(),
                     [&](const auto& entry) { return entry.second.number == number; }))
    ++number;
  return number;
}

}  // namespace mbnrig::rras
