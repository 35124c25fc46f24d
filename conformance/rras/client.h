#pragma once

/// An RRAS client as a test has it. Written against <mprapi.h> alone.

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
  /// Waits no longer than the bench's patience.
  bool Wait() const;
  /// Gives the handle up before its time.
  void Close();

 private:
  HANDLE handle_;
};

/// What MprAdminPortEnum answered. Frees the buffer.
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

  /// A demand-dial interface that is enabled, and dials the profile it is named after.
  static MPR_INTERFACE_0 DemandDial(const wchar_t* name);
  DWORD Create(const MPR_INTERFACE_0& description, HANDLE* handle) const;
  DWORD Create(const MPR_INTERFACE_2& description, HANDLE* handle) const;
  DWORD GetHandle(const wchar_t* name, HANDLE* handle, BOOL include_clients = FALSE) const;
  DWORD Delete(HANDLE handle) const;
  DWORD Connect(HANDLE handle) const;  ///< waits
  DWORD BeginConnect(HANDLE handle, HANDLE event = nullptr) const;
  DWORD Disconnect(HANDLE handle) const;

  /// `connection`: INVALID_HANDLE_VALUE stands for all ports. `most`: preferred bytes.
  DWORD Enumerate(PortList* list, HANDLE connection = INVALID_HANDLE_VALUE,
                  DWORD most = static_cast<DWORD>(-1), DWORD* resume = nullptr) const;
  DWORD DisconnectPort(HANDLE port) const;

 private:
  MPR_SERVER_HANDLE server_ = nullptr;
};

}  // namespace mbnrig::conformance
