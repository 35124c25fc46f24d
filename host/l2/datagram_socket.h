#pragma once

/// The datagrams of a connection for a program that wants them itself: a test, or a user without
/// the right to make network interfaces.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "mbim/bytes.h"

namespace mbnrig::l2 {

/// Thread-safe. Made by the program, joined to a connection by the service (service.h), for as long
/// as that connection is up.
class DatagramSocket {
 public:
  /// Datagrams that wait for Next; what comes then is dropped.
  static constexpr std::size_t kMostWaiting = 1024;

  /// False when it was dropped: no connection is up, or its queue is full.
  bool Send(mbim::ByteView datagram);
  /// The next datagram that came, those of a connection before this one first. Nothing when none
  /// comes in time.
  std::optional<mbim::Bytes> Next(std::chrono::milliseconds timeout);
  /// Whether a connection is up.
  bool joined() const;

  // The connection's.

  /// `send` may be called on any thread, and once more while Leave returns.
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
