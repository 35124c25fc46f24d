#pragma once

/// Keeps the memory of finished NTBs for the next ones. New memory would have to be cleared first,
/// which costs half as much as filling it. Reused memory is cleared only if a block was
/// shortened.

#include <cstddef>
#include <utility>
#include <vector>

#include "mbim/bytes.h"

namespace mbnrig::usb {

/// Not thread-safe.
class BlockPool {
 public:
  /// Keeps at most `most` blocks.
  explicit BlockPool(std::size_t most) : most_(most) {}

  /// A block of any length and with any content.
  mbim::Bytes Take() {
    mbim::Bytes block;
    if (!kept_.empty()) {
      block = std::move(kept_.back());
      kept_.pop_back();
    }
    return block;
  }
  /// `size` bytes with any content.
  mbim::Bytes Take(std::size_t size) {
    mbim::Bytes block = Take();
    block.resize(size);
    return block;
  }
  void GiveBack(mbim::Bytes&& block) {
    if (block.capacity() != 0 && kept_.size() < most_) kept_.push_back(std::move(block));
  }
  void Clear() { kept_.clear(); }

 private:
  const std::size_t most_;
  std::vector<mbim::Bytes> kept_;
};

}  // namespace mbnrig::usb
