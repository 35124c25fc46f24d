#include "usb/transfer_thread.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "usb/interruption.h"

namespace mbnrig::usb {
TransferThread::TransferThread(std::function<void()> done, std::size_t depth)
    : done_(std::move(done)), depth_(depth) {
  InterruptionSignal();
  thread_ = std::thread([this] { Run(); });
}

TransferThread::~TransferThread() {
  Cancel();
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

/// Called with the lock held.
bool TransferThread::HasRoom(int fd) const {
  return fd >= 0 && waiting_.size() + (busy_ ? 1 : 0) + results_.size() < depth_;
}

bool TransferThread::StartWrite(int fd, mbim::Bytes&& data) {
  std::lock_guard lock(mutex_);
  if (!HasRoom(fd)) return false;
  waiting_.push_back({fd, true, std::move(data)});
  changed_.notify_all();
  return true;
}

bool TransferThread::StartRead(int fd, mbim::Bytes&& memory) {
  std::lock_guard lock(mutex_);
  if (!HasRoom(fd)) return false;
  waiting_.push_back({fd, false, std::move(memory)});
  changed_.notify_all();
  return true;
}

void TransferThread::Cancel() {
  std::unique_lock lock(mutex_);
  auto given_up = std::exchange(waiting_, {});
  while (busy_) {
    ::pthread_kill(thread_.native_handle(), InterruptionSignal());
    changed_.wait_for(lock, kInterruptAgain, [this] { return !busy_; });
  }
  for (Transfer& transfer : given_up) {
    if (!transfer.write) transfer.buffer.clear();
    results_.push_back({false, std::move(transfer.buffer)});
  }
  if (!given_up.empty()) done_();
}

std::optional<TransferThread::Result> TransferThread::TakeResult() {
  std::lock_guard lock(mutex_);
  if (results_.empty()) return std::nullopt;
  Result result = std::move(results_.front());
  results_.pop_front();
  return result;
}

void TransferThread::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    Transfer transfer = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    lock.unlock();
    mbim::Bytes& buffer = transfer.buffer;
    const ssize_t count = transfer.write ? ::write(transfer.fd, buffer.data(), buffer.size())
                                         : ::read(transfer.fd, buffer.data(), buffer.size());
    lock.lock();
    if (!transfer.write) buffer.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    results_.push_back({count >= 0, std::move(buffer)});
    busy_ = false;
    changed_.notify_all();
    done_();
  }
}

}  // namespace mbnrig::usb
