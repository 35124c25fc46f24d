#include "python/ras.h"

#include <algorithm>

#include "python/errors.h"

namespace mbnrig::python {

RasServer::RasServer() {
  CheckRas(MprAdminServerConnect(nullptr, &server_), "MprAdminServerConnect");
}

RasServer::~RasServer() {
  Close();
}

void RasServer::Close() {
  if (server_ != nullptr) MprAdminServerDisconnect(server_);
  server_ = nullptr;
}

void RasServer::CreateInterface(const std::wstring& name, bool enabled) {
  MPR_INTERFACE_0 description{};
  if (name.size() > MAX_INTERFACE_NAME_LEN)
    CheckRas(ERROR_INVALID_PARAMETER, "MprAdminInterfaceCreate");
  std::copy(name.begin(), name.end(), description.wszInterfaceName);
  description.fEnabled = enabled ? TRUE : FALSE;
  description.dwIfType = ROUTER_IF_TYPE_FULL_ROUTER;
  HANDLE created = nullptr;
  CheckRas(MprAdminInterfaceCreate(server_, 0, reinterpret_cast<LPBYTE>(&description), &created),
           "MprAdminInterfaceCreate");
}

HANDLE RasServer::Handle(std::wstring& name) {
  HANDLE handle = nullptr;
  CheckRas(MprAdminInterfaceGetHandle(server_, name.data(), &handle, TRUE),
           "MprAdminInterfaceGetHandle");
  return handle;
}

void RasServer::DeleteInterface(std::wstring name) {
  CheckRas(MprAdminInterfaceDelete(server_, Handle(name)), "MprAdminInterfaceDelete");
}

void RasServer::Connect(std::wstring name) {
  CheckRas(MprAdminInterfaceConnect(server_, Handle(name), nullptr, TRUE),
           "MprAdminInterfaceConnect");
}

void RasServer::Disconnect(std::wstring name) {
  CheckRas(MprAdminInterfaceDisconnect(server_, Handle(name)), "MprAdminInterfaceDisconnect");
}

std::vector<Port> RasServer::Ports() {
  LPBYTE buffer = nullptr;
  DWORD read = 0, total = 0;
  CheckRas(MprAdminPortEnum(server_, 0, INVALID_HANDLE_VALUE, &buffer, static_cast<DWORD>(-1),
                            &read, &total, nullptr),
           "MprAdminPortEnum");
  const auto* const entries = reinterpret_cast<const RAS_PORT_0*>(buffer);
  std::vector<Port> ports;
  std::transform(entries, entries + read, std::back_inserter(ports), [](const RAS_PORT_0& entry) {
    return Port{entry.wszPortName, entry.wszDeviceName,
                entry.dwPortCondition == RAS_PORT_AUTHENTICATED, entry.hPort};
  });
  MprAdminBufferFree(buffer);
  return ports;
}

void RasServer::DisconnectPort(const Port& port) {
  CheckRas(MprAdminPortDisconnect(server_, port.handle), "MprAdminPortDisconnect");
}

bool RasServiceRunning() {
  return MprAdminIsServiceRunning(nullptr) != FALSE;
}

}  // namespace mbnrig::python
