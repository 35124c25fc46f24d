#pragma once

/// An RRAS client for tests. It uses only <mprapi.h>.

#include <mprapi.h>
#include <windows.h>

#include <functional>
#include <string>
#include <vector>

namespace mbnrig::conformance {

/// A manual-reset event.
class WaitableEvent {
 public:
  WaitableEvent();
  ~WaitableEvent();
  WaitableEvent(const WaitableEvent&) = delete;
  WaitableEvent& operator=(const WaitableEvent&) = delete;

  HANDLE handle() const { return handle_; }
  bool IsSet() const;
  /// Waits at most as long as the bench's patience. Whether the event is set.
  bool Wait() const;
  /// Closes the handle before the destructor does.
  void Close();

 private:
  HANDLE handle_;
};

/// The answer of MprAdminPortEnum. Frees its buffer.
class PortList {
 public:
  PortList() = default;
  ~PortList();
  PortList(const PortList&) = delete;
  PortList& operator=(const PortList&) = delete;

  std::vector<RAS_PORT_0> ports() const;

  LPBYTE buffer = nullptr;
  DWORD read = 0, total = 0;
};

/// A connection to the local server.
class RrasClient {
 public:
  /// Throws bench::RigFault when the server refuses.
  RrasClient();
  ~RrasClient();
  RrasClient(const RrasClient&) = delete;
  RrasClient& operator=(const RrasClient&) = delete;

  MPR_SERVER_HANDLE server() const { return server_; }

  /// An enabled demand-dial interface, which dials the profile that has its name.
  static MPR_INTERFACE_0 DemandDial(const wchar_t* name);
  DWORD Create(const MPR_INTERFACE_0& description, HANDLE* handle) const;
  DWORD Create(const MPR_INTERFACE_2& description, HANDLE* handle) const;
  DWORD GetHandle(const wchar_t* name, HANDLE* handle, BOOL include_clients = FALSE) const;
  DWORD Delete(HANDLE handle) const;
  DWORD Connect(HANDLE handle) const;  ///< waits for the end of the attempt
  DWORD BeginConnect(HANDLE handle, HANDLE event = nullptr) const;
  DWORD Disconnect(HANDLE handle) const;

  /// `connection`: INVALID_HANDLE_VALUE means all ports. `most`: dwPrefMaxLen, in bytes.
  DWORD Enumerate(PortList* list, HANDLE connection = INVALID_HANDLE_VALUE,
                  DWORD most = static_cast<DWORD>(-1), DWORD* resume = nullptr) const;
  DWORD DisconnectPort(HANDLE port) const;

 private:
  MPR_SERVER_HANDLE server_ = nullptr;
};

}  // namespace mbnrig::conformance
