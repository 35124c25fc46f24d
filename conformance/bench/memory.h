#pragma once

namespace mbnrig::bench {

/// While one lives, every `new` of its thread throws std::bad_alloc. Only in programs that link
/// memory.cpp, which replaces the program's operator new.
class AllocationFailure {
 public:
  AllocationFailure();
  ~AllocationFailure();
  AllocationFailure(const AllocationFailure&) = delete;
  AllocationFailure& operator=(const AllocationFailure&) = delete;
};

}  // namespace mbnrig::bench
