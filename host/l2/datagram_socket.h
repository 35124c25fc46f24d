#pragma once

/// The datagrams of a connection for a program that handles them itself: a test, or a user who has
/// no right to make network interfaces.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "mbim/bytes.h"

namespace mbnrig::l2 {

/// Thread-safe. The program makes it; the service joins it to a connection while that connection is
/// up.
class DatagramSocket {
 public:
  /// So many datagrams wait for Next. Further ones are dropped.
  static constexpr std::size_t kMostWaiting = 1024;

  /// False when the datagram was dropped: no connection is up, or its queue is full.
  bool Send(mbim::ByteView datagram);
  /// The oldest datagram that waits; it may be of an earlier connection. Nothing when none comes
  /// within `timeout`.
  std::optional<mbim::Bytes> Next(std::chrono::milliseconds timeout);
  /// Whether a connection is up.
  bool joined() const;

  // For the connection.

  /// `send` may be called on any thread. A call may still be under way when Leave returns.
  void Join(std::function<bool(mbim::ByteView)> send);
  void Leave();
  void Receive(mbim::ByteView datagram);

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::function<bool(mbim::ByteView)> send_;
  std::deque<mbim::Bytes> waiting_;
};

}  // namespace mbnrig::l2
