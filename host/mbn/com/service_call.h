#pragma once

/// How COM objects reach the running service.

#include <memory>

#include "mbn/running_service.h"

namespace mbnrig::mbn {

/// Keeps the service running while it lives, because Stop waits for the calls that are under way.
/// Do not keep it beyond a call. Never throws.
class ServiceCall {
 public:
  ServiceCall();
  ~ServiceCall();
  ServiceCall(const ServiceCall&) = delete;
  ServiceCall& operator=(const ServiceCall&) = delete;

  /// False when the service is not running.
  explicit operator bool() const { return service_ != nullptr; }
  RunningService* operator->() const { return service_; }
  RunningService& operator*() const { return *service_; }

 private:
  RunningService* service_;
};

/// Starts the service with the default configuration, unless the program has configured, started or
/// stopped it before.
void StartServiceOnDemand();

}  // namespace mbnrig::mbn
