#pragma once

/// Request IDs of asynchronous calls.

#include <atomic>
#include <cstdint>

namespace mbnrig::mbn {

/// IDs are never 0. An ID is used again only after 2^32 - 1 others. The process has one sequence,
/// also across restarts of the service, so that an old completion is never taken for a new one.
/// Thread-safe.
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
