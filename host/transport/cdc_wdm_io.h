#pragma once

/// The thread of a CdcWdmPipe: opens the file, reads, writes, closes.

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "transport/cdc_wdm_pipe.h"
#include "transport/file.h"

namespace mbnrig::transport {

class CdcWdmIo {
 public:
  CdcWdmIo(std::shared_ptr<Executor> executor, std::weak_ptr<CdcWdmPipe> pipe,
           std::filesystem::path node, std::filesystem::path processes);

  /// The thread's work, from the opening until Stop, or until the device has gone.
  void Run();

  // Any thread.

  /// The next fragment, after the end of the one before was told.
  void Write(Bytes fragment);
  void Stop();
  /// The same; `closed` runs on the executor when the file is closed and the thread about to end.
  void StopThen(std::function<void()> closed);

 private:
  /// Runs on the executor, while there is a pipe.
  void Tell(std::function<void(CdcWdmPipe&)> what);
  UsbStatus Open(std::uint16_t& max_control_message, std::string& holder);
  void Work(std::size_t max_control_message);
  // False when the device is gone.
  bool ReadAll(Bytes& buffer);
  bool WriteNext();
  void Wake();

  const std::shared_ptr<Executor> executor_;
  const std::weak_ptr<CdcWdmPipe> pipe_;
  const std::filesystem::path node_;
  const std::filesystem::path processes_;
  const File wake_;

  // The thread's.
  File file_;
  bool written_ = false;      ///< the kernel has a fragment under way
  bool older_error_ = false;  ///< there was an error before that fragment was written

  std::mutex mutex_;
  bool stopping_ = false;
  bool ended_ = false;
  std::optional<Bytes> fragment_;
  std::function<void()> closed_;
};

}  // namespace mbnrig::transport
