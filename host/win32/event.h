#pragma once

/// The events behind the handles of synchapi.h. A service signals the events of its clients.

#include <windef.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

namespace mbnrig::win32 {

/// A manual-reset or auto-reset event. Thread-safe.
class Event {
 public:
  Event(bool manual_reset, bool signalled) : manual_reset_(manual_reset), signalled_(signalled) {}

  void Set();
  void Reset();
  /// Waits until the event is signalled, without limit if there is no `timeout`. False after the
  /// timeout. Resets an auto-reset event.
  bool Wait(std::optional<std::chrono::milliseconds> timeout);

 private:
  const bool manual_reset_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool signalled_;  // guarded by mutex_
};

/// The event of an open handle; null for any other value. A service keeps the event itself, because
/// a client may close its handle at any time. Thread-safe.
std::shared_ptr<Event> FindEvent(HANDLE handle);

}  // namespace mbnrig::win32
