#pragma once

/// Reads from or writes to an endpoint file on its own thread. Queued transfers follow each other
/// without waiting for another thread, so that the endpoint is never idle between them.
///
/// GadgetFS cannot use Linux AIO as FunctionFS does (aio_transfers.h). Over dummy_hcd (seen with
/// 6.1) an asynchronous write locks the kernel up if the UDC completes it at once. So does a
/// cancelled read, even one that the end of the process cancels.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "mbim/bytes.h"

namespace mbnrig::usb {

class TransferThread {
 public:
  struct Result {
    bool ok = false;
    mbim::Bytes data;  ///< a read: the received bytes; a write: the bytes that were to be sent
  };

  /// `done` is called on the thread after each transfer. It may only set a flag or wake a thread.
  /// `depth` limits the transfers that were started and whose results were not taken yet.
  explicit TransferThread(std::function<void()> done, std::size_t depth = 1);
  /// Like Cancel.
  ~TransferThread();
  TransferThread(const TransferThread&) = delete;
  TransferThread& operator=(const TransferThread&) = delete;

  /// Starts one transfer on `fd`, which must stay open until the transfer has ended. A read takes
  /// at most `memory.size()` bytes. The argument is moved from only if the transfer starts. False
  /// if `depth` transfers are not taken yet.
  bool StartWrite(int fd, mbim::Bytes&& data);
  bool StartRead(int fd, mbim::Bytes&& memory);
  /// Interrupts the current transfer, drops the queued ones, and waits for their end.
  void Cancel();
  /// The oldest transfer that has ended. Nothing if there is none.
  std::optional<Result> TakeResult();

 private:
  struct Transfer {
    int fd = -1;
    bool write = false;
    mbim::Bytes buffer;
  };

  bool HasRoom(int fd) const;
  void Run();

  const std::function<void()> done_;
  const std::size_t depth_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Transfer> waiting_;
  bool busy_ = false;  ///< a transfer is under way
  std::deque<Result> results_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mbnrig::usb
