#pragma once

/// The sinks that clients have connected to one event interface, and how events reach them.
///
/// A service owns one Sinks<ISomethingEvents> for all its clients; every COM object that offers the
/// event interface connects its clients' sinks to that list (com/event_source.h).

#include <ocidl.h>

#include <cstddef>
#include <limits>
#include <mutex>
#include <vector>

#include "com/ptr.h"

namespace mbnrig::com {

/// Connections to one event interface, whatever its type. Thread-safe; no lock is held while a sink
/// is called or released.
class Connections {
 public:
  /// `limit`: most connections at one time; more are refused with CONNECT_E_ADVISELIMIT.
  explicit Connections(REFIID iid, std::size_t limit = std::numeric_limits<std::size_t>::max())
      : iid_(iid), limit_(limit) {}
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  const IID& iid() const { return iid_; }
  std::size_t size() const;

  /// Connects `sink` in the name of `owner`. Cookies are unique in this list and never 0.
  /// E_POINTER, CONNECT_E_CANNOTCONNECT when the sink lacks the interface, CONNECT_E_ADVISELIMIT,
  /// E_OUTOFMEMORY.
  HRESULT Advise(const void* owner, IUnknown* sink, DWORD* cookie) noexcept;

  /// Ends a connection of `owner`. A call that has begun on another thread may still be under way
  /// afterwards; no new one begins. CONNECT_E_NOCONNECTION.
  HRESULT Unadvise(const void* owner, DWORD cookie) noexcept;

  /// Ends every connection of `owner`.
  void Drop(const void* owner) noexcept;

  /// A connection of this list: the sink's pointer is of the type that iid() names.
  struct Connection {
    const void* owner = nullptr;
    DWORD cookie = 0;
    Ptr<IUnknown> sink;
  };

  /// The connections of `owner`, oldest first. Throws std::bad_alloc.
  std::vector<Connection> Of(const void* owner) const;

 protected:
  /// The cookie given last, 0 before the first.
  DWORD last_cookie() const;
  /// The sink with the lowest cookie above `*cookie` and not above `last`, and its cookie; empty
  /// when there is none.
  Ptr<IUnknown> After(DWORD* cookie, DWORD last) const;

 private:
  const IID iid_;
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::vector<Connection> connections_;  // guarded by mutex_; cookies ascend
  DWORD last_cookie_ = 0;                // guarded by mutex_
};

/// Connections to the event interface `Sink`.
template <typename Sink>
class Sinks final : public Connections {
 public:
  explicit Sinks(std::size_t limit = std::numeric_limits<std::size_t>::max())
      : Connections(__uuidof(Sink), limit) {}

  /// Calls `fn(Sink*)` for every sink that is connected now, oldest first. A reference is held
  /// during the call and no lock, so `fn` and the sink may advise and unadvise: a sink unadvised
  /// meanwhile is not called any more, one advised meanwhile waits for the next event. Allocates
  /// nothing.
  template <typename Function>
  void ForEach(Function&& fn) const {
    const DWORD last = last_cookie();
    DWORD cookie = 0;
    while (Ptr<IUnknown> sink = After(&cookie, last))
      fn(static_cast<Sink*>(sink.Get()));
  }
};

}  // namespace mbnrig::com
