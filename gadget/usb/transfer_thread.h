#pragma once

/// Reads from or writes to an endpoint file on a thread of its own, one transfer at a time.
///
/// Not with Linux AIO, which both gadget file systems offer: with GadgetFS over dummy_hcd (seen
/// with 6.1) an asynchronous write locks the kernel up as soon as the UDC completes it at once, and
/// so does a cancelled read, be it by the end of the process.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "mbim/types.h"

namespace mbnrig::usb {

class TransferThread {
 public:
  struct Result {
    bool ok = false;
    mbim::Bytes data;  ///< of a read: what came
  };

  /// `done` is called on the thread after each transfer; it may only take note.
  explicit TransferThread(std::function<void()> done);
  /// As Cancel.
  ~TransferThread();
  TransferThread(const TransferThread&) = delete;
  TransferThread& operator=(const TransferThread&) = delete;

  /// One transfer on `fd`, which stays open until it has ended. False while another is under way.
  bool StartWrite(int fd, mbim::ByteView data);
  bool StartRead(int fd, std::size_t limit);
  /// Interrupts a transfer under way and waits for its end.
  void Cancel();
  /// The transfer that has ended; nothing when none has.
  std::optional<Result> TakeResult();

 private:
  bool Start(int fd, mbim::Bytes buffer, bool write);
  void Run();

  const std::function<void()> done_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int fd_ = -1;  ///< of the transfer that is asked for or under way; -1: none
  bool write_ = false;
  mbim::Bytes buffer_;
  std::optional<Result> result_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mbnrig::usb
