#include "com/sinks.h"

#include <winerror.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "com/guard.h"

namespace mbnrig::com {

std::size_t Connections::size() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

HRESULT Connections::Advise(const void* owner, IUnknown* sink, DWORD* cookie) noexcept {
  if (cookie == nullptr) return E_POINTER;
  *cookie = 0;
  if (sink == nullptr) return E_POINTER;
  Connection connection{owner, 0, nullptr};
  void* typed = nullptr;
  if (FAILED(sink->QueryInterface(iid_, &typed)) || typed == nullptr) {
    return CONNECT_E_CANNOTCONNECT;
  }
  connection.sink.Attach(static_cast<IUnknown*>(typed));
  return Guard([&] {
    const std::lock_guard lock(mutex_);
    if (connections_.size() >= limit_ || last_cookie_ == std::numeric_limits<DWORD>::max()) {
      return CONNECT_E_ADVISELIMIT;
    }
    connection.cookie = last_cookie_ + 1;
    connections_.push_back(std::move(connection));
    *cookie = ++last_cookie_;
    return S_OK;
  });
}

HRESULT Connections::Unadvise(const void* owner, DWORD cookie) noexcept {
  Ptr<IUnknown> released;  // after the lock: Release may run the client's code
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(connections_.begin(), connections_.end(),
                   [&](const Connection& c) { return c.cookie == cookie && c.owner == owner; });
  if (found == connections_.end()) return CONNECT_E_NOCONNECTION;
  released = std::move(found->sink);
  connections_.erase(found);
  return S_OK;
}

void Connections::Drop(const void* owner) noexcept {
  while (true) {
    Ptr<IUnknown> released;
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(connections_.begin(), connections_.end(),
                                    [&](const Connection& c) { return c.owner == owner; });
    if (found == connections_.end()) return;
    released = std::move(found->sink);
    connections_.erase(found);
  }
}

std::vector<Connections::Connection> Connections::Of(const void* owner) const {
  std::vector<Connection> mine;
  const std::lock_guard lock(mutex_);
  std::copy_if(connections_.begin(), connections_.end(), std::back_inserter(mine),
               [&](const Connection& c) { return c.owner == owner; });
  return mine;
}

DWORD Connections::last_cookie() const {
  const std::lock_guard lock(mutex_);
  return last_cookie_;
}

Ptr<IUnknown> Connections::After(DWORD* cookie, DWORD last) const {
  const std::lock_guard lock(mutex_);
  const auto next = std::upper_bound(
      connections_.begin(), connections_.end(), *cookie,
      [](DWORD after, const Connection& connection) { return after < connection.cookie; });
  if (next == connections_.end() || next->cookie > last) return nullptr;
  *cookie = next->cookie;
  return next->sink;
}

}  // namespace mbnrig::com
