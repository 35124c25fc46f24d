#include "rras/buffers.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <new>
#include <unordered_map>

namespace mbnrig::rras {
namespace {

struct Registry {
  std::mutex mutex;
  std::unordered_map<void*, std::unique_ptr<std::byte[]>> buffers;
};

Registry& TheRegistry() {
  // Never destroyed: a client's threads may free while the process ends.
  static Registry& registry = *new Registry;
  return registry;
}

}  // namespace

void* AllocateBuffer(std::size_t count, std::size_t size) {
  if (size != 0 && count > static_cast<std::size_t>(-1) / 2 / size) throw std::bad_alloc();
  auto memory = std::make_unique<std::byte[]>(std::max<std::size_t>(1, count * size));
  void* const pointer = memory.get();
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  registry.buffers.emplace(pointer, std::move(memory));
  return pointer;
}

bool FreeBuffer(void* buffer) {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  return registry.buffers.erase(buffer) == 1;
}

}  // namespace mbnrig::rras
