#include "rras/model/interface_table.h"

#include <algorithm>

namespace mbnrig::rras {

bool CanDial(std::uint32_t type) {
  return type == ROUTER_IF_TYPE_FULL_ROUTER || type == ROUTER_IF_TYPE_HOME_ROUTER;
}

bool NeedsDdm(std::uint32_t type) {
  return CanDial(type) || type == ROUTER_IF_TYPE_CLIENT;
}

HandleNumber InterfaceTable::Add(const InterfaceRequest& request) {
  for (const auto& [handle, entry] : interfaces_)
    if (entry.request.name == request.name) return kNoHandle;
  Interface entry;
  entry.request = request;
  return interfaces_.Add(std::move(entry));
}

void InterfaceTable::Follow(const std::vector<ModemView>& modems) {
  for (auto& [handle, entry] : interfaces_) {
    if (entry.state != ROUTER_IF_STATE_CONNECTED) continue;
    const ModemView* modem = rras::Find(modems, entry.modem);
    if (modem == nullptr || !IsUp(*modem)) entry.state = ROUTER_IF_STATE_DISCONNECTED;
  }
}

std::set<std::string> InterfaceTable::Dialling() const {
  std::set<std::string> modems;
  for (const auto& [handle, entry] : interfaces_)
    if (entry.state == ROUTER_IF_STATE_CONNECTING) modems.insert(entry.modem);
  return modems;
}

InterfaceTable::Connections InterfaceTable::ConnectionsOver(const std::string& modem) const {
  Connections connections;
  for (const auto& [handle, entry] : interfaces_)
    if (entry.state == ROUTER_IF_STATE_CONNECTED && entry.modem == modem)
      connections.push_back(entry.attempt);
  return connections;
}

void InterfaceTable::HungUp(const Connections& connections) {
  for (auto& [handle, entry] : interfaces_)
    if (entry.state == ROUTER_IF_STATE_CONNECTED &&
        std::find(connections.begin(), connections.end(), entry.attempt) != connections.end())
      entry.state = ROUTER_IF_STATE_DISCONNECTED;
}

bool InterfaceTable::Ended(const std::string& modem) {
  bool any = false;
  for (auto& [handle, entry] : interfaces_) {
    if (entry.state != ROUTER_IF_STATE_CONNECTED || entry.modem != modem) continue;
    entry.state = ROUTER_IF_STATE_DISCONNECTED;
    any = true;
  }
  return any;
}

bool InterfaceTable::DependsOnModems() const {
  return std::any_of(interfaces_.begin(), interfaces_.end(), [](const auto& entry) {
    return entry.second.state == ROUTER_IF_STATE_CONNECTED;
  });
}

std::vector<InterfaceView> InterfaceTable::Views() const {
  std::vector<InterfaceView> views;
  for (const auto& [handle, entry] : interfaces_) {
    InterfaceView view;
    view.handle = handle;
    view.name = entry.request.name;
    view.enabled = entry.request.enabled;
    view.type = entry.request.type;
    view.state = entry.state;
    views.push_back(std::move(view));
  }
  return views;
}

std::vector<InterfaceTable::Dialled> InterfaceTable::AllDialled() const {
  std::vector<Dialled> dialled;
  for (const auto& [handle, entry] : interfaces_)
    if (entry.state != ROUTER_IF_STATE_DISCONNECTED)
      dialled.push_back({entry.modem, entry.state == ROUTER_IF_STATE_CONNECTING});
  return dialled;
}

}  // namespace mbnrig::rras
