#pragma once

namespace mbnrig::com {

/// Whether the calling thread is in a client's handler of an event. A service sends one event at a
/// time, so a handler that waits for another event waits in vain.
bool InEventHandler();

/// Marks the calling thread while a service calls the handlers of an event. One at a time.
class EventHandlerMark {
 public:
  EventHandlerMark();
  ~EventHandlerMark();
  EventHandlerMark(const EventHandlerMark&) = delete;
  EventHandlerMark& operator=(const EventHandlerMark&) = delete;
};

}  // namespace mbnrig::com
