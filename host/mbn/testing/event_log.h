#pragma once

/// A client's sink for tests. It keeps every event. A test can wait for an event, or delay one.

#include <mbnapi.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <vector>

#include "com/client.h"
#include "mbn/api/sink.h"

namespace mbnrig::mbn::testing {

/// One event with its object and values.
struct Event {
  EventId id{};
  std::string name;  ///< "IMbnConnectionEvents::OnConnectComplete"
  com::Ptr<IUnknown> object;
  ULONG request = 0;
  HRESULT status = S_OK;
  std::thread::id thread;

  template <class Interface>
  com::Ptr<Interface> As() const {
    com::Ptr<Interface> typed;
    object.As(&typed);
    return typed;
  }
};

/// Advises itself on managers and stays connected until Disconnect. Thread-safe.
class EventLog final : public SinkOfAllEvents<EventLog> {
 public:
  /// Connects to every connection point of `manager`.
  void Advise(IUnknown* manager);
  void Disconnect();

  /// `handler` is called on the event thread for each event, before the log keeps the event.
  void OnEvent(std::function<void(const Event&)> handler);

  /// Returns the first event of that name (see EventNamed) that no call has returned yet and that
  /// `matches` accepts. If none comes within kTestPatience, throws std::runtime_error, whose text
  /// lists the events that came.
  Event WaitFor(std::string_view name, std::function<bool(const Event&)> matches = nullptr);
  /// The full names of all events so far, in order.
  std::vector<std::string> Names() const;
  std::vector<Event> Events() const;
  /// Forgets all events.
  void Clear();

  /// Called by Sink.
  template <class... A>
  HRESULT OnEvent(EventId id, const std::tuple<A...>& arguments) {
    return Note(id, ReadArguments(id, arguments));
  }

 private:
  HRESULT Note(EventId id, const EventArguments& arguments);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Event> events_;                  // guarded by mutex_
  std::vector<bool> waited_for_;               // guarded by mutex_
  std::function<void(const Event&)> handler_;  // guarded by mutex_
  com::Advices advices_;                       // guarded by mutex_
};

}  // namespace mbnrig::mbn::testing
