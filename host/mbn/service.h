#pragma once

/// The Mobile Broadband service: owns the modems, answers the COM objects in front of it. It starts
/// and stops as a service does; objects outlive it and answer as documented.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "client/device.h"

namespace mbnrig::mbn {

struct ServiceConfig {
  /// Makes the monitor each time the service starts. Empty: libusb, every MBIM device.
  std::function<std::unique_ptr<client::Monitor>()> monitor;
  /// Where profiles are kept. Empty: $MBNRIG_STATE_DIR, else $XDG_STATE_HOME/mbnrig, else
  /// ~/.local/state/mbnrig (root: /var/lib/mbnrig).
  std::filesystem::path state_dir;
};

enum class ServiceState { kStopped, kStarting, kRunning, kStopping };

/// The process's Mobile Broadband service. CoCreateInstance of a manager starts it with the default
/// configuration unless it was configured, started or stopped before. Thread-safe.
class Service {
 public:
  static Service& Get();
  /// Takes effect at the next Start. Throws std::logic_error while the service runs.
  void Configure(ServiceConfig config);
  /// Returns when the service runs; modems are announced as they open. Throws std::runtime_error with
  /// one line that says what to do.
  void Start();
  /// Completes every pending request with its documented failure, closes the modems. Idempotent.
  void Stop();
  ServiceState state() const;
};

}  // namespace mbnrig::mbn
