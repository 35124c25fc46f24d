#pragma once

/// Request IDs of asynchronous calls.

#include <atomic>
#include <cstdint>

namespace mbnrig::mbn {

/// IDs that are never 0 and never repeat before 2^32 - 1 others were given; one sequence serves the
/// process, so that a completion of before a restart cannot be taken for a newer one. Thread-safe.
class RequestIds {
 public:
  explicit RequestIds(std::uint32_t last = 0) : last_(last) {}

  std::uint32_t Next() noexcept {
    std::uint32_t id = ++last_;
    while (id == 0)
      id = ++last_;
    return id;
  }

 private:
  std::atomic<std::uint32_t> last_;
};

}  // namespace mbnrig::mbn
