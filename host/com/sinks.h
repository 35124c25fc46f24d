#pragma once

/// The sinks that clients have connected to one event interface, and how events reach them.
///
/// A service owns one Sinks<ISomethingEvents> for all its clients. Every COM object that offers the
/// event interface adds its clients' sinks to that list (com/event_source.h).

#include <ocidl.h>

#include <cstddef>
#include <limits>
#include <mutex>
#include <vector>

#include "com/ptr.h"

namespace mbnrig::com {

/// Connections to one event interface of any type. Thread-safe. No lock is held while a sink is
/// called or released.
class Connections {
 public:
  /// At most `limit` connections exist at a time. Further ones get CONNECT_E_ADVISELIMIT.
  explicit Connections(REFIID iid, std::size_t limit = std::numeric_limits<std::size_t>::max())
      : iid_(iid), limit_(limit) {}
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  const IID& iid() const { return iid_; }
  std::size_t size() const;

  /// Connects `sink` for `owner`. Cookies are unique in this list and never 0. Errors: E_POINTER,
  /// CONNECT_E_CANNOTCONNECT if the sink lacks the interface, CONNECT_E_ADVISELIMIT,
  /// E_OUTOFMEMORY.
  HRESULT Advise(const void* owner, IUnknown* sink, DWORD* cookie) noexcept;

  /// Ends a connection of `owner`. No new call begins afterwards. A call that has begun on another
  /// thread may still run. CONNECT_E_NOCONNECTION if `owner` has no such connection.
  HRESULT Unadvise(const void* owner, DWORD cookie) noexcept;

  /// Ends every connection of `owner`.
  void Drop(const void* owner) noexcept;

  /// A connection of this list. The sink's pointer has the type that iid() names.
  struct Connection {
    const void* owner = nullptr;
    DWORD cookie = 0;
    Ptr<IUnknown> sink;
  };

  /// The connections of `owner`, oldest first. Throws std::bad_alloc.
  std::vector<Connection> Of(const void* owner) const;

 protected:
  /// The cookie of the newest connection; 0 before the first.
  DWORD last_cookie() const;
  /// Returns the sink with the lowest cookie above `*cookie` and at most `last`, and stores that
  /// cookie in `*cookie`. Empty if there is none.
  Ptr<IUnknown> After(DWORD* cookie, DWORD last) const;

 private:
  const IID iid_;
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::vector<Connection> connections_;  // guarded by mutex_; cookies ascend
  DWORD last_cookie_ = 0;                // guarded by mutex_
};

/// Connections to the event interface `Sink`.
template <class Sink>
class Sinks final : public Connections {
 public:
  explicit Sinks(std::size_t limit = std::numeric_limits<std::size_t>::max())
      : Connections(__uuidof(Sink), limit) {}

  /// Calls `fn(Sink*)` for every sink that is connected now, oldest first. Holds a reference to the
  /// sink during its call, and no lock, so `fn` and the sink may advise and unadvise. A sink that
  /// is unadvised meanwhile is not called any more. A sink that is advised meanwhile gets the next
  /// event. Allocates nothing.
  template <class Function>
  void ForEach(Function&& fn) const {
    const DWORD last = last_cookie();
    DWORD cookie = 0;
    while (Ptr<IUnknown> sink = After(&cookie, last))
      fn(static_cast<Sink*>(sink.Get()));
  }
};

}  // namespace mbnrig::com
