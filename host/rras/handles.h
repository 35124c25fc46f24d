#pragma once

#include <windef.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace mbnrig::rras {

/// Handles as the API's clients hold them: numbers that mean nothing but here, unique for the life
/// of the process, looked up and never dereferenced. Each table is of one kind, so that a port's
/// handle is no interface's. Thread-safe.
template <class Value>
class HandleTable {
 public:
  /// A new handle for `value`. Throws std::bad_alloc.
  HANDLE Add(Value value);
  /// What a handle stands for; nothing for one that was never given out or has been closed.
  std::optional<Value> Find(HANDLE handle) const {
    const std::lock_guard lock(mutex_);
    const auto entry = values_.find(handle);
    return entry == values_.end() ? std::nullopt : std::optional(entry->second);
  }
  bool Contains(HANDLE handle) const { return Find(handle).has_value(); }
  /// False when there was no such handle.
  bool Remove(HANDLE handle) {
    const std::lock_guard lock(mutex_);
    return values_.erase(handle) == 1;
  }
  void Clear() {
    const std::lock_guard lock(mutex_);
    values_.clear();
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<HANDLE, Value> values_;
};

/// The next number that no handle of any table has had.
HANDLE NextHandle();

template <class Value>
HANDLE HandleTable<Value>::Add(Value value) {
  const HANDLE handle = NextHandle();
  const std::lock_guard lock(mutex_);
  values_.emplace(handle, std::move(value));
  return handle;
}

}  // namespace mbnrig::rras
