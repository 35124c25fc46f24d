#pragma once

/// Counts the allocations of a thread and makes them fail. A program that uses this header gets an
/// operator new of its own (allocations.cpp) in place of the library's.

#include <cstddef>

namespace mbnrig::mbim::testing {

struct Allocations {
  std::size_t bytes = 0;  ///< that operator new was asked for since somebody set this to 0
  /// How many further allocations succeed; the next one throws std::bad_alloc. Negative: all
  /// succeed.
  int left = -1;
};

/// Those of the calling thread.
Allocations& AllocationsOfThisThread();

/// While an object of this class exists, every allocation of its thread fails.
class AllocationFailure {
 public:
  AllocationFailure() : before_(AllocationsOfThisThread().left) {
    AllocationsOfThisThread().left = 0;
  }
  ~AllocationFailure() { AllocationsOfThisThread().left = before_; }
  AllocationFailure(const AllocationFailure&) = delete;
  AllocationFailure& operator=(const AllocationFailure&) = delete;

 private:
  const int before_;
};

}  // namespace mbnrig::mbim::testing
