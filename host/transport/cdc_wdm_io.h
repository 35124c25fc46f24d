#pragma once

/// The thread of a CdcWdmPipe: opens the file, reads, writes, and closes it.

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "fd.h"
#include "transport/control_pipe.h"
#include "transport/executor.h"
#include "transport/usb.h"

namespace mbnrig::transport {

class CdcWdmIo {
 public:
  /// Gets the thread's reports, on the executor.
  class Listener {
   public:
    /// `holder`: the process that keeps the file busy, if it is known.
    virtual void OnOpened(UsbStatus status, std::uint16_t max_control_message,
                          std::string holder) = 0;
    virtual void OnBytes(const Bytes& bytes) = 0;
    /// The end of the fragment that Write took.
    virtual void OnWritten(SendResult result) = 0;
    virtual void OnTrouble(const std::string& what) = 0;
    /// The device is gone. Nothing follows.
    virtual void OnGone() = 0;

   protected:
    ~Listener() = default;
  };

  CdcWdmIo(std::shared_ptr<Executor> executor, std::weak_ptr<Listener> listener,
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
  /// Runs `what` on the executor if the listener still exists.
  void Tell(std::function<void(Listener&)> what);
  UsbStatus Open(std::uint16_t& max_control_message, std::string& holder);
  void Work(std::size_t max_control_message);
  // Both return false if the device is gone.
  bool ReadAll(Bytes& buffer);
  bool WriteNext();
  void Wake();

  const std::shared_ptr<Executor> executor_;
  const std::weak_ptr<Listener> listener_;
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
