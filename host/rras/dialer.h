#pragma once

/// The router's only way to a modem.

#include <mbnapi.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mbnrig::rras {

/// What the router sees of one modem.
struct ModemView {
  std::wstring interface_id;  ///< IMbnInterface::get_InterfaceID
  std::wstring device_name;   ///< model, else device ID, else the interface ID
  bool operational = false;   ///< ready, and registered so that it has a connection
  MBN_ACTIVATION_STATE state = MBN_ACTIVATION_STATE_NONE;
};

/// Dials modems and says how they are. Thread-safe, but for Start and Stop, which have one caller.
class Dialer {
 public:
  using Finished = std::function<void(HRESULT status)>;
  using Changed = std::function<void()>;

  /// Stops.
  virtual ~Dialer() = default;

  /// From now on `changed` is called whenever a modem came, went, connected or disconnected, by
  /// whomever; on a thread of the dialer's, one call at a time. Throws std::runtime_error.
  virtual void Start(Changed changed) = 0;
  /// Attempts under way end with E_ABORT before it returns, and no handler is called afterwards.
  /// Idempotent. Not for a handler.
  virtual void Stop() = 0;

  /// The modems as they are now, in no particular order. Throws std::bad_alloc.
  virtual std::vector<ModemView> Modems() const = 0;

  /// Activates an MBN profile on a modem. S_OK: `done` is called exactly once, on the thread of
  /// `changed` or by Stop, and `changed` after it. Other codes say why nothing has begun.
  /// Throws std::bad_alloc, and then nothing has begun either.
  virtual HRESULT Connect(const std::wstring& interface_id, const std::wstring& profile,
                          Finished done) = 0;

  /// Deactivates a modem's context, behind an activation that is under way, and waits for the end
  /// of it: S_OK whether or not the modem did. HRESULT_FROM_WIN32(ERROR_NOT_FOUND): there is no
  /// such modem, or nothing to deactivate. HRESULT_FROM_WIN32(ERROR_TIMEOUT): begun, but not over
  /// in time. Throws std::bad_alloc, and then nothing has begun.
  virtual HRESULT Disconnect(const std::wstring& interface_id,
                             std::chrono::milliseconds timeout) = 0;
};

/// A client of the Mobile Broadband API like any other. Throws std::runtime_error when that API
/// cannot be had.
std::unique_ptr<Dialer> MakeMbnDialer();

}  // namespace mbnrig::rras
