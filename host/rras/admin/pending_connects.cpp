#include "rras/admin/pending_connects.h"

#include <mutex>
#include <unordered_map>
#include <utility>

#include "rras/model/values.h"
#include "rras/service.h"

namespace mbnrig::rras {
namespace {

struct Pending {
  std::mutex mutex;
  std::uint64_t last_completion = 0;                                        // guarded by mutex
  std::unordered_map<std::uint64_t, std::shared_ptr<win32::Event>> events;  // guarded by mutex

  static Pending& Get() {
    // Never destroyed: the service completes attempts while the process ends.
    static Pending& pending = *[] {
      Service::Get().OnConnectCompleted(&Complete);
      return new Pending;
    }();
    return pending;
  }

  std::shared_ptr<win32::Event> Remove(std::uint64_t completion) noexcept {
    const std::lock_guard lock(mutex);
    const auto entry = events.find(completion);
    if (entry == events.end()) return nullptr;
    std::shared_ptr<win32::Event> event = std::move(entry->second);
    events.erase(entry);
    return event;
  }

  static void Complete(const ConnectCompletion& completion) noexcept {
    if (const auto event = Get().Remove(completion.completion)) event->Set();
  }
};

}  // namespace

PendingConnect::PendingConnect(std::shared_ptr<win32::Event> event) {
  if (event == nullptr) return;
  Pending& pending = Pending::Get();
  const std::lock_guard lock(pending.mutex);
  const std::uint64_t completion = pending.last_completion + 1;
  pending.events.emplace(completion, std::move(event));
  pending.last_completion = completion_ = completion;
}

PendingConnect::~PendingConnect() {
  if (!kept_ && completion_ != 0) Pending::Get().Remove(completion_);
}

}  // namespace mbnrig::rras
