#pragma once

/// The router's only way to a modem.

#include <winerror.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rras/model/modem_view.h"

namespace mbnrig::rras {

/// Dials modems and tells their state. Thread-safe, except that Start and Stop have one caller.
class Dialer {
 public:
  using Finished = std::function<void(HRESULT status)>;
  /// `ended`: the interface ID of the modem whose connection has ended, also if the modem has
  /// another connection by now. Empty: anything else has changed.
  using Changed = std::function<void(const std::string& ended)>;

  /// Stops.
  virtual ~Dialer() = default;

  /// From now on the dialer calls `changed` when a modem came, left, connected or disconnected,
  /// whichever program did it: on a thread of the dialer, one call at a time. Throws
  /// std::runtime_error.
  virtual void Start(Changed changed) = 0;
  /// Attempts under way end with E_ABORT before Stop returns. Afterwards the dialer calls no
  /// handler. Idempotent. A handler must not call Stop.
  virtual void Stop() = 0;

  /// The modems as they are now, in no particular order. Throws std::bad_alloc.
  virtual std::vector<ModemView> Modems() const = 0;

  /// Activates an MBN profile on a modem. After S_OK the dialer calls `done` exactly once, on the
  /// thread of `changed` or from Stop, and then `changed`. Another code says why nothing has begun.
  /// Throws std::bad_alloc; then nothing has begun either.
  virtual HRESULT Connect(const std::string& interface_id, const std::string& profile,
                          Finished done) = 0;

  /// Deactivates the context of a modem and waits for the end of it. An activation that is under
  /// way is deactivated when it ends. If another program is deactivating the context already, waits
  /// until no program does. S_OK: the context has ended. The modem may have a new context by then.
  /// E_FAIL: the modem did not end it. HRESULT_FROM_WIN32(ERROR_NOT_FOUND): there is no such modem,
  /// or it has nothing to deactivate. HRESULT_FROM_WIN32(ERROR_TIMEOUT): it did not end within
  /// `timeout` and goes on. Throws std::bad_alloc; then nothing has begun.
  virtual HRESULT Disconnect(const std::string& interface_id,
                             std::chrono::milliseconds timeout) = 0;

  /// Whether the caller is in an event handler that holds back the events of the modems. Disconnect
  /// and the end of a Connect need such events, so the caller must not wait for them.
  virtual bool InHandler() const = 0;
};

/// A dialer that is a client of the Mobile Broadband API, as any other program can be. Throws
/// std::runtime_error if that API is not available.
std::unique_ptr<Dialer> MakeMbnDialer();

}  // namespace mbnrig::rras
