#pragma once

#include <cstdint>
#include <memory>

#include "win32/event.h"

namespace mbnrig::rras {

/// The event that a client passed to MprAdminInterfaceConnect, for as long as the attempt lasts: a
/// client may close its handle earlier. The service knows only the completion number.
class PendingConnect {
 public:
  /// `event`: null if the client passed none. Throws std::bad_alloc.
  explicit PendingConnect(std::shared_ptr<win32::Event> event);
  /// Forgets the event, unless Keep was called.
  ~PendingConnect();
  PendingConnect(const PendingConnect&) = delete;
  PendingConnect& operator=(const PendingConnect&) = delete;

  /// For the ConnectRequest; 0 without an event.
  std::uint64_t completion() const { return completion_; }
  /// The service will complete the attempt, or has completed it. That sets the event.
  void Keep() { kept_ = true; }

 private:
  std::uint64_t completion_ = 0;
  bool kept_ = false;
};

}  // namespace mbnrig::rras
