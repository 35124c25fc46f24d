#include "win32/event.h"

#include <errhandlingapi.h>
#include <handleapi.h>
#include <synchapi.h>
#include <winerror.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <unordered_map>

namespace mbnrig::win32 {

namespace {

thread_local DWORD t_last_error = NO_ERROR;

// The open handles. A handle is a number that is never used again, a multiple of 4 as on Windows.
class HandleTable {
 public:
  HANDLE Add(std::shared_ptr<Event> event) {
    const std::lock_guard lock(mutex_);
    const std::uintptr_t handle = next_;
    events_.emplace(handle, std::move(event));
    next_ += kStep;
    return reinterpret_cast<HANDLE>(handle);
  }

  std::shared_ptr<Event> Find(HANDLE handle) {
    const std::lock_guard lock(mutex_);
    const auto found = events_.find(reinterpret_cast<std::uintptr_t>(handle));
    return found == events_.end() ? nullptr : found->second;
  }

  bool Remove(HANDLE handle) {
    const std::lock_guard lock(mutex_);
    return events_.erase(reinterpret_cast<std::uintptr_t>(handle)) != 0;
  }

 private:
  static constexpr std::uintptr_t kStep = 4;

  std::mutex mutex_;
  std::uintptr_t next_ = 0x100;                                        // guarded by mutex_
  std::unordered_map<std::uintptr_t, std::shared_ptr<Event>> events_;  // guarded by mutex_
};

// Never destroyed: threads may still signal while the process exits. It needs no memory of the
// heap, so that looking for an event cannot fail.
HandleTable& Handles() {
  alignas(HandleTable) static std::byte memory[sizeof(HandleTable)];
  static HandleTable& handles = *new (memory) HandleTable;
  return handles;
}

std::shared_ptr<Event> FindOrSetError(HANDLE handle) {
  std::shared_ptr<Event> event = FindEvent(handle);
  if (event == nullptr) SetLastError(ERROR_INVALID_HANDLE);
  return event;
}

HANDLE Create(bool manual_reset, bool signalled, bool named) {
  if (named) {
    SetLastError(ERROR_NOT_SUPPORTED);
    return nullptr;
  }
  try {
    const HANDLE handle = Handles().Add(std::make_shared<Event>(manual_reset, signalled));
    SetLastError(NO_ERROR);
    return handle;
  } catch (const std::bad_alloc&) {
    SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return nullptr;
  }
}

}  // namespace

void Event::Set() {
  const std::lock_guard lock(mutex_);
  signalled_ = true;
  if (manual_reset_) {
    changed_.notify_all();
  } else {
    changed_.notify_one();
  }
}

void Event::Reset() {
  const std::lock_guard lock(mutex_);
  signalled_ = false;
}

bool Event::Wait(std::optional<std::chrono::milliseconds> timeout) {
  std::unique_lock lock(mutex_);
  const auto signalled = [this] { return signalled_; };
  if (!timeout.has_value()) {
    changed_.wait(lock, signalled);
  } else if (!changed_.wait_for(lock, *timeout, signalled)) {
    return false;
  }
  if (!manual_reset_) signalled_ = false;
  return true;
}

std::shared_ptr<Event> FindEvent(HANDLE handle) {
  return Handles().Find(handle);
}

}  // namespace mbnrig::win32

DWORD GetLastError(void) {
  return mbnrig::win32::t_last_error;
}

VOID SetLastError(DWORD dwErrCode) {
  mbnrig::win32::t_last_error = dwErrCode;
}

HANDLE CreateEventW(LPSECURITY_ATTRIBUTES /*lpEventAttributes*/, BOOL bManualReset,
                    BOOL bInitialState, LPCWSTR lpName) {
  return mbnrig::win32::Create(bManualReset != FALSE, bInitialState != FALSE, lpName != nullptr);
}

HANDLE CreateEventA(LPSECURITY_ATTRIBUTES /*lpEventAttributes*/, BOOL bManualReset,
                    BOOL bInitialState, LPCSTR lpName) {
  return mbnrig::win32::Create(bManualReset != FALSE, bInitialState != FALSE, lpName != nullptr);
}

BOOL SetEvent(HANDLE hEvent) {
  const auto event = mbnrig::win32::FindOrSetError(hEvent);
  if (event == nullptr) return FALSE;
  event->Set();
  return TRUE;
}

BOOL ResetEvent(HANDLE hEvent) {
  const auto event = mbnrig::win32::FindOrSetError(hEvent);
  if (event == nullptr) return FALSE;
  event->Reset();
  return TRUE;
}

DWORD WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds) {
  const auto event = mbnrig::win32::FindOrSetError(hHandle);
  if (event == nullptr) return WAIT_FAILED;
  std::optional<std::chrono::milliseconds> timeout;
  if (dwMilliseconds != INFINITE) timeout = std::chrono::milliseconds(dwMilliseconds);
  return event->Wait(timeout) ? WAIT_OBJECT_0 : WAIT_TIMEOUT;
}

BOOL CloseHandle(HANDLE hObject) {
  if (mbnrig::win32::Handles().Remove(hObject)) return TRUE;
  SetLastError(ERROR_INVALID_HANDLE);
  return FALSE;
}
