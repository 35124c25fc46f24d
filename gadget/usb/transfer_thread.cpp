#include "usb/transfer_thread.h"

#include <signal.h>
#include <unistd.h>

#include <utility>

#include "usb/interruption.h"

namespace mbnrig::usb {
TransferThread::TransferThread(std::function<void()> done) : done_(std::move(done)) {
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

bool TransferThread::StartWrite(int fd, mbim::ByteView data) {
  return Start(fd, {data.begin(), data.end()}, true);
}

bool TransferThread::StartRead(int fd, std::size_t limit) {
  return Start(fd, mbim::Bytes(limit), false);
}

bool TransferThread::Start(int fd, mbim::Bytes buffer, bool write) {
  std::lock_guard lock(mutex_);
  if (fd < 0 || fd_ >= 0) return false;
  fd_ = fd;
  write_ = write;
  buffer_ = std::move(buffer);
  changed_.notify_all();
  return true;
}

void TransferThread::Cancel() {
  std::unique_lock lock(mutex_);
  while (fd_ >= 0) {
    ::pthread_kill(thread_.native_handle(), InterruptionSignal());
    changed_.wait_for(lock, kInterruptAgain, [this] { return fd_ < 0; });
  }
}

std::optional<TransferThread::Result> TransferThread::TakeResult() {
  std::lock_guard lock(mutex_);
  return std::exchange(result_, std::nullopt);
}

void TransferThread::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || fd_ >= 0; });
    if (stopping_) return;
    const int fd = fd_;
    mbim::Bytes buffer = std::move(buffer_);
    lock.unlock();
    const ssize_t count = write_ ? ::write(fd, buffer.data(), buffer.size())
                                 : ::read(fd, buffer.data(), buffer.size());
    lock.lock();
    result_ = Result{count >= 0, {}};
    if (!write_ && count > 0) {
      buffer.resize(static_cast<std::size_t>(count));
      result_->data = std::move(buffer);
    }
    fd_ = -1;
    changed_.notify_all();
    done_();
  }
}

}  // namespace mbnrig::usb
