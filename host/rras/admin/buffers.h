#pragma once

/// The buffers that the API hands out and MprAdminBufferFree takes back.

#include <windef.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mbnrig::rras {

/// What the structures in a buffer point to: texts, lists, blobs. Freed with the buffer.
class Tail {
 public:
  /// A copy of `values`, aligned for any type. Throws std::bad_alloc.
  template <class T>
  T* Put(std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    return static_cast<T*>(Copy(values.data(), values.size_bytes()));
  }
  /// The text with a terminating NUL. Throws std::bad_alloc.
  WCHAR* PutText(std::string_view utf8);

 private:
  void* Copy(const void* bytes, std::size_t size);

  std::vector<std::unique_ptr<std::byte[]>> parts_;
};

/// A buffer while the service fills it.
class Buffer {
 public:
  /// Zeroed memory for `count` elements of `size` bytes. Throws std::bad_alloc.
  Buffer(std::size_t count, std::size_t size);

  std::byte* data() const { return memory_.get(); }
  Tail& tail() { return tail_; }

  /// Gives the buffer to the client, which frees it with FreeBuffer. Throws std::bad_alloc.
  /// Thread-safe.
  LPBYTE Release() &&;

 private:
  std::unique_ptr<std::byte[]> memory_;
  Tail tail_;
};

/// Frees a buffer that a client has. False for any other pointer, which is left alone. Thread-safe.
bool FreeBuffer(const void* buffer);

}  // namespace mbnrig::rras
