#pragma once

/// Events behind the handles of synchapi.h, for code that signals what a client gave it.

#include <windef.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

namespace mbnrig::com {

/// A manual-reset or auto-reset event. Thread-safe.
class Event {
 public:
  Event(bool manual_reset, bool signalled) : manual_reset_(manual_reset), signalled_(signalled) {}

  void Set();
  void Reset();
  /// True when signalled, within `timeout` or (none) ever. Resets an auto-reset event.
  bool Wait(std::optional<std::chrono::milliseconds> timeout);

 private:
  const bool manual_reset_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool signalled_;  // guarded by mutex_
};

/// The event of an open handle, empty for any other value. A service keeps what this returns, so
/// that a client that closes its handle too early does no harm.
std::shared_ptr<Event> FindEvent(HANDLE handle);

}  // namespace mbnrig::com
