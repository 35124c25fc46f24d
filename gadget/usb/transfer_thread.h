#pragma once

/// Reads from or writes to an endpoint file on a thread of its own: transfers that were asked for
/// follow each other without waiting for anybody, so that the endpoint is never idle meanwhile.
///
/// Not with Linux AIO, as FunctionFS (aio_transfers.h): with GadgetFS over dummy_hcd (seen
/// with 6.1) an asynchronous write locks the kernel up as soon as the UDC completes it at once, and
/// so does a cancelled read, be it by the end of the process.

#include <condition_variable>
#include <cstddef>
#include <deque>
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
    mbim::Bytes data;  ///< of a read: what came; of a write: what was to go
  };

  /// `done` is called on the thread after each transfer; it may only take note. At most `depth`
  /// transfers are asked for and not yet taken at a time.
  explicit TransferThread(std::function<void()> done, std::size_t depth = 1);
  /// As Cancel.
  ~TransferThread();
  TransferThread(const TransferThread&) = delete;
  TransferThread& operator=(const TransferThread&) = delete;

  /// One transfer on `fd`, which stays open until it has ended; `data`, and the memory for as many
  /// bytes as are to be read at most, are moved from only when it begins. False while `depth`
  /// others are not yet taken.
  bool StartWrite(int fd, mbim::Bytes&& data);
  bool StartRead(int fd, mbim::Bytes&& memory);
  /// Interrupts the transfer under way, gives up those after it, and waits for their end.
  void Cancel();
  /// The transfer that has ended, oldest first; nothing when none has.
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
