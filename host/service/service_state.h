#pragma once

namespace mbnrig::service {

/// kStopping lasts beyond Stop when a thread has kept the service from stopping in time.
enum class ServiceState { kStopped, kStarting, kRunning, kStopping };

}  // namespace mbnrig::service
