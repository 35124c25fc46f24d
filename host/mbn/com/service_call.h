#pragma once

/// How COM objects reach the running service.

#include "mbn/seam.h"

namespace mbnrig::mbn {

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
  Seam& operator*() const { return *service_; }

 private:
  Seam* service_;
};

/// Starts the service with the default configuration, unless the program has already configured,
/// started or stopped it. Throws std::bad_alloc.
void StartServiceOnDemand();

}  // namespace mbnrig::mbn
