#include "rras/admin/server_handles.h"

#include <mutex>

namespace mbnrig::rras {
namespace {

template <class Server>
struct Table {
  std::mutex mutex;
  HandleTable<Server> handles;

  static Table& Get() {
    // Never destroyed: a client's threads may call while the process ends.
    static Table& table = *new Table;
    return table;
  }
};

}  // namespace

template <class Server>
HANDLE ServerHandles<Server>::Open() {
  auto& table = Table<Server>::Get();
  const std::lock_guard lock(table.mutex);
  return ToHandle(table.handles.Add({}));
}

template <class Server>
void ServerHandles<Server>::Close(HANDLE handle) noexcept {
  auto& table = Table<Server>::Get();
  const std::lock_guard lock(table.mutex);
  table.handles.Remove(ToNumber(handle));
}

template <class Server>
bool ServerHandles<Server>::IsOpen(HANDLE handle) noexcept {
  auto& table = Table<Server>::Get();
  const std::lock_guard lock(table.mutex);
  return table.handles.Find(ToNumber(handle)) != nullptr;
}

template struct ServerHandles<MprServer>;
template struct ServerHandles<MibServer>;

}  // namespace mbnrig::rras
