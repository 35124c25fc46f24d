#pragma once

/// The datagrams of a connection, for a program that handles them itself, such as a test or a
/// program without the right to make network interfaces.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "mbim/bytes.h"

namespace mbnrig::l2 {

/// Thread-safe. The program makes it, and the service connects it to a connection while that
/// connection is up.
class DatagramSocket {
 public:
  /// The number of datagrams that may wait for Next. Further ones are dropped.
  static constexpr std::size_t kMostWaiting = 1024;

  /// Sends a datagram. False if it was dropped: no connection is up, or its queue is full.
  bool Send(mbim::ByteView datagram);
  /// Returns the oldest waiting datagram, which may belong to an earlier connection. Nothing if
  /// none comes within `timeout`.
  std::optional<mbim::Bytes> Next(std::chrono::milliseconds timeout);
  /// Whether a connection is up.
  bool joined() const;

  // Called by the connection.

  /// `send` may be called on any thread. A call that has begun may outlast Leave.
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
