#pragma once

/// The last control messages, for `trace` on the control socket.

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "mbim/bytes.h"

namespace mbnrig {

/// The direction of a message.
enum class Direction { kFromHost, kToHost };

/// A ring of messages. Thread-safe.
class MessageLog {
 public:
  struct Entry {
    std::uint64_t number = 0;  ///< from 1 on; a gap means that the ring has dropped messages
    std::chrono::system_clock::time_point time;
    Direction direction{};
    mbim::Bytes fragment;
  };

  explicit MessageLog(std::size_t capacity) : capacity_(capacity) {}

  void Add(Direction direction, mbim::ByteView fragment);
  /// The messages after number `after`, oldest first; at most the last `limit` of them.
  std::vector<Entry> After(std::uint64_t after, std::size_t limit) const;
  /// Empties the ring. Numbering goes on.
  void Clear();

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::deque<Entry> entries_;
  std::uint64_t last_ = 0;
};

}  // namespace mbnrig
