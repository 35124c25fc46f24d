#include "rras/admin/buffers.h"

#include <algorithm>
#include <mutex>
#include <new>
#include <string>
#include <unordered_map>
#include <utility>

#include "com/text.h"

namespace mbnrig::rras {
namespace {

struct Registry {
  std::mutex mutex;
  std::unordered_map<const void*, Buffer> buffers;  // guarded by mutex
};

Registry& TheRegistry() {
  // Never destroyed: a client's threads may free buffers while the process ends.
  static Registry& registry = *new Registry;
  return registry;
}

// At least one byte, so that every buffer has an address of its own.
std::unique_ptr<std::byte[]> Zeroed(std::size_t size) {
  return std::make_unique<std::byte[]>(std::max<std::size_t>(1, size));
}

std::size_t Product(std::size_t count, std::size_t size) {
  if (size != 0 && count > static_cast<std::size_t>(-1) / 2 / size) throw std::bad_alloc();
  return count * size;
}

}  // namespace

void* Tail::Copy(const void* bytes, std::size_t size) {
  parts_.push_back(Zeroed(size));
  if (size != 0) std::memcpy(parts_.back().get(), bytes, size);
  return parts_.back().get();
}

WCHAR* Tail::PutText(std::string_view utf8) {
  const std::wstring text = com::FromUtf8(utf8);
  return Put(std::span<const WCHAR>(text.c_str(), text.size() + 1));
}

Buffer::Buffer(std::size_t count, std::size_t size) : memory_(Zeroed(Product(count, size))) {}

LPBYTE Buffer::Release() && {
  Registry& registry = TheRegistry();
  std::byte* const address = data();
  const std::lock_guard lock(registry.mutex);
  registry.buffers.emplace(address, std::move(*this));
  return reinterpret_cast<LPBYTE>(address);
}

bool FreeBuffer(const void* buffer) {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  return registry.buffers.erase(buffer) == 1;
}

}  // namespace mbnrig::rras
