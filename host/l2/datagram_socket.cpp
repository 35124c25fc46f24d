#include "l2/datagram_socket.h"

#include <utility>

namespace mbnrig::l2 {

bool DatagramSocket::Send(mbim::ByteView datagram) {
  std::function<bool(mbim::ByteView)> send;
  {
    const std::lock_guard lock(mutex_);
    send = send_;
  }
  return send && send(datagram);
}

std::optional<mbim::Bytes> DatagramSocket::Next(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, timeout, [this] { return !waiting_.empty(); })) return std::nullopt;
  mbim::Bytes next = std::move(waiting_.front());
  waiting_.pop_front();
  return next;
}

bool DatagramSocket::joined() const {
  const std::lock_guard lock(mutex_);
  return static_cast<bool>(send_);
}

void DatagramSocket::Join(std::function<bool(mbim::ByteView)> send) {
  const std::lock_guard lock(mutex_);
  send_ = std::move(send);
}

void DatagramSocket::Leave() {
  const std::lock_guard lock(mutex_);
  send_ = nullptr;
}

void DatagramSocket::Receive(mbim::ByteView datagram) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() < kMostWaiting) {
    waiting_.emplace_back(datagram.begin(), datagram.end());
    changed_.notify_one();
  }
}

}  // namespace mbnrig::l2
