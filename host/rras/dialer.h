#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mbnapi.h>

namespace mbnrig::rras {

/// What the router sees of one modem.
struct ModemView {
  std::wstring interface_id;  ///< IMbnInterface::get_InterfaceID
  std::wstring device_name;   ///< model, else device ID, else the interface ID
  bool operational = false;   ///< ready, and registered so that it has a connection
  MBN_ACTIVATION_STATE state = MBN_ACTIVATION_STATE_NONE;
};

/// The router's only way to a modem: a client of the Mobile Broadband API like any other. Thread-safe.
class Dialer {
 public:
  using Finished = std::function<void(HRESULT status)>;
  using Changed = std::function<void()>;

  /// Throws std::runtime_error when the Mobile Broadband API cannot be had.
  Dialer();
  ~Dialer();  ///< Stops.
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  /// From now on `changed` is called on the Mobile Broadband service's event thread whenever a modem
  /// came, went, connected or disconnected, by whomever.
  void Start(Changed changed);
  /// No handler is called after it has returned; attempts under way report E_ABORT before. Idempotent.
  void Stop();

  /// The modems as they are now; empty while the Mobile Broadband service is down.
  std::vector<ModemView> Modems() const;

  /// Activates `profile` on a modem. `done` is called exactly once if and only if S_OK is returned, on
  /// the event thread or from Stop. Other codes: as IMbnInterfaceManager::GetInterface,
  /// IMbnInterface::GetConnection and IMbnConnection::Connect answer.
  HRESULT Connect(const std::wstring& interface_id, const std::wstring& profile, Finished done);

  /// Deactivates the modem's connection and waits for it; HRESULT_FROM_WIN32(ERROR_TIMEOUT) at the bound.
  HRESULT Disconnect(const std::wstring& interface_id, std::chrono::milliseconds timeout);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace mbnrig::rras
