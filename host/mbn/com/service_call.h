#pragma once

/// What a COM object does first: reach the running service, if there is one.

#include <memory>

#include "mbn/running_service.h"

namespace mbnrig::mbn {

/// Keeps the service running while it lives: Stop waits for the calls that are under way. Not to be
/// kept beyond a call. Never throws.
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

/// Starts the service with the default configuration unless it was configured, started or stopped
/// before.
void StartServiceOnDemand();

}  // namespace mbnrig::mbn
