#pragma once

/// The thread of a CdcWdmPipe: opens the file, reads, writes, and closes it.

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "fd.h"
#include "transport/cdc_wdm_pipe.h"

namespace mbnrig::transport {

class CdcWdmIo {
 public:
  CdcWdmIo(std::shared_ptr<Executor> executor, std::weak_ptr<CdcWdmPipe> pipe,
           std::filesystem::path node, std::filesystem::path processes);

  /// The thread's work: from opening the file until Stop or until the device is gone.
  void Run();

  // The methods below may be called on any thread.

  /// Writes the next fragment. Call it only after the end of the previous fragment was reported.
  void Write(Bytes fragment);
  void Stop();
  /// Like Stop. `closed` runs on the executor when the file is closed and the thread is about to
  /// end.
  void StopThen(std::function<void()> closed);

 private:
  /// Runs `what` on the executor if the pipe still exists.
  void Tell(std::function<void(CdcWdmPipe&)> what);
  UsbStatus Open(std::uint16_t& max_control_message, std::string& holder);
  void Work(std::size_t max_control_message);
  // Both return false if the device is gone.
  bool ReadAll(Bytes& buffer);
  bool WriteNext();
  void Wake();

  const std::shared_ptr<Executor> executor_;
  const std::weak_ptr<CdcWdmPipe> pipe_;
  const std::filesystem::path node_;
  const std::filesystem::path processes_;
  const Fd wake_;

  // Of the thread.
  Fd file_;
  bool written_ = false;      ///< the kernel is sending a fragment
  bool older_error_ = false;  ///< the file had an error before this fragment was written

  std::mutex mutex_;
  bool stopping_ = false;
  bool ended_ = false;
  std::optional<Bytes> fragment_;
  std::function<void()> closed_;
};

}  // namespace mbnrig::transport
