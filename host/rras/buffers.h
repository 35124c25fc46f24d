#pragma once

#include <cstddef>

namespace mbnrig::rras {

/// Buffers that the API hands out and MprAdminBufferFree takes back. A pointer that is not one of
/// them is told apart, never freed blindly. Thread-safe.

/// Zeroed memory for `count` elements of `size` bytes (at least one byte). Throws std::bad_alloc.
void* AllocateBuffer(std::size_t count, std::size_t size);

/// False when `buffer` was not handed out, or has been freed already.
bool FreeBuffer(void* buffer);

}  // namespace mbnrig::rras
