#pragma once

/// How COM objects reach the running service.

#include "mbn/seam.h"

namespace mbnrig::mbn {

class RunningService;

/// Keeps the service running while this exists, because Stop waits for the calls that have begun.
/// Do not keep it beyond a call. Never throws.
class ServiceCall {
 public:
  ServiceCall();
  ~ServiceCall();
  ServiceCall(const ServiceCall&) = delete;
  ServiceCall& operator=(const ServiceCall&) = delete;

  /// False when the service is not running.
  explicit operator bool() const { return service_ != nullptr; }
  Seam& operator*() const;
  /// Called by Service: the other side of the seam.
  RunningService* running() const { return service_; }

 private:
  RunningService* service_;
};

/// Starts the service with the default configuration, unless the program has already configured,
/// started or stopped it.
void StartServiceOnDemand();

}  // namespace mbnrig::mbn
