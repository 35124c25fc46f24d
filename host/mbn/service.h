#pragma once

/// The Mobile Broadband service: owns the modems, answers the COM objects in front of it. It starts
/// and stops as a service does; objects outlive it and answer as documented.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "client/device.h"
#include "l2/l2_connection.h"

namespace mbnrig::mbn {

/// Bounds of the service's own waits. A command that has none here has client::Timeouts::command.
struct ServiceTimes {
  std::chrono::milliseconds attach{60'000};      ///< PACKET_SERVICE attach, to its end
  std::chrono::milliseconds connect{120'000};    ///< CONNECT activate, to its end
  std::chrono::milliseconds disconnect{30'000};  ///< CONNECT deactivate, to its end
  /// Until a modem that could not be opened, or that could not answer a question, is asked again.
  std::chrono::milliseconds retry{5'000};
  std::chrono::milliseconds profile_lock{5'000};  ///< for another process's change of the profiles
};

/// How much the service keeps for a modem that says more than is taken; 0 counts as 1.
struct ServiceLimits {
  /// News that waits for clients whose handlers do not return. What is more than that is told once
  /// they do, with the state as it is then; completions and removals are never left out.
  std::size_t events = 1'000;
  /// Indications that wait for the service. What is more than that is dropped, and the modem is
  /// asked for everything afterwards.
  std::size_t indications = 1'000;
};

struct ServiceConfig {
  /// Makes the monitor each time the service starts. Empty: libusb, every MBIM device.
  std::function<std::unique_ptr<client::Monitor>()> monitor;
  /// Where profiles are kept, in the folder "profiles". Empty: $MBNRIG_STATE_DIR, else
  /// $XDG_STATE_HOME/mbnrig, else ~/.local/state/mbnrig (root: /var/lib/mbnrig).
  std::filesystem::path state_dir;
  ServiceTimes times;
  ServiceLimits limits;
  /// What a modem's context is to this machine once the API has connected it.
  l2::L2Options l2;
};

enum class ServiceState { kStopped, kStarting, kRunning, kStopping };

/// The process's Mobile Broadband service. CoCreateInstance of a manager starts it with the default
/// configuration unless it was configured, started or stopped before; where that fails, a line in
/// the log says why and the objects answer as with a stopped service. Thread-safe. Stopped at the
/// process's end. Start and Stop are not for event handlers: std::logic_error there.
class Service {
 public:
  static Service& Get();
  /// Takes effect at the next Start. Throws std::logic_error while the service runs.
  void Configure(ServiceConfig config);
  /// Returns when the service runs; modems are announced as they open. Does nothing when it runs.
  /// Throws std::runtime_error with one line that says what to do.
  void Start();
  /// Completes every pending request with its documented failure, closes the modems, delivers the
  /// last events. Idempotent.
  void Stop();
  ServiceState state() const;
};

}  // namespace mbnrig::mbn
