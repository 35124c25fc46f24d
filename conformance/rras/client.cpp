#include "rras/client.h"

#include <algorithm>
#include <cwchar>

#include "bench/bench.h"

namespace mbnrig::conformance {

using bench::Bench;
using bench::RigFault;

WaitableEvent::WaitableEvent() : handle_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {
  if (handle_ == nullptr) throw RigFault("cannot create an event");
}

WaitableEvent::~WaitableEvent() {
  Close();
}

bool WaitableEvent::IsSet() const {
  return WaitForSingleObject(handle_, 0) == WAIT_OBJECT_0;
}

bool WaitableEvent::Wait() const {
  return WaitForSingleObject(handle_, static_cast<DWORD>(Bench::Get().patience().count())) ==
         WAIT_OBJECT_0;
}

void WaitableEvent::Close() {
  if (handle_ != nullptr) CloseHandle(handle_);
  handle_ = nullptr;
}

PortList::~PortList() {
  if (buffer != nullptr) MprAdminBufferFree(buffer);
}

std::vector<RAS_PORT_0> PortList::ports() const {
  const auto* const first = reinterpret_cast<const RAS_PORT_0*>(buffer);
  return {first, first + read};
}

RrasClient::RrasClient() {
  if (MprAdminServerConnect(nullptr, &server_) != NO_ERROR) throw RigFault("RRAS refuses a client");
}

RrasClient::~RrasClient() {
  MprAdminServerDisconnect(server_);
}

MPR_INTERFACE_0 RrasClient::DemandDial(const wchar_t* name) {
  MPR_INTERFACE_0 description{};
  std::wcsncpy(description.wszInterfaceName, name, MAX_INTERFACE_NAME_LEN);
  description.fEnabled = TRUE;
  description.dwIfType = ROUTER_IF_TYPE_FULL_ROUTER;
  return description;
}

DWORD RrasClient::Create(const MPR_INTERFACE_0& description, HANDLE* handle) const {
  MPR_INTERFACE_0 copy = description;
  return MprAdminInterfaceCreate(server_, 0, reinterpret_cast<LPBYTE>(&copy), handle);
}

DWORD RrasClient::Create(const MPR_INTERFACE_2& description, HANDLE* handle) const {
  MPR_INTERFACE_2 copy = description;
  return MprAdminInterfaceCreate(server_, 2, reinterpret_cast<LPBYTE>(&copy), handle);
}

DWORD RrasClient::GetHandle(const wchar_t* name, HANDLE* handle, BOOL include_clients) const {
  std::wstring text = name;
  return MprAdminInterfaceGetHandle(server_, text.data(), handle, include_clients);
}

DWORD RrasClient::Delete(HANDLE handle) const {
  return MprAdminInterfaceDelete(server_, handle);
}

DWORD RrasClient::Connect(HANDLE handle) const {
  return MprAdminInterfaceConnect(server_, handle, nullptr, TRUE);
}

DWORD RrasClient::BeginConnect(HANDLE handle, HANDLE event) const {
  return MprAdminInterfaceConnect(server_, handle, event, FALSE);
}

DWORD RrasClient::Disconnect(HANDLE handle) const {
  return MprAdminInterfaceDisconnect(server_, handle);
}

DWORD RrasClient::Enumerate(PortList* list, HANDLE connection, DWORD most, DWORD* resume) const {
  return MprAdminPortEnum(server_, 0, connection, &list->buffer, most, &list->read, &list->total,
                          resume);
}

DWORD RrasClient::DisconnectPort(HANDLE port) const {
  return MprAdminPortDisconnect(server_, port);
}

}  // namespace mbnrig::conformance
