#pragma once

#include <handleapi.h>
#include <mprapi.h>
#include <winerror.h>

#include <string>
#include <vector>

namespace mbnrig::python {

struct Port {
  std::wstring name, device;
  bool connected = false;
  HANDLE handle = nullptr;
};

/// An administration handle of the local router. The methods throw ApiError.
class RasServer {
 public:
  RasServer();
  ~RasServer();
  RasServer(const RasServer&) = delete;
  RasServer& operator=(const RasServer&) = delete;
  void Close();

  void CreateInterface(const std::wstring& name, bool enabled);
  void DeleteInterface(std::wstring name);
  void Connect(std::wstring name);
  void Disconnect(std::wstring name);
  std::vector<Port> Ports();
  void DisconnectPort(const Port& port);

 private:
  HANDLE Handle(std::wstring& name);
  MPR_SERVER_HANDLE server_ = nullptr;
};

bool RasServiceRunning();

}  // namespace mbnrig::python
